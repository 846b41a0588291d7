package io.headrace.gateway.mqtt.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.headrace.gateway.mqtt.MqttSeeds;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The decoder under whatever bytes a fuzzer thinks of: it never throws, never reads on after a verdict, says the same
 * however the bytes are cut, and lets nothing through that the rest of the gateway relies on not to see. With
 * {@code JAZZER_FUZZ=1} it searches; otherwise it tries the seeds.
 */
@Tag("fuzz")
class DecoderFuzzTest {
    private static final String CONNECT_3 = "100e 00044d515454 04 02 003c 0002 6431";
    private static final String CONNECT_5 = "100f 00044d515454 05 02 003c 00 0002 6431";
    private static final int MAX_PACKET = 4_096;

    static Stream<byte[]> seeds() {
        return MqttSeeds.packets();
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "3m")
    void decodesWhatever(byte[] bytes) {
        for (String connect : new String[] {"", CONNECT_3, CONNECT_5}) {
            byte[] first = HexFormat.of().parseHex(connect.replace(" ", ""));
            List<String> whole = decoded(first, bytes, bytes.length);
            List<String> cut = decoded(first, bytes, 1);
            assertThat(cut).isEqualTo(whole);
        }
    }

    private static List<String> decoded(byte[] connect, byte[] bytes, int step) {
        Decoder decoder = new Decoder(MAX_PACKET);
        ByteBuf in = Unpooled.buffer();
        in.writeBytes(connect);
        List<String> seen = new ArrayList<>();
        for (int at = 0; at <= bytes.length && !isOver(seen); at += Math.max(1, step)) {
            in.writeBytes(bytes, at, Math.min(step, bytes.length - at));
            decodeAll(decoder, in, seen);
        }
        return seen;
    }

    private static boolean isOver(List<String> seen) {
        return !seen.isEmpty() && seen.getLast().startsWith("Malformed");
    }

    private static void decodeAll(Decoder decoder, ByteBuf in, List<String> seen) {
        while (true) {
            int before = in.readerIndex();
            switch (decoder.decode(in)) {
                case Decoded.Incomplete more -> {
                    assertThat(in.readerIndex()).isEqualTo(before);
                    return;
                }
                case Malformed bad -> {
                    assertThat(bad.reason().isError()).isTrue();
                    seen.add("Malformed " + bad.reason() + " " + bad.detail());
                    return;
                }
                case Packet.FromClient packet -> {
                    assertThat(in.readerIndex()).isBetween(before + 2, before + MAX_PACKET);
                    require(packet);
                    seen.add(shown(packet));
                }
            }
        }
    }

    private static String shown(Packet.FromClient packet) {
        return packet instanceof Packet.Publish publish
                ? "Publish " + publish.topic() + " " + publish.packetId() + " " + publish.payload().length
                : packet.toString();
    }

    /** What nobody after the decoder looks at again. */
    private static void require(Packet.FromClient packet) {
        switch (packet) {
            case Packet.Publish publish -> {
                assertThat(publish.qos()).isBetween(0, 2);
                assertThat(publish.packetId() == 0).isEqualTo(publish.qos() == 0);
                assertThat(publish.topic()).doesNotContain("+", "#", "\u0000");
                assertThat(publish.topic().isEmpty() && !publish.properties().has(Property.TOPIC_ALIAS))
                        .isFalse();
                assertThat(publish.properties().number(Property.TOPIC_ALIAS, 1)).isPositive();
                assertThat(publish.properties().user()).hasSizeLessThanOrEqualTo(PropertyDecoder.MAX_USER_PROPERTIES);
            }
            case Packet.Subscribe subscribe -> {
                assertThat(subscribe.packetId()).isPositive();
                assertThat(subscribe.subscriptions()).hasSizeBetween(1, SubscribeDecoder.MAX_FILTERS);
            }
            case Packet.Unsubscribe unsubscribe ->
                assertThat(unsubscribe.filters()).isNotEmpty();
            case Packet.Connect connect ->
                connect.will()
                        .ifPresent(will -> assertThat(will.topic()).isNotEmpty().doesNotContain("+", "#", "\u0000"));
            case Packet.Puback ack -> assertThat(ack.packetId()).isPositive();
            case Packet.Pubrec ack -> assertThat(ack.packetId()).isPositive();
            case Packet.Pubrel ack -> assertThat(ack.packetId()).isPositive();
            case Packet.Pubcomp ack -> assertThat(ack.packetId()).isPositive();
            case Packet.Pingreq ping -> {}
            case Packet.Disconnect end -> {}
            case Packet.Auth auth -> {}
        }
    }
}
