package io.headrace.streams.decode.sparkplug;

import static io.headrace.streams.decode.sparkplug.SparkplugHub.INT32;
import static io.headrace.streams.decode.sparkplug.SparkplugHub.NOW;
import static io.headrace.streams.decode.sparkplug.SparkplugHub.SENT;
import static io.headrace.streams.decode.sparkplug.SparkplugHub.TAHU_BIRTH;
import static io.headrace.streams.decode.sparkplug.SparkplugHub.nodeBirth;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.Reason;
import io.headrace.streams.decode.Decoded;
import io.headrace.streams.decode.Payload;
import io.headrace.streams.decode.Sample;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is remembered of births, and what it does to the data that come after. */
class SparkplugBirthsTest {
    private final SparkplugHub hub = new SparkplugHub();

    @Test
    void data_names_its_metrics_by_the_aliases_of_the_birth() {
        // Given
        hub.send("spBv1.0/G/NBIRTH/E", HexFormat.of().parseHex(TAHU_BIRTH));
        byte[] data = Wire.payload(SENT, 1)
                .metric(Wire.aliased(3, 0xFFFF_FFFFL).number(3, SENT + 5))
                .metric(Wire.aliased(5, 7))
                .metric(new Wire().text(1, "Node Control/Rebirth").number(14, 1))
                .bytes();

        // When
        List<Sample> samples = hub.decoded("spBv1.0/G/NDATA/E", data);

        // Then
        assertThat(samples)
                .extracting(Sample::values)
                .containsExactly(Map.of("i32", -1L), Map.of("u8", 7L, "Node Control/Rebirth", true));
        assertThat(samples)
                .extracting(sample -> sample.time().orElseThrow())
                .containsExactly(Instant.ofEpochMilli(SENT + 5), Instant.ofEpochMilli(SENT));
    }

    @Test
    void devices_behind_the_node_have_their_own_births_and_their_names_before_the_metrics() {
        // Given
        hub.send("spBv1.0/G/NBIRTH/E", nodeBirth(1, "x"));
        hub.send(
                "spBv1.0/G/DBIRTH/E/D",
                Wire.payload(SENT, 1).metric(Wire.born("t", 2, INT32, 20)).bytes());

        // When // Then
        assertThat(hub.decoded(
                                "spBv1.0/G/DDATA/E/D",
                                Wire.payload(SENT, 2)
                                        .metric(Wire.aliased(2, 21))
                                        .bytes())
                        .getFirst()
                        .values())
                .isEqualTo(Map.of("D/t", 21L));
        assertThat(hub.decoded("spBv1.0/G/DDEATH/E/D", Wire.payload(SENT, 3).bytes())
                        .getFirst()
                        .values())
                .isEqualTo(Map.of("D/sparkplug.online", false));
        hub.assertRejected(
                "spBv1.0/G/NDATA/E",
                Wire.payload(SENT, 4).metric(Wire.aliased(2, 21)).bytes(),
                Reason.BEFORE_BIRTH);
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
        hub.assertRejected("spBv1.0/G/NDATA/E", aliased, Reason.BEFORE_BIRTH);
        hub.assertRejected("spBv1.0/G/NDATA/E", untyped, Reason.BEFORE_BIRTH);
        assertThat(hub.decoded("spBv1.0/G/NDATA/E", explicit).getFirst().values())
                .isEqualTo(Map.of("x", 5L, "y", 1.5));
        hub.send("spBv1.0/G/NBIRTH/E", nodeBirth(1, "x"));
        assertThat(SparkplugHub.values(hub.decode(hub.sender("E", "spBv1.0/G/NDATA/E", true), aliased)))
                .isEqualTo(Map.of("x", 5L));
    }

    @Test
    void a_new_birth_of_the_node_ends_what_was_born_before() {
        // Given
        hub.send("spBv1.0/G/NBIRTH/E", nodeBirth(1, "old"));
        hub.send(
                "spBv1.0/G/DBIRTH/E/D",
                Wire.payload(SENT, 1).metric(Wire.born("t", 2, INT32, 20)).bytes());

        // When
        hub.send("spBv1.0/G/NBIRTH/E", nodeBirth(2, "new"));

        // Then
        assertThat(hub.decoded(
                                "spBv1.0/G/NDATA/E",
                                Wire.payload(SENT, 1).metric(Wire.aliased(1, 5)).bytes())
                        .getFirst()
                        .values())
                .isEqualTo(Map.of("new", 5L));
        hub.assertRejected(
                "spBv1.0/G/DDATA/E/D",
                Wire.payload(SENT, 2).metric(Wire.aliased(2, 21)).bytes(),
                Reason.BEFORE_BIRTH);
    }

    @Test
    void a_birth_that_is_replayed_takes_nothing_from_a_later_one() {
        // Given
        hub.send("spBv1.0/G/NBIRTH/E", nodeBirth(2, "new"));
        Payload old = new Payload(
                nodeBirth(1, "old"),
                Optional.empty(),
                Optional.empty(),
                NOW.minusSeconds(60),
                hub.sender("E", "spBv1.0/G/NBIRTH/E", true));

        // When
        Decoded decoded = hub.decoder.decode(old);
        hub.keep(decoded);

        // Then
        assertThat(SparkplugHub.values(decoded)).containsKey("old");
        assertThat(hub.decoded(
                                "spBv1.0/G/NDATA/E",
                                Wire.payload(SENT, 1).metric(Wire.aliased(1, 5)).bytes())
                        .getFirst()
                        .values())
                .isEqualTo(Map.of("new", 5L));
    }

    @Test
    void missing_messages_are_counted_by_their_sequence() {
        // Given
        hub.send("spBv1.0/G/NBIRTH/E", nodeBirth(1, "x"));
        List<Integer> missed = new java.util.ArrayList<>();

        // When
        for (int sequence : new int[] {1, 2, 5, 5, 6, 255, 0, 2}) {
            Decoded.Samples samples = (Decoded.Samples) hub.send(
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
        hub.send("spBv1.0/G/NBIRTH/E", nodeBirth(1, "x"));
        hub.send(
                "spBv1.0/G/DBIRTH/E/D",
                Wire.payload(SENT, 1).metric(Wire.born("t", 2, INT32, 20)).bytes());

        // When
        Sample ofNow = hub.decoded("spBv1.0/G/NDEATH/E", death).getFirst();
        hub.send("spBv1.0/G/NBIRTH/E", nodeBirth(2, "x"));
        Sample ofBefore = hub.decoded("spBv1.0/G/NDEATH/E", death).getFirst();

        // Then
        assertThat(ofNow.values())
                .isEqualTo(Map.of("bdSeq", 1L, "sparkplug.online", false, "D/sparkplug.online", false));
        assertThat(ofNow.time()).isEmpty();
        assertThat(ofBefore.values()).isEqualTo(Map.of("bdSeq", 1L));
    }

    @Test
    void ten_thousand_metrics_of_a_birth_are_as_many_readings_as_hold_them() {
        // Given
        Wire birth = Wire.payload(SENT, 0);
        for (int i = 0; i < 10_000; i++) {
            birth.metric(Wire.born("m" + i, i, INT32, i));
        }

        // When
        Decoded.Samples samples = (Decoded.Samples) hub.send("spBv1.0/G/NBIRTH/E", birth.bytes());

        // Then
        assertThat(samples.list()).hasSize(11);
        assertThat(samples.list().stream()
                        .mapToInt(sample -> sample.values().size())
                        .sum())
                .isEqualTo(10_001);
        Random random = new Random(1);
        for (int i = 0; i < 200; i++) {
            int alias = random.nextInt(10_000);
            assertThat(hub.decoded(
                                    "spBv1.0/G/NDATA/E",
                                    Wire.payload(SENT, 1)
                                            .metric(Wire.aliased(alias, 5))
                                            .bytes())
                            .getFirst()
                            .values())
                    .isEqualTo(Map.of("m" + alias, 5L));
        }
    }

    @Test
    void a_bridge_has_so_many_births_remembered_and_no_more() {
        // Given // When
        for (int i = 0; i < Remembered.MAX_BIRTHS + 50; i++) {
            hub.keep(hub.decode(hub.sender("bridge", "spBv1.0/G/NBIRTH/E" + i, false), nodeBirth(1, "x")));
        }

        // Then
        assertThat(hub.memory.keySet().stream().filter(name -> name.startsWith("b/")))
                .hasSize(Remembered.MAX_BIRTHS);
        assertThat(hub.memory.keySet().stream().filter(name -> name.startsWith("n/")))
                .hasSize(Remembered.MAX_BIRTHS);
        byte[] data = Wire.payload(SENT, 1).metric(Wire.aliased(1, 5)).bytes();
        assertThat(hub.decode(hub.sender("bridge", "spBv1.0/G/NDATA/E1049", false), data))
                .isInstanceOf(Decoded.Samples.class);
        assertThat(hub.decode(hub.sender("bridge", "spBv1.0/G/NDATA/E49", false), data))
                .isInstanceOf(Decoded.Rejected.class);
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
            hub.keep(hub.decode(hub.sender("bridge", "spBv1.0/G/NBIRTH/E" + i, false), birth));
        }

        // Then
        long bytes =
                hub.memory.values().stream().mapToLong(entry -> entry.length).sum();
        assertThat(bytes).isBetween(10L << 20, 17L << 20);
        byte[] data = Wire.payload(SENT, 1).metric(Wire.aliased(1, 5)).bytes();
        assertThat(hub.decode(hub.sender("bridge", "spBv1.0/G/NDATA/E39", false), data))
                .isInstanceOf(Decoded.Samples.class);
    }
}
