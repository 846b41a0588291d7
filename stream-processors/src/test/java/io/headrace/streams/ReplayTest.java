package io.headrace.streams;

import static io.headrace.streams.Pipeline.header;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.Headers;
import io.headrace.catalogue.Outcome;
import io.headrace.record.DeviceStatus;
import io.headrace.record.Reading;
import io.headrace.record.WindowAggregate;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dead letters that are brought back: what they come to, and that they come to it once. */
class ReplayTest {
    private static final Instant NOW = Pipeline.NOW;
    private static final Instant LATER = NOW.plus(Duration.ofDays(5));

    @TempDir
    private Path folder;

    private Pipeline pipeline;

    @BeforeEach
    void start() {
        pipeline = new Pipeline(folder, Map.of("processors.fragments", "normalize,window"));
    }

    @AfterEach
    void stop() {
        pipeline.close();
    }

    /** A message of a quarantined device: it becomes processable when the device is enabled. */
    private TestRecord<byte[], byte[]> quarantined(String payload, String... headers) {
        pipeline.register("d1", DeviceStatus.QUARANTINED, Map.of());
        pipeline.send("d1", payload, headers);
        pipeline.register("d1", DeviceStatus.ENABLED, Map.of());
        return pipeline.deadLetters().getFirst();
    }

    @Test
    void a_replayed_message_is_stored_under_its_own_origin_and_receive_time_and_the_ledger_says_so() {
        // Given
        pipeline.send("d1", "{\"v\":1}");
        TestRecord<byte[], byte[]> letter = quarantined("{\"v\":2}", Headers.CHANNEL, "boiler");
        assertThat(pipeline.ledger()).containsExactly(Outcome.STORED, Outcome.QUARANTINED);
        pipeline.readings();

        // When
        pipeline.replay(letter, LATER);

        // Then
        TestRecord<String, Reading> record = pipeline.readings().getFirst();
        assertThat(header(record, Headers.ORIGIN)).isEqualTo("0:1");
        assertThat(header(record, Headers.REPLAYS)).isEqualTo("1");
        assertThat(record.getRecordTime()).isEqualTo(LATER);
        assertThat(record.value().getReceivedAt()).isEqualTo(NOW);
        assertThat(record.value().getObservedAt()).isEqualTo(NOW);
        assertThat(record.value().getChannel()).isEqualTo("boiler");
        assertThat(record.value().getValues()).isEqualTo(Map.of("v", 2L));
        assertThat(pipeline.ledger()).containsExactly(Outcome.STORED, Outcome.STORED);
        assertThat(pipeline.count("headrace.normalize.replays", "outcome", "STORED"))
                .isEqualTo(1);
        assertThat(pipeline.count("headrace.normalize.messages", "outcome", "STORED"))
                .isEqualTo(1);
    }

    @Test
    void the_same_letter_counts_once_however_often_it_is_brought_back() {
        // Given
        TestRecord<byte[], byte[]> letter = quarantined("[{\"v\":1},{\"v\":2}]");

        // When
        pipeline.replay(letter, LATER);
        pipeline.replay(letter, LATER);
        pipeline.replay(letter, LATER.plus(Duration.ofDays(20)));

        // Then
        assertThat(pipeline.readings())
                .extracting(record -> header(record, Headers.ORIGIN))
                .containsExactly("0:0#0", "0:0#1");
        assertThat(pipeline.ledger()).containsExactly(Outcome.STORED);
        assertThat(pipeline.count("headrace.normalize.replays", "outcome", "PASSED_OVER"))
                .isEqualTo(2);
    }

    @Test
    void what_is_still_no_good_is_a_dead_letter_again_with_its_new_reason_and_count() {
        // Given
        TestRecord<byte[], byte[]> letter = quarantined("{\"v\":", Headers.PROPERTY_PREFIX + "a", "b");

        // When
        pipeline.replay(letter, LATER);
        TestRecord<byte[], byte[]> again = pipeline.deadLetters().getFirst();
        pipeline.replay(letter, LATER);
        pipeline.replay(again, LATER);

        // Then
        assertThat(again.value()).asString(StandardCharsets.UTF_8).isEqualTo("{\"v\":");
        assertThat(again.getRecordTime()).isEqualTo(LATER);
        assertThat(header(again, Headers.REASON)).isEqualTo("MALFORMED_JSON");
        assertThat(header(again, Headers.ORIGIN)).isEqualTo("0:0");
        assertThat(header(again, Headers.REPLAYS)).isEqualTo("1");
        assertThat(header(again, Headers.RECEIVED_AT)).isEqualTo(Long.toString(NOW.toEpochMilli()));
        assertThat(header(again, Headers.PROPERTY_PREFIX + "a")).isEqualTo("b");
        List<TestRecord<byte[], byte[]>> third = pipeline.deadLetters();
        assertThat(third)
                .singleElement()
                .satisfies(one -> assertThat(header(one, Headers.REPLAYS)).isEqualTo("2"));
        assertThat(pipeline.ledger()).containsExactly(Outcome.DEAD_LETTERED);
    }

    @Test
    void an_expiry_that_has_passed_meanwhile_doesnt_stop_a_replay() {
        // Given
        String soon = Long.toString(NOW.toEpochMilli() + 1_000);
        TestRecord<byte[], byte[]> letter = quarantined("{\"v\":1}", Headers.EXPIRES_AT, soon);

        // When
        pipeline.driver.advanceWallClockTime(Duration.ofHours(1));
        pipeline.replay(letter, LATER);

        // Then
        assertThat(pipeline.ledger()).containsExactly(Outcome.STORED);
    }

    @Test
    void of_dead_letters_that_are_resends_of_one_message_one_is_stored() {
        // Given
        pipeline.register("d1", DeviceStatus.QUARANTINED, Map.of());
        pipeline.send("d1", "{\"v\":1}", Headers.MESSAGE_ID, "a");
        pipeline.send("d1", "{\"v\":1}", Headers.MESSAGE_ID, "a");
        pipeline.send("d1", "{\"v\":1}", Headers.PACKET_ID, "7");
        pipeline.send("d1", "{\"v\":1}", Headers.PACKET_ID, "7", Headers.RESEND, "1");
        pipeline.register("d1", DeviceStatus.ENABLED, Map.of());

        // When
        pipeline.deadLetters().forEach(letter -> pipeline.replay(letter, LATER));

        // Then
        assertThat(pipeline.ledger())
                .containsExactly(Outcome.STORED, Outcome.DUPLICATE, Outcome.STORED, Outcome.DUPLICATE);
        assertThat(pipeline.readings()).hasSize(2);
    }

    @Test
    void a_resend_that_was_stored_makes_the_replay_of_its_dead_letter_a_duplicate_and_the_other_way_round() {
        // Given
        TestRecord<byte[], byte[]> letter = quarantined("{\"v\":1}", Headers.MESSAGE_ID, "a");
        pipeline.send("d1", "{\"v\":1}", Headers.MESSAGE_ID, "a");
        TestRecord<byte[], byte[]> other = quarantined("{\"v\":1}", Headers.MESSAGE_ID, "b");

        // When
        pipeline.replay(letter, NOW.plusSeconds(60));
        pipeline.replay(other, NOW.plusSeconds(60));
        pipeline.send("d1", "{\"v\":1}", Headers.MESSAGE_ID, "b");

        // Then
        assertThat(pipeline.ledger())
                .containsExactly(Outcome.DUPLICATE, Outcome.STORED, Outcome.STORED, Outcome.DUPLICATE);
    }

    @Test
    void a_replayed_value_reopens_its_window_once_and_the_revision_is_as_young_as_the_replay() {
        // Given
        TestRecord<byte[], byte[]> letter = quarantined("{\"ts\":\"2025-07-01T12:00:10Z\",\"v\":5}");
        pipeline.send("d1", "{\"ts\":\"2025-07-01T12:00:20Z\",\"v\":1}");
        pipeline.send("d1", "{\"ts\":\"2025-07-01T12:04:00Z\",\"v\":1}");
        pipeline.driver.advanceWallClockTime(Duration.ofMinutes(1));
        assertThat(minutes()).extracting(WindowAggregate::getCount).containsExactly(1L);

        // When
        pipeline.replay(letter, LATER);
        pipeline.replay(letter, LATER);
        pipeline.driver.advanceWallClockTime(Duration.ofSeconds(30));

        // Then
        List<WindowAggregate> revised = minutes();
        assertThat(revised).singleElement().satisfies(window -> {
            assertThat(window.getCount()).isEqualTo(2);
            assertThat(window.getRevision()).isEqualTo(1);
            assertThat(window.getReceivedAt()).isEqualTo(LATER);
        });
    }

    /** Aggregates of the minute in question that came since it was last asked. */
    private List<WindowAggregate> minutes() {
        return pipeline.all(pipeline.catalogue.aggregates()).stream()
                .map(TestRecord::value)
                .filter(window -> window.getStart().equals(Instant.parse("2025-07-01T12:00:00Z"))
                        && window.getEnd().equals(Instant.parse("2025-07-01T12:01:00Z")))
                .toList();
    }

    @Test
    void what_claims_to_be_a_replay_and_names_no_message_of_its_partition_changes_nothing() {
        // Given
        TestRecord<byte[], byte[]> letter = quarantined("{\"v\":1}");

        // When
        for (String origin : List.of("", "x", "7:0")) {
            RecordHeaders headers = new RecordHeaders(letter.headers().toArray());
            Headers.set(headers, Headers.ORIGIN, origin);
            pipeline.replay(new TestRecord<>(letter.key(), letter.value(), headers, NOW), LATER);
        }

        // Then
        assertThat(pipeline.readings()).isEmpty();
        assertThat(pipeline.deadLetters()).isEmpty();
        assertThat(pipeline.ledger()).containsExactly(Outcome.QUARANTINED);
    }

    @Test
    void a_raw_record_cant_claim_to_be_a_replay() {
        // Given // When
        pipeline.send(
                "d1",
                "{\"v\":1}",
                Headers.ORIGIN,
                "0:4711",
                Headers.REPLAYS,
                "1",
                Headers.RECEIVED_AT,
                Long.toString(0));
        pipeline.send("d1", "poison", Headers.REPLAYS, "7", Headers.RECEIVED_AT, "0");

        // Then
        TestRecord<String, Reading> record = pipeline.readings().getFirst();
        assertThat(header(record, Headers.ORIGIN)).isEqualTo("0:0");
        assertThat(header(record, Headers.REPLAYS)).isEmpty();
        assertThat(record.value().getReceivedAt()).isEqualTo(NOW);
        TestRecord<byte[], byte[]> letter = pipeline.deadLetters().getFirst();
        assertThat(header(letter, Headers.REPLAYS)).isEmpty();
        assertThat(header(letter, Headers.RECEIVED_AT)).isEmpty();
    }

    @Test
    void the_letters_of_a_device_come_back_in_their_order_between_those_of_others() {
        // Given
        pipeline.register("d1", DeviceStatus.QUARANTINED, Map.of());
        pipeline.register("d2", DeviceStatus.QUARANTINED, Map.of());
        for (int i = 0; i < 2_000; i++) {
            pipeline.send("d" + (1 + i % 2), "{\"v\":" + i + "}");
        }
        pipeline.register("d1", DeviceStatus.ENABLED, Map.of());
        pipeline.register("d2", DeviceStatus.ENABLED, Map.of());

        // When
        pipeline.deadLetters().forEach(letter -> pipeline.replay(letter, LATER));

        // Then
        List<TestRecord<String, Reading>> readings = pipeline.readings();
        assertThat(readings).hasSize(2_000);
        assertThat(readings)
                .filteredOn(record -> record.key().equals("d1"))
                .extracting(record -> (Long) record.value().getValues().get("v"))
                .isSorted();
        assertThat(pipeline.ledger()).containsOnly(Outcome.STORED);
    }
}
