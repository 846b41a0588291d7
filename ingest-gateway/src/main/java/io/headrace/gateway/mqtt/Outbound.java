package io.headrace.gateway.mqtt;

import io.headrace.gateway.mqtt.codec.Encoder;
import io.headrace.gateway.mqtt.codec.Packet;
import io.headrace.gateway.mqtt.codec.Properties;
import io.headrace.gateway.mqtt.codec.ReasonCode;
import io.headrace.gateway.mqtt.codec.Version;
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
 * What goes out on one connection: packets gather in one buffer, and one write and one flush take all of them, since a
 * system call for each PUBACK would cost more than everything else about it. For the connection's event loop.
 */
final class Outbound {
    private static final int FIRST_BYTES = 64;
    /** A peer that is still sending gets this long to read why it is refused, before a reset wipes that out. */
    private static final long LINGER_MILLIS = 500;

    private final ChannelHandlerContext context;
    private @Nullable Encoder encoder;
    private long maxPacket = Long.MAX_VALUE;
    private @Nullable ByteBuf gathered;

    Outbound(ChannelHandlerContext context) {
        this.context = context;
    }

    /**
     * Chooses the version, once: what CONNECT said stays.
     *
     * @param limit bytes of the largest packet that the peer takes
     */
    void speak(Version version, long limit) {
        if (encoder == null) {
            encoder = new Encoder(version);
            maxPacket = limit;
        }
    }

    /** Whether the packet could be sent within the peer's limit, if need be without its properties [MQTT-3.1.2-24]. */
    boolean send(Packet.FromServer packet) {
        Encoder spoken = encoder;
        if (spoken == null) {
            throw new IllegalStateException("a packet before the version is known");
        }
        Packet.FromServer fitting = packet;
        if (maxPacket < Integer.MAX_VALUE && spoken.sizeBound(packet) > maxPacket) {
            fitting = bare(packet);
            if (spoken.sizeBound(fitting) > maxPacket) {
                return false;
            }
        }
        if (gathered == null) {
            gathered = context.alloc().ioBuffer(FIRST_BYTES);
        }
        spoken.encode(fitting, gathered);
        return true;
    }

    /** Without the properties that only explain. */
    private static Packet.FromServer bare(Packet.FromServer packet) {
        return switch (packet) {
            case Packet.Disconnect end -> new Packet.Disconnect(end.reason(), Properties.NONE);
            case Packet.Connack connack ->
                connack.code() == ReasonCode.SUCCESS.code()
                        ? connack
                        : new Packet.Connack(false, connack.code(), Properties.NONE);
            case Packet.Puback ack -> new Packet.Puback(ack.packetId(), ack.reason(), Properties.NONE);
            case Packet.Pubrec ack -> new Packet.Pubrec(ack.packetId(), ack.reason(), Properties.NONE);
            case Packet.Suback ack -> new Packet.Suback(ack.packetId(), ack.codes(), Properties.NONE);
            default -> packet;
        };
    }

    void flush() {
        ByteBuf bytes = gathered;
        if (bytes != null) {
            gathered = null;
            context.writeAndFlush(bytes, context.voidPromise());
        }
    }

    /** Sends what is gathered, says that nothing follows, and closes when the peer has, or soon. */
    void finish() {
        ByteBuf bytes = gathered;
        gathered = null;
        context.writeAndFlush(bytes == null ? context.alloc().buffer(0) : bytes).addListener(_ -> endOutput());
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

    void release() {
        if (gathered != null) {
            gathered.release();
            gathered = null;
        }
    }
}
