package io.headrace.gateway.http.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;

/**
 * Between WebSocket frames and MQTT's bytes. Where a frame ends says nothing about packets [MQTT-6.0.0-2], and fragments
 * go on as they come, so that nothing is gathered here. On the connection's event loop.
 */
final class MqttFrames extends ChannelDuplexHandler {
    /** How long the peer may take to answer a Close frame (RFC 6455 §7.1.1 lets us close then). */
    private static final long LINGER_MILLIS = 1_000;

    private final WebSocketMeters meters;
    /** A Close frame went out: nothing may follow it, and what comes is of no interest but for its answer. */
    private boolean isClosing;

    MqttFrames(WebSocketMeters meters) {
        this.meters = meters;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object frame) {
        switch (frame) {
            case CloseWebSocketFrame close -> closed(context, close);
            case BinaryWebSocketFrame data when !isClosing -> context.fireChannelRead(data.content());
            case ContinuationWebSocketFrame data when !isClosing -> context.fireChannelRead(data.content());
            case PingWebSocketFrame ping
            when !isClosing && context.channel().isWritable() ->
                context.writeAndFlush(new PongWebSocketFrame(ping.content()));
            case TextWebSocketFrame text
            when !isClosing -> {
                text.release();
                goodbye(context, WebSocketCloseStatus.INVALID_MESSAGE_TYPE); // [MQTT-6.0.0-1]
            }
            default -> ReferenceCountUtil.release(frame);
        }
    }

    private void closed(ChannelHandlerContext context, CloseWebSocketFrame close) {
        int code = close.statusCode();
        close.release();
        if (isClosing) {
            context.close();
            return;
        }
        isClosing = true;
        CloseWebSocketFrame echo = code < 0 ? new CloseWebSocketFrame() : new CloseWebSocketFrame(code, "");
        context.writeAndFlush(echo).addListener(_ -> context.close());
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (isClosing) {
            ReferenceCountUtil.release(message);
            if (!promise.isVoid()) {
                promise.tryFailure(new ClosedChannelException());
            }
        } else if (message instanceof ByteBuf bytes && bytes.isReadable()) {
            context.write(new BinaryWebSocketFrame(bytes), promise);
        } else {
            if (message instanceof CloseWebSocketFrame) {
                isClosing = true; // MQTT has said all that it has to say
                meters.closed(WebSocketCloseStatus.NORMAL_CLOSURE);
            }
            context.write(message, promise);
        }
    }

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        if (isClosing || !context.channel().isActive()) {
            context.close(promise);
        } else {
            context.channel().closeFuture().addListener(_ -> promise.trySuccess());
            goodbye(context, WebSocketCloseStatus.NORMAL_CLOSURE);
        }
    }

    private void goodbye(ChannelHandlerContext context, WebSocketCloseStatus why) {
        isClosing = true;
        meters.closed(why);
        context.writeAndFlush(new CloseWebSocketFrame(why, ""));
        context.channel().config().setAutoRead(true);
        context.executor().schedule(() -> context.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** What the decoder finds wrong with a frame; the rest is of the connection below. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Throwable origin = cause.getCause() == null ? cause : cause.getCause();
        if (cause instanceof CorruptedWebSocketFrameException broken) {
            refuse(context, broken);
        } else if (origin instanceof CorruptedWebSocketFrameException broken) {
            refuse(context, broken);
        } else {
            context.fireExceptionCaught(cause);
        }
    }

    private void refuse(ChannelHandlerContext context, CorruptedWebSocketFrameException broken) {
        if (!isClosing) {
            goodbye(context, broken.closeStatus());
        }
    }
}
