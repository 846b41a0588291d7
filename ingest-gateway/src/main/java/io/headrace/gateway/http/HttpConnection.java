package io.headrace.gateway.http;

import io.headrace.catalogue.Headers;
import io.headrace.gateway.http.Admission.Admitted;
import io.headrace.gateway.http.Answers.Slot;
import io.headrace.gateway.identity.Identities;
import io.headrace.gateway.identity.Verdict;
import io.headrace.gateway.ingest.Message;
import io.headrace.gateway.ingest.Message.Fact;
import io.headrace.gateway.listen.Authenticated;
import io.headrace.gateway.listen.Drain;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection, on its event loop. Requests may follow each other without waiting for answers; past {@value
 * #MAX_WAITING} of them the socket isn't read until half are answered.
 *
 * <p>Whatever isn't answered with success ends the connection: nothing that came behind it is acknowledged, so the
 * device sends from there on again, in order.
 */
final class HttpConnection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);
    private static final int MAX_WAITING = 16;
    private static final Duration LINGER = Duration.ofSeconds(1);

    private final HttpEdge edge;
    private final Answers answers;
    /** Of what the peer has to do next. */
    private final Deadline peer = new Deadline();
    /** Of taking what is written. */
    private final Deadline reading = new Deadline();

    private Phase phase = new AwaitingHead();
    private boolean hasNewBytes;
    private boolean isDraining;
    private Verdict.@Nullable Accepted device;
    private Identities.@Nullable Watch watch;

    /** What the next bytes are. */
    private sealed interface Phase {}

    /** Those of a request's head. */
    private record AwaitingHead() implements Phase {}

    /** Those of its body. */
    private record AwaitingBody(Admitted request, Body body, Slot slot) implements Phase {}

    /** Of no interest: the last request is refused or taken. */
    private record InputOver() implements Phase {}

    HttpConnection(HttpEdge edge) {
        this.edge = edge;
        this.answers = new Answers(edge.meters);
    }

    /** Stands before the decoder and notices bytes that don't make a request yet. */
    ChannelInboundHandler arrivals() {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object bytes) {
                hasNewBytes = true;
                context.fireChannelRead(bytes);
            }
        };
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        peer.set(context, edge.timeouts.head(), context::close);
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
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (hasNewBytes && phase instanceof AwaitingHead) {
            hasNewBytes = false;
            peer.set(context, edge.timeouts.head(), () -> timedOut(context, "the headers took too long"));
        }
        context.fireChannelReadComplete();
    }

    private void head(ChannelHandlerContext context, HttpRequest request) {
        hasNewBytes = false;
        peer.clear();
        Slot slot = answers.next(
                HttpUtil.isKeepAlive(request) && !isDraining, !request.method().equals(HttpMethod.HEAD));
        switch (edge.admission.decide(context.channel(), request)) {
            case Admission.Refused refused -> refuse(context, slot, refused.why());
            case Admitted admitted -> {
                watch(context, admitted.device());
                phase = new AwaitingBody(admitted, new Body(edge.limits, edge.bodies), slot);
                peer.set(context, edge.timeouts.body(), () -> timedOut(context, "the body took too long"));
                // With answers outstanding it would come out of turn; the client sends without it after a while.
                if (HttpUtil.is100ContinueExpected(request) && answers.waiting() == 1) {
                    answers.askForBody(context);
                }
            }
        }
    }

    private void watch(ChannelHandlerContext context, Verdict.Accepted accepted) {
        if (!accepted.equals(device)) {
            unwatch();
            device = accepted;
            context.pipeline().fireUserEventTriggered(Authenticated.DEVICE);
            watch = edge.ports.identities().watch(accepted, context::close);
        }
    }

    private void body(ChannelHandlerContext context, HttpContent content, AwaitingBody awaiting) {
        Optional<HttpProblem> problem = content.decoderResult().isFailure()
                ? Optional.of(HttpProblem.badRequest("the body is not well-formed"))
                : awaiting.body.add(content.content());
        if (problem.isEmpty() && !edge.ports.ingest().hasRoom()) {
            problem = Optional.of(HttpProblem.unavailable("no room, send it again later"));
        }
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
        List<byte[]> payloads = awaiting.request.format().split(awaiting.body.finish());
        Optional<HttpProblem> problem = unfit(payloads);
        if (problem.isPresent()) {
            refuse(context, awaiting.slot, problem.get());
            return;
        }
        Deadline answer = new Deadline();
        Acks acks = new Acks(
                payloads.size(),
                each -> context.executor().execute(() -> {
                    answer.clear();
                    answer(context, awaiting.slot, each);
                }));
        answer.set(
                context,
                edge.timeouts.ack(),
                () -> answer(
                        context,
                        awaiting.slot,
                        new Answer.Refused(HttpProblem.unavailable("not stored in time, send it again later"))));
        for (int i = 0; i < payloads.size() && !acks.hasFailed(); i++) {
            acks.await(i, edge.ports.ingest().accept(message(awaiting.request, payloads.get(i), i, payloads.size())));
        }
        if (acks.hasFailed()) {
            phase = new InputOver(); // a pipelined request must not overtake what the device has to send again
        }
        if (answers.waiting() >= MAX_WAITING) {
            context.channel().config().setAutoRead(false);
        }
    }

    private Optional<HttpProblem> unfit(List<byte[]> payloads) {
        if (payloads.size() > edge.limits.maxBatch()) {
            return Optional.of(HttpProblem.tooLarge("a body has at most " + edge.limits.maxBatch() + " messages"));
        }
        return payloads.stream().anyMatch(payload -> payload.length > edge.limits.maxPayload())
                ? Optional.of(HttpProblem.tooLarge("a message has at most " + edge.limits.maxPayload() + " bytes"))
                : Optional.empty();
    }

    /** Messages of one batch share the device's message id, told apart by their place. */
    private static Message message(Admitted request, byte[] payload, int index, int count) {
        List<Fact> facts = request.facts();
        if (request.messageId().isPresent()) {
            String id = request.messageId().get();
            facts = new ArrayList<>(facts);
            facts.add(new Fact(Headers.MESSAGE_ID, count == 1 ? id : id + "#" + index));
        }
        return new Message(request.device().device(), payload, request.receivedAt(), facts);
    }

    private void timedOut(ChannelHandlerContext context, String detail) {
        Slot slot = phase instanceof AwaitingBody awaiting ? awaiting.slot : answers.next(false, true);
        refuse(context, slot, HttpProblem.of(HttpResponseStatus.REQUEST_TIMEOUT, detail));
    }

    private void refuse(ChannelHandlerContext context, Slot slot, HttpProblem why) {
        peer.clear();
        if (phase instanceof AwaitingBody awaiting) {
            awaiting.body.drop();
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
        } else if (answers.waiting() == 0 && phase instanceof AwaitingHead) {
            peer.set(context, edge.timeouts.idle(), context::close);
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
        peer.set(context, LINGER, context::close);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (context.channel().isWritable()) {
            reading.clear();
            context.channel().config().setAutoRead(true);
        } else {
            context.channel().config().setAutoRead(false);
            reading.set(context, edge.timeouts.body(), context::close);
        }
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == Drain.BEGIN) {
            isDraining = true;
            if (phase instanceof AwaitingHead && answers.waiting() == 0) {
                context.close();
            }
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (phase instanceof AwaitingBody awaiting) {
            awaiting.body.drop();
        }
        phase = new InputOver();
        peer.clear();
        reading.clear();
        unwatch();
        context.fireChannelInactive();
    }

    private void unwatch() {
        if (watch != null) {
            watch.close();
            watch = null;
        }
    }

    /** Resets and TLS errors are the peer's, and many; anything else is ours, and worth a trace. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        edge.meters.broken();
        if (cause instanceof IOException || cause.getCause() instanceof IOException) {
            LOG.debug("connection broken: {}", cause.getMessage());
        } else {
            LOG.error("connection ended by a fault of the gateway", cause);
        }
        context.close();
    }
}
