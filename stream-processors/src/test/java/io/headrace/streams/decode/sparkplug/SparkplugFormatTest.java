package io.headrace.streams.decode.sparkplug;

import static io.headrace.streams.decode.sparkplug.SparkplugHub.INT32;
import static io.headrace.streams.decode.sparkplug.SparkplugHub.SENT;
import static io.headrace.streams.decode.sparkplug.SparkplugHub.TAHU_BIRTH;
import static io.headrace.streams.decode.sparkplug.SparkplugHub.nodeBirth;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.Reason;
import io.headrace.streams.decode.Decoded;
import io.headrace.streams.decode.Sample;
import io.headrace.streams.decode.Sender;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SparkplugFormatTest {
    private final SparkplugHub hub = new SparkplugHub();

    @Test
    void a_birth_that_another_library_wrote_becomes_values_of_its_datatypes() {
        // Given
        byte[] birth = HexFormat.of().parseHex(TAHU_BIRTH);

        // When
        List<Sample> samples = hub.decoded("spBv1.0/G/NBIRTH/E", birth);

        // Then
        assertThat(samples).hasSize(1);
        assertThat(samples.getFirst().time()).contains(Instant.ofEpochMilli(SENT));
        assertThat(samples.getFirst().sequence()).contains(0L);
        assertThat(samples.getFirst().values())
                .isEqualTo(Map.ofEntries(
                        Map.entry("sparkplug.online", true),
                        Map.entry("bdSeq", 7L),
                        Map.entry("Node Control/Rebirth", false),
                        Map.entry("i8", -5L),
                        Map.entry("i16", -500L),
                        Map.entry("i32", -70_000L),
                        Map.entry("i64", -9_007_199_254_740_993L),
                        Map.entry("u8", 250L),
                        Map.entry("u16", 65_000L),
                        Map.entry("u32", 4_294_967_295L),
                        Map.entry("u64", 1.8446744073709552E19),
                        Map.entry("f", 21.5),
                        Map.entry("d", -0.1),
                        Map.entry("b", true),
                        Map.entry("s", "läuft"),
                        Map.entry("t", 0L),
                        Map.entry("x", "text"),
                        Map.entry("id", "123e4567-e89b-12d3-a456-426614174000"),
                        Map.entry("table.0.a", -1L),
                        Map.entry("table.0.b", "x"),
                        Map.entry("table.1.a", 2L),
                        Map.entry("table.1.b", "y"),
                        Map.entry("blob", "AQL_"),
                        Map.entry("pump/rpm", -3L),
                        Map.entry("pump/on", true),
                        Map.entry("bad", 5L),
                        Map.entry("bad.quality", 500L)));
    }

    @Test
    void members_of_structures_are_found_by_name_in_the_birth() {
        // Given
        hub.send("spBv1.0/G/NBIRTH/E", HexFormat.of().parseHex(TAHU_BIRTH));
        Wire pump = new Wire()
                .message(2, new Wire().text(1, "rpm").number(10, 0xFFFF_FFF6L))
                .number(5, 0);

        // When
        List<Sample> samples = hub.decoded(
                "spBv1.0/G/NDATA/E",
                Wire.payload(SENT, 1)
                        .metric(new Wire().number(2, 18).message(18, pump))
                        .bytes());

        // Then
        assertThat(samples.getFirst().values()).isEqualTo(Map.of("pump/rpm", -10L));
    }

    @Test
    void who_brings_the_messages_of_others_has_their_path_before_the_metrics() {
        // Given
        Sender bridge = hub.sender("bridge", "spBv1.0/G/DBIRTH/E/D", false);

        // When
        Decoded decoded = hub.decode(
                bridge,
                Wire.payload(SENT, 0).metric(Wire.born("t", 2, INT32, 20)).bytes());

        // Then
        assertThat(((Decoded.Samples) decoded).list().getFirst().values())
                .containsOnlyKeys("G/E/D/t", "G/E/D/sparkplug.online");
    }

    @Test
    void nulls_texts_and_history_are_readings_too() {
        // Given
        hub.send("spBv1.0/G/NBIRTH/E", nodeBirth(1, "x"));
        byte[] data = Wire.payload(SENT, 1)
                .metric(new Wire().number(2, 1).number(7, 1))
                .metric(new Wire()
                        .text(1, "state")
                        .text(15, "idle")
                        .number(5, 1)
                        .number(3, SENT - 1))
                .bytes();

        // When
        List<Sample> samples = hub.decoded("spBv1.0/G/NDATA/E", data);

        // Then
        assertThat(samples).extracting(Sample::values).containsExactly(Map.of("x.null", true), Map.of("state", "idle"));
        assertThat(samples.getLast().tags()).isEqualTo(Map.of("sparkplug.historical", "true"));
    }

    static Stream<Arguments> arrays() {
        return Stream.of(
                Arguments.of(22, new int[] {0xE9, 0x7B}, List.of(-23L, 123L)),
                Arguments.of(23, new int[] {0x30, 0x8A, 0x2B, 0x77}, List.of(-30160L, 30507L)),
                Arguments.of(24, new int[] {0x01, 0, 0, 0x80}, List.of(-2147483647L)),
                Arguments.of(
                        25, new int[] {0xCE, 0x06, 0x72, 0xAC, 0x18, 0x9C, 0xBA, 0xC4}, List.of(-4270929666821191986L)),
                Arguments.of(26, new int[] {0x17, 0xFA}, List.of(23L, 250L)),
                Arguments.of(27, new int[] {0x1E, 0x00, 0x88, 0xCC}, List.of(30L, 52360L)),
                Arguments.of(28, new int[] {0x34, 0, 0, 0, 0x49, 0xFB, 0x55, 0xC4}, List.of(52L, 3293969225L)),
                Arguments.of(
                        29, new int[] {0xD9, 0x9E, 0x02, 0xD1, 0xB2, 0x76, 0x37, 0xE4}, List.of(1.6444743074749522E19)),
                Arguments.of(30, new int[] {0, 0, 0xAC, 0x41}, List.of(21.5)),
                Arguments.of(31, new int[] {0, 0, 0, 0, 0, 0, 0xF8, 0x3F}, List.of(1.5)),
                Arguments.of(
                        32,
                        new int[] {0x0C, 0, 0, 0, 0x34, 0xDF},
                        List.of(false, false, true, true, false, true, false, false, true, true, false, true)),
                Arguments.of(
                        33, new int[] {0x41, 0x42, 0x43, 0, 0x68, 0x65, 0x6c, 0x6c, 0x6f, 0}, List.of("ABC", "hello")),
                Arguments.of(34, new int[] {0xC7, 0xD0, 0x90, 0x75, 0x24, 0x01, 0, 0}, List.of(1256102875335L)));
    }

    /** The examples of the specification's chapter 6.4.16 where they are right. */
    @ParameterizedTest
    @MethodSource("arrays")
    void arrays_are_flattened(int datatype, int[] packed, List<Object> elements) {
        // Given
        Wire metric = new Wire().text(1, "a").number(4, datatype).bytes(16, packed);

        // When
        Sample sample = hub.decoded(
                        "spBv1.0/G/NDATA/E",
                        Wire.payload(SENT, 0).metric(metric).bytes())
                .getFirst();

        // Then
        Map<String, Object> expected = new HashMap<>();
        for (int i = 0; i < elements.size(); i++) {
            expected.put("a." + i, elements.get(i));
        }
        assertThat(sample.values()).isEqualTo(expected);
    }

    static Stream<Arguments> poison() {
        Wire nested = new Wire().text(1, "m").number(10, 1);
        for (int i = 0; i < 50; i++) {
            nested = new Wire().text(1, "m").message(18, new Wire().message(2, nested));
        }
        Wire many = Wire.payload(SENT, 0);
        for (int i = 0; i <= SparkplugReader.MAX_ELEMENTS; i++) {
            many.metric(new Wire().number(2, i));
        }
        return Stream.of(
                Arguments.of(new Wire().bytes(2, 0x0A, 0x7F), Reason.MALFORMED_SPARKPLUG),
                Arguments.of(new Wire().text(1, "no number"), Reason.MALFORMED_SPARKPLUG),
                Arguments.of(Wire.payload(SENT, 256), Reason.MALFORMED_SPARKPLUG),
                Arguments.of(data(new Wire().text(1, "x").number(4, 99).number(10, 1)), Reason.MALFORMED_SPARKPLUG),
                Arguments.of(data(new Wire().text(1, "x").number(4, INT32).text(15, "1")), Reason.MALFORMED_SPARKPLUG),
                Arguments.of(data(new Wire().text(1, "x").number(4, 12).number(10, 1)), Reason.MALFORMED_SPARKPLUG),
                Arguments.of(
                        data(new Wire().text(1, "x").number(4, 24).bytes(16, 1, 2, 3)), Reason.MALFORMED_SPARKPLUG),
                Arguments.of(
                        data(new Wire().text(1, "x").number(4, 32).bytes(16, 0xFF, 0xFF, 0xFF, 0x7F)),
                        Reason.TOO_MANY_VALUES),
                Arguments.of(
                        data(new Wire()
                                .text(1, "x")
                                .message(
                                        17, new Wire().text(2, "a").number(3, 3).message(4, new Wire()))),
                        Reason.MALFORMED_SPARKPLUG),
                Arguments.of(data(nested), Reason.TOO_DEEP),
                Arguments.of(many, Reason.TOO_MANY_VALUES),
                Arguments.of(data(new Wire().text(1, "x").doubleFloating(13, Double.NaN)), Reason.NUMBER_OUT_OF_RANGE),
                Arguments.of(
                        data(new Wire().text(1, "x").floating(12, Float.NEGATIVE_INFINITY)),
                        Reason.NUMBER_OUT_OF_RANGE),
                Arguments.of(
                        data(new Wire().text(1, "x").number(14, 1))
                                .metric(new Wire().text(1, "x").number(14, 0)),
                        Reason.DUPLICATE_NAME),
                Arguments.of(data(new Wire().text(1, "x".repeat(257)).number(14, 1)), Reason.TEXT_TOO_LONG),
                Arguments.of(data(new Wire().text(1, "x").text(15, "y".repeat(4_097))), Reason.TEXT_TOO_LONG),
                Arguments.of(Wire.payload(SENT, 0), Reason.NO_NUMERIC_VALUE),
                Arguments.of(Wire.payload(SENT, 0).text(4, "SPBV1.0_COMPRESSED"), Reason.UNKNOWN_CONTENT_ENCODING));
    }

    private static Wire data(Wire metric) {
        return Wire.payload(SENT, 0).metric(metric);
    }

    @ParameterizedTest(name = "{1} {index}")
    @MethodSource("poison")
    void poison_is_refused_under_its_own_reason(Wire payload, Reason reason) {
        hub.assertRejected("spBv1.0/G/NDATA/E", payload.bytes(), reason);
    }

    @Test
    void a_metric_whose_type_changes_without_saying_so_is_refused() {
        // Given
        hub.send("spBv1.0/G/NBIRTH/E", nodeBirth(1, "x"));

        // When // Then
        hub.assertRejected(
                "spBv1.0/G/NDATA/E",
                Wire.payload(SENT, 1)
                        .metric(new Wire().number(2, 1).text(15, "hot"))
                        .bytes(),
                Reason.MALFORMED_SPARKPLUG);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "spBv1.0/G/NCMD/E",
                "spBv1.0/G/NDATA",
                "spBv1.0/G/NDATA/E/D",
                "spBv1.0/G/DDATA/E",
                "spBv1.0/STATE/host",
                "spBv1.0//NDATA/E",
                "spBv1.0/G/ndata/E"
            })
    void what_no_edge_node_sends_is_refused(String topic) {
        hub.assertRejected(topic, Wire.payload(SENT, 0).bytes(), Reason.UNEXPECTED_SHAPE);
    }

    @Test
    void no_bytes_make_it_throw() {
        // Given
        Random random = new Random(7);
        byte[] birth = HexFormat.of().parseHex(TAHU_BIRTH);
        hub.send("spBv1.0/G/NBIRTH/E", birth);
        String[] types = {"NBIRTH/E", "NDATA/E", "NDEATH/E", "DBIRTH/E/D", "DDATA/E/D", "DDEATH/E/D"};
        int decodable = 0;

        for (int round = 0; round < 40_000; round++) {
            byte[] bytes = birth.clone();
            for (int changes = random.nextInt(4); changes > 0; changes--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            if (random.nextInt(3) == 0) {
                bytes = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length));
            }

            // When
            Decoded decoded = hub.send("spBv1.0/G/" + types[random.nextInt(types.length)], bytes);

            // Then
            switch (decoded) {
                case Decoded.Rejected rejected -> assertThat(rejected.detail()).matches("[ -~]{1,140}");
                case Decoded.Samples samples -> decodable++;
            }
        }
        assertThat(decodable).isGreaterThan(1_000);
    }
}
