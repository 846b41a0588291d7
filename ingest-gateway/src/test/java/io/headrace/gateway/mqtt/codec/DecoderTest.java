package io.headrace.gateway.mqtt.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.gateway.mqtt.codec.Packet.Subscription;
import io.headrace.gateway.mqtt.codec.Properties.UserProperty;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** What is in the packets that are let through; what isn't let through is in {@code mqtt/cases.txt}. */
class DecoderTest {
    private static final String CONNECT_3 = "100e 00044d515454 04 02 003c 0002 6431";
    private static final String CONNECT_5 = "100f 00044d515454 05 02 003c 00 0002 6431";

    @Test
    void readsConnectOfMqtt3() {
        Decoded packet = new Decoder(1_000)
                .decode(bytes("101f 00044d515454 04 f4 000a 0002 6431 0001 77 0003 010203 0001 75 0004 70617373"));

        assertThat(packet).isInstanceOfSatisfying(Packet.Connect.class, connect -> {
            assertThat(connect.version()).isEqualTo(Version.V3_1_1);
            assertThat(connect.cleanStart()).isFalse();
            assertThat(connect.keepAlive()).isEqualTo(10);
            assertThat(connect.clientId()).isEqualTo("d1");
            assertThat(connect.userName()).contains("u");
            assertThat(connect.password())
                    .hasValueSatisfying(password -> assertThat(new String(password, StandardCharsets.UTF_8))
                            .isEqualTo("pass"));
            assertThat(connect.will()).hasValueSatisfying(will -> {
                assertThat(will.topic()).isEqualTo("w");
                assertThat(will.payload()).containsExactly(1, 2, 3);
                assertThat(will.qos()).isEqualTo(2);
                assertThat(will.retain()).isTrue();
            });
            assertThat(connect.toString()).doesNotContain("pass");
        });
    }

    @Test
    void readsPropertiesOfPublish() {
        Decoder decoder = connected(CONNECT_5);

        Decoded packet = decoder.decode(
                bytes("3d21 0001 74 0102 18 01 01 02 00000e10 23 0007 26 0001 61 0001 62 26 0001 61 0001 63 ff 00 01"));

        assertThat(packet).isInstanceOfSatisfying(Packet.Publish.class, publish -> {
            assertThat(publish.dup()).isTrue();
            assertThat(publish.qos()).isEqualTo(2);
            assertThat(publish.retain()).isTrue();
            assertThat(publish.packetId()).isEqualTo(0x0102);
            assertThat(publish.topic()).isEqualTo("t");
            assertThat(publish.payload()).containsExactly(0xff, 0, 1);
            assertThat(publish.properties().number(Property.MESSAGE_EXPIRY_INTERVAL))
                    .hasValue(3_600);
            assertThat(publish.properties().number(Property.TOPIC_ALIAS)).hasValue(7);
            assertThat(publish.properties().user())
                    .containsExactly(new UserProperty("a", "b"), new UserProperty("a", "c"));
        });
    }

    @Test
    void readsSubscriptionsInTheirOrder() {
        Decoder decoder = connected(CONNECT_3);

        Decoded packet = decoder.decode(bytes("820a 0009 0001 61 01 0001 62 02"));

        assertThat(packet).isInstanceOfSatisfying(Packet.Subscribe.class, subscribe -> {
            assertThat(subscribe.packetId()).isEqualTo(9);
            assertThat(subscribe.subscriptions()).containsExactly(new Subscription("a", 1), new Subscription("b", 2));
        });
    }

    @Test
    void consumesExactlyOnePacket() {
        Decoder decoder = connected(CONNECT_3);
        ByteBuf two = bytes("c000 c000");

        assertThat(decoder.decode(two)).isInstanceOf(Packet.Pingreq.class);

        assertThat(two.readableBytes()).isEqualTo(2);
    }

    @Test
    void consumesNothingOfAPacketThatIsNotThere() {
        Decoder decoder = connected(CONNECT_3);
        ByteBuf part = bytes("3006 0001 74");

        assertThat(decoder.decode(part)).isEqualTo(Decoded.Incomplete.INSTANCE);

        assertThat(part.readerIndex()).isZero();
    }

    @Test
    void takesAPacketOfTheLimitAndNoneAbove() {
        Decoder decoder = new Decoder(16);
        decoder.decode(bytes(CONNECT_3));

        assertThat(decoder.decode(bytes("300e 0001 74" + "00".repeat(11)))).isInstanceOf(Packet.Publish.class);
        assertThat(decoder.decode(bytes("300f")))
                .isInstanceOfSatisfying(
                        Malformed.class, bad -> assertThat(bad.reason()).isEqualTo(ReasonCode.PACKET_TOO_LARGE));
    }

    @Test
    void givesTheUsualTopicAsTheSameString() {
        Decoder decoder = connected(CONNECT_3);

        Packet.Publish first = (Packet.Publish) decoder.decode(bytes("3004 0002 7474"));
        Packet.Publish second = (Packet.Publish) decoder.decode(bytes("3004 0002 7474"));
        Packet.Publish other = (Packet.Publish) decoder.decode(bytes("3004 0002 7475"));

        assertThat(second.topic()).isSameAs(first.topic());
        assertThat(other.topic()).isEqualTo("tu");
    }

    @Test
    void acceptsExactlyTheTextThatJavaDecodesWithoutComplaint() {
        // Java's own decoder is the oracle, for every two-byte and many three- and four-byte sequences
        CharsetDecoder java = StandardCharsets.UTF_8.newDecoder();
        for (int first = 0x80; first <= 0xFF; first++) {
            for (int second = 0; second <= 0xFF; second++) {
                for (int third : new int[] {0x41, 0x80, 0xBF}) {
                    byte[] text = {(byte) first, (byte) second, (byte) third, (byte) 0x80};
                    for (int length = 1; length <= 4; length++) {
                        assertSameAsJava(Arrays.copyOf(text, length), java);
                    }
                }
            }
        }
    }

    private static void assertSameAsJava(byte[] text, CharsetDecoder java) {
        boolean expected;
        try {
            expected = java.decode(ByteBuffer.wrap(text)).chars().noneMatch(c -> c == 0);
        } catch (CharacterCodingException malformed) {
            expected = false;
        }
        if (Utf8.isWellFormed(Unpooled.wrappedBuffer(text), 0, text.length) != expected) {
            throw new AssertionError("wrong about " + HexFormat.of().formatHex(text));
        }
    }

    private static Decoder connected(String connect) {
        Decoder decoder = new Decoder(1 << 20);
        assertThat(decoder.decode(bytes(connect))).isInstanceOf(Packet.Connect.class);
        return decoder;
    }

    private static ByteBuf bytes(String hex) {
        return Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex.replace(" ", "")));
    }
}
