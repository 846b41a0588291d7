package io.headrace.gateway.edge;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrameEncoder;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What goes out on one connection, gathered in one buffer: one write and one flush take all of it, since a system call for
 * each answer would cost more than everything else about it. For the connection's event loop.
 */
public final class Gathered {
    private static final int FIRST_BYTES = 64;
    /** A peer that is still sending gets this long to read why it is refused, before a reset wipes that out. */
    private static final long LINGER_MILLIS = 500;

    private final ChannelHandlerContext context;
    private @Nullable ByteBuf bytes;
    private long flushes;

    public Gathered(ChannelHandlerContext context) {
        this.context = context;
    }

    /** Where the next bytes are to be written. */
    public ByteBuf buffer() {
        ByteBuf buffer = bytes;
        if (buffer == null) {
            buffer = context.alloc().ioBuffer(FIRST_BYTES);
            bytes = buffer;
        }
        return buffer;
    }

    /** How often something was sent. */
    public long flushes() {
        return flushes;
    }

    public void flush() {
        ByteBuf buffer = bytes;
        if (buffer != null) {
            bytes = null;
            flushes++;
            context.writeAndFlush(buffer, context.voidPromise());
        }
    }

    /** Sends what is gathered, says that nothing follows, and closes when the peer has, or soon. */
    public void finish() {
        ByteBuf buffer = bytes;
        bytes = null;
        context.writeAndFlush(buffer == null ? context.alloc().buffer(0) : buffer)
                .addListener(_ -> endOutput());
        context.executor().schedule(() -> context.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Each layer says in its own way that nothing follows: WebSocket, TLS, TCP. */
    private void endOutput() {
        if (context.pipeline().get(WebSocketFrameEncoder.class) != null) {
            context.writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.NORMAL_CLOSURE))
                    .addListener(_ -> endTls());
        } else {
            endTls();
        }
    }

    private void endTls() {
        SslHandler tls = context.pipeline().get(SslHandler.class);
        if (tls != null) {
            tls.closeOutbound().addListener(_ -> shutdownOutput());
        } else {
            shutdownOutput();
        }
    }

    private void shutdownOutput() {
        if (context.channel() instanceof DuplexChannel duplex) {
            duplex.shutdownOutput();
        } else {
            context.close();
        }
    }

    /** Throws away what is gathered: there is nobody to send it to. */
    public void release() {
        if (bytes != null) {
            bytes.release();
            bytes = null;
        }
    }
}
