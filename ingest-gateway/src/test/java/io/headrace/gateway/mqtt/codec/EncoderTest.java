package io.headrace.gateway.mqtt.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EncoderTest {
    private static final Properties NONE = Properties.NONE;
    private static final Properties WHY = NONE.with(Property.REASON_STRING, "é");

    record Row(Packet.FromServer packet, String v3, String v5) {}

    static List<Row> packets() {
        Properties granted = NONE.with(Property.SERVER_KEEP_ALIVE, 60)
                .with(Property.MAXIMUM_PACKET_SIZE, 65_536)
                .with(Property.ASSIGNED_CLIENT_IDENTIFIER, "d1");
        List<ReasonCode> codes = List.of(ReasonCode.GRANTED_QOS_1, ReasonCode.NOT_AUTHORIZED);
        return List.of(
                new Row(new Packet.Connack(true, 0, NONE), "20020100", "2003010000"),
                new Row(new Packet.Connack(false, 0, granted), "20020000", "20100000 0D 120002 6431 13003C 2700010000"),
                new Row(new Packet.Puback(0xFFFF, ReasonCode.SUCCESS, NONE), "4002FFFF", "4002FFFF"),
                new Row(new Packet.Puback(1, ReasonCode.QUOTA_EXCEEDED, NONE), "40020001", "4003000197"),
                new Row(new Packet.Puback(1, ReasonCode.SUCCESS, WHY), "40020001", "4009000100 05 1F0002C3A9"),
                new Row(new Packet.Pubrec(1, ReasonCode.SUCCESS, NONE), "50020001", "50020001"),
                new Row(new Packet.Pubrel(1, ReasonCode.SUCCESS, NONE), "62020001", "62020001"),
                new Row(new Packet.Pubcomp(1, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, NONE), "70020001", "7003000192"),
                new Row(new Packet.Suback(2, codes, NONE), "900400020180", "90050002000187"),
                new Row(new Packet.Unsuback(2, codes, NONE), "B0020002", "B0050002000187"),
                new Row(new Packet.Pingresp(), "D000", "D000"),
                new Row(new Packet.Disconnect(ReasonCode.SERVER_BUSY, NONE), "E00189", "E00189"),
                new Row(
                        new Packet.Disconnect(ReasonCode.SERVER_BUSY, WHY),
                        "E00789051F0002C3A9",
                        "E00789051F0002C3A9"));
    }

    @ParameterizedTest
    @MethodSource("packets")
    void writesEachPacketAsTheStandardHasIt(Row row) {
        assertThat(encoded(row.packet(), Version.V3_1_1)).isEqualTo(row.v3().replace(" ", ""));
        assertThat(encoded(row.packet(), Version.V5)).isEqualTo(row.v5().replace(" ", ""));
    }

    @ParameterizedTest
    @MethodSource("packets")
    void boundsTheSizeOfEachPacket(Row row) {
        int size = encoded(row.packet(), Version.V5).length() / 2;

        assertThat(new Encoder(Version.V5).sizeBound(row.packet())).isBetween(size, size + 5);
    }

    @Test
    void writesManyPubacksAtOnceAsItWritesOneEach() {
        ByteBuf out = Unpooled.buffer();

        Encoder.pubacks(new int[] {1, 0xFFFF, 7}, 2, out);

        assertThat(HexFormat.of().withUpperCase().formatHex(out.array(), 0, out.readableBytes()))
                .isEqualTo("400200014002FFFF");
    }

    private static String encoded(Packet.FromServer packet, Version version) {
        ByteBuf out = Unpooled.buffer();
        new Encoder(version).encode(packet, out);
        return HexFormat.of().withUpperCase().formatHex(out.array(), 0, out.readableBytes());
    }
}
