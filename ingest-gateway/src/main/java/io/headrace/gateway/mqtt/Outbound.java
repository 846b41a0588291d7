package io.headrace.gateway.mqtt;

import io.headrace.gateway.edge.Gathered;
import io.headrace.gateway.mqtt.codec.Encoder;
import io.headrace.gateway.mqtt.codec.Packet;
import io.headrace.gateway.mqtt.codec.Properties;
import io.headrace.gateway.mqtt.codec.ReasonCode;
import io.headrace.gateway.mqtt.codec.Version;
import io.headrace.gateway.mqtt.session.Effect;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/** What goes out on one connection: packets of its version, within the peer's limit. For the connection's event loop. */
final class Outbound {
    private static final int PUBACK_BYTES = 4;

    private final Gathered gathered;
    private @Nullable Encoder encoder;
    private long maxPacket = Long.MAX_VALUE;

    Outbound(ChannelHandlerContext context) {
        this.gathered = new Gathered(context);
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
        spoken.encode(fitting, gathered.buffer());
        return true;
    }

    /** Acknowledges QoS 1 messages: false where the peer takes no packet of that size. */
    boolean acknowledge(Effect.Acknowledge stored) {
        if (maxPacket < PUBACK_BYTES) {
            return false;
        }
        Encoder.pubacks(stored.packetIds(), stored.count(), gathered.buffer());
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
        gathered.flush();
    }

    /** Sends what is gathered, and comes to an end in an orderly way. */
    void finish() {
        gathered.finish();
    }

    void release() {
        gathered.release();
    }
}
