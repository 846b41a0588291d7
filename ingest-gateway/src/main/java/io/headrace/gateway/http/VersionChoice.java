package io.headrace.gateway.http;

import io.headrace.gateway.http.request.Deadline;
import io.headrace.gateway.listen.Drain;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import java.util.List;

/**
 * Tells HTTP/2 from HTTP/1.1 by the first bytes: a client of HTTP/2 begins with a preface (RFC 9113 §3.4) that is no
 * request, with TLS, where it has agreed on {@code h2} before, and without, where it knows already. An upgrade from
 * HTTP/1.1 isn't offered: the RFC has given it up.
 */
final class VersionChoice extends ByteToMessageDecoder {
    private static final ByteBuf PREFACE = Http2CodecUtil.connectionPrefaceBuf();

    private final HttpEdge edge;
    private final Deadline peer = new Deadline();

    VersionChoice(HttpEdge edge) {
        this.edge = edge;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        peer.set(context.executor(), edge.timeouts.head(), context::close);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        int size = Math.min(in.readableBytes(), PREFACE.readableBytes());
        if (!ByteBufUtil.equals(PREFACE, 0, in, in.readerIndex(), size)) {
            HttpConnection.install(edge, context.pipeline());
        } else if (size == PREFACE.readableBytes()) {
            Http2Session.install(edge, context.pipeline());
        } else {
            return;
        }
        context.pipeline().remove(this);
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext context) {
        peer.clear();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        peer.clear();
        super.channelInactive(context);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        super.userEventTriggered(context, event);
        if (event == Drain.BEGIN) {
            context.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        edge.broken(cause);
        context.close();
    }
}
