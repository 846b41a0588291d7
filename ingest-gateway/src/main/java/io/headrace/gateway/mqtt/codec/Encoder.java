package io.headrace.gateway.mqtt.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.List;

/** Writes the packets of a server. Knows no state but the version it writes for. */
public final class Encoder {
    private static final int LONGEST_HEADER = 5;

    private final boolean v5;

    public Encoder(Version version) {
        this.v5 = version == Version.V5;
    }

    /** Appends a packet. */
    public void encode(Packet.FromServer packet, ByteBuf out) {
        switch (packet) {
            case Packet.Publish publish -> publish(publish, out);
            case Packet.Puback ack -> ack(0x40, ack.packetId(), ack.reason(), ack.properties(), out);
            case Packet.Pubrec ack -> ack(0x50, ack.packetId(), ack.reason(), ack.properties(), out);
            case Packet.Pubrel ack -> ack(0x62, ack.packetId(), ack.reason(), ack.properties(), out);
            case Packet.Pubcomp ack -> ack(0x70, ack.packetId(), ack.reason(), ack.properties(), out);
            case Packet.Connack connack -> connack(connack, out);
            case Packet.Suback ack -> codes(0x90, ack.packetId(), ack.codes(), ack.properties(), out);
            case Packet.Unsuback ack ->
                codes(0xB0, ack.packetId(), v5 ? ack.codes() : List.of(), ack.properties(), out);
            case Packet.Pingresp ping -> out.writeShort(0xD000);
            case Packet.Disconnect end -> disconnect(end, out);
        }
    }

    /** PUBACKs that say nothing but success, which are the same in both versions. */
    public static void pubacks(int[] packetIds, int count, ByteBuf out) {
        for (int i = 0; i < count; i++) {
            out.writeInt(0x40_02_00_00 | packetIds[i]);
        }
    }

    /** Most bytes that the packet can take on the wire. */
    public int sizeBound(Packet.FromServer packet) {
        return switch (packet) {
            case Packet.Publish publish -> LONGEST_HEADER + publishSize(publish);
            case Packet.Connack connack -> LONGEST_HEADER + 2 + PropertyEncoder.size(connack.properties());
            case Packet.Puback ack -> ackSize(ack.reason(), ack.properties());
            case Packet.Pubrec ack -> ackSize(ack.reason(), ack.properties());
            case Packet.Pubrel ack -> ackSize(ack.reason(), ack.properties());
            case Packet.Pubcomp ack -> ackSize(ack.reason(), ack.properties());
            case Packet.Suback ack -> codesSize(ack.codes(), ack.properties());
            case Packet.Unsuback ack -> codesSize(ack.codes(), ack.properties());
            case Packet.Pingresp ping -> 2;
            case Packet.Disconnect end -> 3 + PropertyEncoder.size(end.properties());
        };
    }

    private int publishSize(Packet.Publish publish) {
        return 2
                + ByteBufUtil.utf8Bytes(publish.topic())
                + (publish.qos() > 0 ? 2 : 0)
                + (v5 ? PropertyEncoder.size(publish.properties()) : 0)
                + publish.payload().length;
    }

    private void publish(Packet.Publish publish, ByteBuf out) {
        out.writeByte(0x30 | (publish.dup() ? 8 : 0) | publish.qos() << 1 | (publish.retain() ? 1 : 0));
        PropertyEncoder.variable(publishSize(publish), out);
        text(publish.topic(), out);
        if (publish.qos() > 0) {
            out.writeShort(publish.packetId());
        }
        if (v5) {
            PropertyEncoder.write(publish.properties(), out);
        }
        out.writeBytes(publish.payload());
    }

    private int ackSize(ReasonCode reason, Properties properties) {
        return !v5 || (reason == ReasonCode.SUCCESS && properties.isEmpty())
                ? 4
                : LONGEST_HEADER + 3 + PropertyEncoder.size(properties);
    }

    private static int codesSize(List<ReasonCode> codes, Properties properties) {
        return LONGEST_HEADER + 2 + PropertyEncoder.size(properties) + codes.size();
    }

    /** Reason and properties are left out where they say nothing (section 3.4.2.1). */
    private void ack(int header, int packetId, ReasonCode reason, Properties properties, ByteBuf out) {
        out.writeByte(header);
        if (!v5 || (reason == ReasonCode.SUCCESS && properties.isEmpty())) {
            out.writeByte(2).writeShort(packetId);
        } else if (properties.isEmpty()) {
            out.writeByte(3).writeShort(packetId).writeByte(reason.code());
        } else {
            PropertyEncoder.variable(3 + PropertyEncoder.size(properties), out);
            out.writeShort(packetId).writeByte(reason.code());
            PropertyEncoder.write(properties, out);
        }
    }

    private void connack(Packet.Connack connack, ByteBuf out) {
        out.writeByte(0x20);
        PropertyEncoder.variable(2 + (v5 ? PropertyEncoder.size(connack.properties()) : 0), out);
        out.writeBoolean(connack.sessionPresent()).writeByte(connack.code());
        if (v5) {
            PropertyEncoder.write(connack.properties(), out);
        }
    }

    private void codes(int header, int packetId, List<ReasonCode> codes, Properties properties, ByteBuf out) {
        out.writeByte(header);
        PropertyEncoder.variable(2 + (v5 ? PropertyEncoder.size(properties) : 0) + codes.size(), out);
        out.writeShort(packetId);
        if (v5) {
            PropertyEncoder.write(properties, out);
        }
        for (ReasonCode code : codes) {
            out.writeByte(!v5 && code.isError() ? 0x80 : code.code());
        }
    }

    private static void disconnect(Packet.Disconnect end, ByteBuf out) {
        out.writeByte(0xE0);
        if (end.properties().isEmpty()) {
            out.writeByte(1).writeByte(end.reason().code());
        } else {
            PropertyEncoder.variable(1 + PropertyEncoder.size(end.properties()), out);
            out.writeByte(end.reason().code());
            PropertyEncoder.write(end.properties(), out);
        }
    }

    static void text(String text, ByteBuf out) {
        out.writeShort(ByteBufUtil.utf8Bytes(text));
        ByteBufUtil.writeUtf8(out, text);
    }
}
