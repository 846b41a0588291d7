package io.headrace.streams.decode.sparkplug;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.Reason;
import io.headrace.streams.decode.Decoded;
import io.headrace.streams.decode.Decoder;
import io.headrace.streams.decode.Limits;
import io.headrace.streams.decode.Memory;
import io.headrace.streams.decode.Payload;
import io.headrace.streams.decode.Sample;
import io.headrace.streams.decode.Sender;
import io.headrace.testing.InMemorySchemaRegistry;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SparkplugFormatTest {
    /** Written by sparkplug-payload 1.0.3, Eclipse Tahu's library for JavaScript: a metric of each datatype. */
    static final String TAHU_BIRTH =
            "0880b883a1f73212120a0562645365711880b883a1f7322008580712210a144e6f646520436f6e74726f6c2f526562697274"
                    + "681880b883a1f732200b700012150a02693810011880b883a1f732200150fbffffff0f12160a0369313610021880b883a1f7"
                    + "322002508cfcffff0f12160a0369333210031880b883a1f73220035090ddfbff0f121b0a0369363410041880b883a1f73220"
                    + "0458ffffffffffffffefff0112120a02753810051880b883a1f732200550fa0112140a0375313610061880b883a1f7322006"
                    + "50e8fb0312160a0375333210071880b883a1f732200758ffffffff0f121b0a0375363410081880b883a1f732200858ffffff"
                    + "ffffffffffff0112130a016610091880b883a1f7322009650000ac4112170a0164100a1880b883a1f732200a699a99999999"
                    + "99b9bf12100a0162100b1880b883a1f732200b700112160a0173100c1880b883a1f732200c7a066cc3a475667412100a0174"
                    + "100d1880b883a1f732200d580012140a0178100e1880b883a1f732200e7a047465787412350a026964100f1880b883a1f732"
                    + "200f7a2431323365343536372d653839622d313264332d613435362d343236363134313734303030123b0a057461626c6510"
                    + "101880b883a1f73220108a012608021201611201621803180c220d0a0608ffffffff0f0a0332017822090a0208020a033201"
                    + "7912170a04626c6f6210111880b883a1f73220118201030102ff12450a0470756d7010121880b883a1f73220139201310a01"
                    + "31120d0a0372706d200350fdffffff0f12080a026f6e200b70011a0b0a05696e64657810031801220450756d70280012340a"
                    + "0362616410131880b883a1f73220034a200a075175616c6974790a07456e67556e69741205080318f4031205080c42014350"
                    + "0512130a046e6f6e6510141880b883a1f732200338011800";

    private static final Instant NOW = Instant.parse("2025-07-01T12:00:00Z");
    private static final long SENT = 1_750_000_000_000L;
    private static final int INT32 = 3;

    private final Decoder decoder = new Decoder(Limits.DEFAULT, new InMemorySchemaRegistry());
    private final Map<String, byte[]> memory = new HashMap<>();

    @Test
    void a_birth_that_another_library_wrote_becomes_values_of_its_datatypes() {
        // Given
        byte[] birth = HexFormat.of().parseHex(TAHU_BIRTH);

        // When
        List<Sample> samples = decoded("spBv1.0/G/NBIRTH/E", birth);

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
    void data_names_its_metrics_by_the_aliases_of_the_birth() {
        // Given
        send("spBv1.0/G/NBIRTH/E", HexFormat.of().parseHex(TAHU_BIRTH));
        byte[] data = Wire.payload(SENT, 1)
                .metric(Wire.aliased(3, 0xFFFF_FFFFL).number(3, SENT + 5))
                .metric(Wire.aliased(5, 7))
                .metric(new Wire().text(1, "Node Control/Rebirth").number(14, 1))
                .bytes();

        // When
        List<Sample> samples = decoded("spBv1.0/G/NDATA/E", data);

        // Then
        assertThat(samples)
                .extracting(Sample::values)
                .containsExactly(Map.of("i32", -1L), Map.of("u8", 7L, "Node Control/Rebirth", true));
        assertThat(samples)
                .extracting(sample -> sample.time().orElseThrow())
                .containsExactly(Instant.ofEpochMilli(SENT + 5), Instant.ofEpochMilli(SENT));
    }

    @Test
    void members_of_structures_are_found_by_name_in_the_birth() {
        // Given
        send("spBv1.0/G/NBIRTH/E", HexFormat.of().parseHex(TAHU_BIRTH));
        Wire pump = new Wire()
                .message(2, new Wire().text(1, "rpm").number(10, 0xFFFF_FFF6L))
                .number(5, 0);

        // When
        List<Sample> samples = decoded(
                "spBv1.0/G/NDATA/E",
                Wire.payload(SENT, 1)
                        .metric(new Wire().number(2, 18).message(18, pump))
                        .bytes());

        // Then
        assertThat(samples.getFirst().values()).isEqualTo(Map.of("pump/rpm", -10L));
    }

    @Test
    void devices_behind_the_node_have_their_own_births_and_their_names_before_the_metrics() {
        // Given
        send("spBv1.0/G/NBIRTH/E", nodeBirth(1, "x"));
        send(
                "spBv1.0/G/DBIRTH/E/D",
                Wire.payload(SENT, 1).metric(Wire.born("t", 2, INT32, 20)).bytes());

        // When // Then
        assertThat(decoded(
                                "spBv1.0/G/DDATA/E/D",
                                Wire.payload(SENT, 2)
                                        .metric(Wire.aliased(2, 21))
                                        .bytes())
                        .getFirst()
                        .values())
                .isEqualTo(Map.of("D/t", 21L));
        assertThat(decoded("spBv1.0/G/DDEATH/E/D", Wire.payload(SENT, 3).bytes())
                        .getFirst()
                        .values())
                .isEqualTo(Map.of("D/sparkplug.online", false));
        assertRejected(
                "spBv1.0/G/NDATA/E",
                Wire.payload(SENT, 4).metric(Wire.aliased(2, 21)).bytes(),
                Reason.BEFORE_BIRTH);
    }

    @Test
    void who_brings_the_messages_of_others_has_their_path_before_the_metrics() {
        // Given
        Sender bridge = sender("bridge", "spBv1.0/G/DBIRTH/E/D", false);

        // When
        Decoded decoded = decode(
                bridge,
                Wire.payload(SENT, 0).metric(Wire.born("t", 2, INT32, 20)).bytes());

        // Then
        assertThat(((Decoded.Samples) decoded).list().getFirst().values())
                .containsOnlyKeys("G/E/D/t", "G/E/D/sparkplug.online");
    }

    @Test
    void data_that_no_birth_explains_waits_for_a_rebirth() {
        // Given
        byte[] aliased = Wire.payload(SENT, 9).metric(Wire.aliased(1, 5)).bytes();
        byte[] untyped = Wire.payload(SENT, 9)
                .metric(new Wire().text(1, "x").number(10, 5))
                .bytes();
        byte[] explicit = Wire.payload(SENT, 9)
                .metric(new Wire().text(1, "x").number(4, INT32).number(10, 5))
                .metric(new Wire().text(1, "y").doubleFloating(13, 1.5))
                .bytes();

        // When // Then
        assertRejected("spBv1.0/G/NDATA/E", aliased, Reason.BEFORE_BIRTH);
        assertRejected("spBv1.0/G/NDATA/E", untyped, Reason.BEFORE_BIRTH);
        assertThat(decoded("spBv1.0/G/NDATA/E", explicit).getFirst().values()).isEqualTo(Map.of("x", 5L, "y", 1.5));
        send("spBv1.0/G/NBIRTH/E", nodeBirth(1, "x"));
        assertThat(values(decode(sender("E", "spBv1.0/G/NDATA/E", true), aliased)))
                .isEqualTo(Map.of("x", 5L));
    }

    @Test
    void a_new_birth_of_the_node_ends_what_was_born_before() {
        // Given
        send("spBv1.0/G/NBIRTH/E", nodeBirth(1, "old"));
        send(
                "spBv1.0/G/DBIRTH/E/D",
                Wire.payload(SENT, 1).metric(Wire.born("t", 2, INT32, 20)).bytes());

        // When
        send("spBv1.0/G/NBIRTH/E", nodeBirth(2, "new"));

        // Then
        assertThat(decoded(
                                "spBv1.0/G/NDATA/E",
                                Wire.payload(SENT, 1).metric(Wire.aliased(1, 5)).bytes())
                        .getFirst()
                        .values())
                .isEqualTo(Map.of("new", 5L));
        assertRejected(
                "spBv1.0/G/DDATA/E/D",
                Wire.payload(SENT, 2).metric(Wire.aliased(2, 21)).bytes(),
                Reason.BEFORE_BIRTH);
    }

    @Test
    void a_birth_that_is_replayed_takes_nothing_from_a_later_one() {
        // Given
        send("spBv1.0/G/NBIRTH/E", nodeBirth(2, "new"));
        Payload old = new Payload(
                nodeBirth(1, "old"),
                Optional.empty(),
                Optional.empty(),
                NOW.minusSeconds(60),
                sender("E", "spBv1.0/G/NBIRTH/E", true));

        // When
        Decoded decoded = decoder.decode(old);
        keep(decoded);

        // Then
        assertThat(values(decoded)).containsKey("old");
        assertThat(decoded(
                                "spBv1.0/G/NDATA/E",
                                Wire.payload(SENT, 1).metric(Wire.aliased(1, 5)).bytes())
                        .getFirst()
                        .values())
                .isEqualTo(Map.of("new", 5L));
    }

    @Test
    void missing_messages_are_counted_by_their_sequence() {
        // Given
        send("spBv1.0/G/NBIRTH/E", nodeBirth(1, "x"));
        List<Integer> missed = new java.util.ArrayList<>();

        // When
        for (int sequence : new int[] {1, 2, 5, 5, 6, 255, 0, 2}) {
            Decoded.Samples samples = (Decoded.Samples) send(
                    "spBv1.0/G/NDATA/E",
                    Wire.payload(SENT, sequence).metric(Wire.aliased(1, 5)).bytes());
            missed.add(samples.missed());
            assertThat(samples.list().getFirst().tags())
                    .isEqualTo(
                            samples.missed() == 0
                                    ? Map.of()
                                    : Map.of("sparkplug.missed", Integer.toString(samples.missed())));
        }

        // Then
        assertThat(missed).containsExactly(0, 0, 2, 0, 0, 248, 0, 1);
    }

    @Test
    void a_death_takes_the_devices_with_it_unless_it_is_of_an_earlier_connection() {
        // Given
        byte[] death = new Wire()
                .metric(new Wire().text(1, "bdSeq").number(4, 4).number(11, 1))
                .bytes();
        send("spBv1.0/G/NBIRTH/E", nodeBirth(1, "x"));
        send(
                "spBv1.0/G/DBIRTH/E/D",
                Wire.payload(SENT, 1).metric(Wire.born("t", 2, INT32, 20)).bytes());

        // When
        Sample ofNow = decoded("spBv1.0/G/NDEATH/E", death).getFirst();
        send("spBv1.0/G/NBIRTH/E", nodeBirth(2, "x"));
        Sample ofBefore = decoded("spBv1.0/G/NDEATH/E", death).getFirst();

        // Then
        assertThat(ofNow.values())
                .isEqualTo(Map.of("bdSeq", 1L, "sparkplug.online", false, "D/sparkplug.online", false));
        assertThat(ofNow.time()).isEmpty();
        assertThat(ofBefore.values()).isEqualTo(Map.of("bdSeq", 1L));
    }

    @Test
    void nulls_texts_and_history_are_readings_too() {
        // Given
        send("spBv1.0/G/NBIRTH/E", nodeBirth(1, "x"));
        byte[] data = Wire.payload(SENT, 1)
                .metric(new Wire().number(2, 1).number(7, 1))
                .metric(new Wire()
                        .text(1, "state")
                        .text(15, "idle")
                        .number(5, 1)
                        .number(3, SENT - 1))
                .bytes();

        // When
        List<Sample> samples = decoded("spBv1.0/G/NDATA/E", data);

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
        Sample sample = decoded(
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
        assertRejected("spBv1.0/G/NDATA/E", payload.bytes(), reason);
    }

    @Test
    void a_metric_whose_type_changes_without_saying_so_is_refused() {
        // Given
        send("spBv1.0/G/NBIRTH/E", nodeBirth(1, "x"));

        // When // Then
        assertRejected(
                "spBv1.0/G/NDATA/E",
                Wire.payload(SENT, 1)
                        .metric(new Wire().number(2, 1).text(15, "hot"))
                        .bytes(),
                Reason.MALFORMED_SPARKPLUG);
    }

    @Test
    void ten_thousand_metrics_of_a_birth_are_as_many_readings_as_hold_them() {
        // Given
        Wire birth = Wire.payload(SENT, 0);
        for (int i = 0; i < 10_000; i++) {
            birth.metric(Wire.born("m" + i, i, INT32, i));
        }

        // When
        Decoded.Samples samples = (Decoded.Samples) send("spBv1.0/G/NBIRTH/E", birth.bytes());

        // Then
        assertThat(samples.list()).hasSize(11);
        assertThat(samples.list().stream()
                        .mapToInt(sample -> sample.values().size())
                        .sum())
                .isEqualTo(10_001);
        Random random = new Random(1);
        for (int i = 0; i < 200; i++) {
            int alias = random.nextInt(10_000);
            assertThat(decoded(
                                    "spBv1.0/G/NDATA/E",
                                    Wire.payload(SENT, 1)
                                            .metric(Wire.aliased(alias, 5))
                                            .bytes())
                            .getFirst()
                            .values())
                    .isEqualTo(Map.of("m" + alias, 5L));
        }
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
        assertRejected(topic, Wire.payload(SENT, 0).bytes(), Reason.UNEXPECTED_SHAPE);
    }

    @Test
    void a_bridge_has_so_many_births_remembered_and_no_more() {
        // Given // When
        for (int i = 0; i < Remembered.MAX_BIRTHS + 50; i++) {
            keep(decode(sender("bridge", "spBv1.0/G/NBIRTH/E" + i, false), nodeBirth(1, "x")));
        }

        // Then
        assertThat(memory.keySet().stream().filter(name -> name.startsWith("b/")))
                .hasSize(Remembered.MAX_BIRTHS);
        assertThat(memory.keySet().stream().filter(name -> name.startsWith("n/")))
                .hasSize(Remembered.MAX_BIRTHS);
        byte[] data = Wire.payload(SENT, 1).metric(Wire.aliased(1, 5)).bytes();
        assertThat(decode(sender("bridge", "spBv1.0/G/NDATA/E1049", false), data))
                .isInstanceOf(Decoded.Samples.class);
        assertThat(decode(sender("bridge", "spBv1.0/G/NDATA/E49", false), data)).isInstanceOf(Decoded.Rejected.class);
    }

    @Test
    void births_of_many_bytes_are_remembered_while_they_fit() {
        // Given
        Wire large = Wire.payload(SENT, 0);
        for (int i = 0; i < 4_000; i++) {
            large.metric(Wire.born("x".repeat(200) + i, i, INT32, i));
        }
        byte[] birth = large.bytes();

        // When
        for (int i = 0; i < 40; i++) {
            keep(decode(sender("bridge", "spBv1.0/G/NBIRTH/E" + i, false), birth));
        }

        // Then
        long bytes = memory.values().stream().mapToLong(entry -> entry.length).sum();
        assertThat(bytes).isBetween(10L << 20, 17L << 20);
        byte[] data = Wire.payload(SENT, 1).metric(Wire.aliased(1, 5)).bytes();
        assertThat(decode(sender("bridge", "spBv1.0/G/NDATA/E39", false), data)).isInstanceOf(Decoded.Samples.class);
    }

    @Test
    void no_bytes_make_it_throw() {
        // Given
        Random random = new Random(7);
        byte[] birth = HexFormat.of().parseHex(TAHU_BIRTH);
        send("spBv1.0/G/NBIRTH/E", birth);
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
            Decoded decoded = send("spBv1.0/G/" + types[random.nextInt(types.length)], bytes);

            // Then
            switch (decoded) {
                case Decoded.Rejected rejected -> assertThat(rejected.detail()).matches("[ -~]{1,140}");
                case Decoded.Samples samples -> decodable++;
            }
        }
        assertThat(decodable).isGreaterThan(1_000);
    }

    private static byte[] nodeBirth(long connection, String metric) {
        return Wire.payload(SENT, 0)
                .metric(new Wire().text(1, "bdSeq").number(4, 4).number(11, connection))
                .metric(Wire.born(metric, 1, INT32, 1))
                .bytes();
    }

    private Decoded send(String topic, byte[] bytes) {
        Decoded decoded = decode(sender("E", topic, false), bytes);
        keep(decoded);
        return decoded;
    }

    private void keep(Decoded decoded) {
        if (decoded instanceof Decoded.Samples samples) {
            for (Decoded.Memo memo : samples.memos()) {
                if (memo.bytes() == null) {
                    memory.remove(memo.name());
                } else {
                    memory.put(memo.name(), memo.bytes());
                }
            }
        }
    }

    private Sender sender(String device, String topic, boolean replay) {
        Memory remembered = memory::get;
        return new Sender(device, Optional.of(topic), Optional.empty(), remembered, replay);
    }

    private Decoded decode(Sender sender, byte[] bytes) {
        return decoder.decode(new Payload(bytes, Optional.empty(), Optional.empty(), NOW, sender));
    }

    private List<Sample> decoded(String topic, byte[] bytes) {
        Decoded decoded = send(topic, bytes);
        assertThat(decoded).isInstanceOf(Decoded.Samples.class);
        return ((Decoded.Samples) decoded).list();
    }

    private static Map<String, Object> values(Decoded decoded) {
        return ((Decoded.Samples) decoded).list().getFirst().values();
    }

    private void assertRejected(String topic, byte[] bytes, Reason reason) {
        assertThat(send(topic, bytes)).isInstanceOfSatisfying(Decoded.Rejected.class, rejected -> {
            assertThat(rejected.reason()).isEqualTo(reason);
            assertThat(rejected.detail()).matches("[ -~]{1,140}");
        });
    }
}
