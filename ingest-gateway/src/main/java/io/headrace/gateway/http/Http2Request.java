package io.headrace.gateway.http;

import io.headrace.gateway.http.request.Admission.Refused;
import io.headrace.gateway.http.request.Admission.Wanted;
import io.headrace.gateway.http.request.Answer;
import io.headrace.gateway.http.request.Deadline;
import io.headrace.gateway.http.request.Exchange;
import io.headrace.gateway.http.request.HttpProblem;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.util.ReferenceCountUtil;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One stream of an HTTP/2 connection, and so one request, on the connection's event loop. A refusal ends the stream and
 * leaves its neighbours alone: streams have no order but that in which their bodies are complete.
 */
final class Http2Request extends ChannelInboundHandlerAdapter {
    private final HttpEdge edge;
    private final Http2Session session;
    /** Of what the peer has to do next: send the body, or take the answer. */
    private final Deadline peer = new Deadline();

    private @Nullable Exchange body;
    private boolean hasEnded;
    private boolean isAnswered;
    private boolean readsBody = true;

    Http2Request(HttpEdge edge, Http2Session session) {
        this.edge = edge;
        this.session = session;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            hasEnded |= message instanceof LastHttpContent;
            if (message instanceof HttpRequest request) {
                head(context, request);
            }
            if (message instanceof HttpContent part && body != null) {
                body(context, part, body);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void head(ChannelHandlerContext context, HttpRequest request) {
        readsBody = !request.method().equals(HttpMethod.HEAD);
        switch (edge.requests.decide(context.channel().parent(), request)) {
            case Refused refused -> answer(context, new Answer.Refused(refused.why()));
            case Wanted wanted -> {
                session.authenticated(context.channel().parent(), wanted.device());
                body = edge.requests.begin(context.channel(), wanted, answer -> answer(context, answer));
                peer.set(context.executor(), edge.timeouts.body(), () -> timedOut(context));
                if (HttpUtil.is100ContinueExpected(request)) {
                    context.writeAndFlush(Responses.goOn(context.alloc()));
                }
            }
        }
    }

    private void body(ChannelHandlerContext context, HttpContent part, Exchange exchange) {
        Optional<HttpProblem> problem = exchange.add(part);
        if (problem.isPresent()) {
            answer(context, new Answer.Refused(problem.get()));
        } else if (part instanceof LastHttpContent) {
            peer.clear();
            body = null;
            exchange.take();
        }
    }

    private void timedOut(ChannelHandlerContext context) {
        answer(
                context,
                new Answer.Refused(HttpProblem.of(HttpResponseStatus.REQUEST_TIMEOUT, "the body took too long")));
    }

    private void answer(ChannelHandlerContext context, Answer answer) {
        if (isAnswered || !context.channel().isActive()) {
            return;
        }
        isAnswered = true;
        dropBody();
        edge.meters.answered(answer.status());
        peer.set(context.executor(), edge.timeouts.body(), () -> reset(context, Http2Error.CANCEL));
        context.writeAndFlush(Responses.of(answer, readsBody)).addListener(_ -> end(context));
    }

    /** RFC 9113 §8.1: a client that still sends is told to stop, and that the answer is whole. */
    private void end(ChannelHandlerContext context) {
        if (hasEnded) {
            context.close();
        } else {
            reset(context, Http2Error.NO_ERROR);
        }
    }

    /** In so many words: closing the stream says nothing to a client that has sent all of its request. */
    private static void reset(ChannelHandlerContext context, Http2Error why) {
        if (context.channel().isActive()) {
            context.writeAndFlush(new DefaultHttp2ResetFrame(why));
        }
        context.close();
    }

    private void dropBody() {
        if (body != null) {
            body.drop();
            body = null;
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        peer.clear();
        dropBody();
        context.fireChannelInactive();
    }

    /** Where the stream broke a rule of HTTP/2, the codec resets it; otherwise its head can't be one of HTTP/1.1. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        edge.broken(cause);
        if (!(cause instanceof Http2Exception)) {
            reset(context, Http2Error.PROTOCOL_ERROR);
        }
    }
}
