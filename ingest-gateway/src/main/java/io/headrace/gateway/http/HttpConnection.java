package io.headrace.gateway.http;

import io.headrace.gateway.http.Answers.Slot;
import io.headrace.gateway.http.request.Admission;
import io.headrace.gateway.http.request.Answer;
import io.headrace.gateway.http.request.Deadline;
import io.headrace.gateway.http.request.Exchange;
import io.headrace.gateway.http.request.HttpProblem;
import io.headrace.gateway.identity.Verdict;
import io.headrace.gateway.listen.Authenticated;
import io.headrace.gateway.listen.Drain;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One connection of HTTP/1.1, on its event loop. Requests may follow each other without waiting for answers; past {@value
 * #MAX_WAITING} of them the socket isn't read until half are answered.
 *
 * <p>Whatever isn't answered with success ends the connection: nothing that came behind it is acknowledged, so the
 * device sends from there on again, in order.
 */
final class HttpConnection extends ChannelInboundHandlerAdapter {
    private static final int MAX_WAITING = 16;
    private static final Duration LINGER = Duration.ofSeconds(1);

    private final HttpEdge edge;
    private final Answers answers;
    /** Stands before the decoder and notices bytes that don't make a request yet. */
    private final ChannelInboundHandler arrivals = new ChannelInboundHandlerAdapter() {
        @Override
        public void channelRead(ChannelHandlerContext context, Object bytes) {
            hasNewBytes = true;
            context.fireChannelRead(bytes);
        }
    };

    /** Of what the peer has to do next. */
    private final Deadline peer = new Deadline();
    /** Of taking what is written. */
    private final Deadline reading = new Deadline();

    private Phase phase = new AwaitingHead();
    private boolean hasNewBytes;
    /** A head has begun, and its time runs: what else comes of it gives it no more. */
    private boolean isInHead;

    private boolean isDraining;
    private @Nullable Watches watches;

    /** What the next bytes are. */
    private sealed interface Phase {}

    /** Those of a request's head. */
    private record AwaitingHead() implements Phase {}

    /** Those of its body. */
    private record AwaitingBody(Exchange exchange, Slot slot) implements Phase {}

    /** Those of the body that a request to change the protocol doesn't have. */
    private record Upgrading(HttpRequest request) implements Phase {}

    /** Of no interest: the last request is refused, or taken. */
    private record InputOver() implements Phase {}

    private HttpConnection(HttpEdge edge) {
        this.edge = edge;
        this.answers = new Answers(edge.meters);
    }

    static void install(HttpEdge edge, ChannelPipeline pipeline) {
        HttpConnection connection = new HttpConnection(edge);
        pipeline.addLast(connection.arrivals, new StrictRequestDecoder(), new HttpResponseEncoder(), connection);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        watches = new Watches(edge.ports.identities(), context::close);
        peer.set(context.executor(), edge.timeouts.head(), context::close);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (phase instanceof InputOver) {
                return;
            }
            if (message instanceof HttpRequest request) {
                head(context, request);
            }
            if (message instanceof HttpContent content && phase instanceof AwaitingBody awaiting) {
                body(context, content, awaiting);
            } else if (message instanceof LastHttpContent && phase instanceof Upgrading upgrading) {
                upgrade(context, upgrading);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (hasNewBytes && !isInHead && phase instanceof AwaitingHead) {
            isInHead = true;
            peer.set(context.executor(), edge.timeouts.head(), () -> timedOut(context, "the headers took too long"));
        }
        context.fireChannelReadComplete();
    }

    private void head(ChannelHandlerContext context, HttpRequest request) {
        hasNewBytes = false;
        isInHead = false;
        peer.clear();
        Slot slot = answers.next(
                HttpUtil.isKeepAlive(request) && !isDraining, !request.method().equals(HttpMethod.HEAD));
        if (edge.mqtt.isAskedFor(request) && answers.waiting() == 1) {
            edge.mqtt
                    .refusal(request)
                    .ifPresentOrElse(why -> refuse(context, slot, why), () -> phase = new Upgrading(request));
            return;
        }
        switch (edge.requests.decide(context.channel(), request)) {
            case Admission.Refused refused -> refuse(context, slot, refused.why());
            case Admission.Wanted wanted -> {
                watch(context, wanted.device());
                Exchange exchange =
                        edge.requests.begin(context.channel(), wanted, answer -> answer(context, slot, answer));
                phase = new AwaitingBody(exchange, slot);
                peer.set(context.executor(), edge.timeouts.body(), () -> timedOut(context, "the body took too long"));
                // With answers outstanding it would come out of turn; the client sends without it after a while.
                if (HttpUtil.is100ContinueExpected(request) && answers.waiting() == 1) {
                    answers.askForBody(context);
                }
            }
        }
    }

    private void watch(ChannelHandlerContext context, Verdict.Accepted device) {
        if (watches != null && watches.add(device)) {
            context.pipeline().fireUserEventTriggered(Authenticated.DEVICE);
        }
    }

    private void upgrade(ChannelHandlerContext context, Upgrading upgrading) {
        phase = new InputOver();
        unwatch();
        context.channel().config().setAutoRead(true);
        context.pipeline().remove(arrivals);
        edge.mqtt.open(context, upgrading.request);
    }

    private void body(ChannelHandlerContext context, HttpContent content, AwaitingBody awaiting) {
        Optional<HttpProblem> problem = awaiting.exchange.add(content);
        if (problem.isPresent()) {
            refuse(context, awaiting.slot, problem.get());
        } else if (content instanceof LastHttpContent) {
            take(context, awaiting);
        }
    }

    private void take(ChannelHandlerContext context, AwaitingBody awaiting) {
        peer.clear();
        hasNewBytes = false;
        phase = isDraining || !awaiting.slot.keepsAlive() ? new InputOver() : new AwaitingHead();
        if (!awaiting.exchange.take()) {
            phase = new InputOver(); // a pipelined request must not overtake what the device has to send again
        }
        if (answers.waiting() >= MAX_WAITING) {
            context.channel().config().setAutoRead(false);
        }
    }

    private void timedOut(ChannelHandlerContext context, String detail) {
        Slot slot = phase instanceof AwaitingBody awaiting ? awaiting.slot : answers.next(false, true);
        refuse(context, slot, HttpProblem.of(HttpResponseStatus.REQUEST_TIMEOUT, detail));
    }

    private void refuse(ChannelHandlerContext context, Slot slot, HttpProblem why) {
        peer.clear();
        if (phase instanceof AwaitingBody awaiting) {
            awaiting.exchange.drop();
        }
        phase = new InputOver();
        answer(context, slot, new Answer.Refused(why));
    }

    private void answer(ChannelHandlerContext context, Slot slot, Answer answer) {
        if (answers.isOver() || !context.channel().isActive()) {
            return;
        }
        answers.set(context, slot, answer);
        if (answers.isOver() || (isDraining && answers.waiting() == 0)) {
            leave(context);
        } else if (answers.waiting() == 0 && phase instanceof AwaitingHead && !isInHead) {
            peer.set(context.executor(), edge.timeouts.idle(), context::close);
        }
        if (answers.waiting() <= MAX_WAITING / 2 && context.channel().isWritable()) {
            context.channel().config().setAutoRead(true);
        }
    }

    /**
     * Ends the connection so that the last answer arrives: closing a socket with unread bytes resets it, and the peer
     * may lose what it hasn't read. So what it still sends is thrown away for a moment.
     */
    private void leave(ChannelHandlerContext context) {
        phase = new InputOver();
        context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> {
            if (context.pipeline().get(SslHandler.class) == null && context.channel() instanceof SocketChannel socket) {
                socket.shutdownOutput();
            }
        });
        peer.set(context.executor(), LINGER, context::close);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (context.channel().isWritable()) {
            reading.clear();
            context.channel().config().setAutoRead(answers.waiting() < MAX_WAITING);
        } else {
            context.channel().config().setAutoRead(false);
            reading.set(context.executor(), edge.timeouts.body(), context::close);
        }
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == Drain.BEGIN) {
            isDraining = true;
            answers.drain();
            edge.requests.drain();
            if (phase instanceof AwaitingHead && answers.waiting() == 0) {
                context.close();
            }
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (phase instanceof AwaitingBody awaiting) {
            awaiting.exchange.drop();
        }
        phase = new InputOver();
        peer.clear();
        reading.clear();
        unwatch();
        context.fireChannelInactive();
    }

    private void unwatch() {
        if (watches != null) {
            watches.close();
            watches = null;
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        edge.broken(cause);
        context.close();
    }
}
