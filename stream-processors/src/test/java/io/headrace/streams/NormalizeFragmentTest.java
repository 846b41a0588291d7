package io.headrace.streams;

import static io.headrace.streams.Pipeline.header;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.Headers;
import io.headrace.catalogue.Outcome;
import io.headrace.record.Clock;
import io.headrace.record.DeviceStatus;
import io.headrace.record.Reading;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NormalizeFragmentTest {
    private static final Instant NOW = Pipeline.NOW;

    @TempDir
    private Path folder;

    private Pipeline pipeline;

    @BeforeEach
    void start() {
        pipeline = new Pipeline(folder, Map.of("processors.fragments", "normalize"));
    }

    @AfterEach
    void stop() {
        pipeline.close();
    }

    @Test
    void a_message_becomes_a_reading_with_what_is_known_of_its_device() {
        // Given
        pipeline.register("d1", DeviceStatus.ENABLED, Map.of("site", "north"));

        // When
        long offset = pipeline.send(
                "d1",
                "{\"ts\":\"2025-06-01T10:00:00Z\",\"seq\":7,\"temperature\":21.5,\"on\":true}",
                Headers.CHANNEL,
                "boiler",
                Headers.MESSAGE_ID,
                "m-1",
                Headers.PROPERTY_PREFIX + "firmware",
                "1.2",
                Headers.CONTENT_TYPE,
                "application/json");

        // Then
        TestRecord<String, Reading> record = pipeline.readings().getFirst();
        assertThat(record.key()).isEqualTo("d1");
        assertThat(record.getRecordTime()).isEqualTo(NOW);
        assertThat(header(record, Headers.ORIGIN)).isEqualTo("0:" + offset);
        assertThat(header(record, Headers.PROPERTY_PREFIX + "firmware")).isEqualTo("1.2");
        assertThat(header(record, Headers.TIER_WARM)).isEqualTo("1");
        assertThat(header(record, Headers.TIER_COLD)).isEqualTo("1");
        assertThat(record.headers().lastHeader(Headers.CONTENT_TYPE)).isNull();
        Reading reading = record.value();
        assertThat(reading.getObservedAt()).isEqualTo(Instant.parse("2025-06-01T10:00:00Z"));
        assertThat(reading.getReceivedAt()).isEqualTo(NOW);
        assertThat(reading.getClock()).isEqualTo(Clock.DEVICE);
        assertThat(reading.getChannel()).isEqualTo("boiler");
        assertThat(reading.getMessageId()).isEqualTo("m-1");
        assertThat(reading.getSequence()).isEqualTo(7);
        assertThat(reading.getValues()).isEqualTo(Map.of("temperature", 21.5, "on", true));
        assertThat(reading.getTags()).isEqualTo(Map.of("site", "north"));
        assertThat(pipeline.ledger()).containsExactly(Outcome.STORED);
    }

    @Test
    void the_elements_of_a_batch_are_told_apart_by_their_origin() {
        // Given
        String batch = "[{\"ts\":1750000000000,\"v\":1},{\"ts\":1750000001000,\"v\":2}]";

        // When
        pipeline.send("d1", batch);

        // Then
        assertThat(pipeline.readings())
                .extracting(record -> header(record, Headers.ORIGIN))
                .containsExactly("0:0#0", "0:0#1");
        assertThat(pipeline.ledger()).containsExactly(Outcome.STORED);
    }

    @Test
    void a_clock_ahead_of_ours_is_corrected_and_kept_and_counted() {
        // Given
        Instant far = Instant.parse("2099-01-01T00:00:00Z");

        // When
        pipeline.send("d1", "{\"ts\":\"" + far + "\",\"v\":1}");
        pipeline.send("d1", "{\"v\":1}", Headers.DEVICE_TIME, Long.toString(0));
        pipeline.send("d1", "{\"v\":1}", Headers.DEVICE_TIME, Long.toString(NOW.toEpochMilli() + 299_000));

        // Then
        List<TestRecord<String, Reading>> readings = pipeline.readings();
        assertThat(readings)
                .extracting(record -> record.value().getClock())
                .containsExactly(Clock.CORRECTED, Clock.CORRECTED, Clock.DEVICE);
        assertThat(readings.getFirst().value().getObservedAt()).isEqualTo(NOW);
        assertThat(readings.getFirst().value().getDeviceTime()).isEqualTo(far);
        assertThat(readings)
                .allSatisfy(record -> assertThat(record.getRecordTime()).isEqualTo(NOW));
        assertThat(pipeline.count("headrace.normalize.clocks.corrected")).isEqualTo(2);
    }

    @Test
    void a_message_id_counts_once_within_ten_minutes_of_its_device() {
        // Given
        pipeline.sendAt(NOW, "d1", "{\"v\":1}", Headers.MESSAGE_ID, "a");

        // When
        pipeline.sendAt(NOW.plusSeconds(599), "d1", "{\"v\":2}", Headers.MESSAGE_ID, "a");
        pipeline.sendAt(NOW.plusSeconds(599), "d2", "{\"v\":2}", Headers.MESSAGE_ID, "a");
        pipeline.sendAt(NOW.plusSeconds(601), "d1", "{\"v\":2}", Headers.MESSAGE_ID, "a");

        // Then
        assertThat(pipeline.ledger())
                .containsExactly(Outcome.STORED, Outcome.DUPLICATE, Outcome.STORED, Outcome.STORED);
        assertThat(pipeline.readings()).hasSize(3);
    }

    @Test
    void a_resend_counts_once_and_a_packet_id_used_again_is_no_resend() {
        // Given
        pipeline.send("d1", "{\"v\":1}", Headers.PACKET_ID, "1");

        // When
        pipeline.send("d1", "{\"v\":1}", Headers.PACKET_ID, "1", Headers.RESEND, "1");
        pipeline.send("d1", "{\"v\":2}", Headers.PACKET_ID, "1", Headers.RESEND, "1");
        pipeline.send("d1", "{\"v\":1}", Headers.PACKET_ID, "1");
        pipeline.send("d1", "{\"v\":1}", Headers.PACKET_ID, "2", Headers.RESEND, "1");

        // Then
        assertThat(pipeline.ledger())
                .containsExactly(Outcome.STORED, Outcome.DUPLICATE, Outcome.STORED, Outcome.STORED, Outcome.STORED);
    }

    @Test
    void the_corrected_resend_of_a_dead_letter_is_stored() {
        // Given
        pipeline.send("d1", "{\"v\":", Headers.MESSAGE_ID, "a");

        // When
        pipeline.send("d1", "{\"v\":1}", Headers.MESSAGE_ID, "a");

        // Then
        assertThat(pipeline.ledger()).containsExactly(Outcome.DEAD_LETTERED, Outcome.STORED);
    }

    @Test
    void an_expired_message_is_counted_and_goes_no_further() {
        // Given
        String past = Long.toString(NOW.toEpochMilli() - 1);
        String future = Long.toString(NOW.toEpochMilli() + 60_000);

        // When
        pipeline.send("d1", "{\"v\":1}", Headers.EXPIRES_AT, past);
        pipeline.send("d1", "{\"v\":1}", Headers.EXPIRES_AT, future);
        pipeline.driver.advanceWallClockTime(Duration.ofMinutes(2));
        pipeline.send("d1", "{\"v\":1}", Headers.EXPIRES_AT, future);

        // Then
        assertThat(pipeline.ledger()).containsExactly(Outcome.EXPIRED, Outcome.STORED, Outcome.EXPIRED);
        assertThat(pipeline.readings()).hasSize(1);
        assertThat(pipeline.deadLetters()).isEmpty();
    }

    @Test
    void messages_of_a_quarantined_device_are_set_aside_until_it_is_enabled_again() {
        // Given
        pipeline.register("d1", DeviceStatus.QUARANTINED, Map.of());
        pipeline.send("d1", "{\"v\":1}");

        // When
        pipeline.register("d1", DeviceStatus.ENABLED, Map.of());
        pipeline.send("d1", "{\"v\":2}");

        // Then
        assertThat(pipeline.ledger()).containsExactly(Outcome.QUARANTINED, Outcome.STORED);
        TestRecord<byte[], byte[]> set = pipeline.deadLetters().getFirst();
        assertThat(header(set, Headers.REASON)).isEqualTo("QUARANTINED");
        assertThat(set.value()).asString(StandardCharsets.UTF_8).isEqualTo("{\"v\":1}");
    }

    @Test
    void a_dead_letter_keeps_bytes_key_headers_and_time_and_says_why() {
        // Given
        Instant received = NOW.minusSeconds(100);
        byte[] payload = {0, 1, (byte) 0xFF};

        // When
        pipeline.send("d1".getBytes(StandardCharsets.UTF_8), payload, received, Headers.PROTOCOL, "mqtt/5");

        // Then
        TestRecord<byte[], byte[]> letter = pipeline.deadLetters().getFirst();
        assertThat(letter.key()).asString(StandardCharsets.UTF_8).isEqualTo("d1");
        assertThat(letter.value()).isEqualTo(payload);
        assertThat(letter.getRecordTime()).isEqualTo(received);
        assertThat(header(letter, Headers.PROTOCOL)).isEqualTo("mqtt/5");
        assertThat(header(letter, Headers.REASON)).isEqualTo("UNKNOWN_CONTENT_TYPE");
        assertThat(header(letter, Headers.STAGE)).isEqualTo("normalize");
        assertThat(header(letter, Headers.ORIGIN)).isEqualTo("0:0");
        assertThat(header(letter, Headers.DETAIL)).isNotEmpty().doesNotContain("\n");
        assertThat(pipeline.count("headrace.normalize.dead.letters", "reason", "UNKNOWN_CONTENT_TYPE"))
                .isEqualTo(1);
    }

    @Test
    void records_that_no_gateway_wrote_are_dead_letters_and_stop_nothing() {
        // Given
        byte[] good = "{\"v\":1}".getBytes(StandardCharsets.UTF_8);
        byte[] key = {(byte) 0xC3, (byte) 0x28, 0};

        // When
        pipeline.send((byte[]) null, good, NOW);
        pipeline.send(key, good, NOW);
        pipeline.send("d1".getBytes(StandardCharsets.UTF_8), null, NOW);
        pipeline.send("d1".getBytes(StandardCharsets.UTF_8), new byte[0], NOW);
        pipeline.send("d1", "{\"v\":1}", Headers.DEVICE_TIME, "soon");
        pipeline.send("d1".getBytes(StandardCharsets.UTF_8), good, Instant.parse("2345-01-01T00:00:00Z"));

        // Then
        List<TestRecord<byte[], byte[]>> letters = pipeline.deadLetters();
        assertThat(letters)
                .extracting(letter -> header(letter, Headers.REASON))
                .containsExactly("INVALID_KEY", "INVALID_KEY", "EMPTY_PAYLOAD", "EMPTY_PAYLOAD", "MALFORMED_TIME");
        assertThat(letters.get(1).key()).isEqualTo(key);
        assertThat(pipeline.ledger()).hasSize(6).endsWith(Outcome.STORED);
        assertThat(pipeline.readings().getFirst().getRecordTime()).isBefore(Instant.parse("2345-01-01T00:00:00Z"));
    }

    @Test
    void a_dead_letter_of_the_largest_size_still_fits_its_topic() {
        // Given
        byte[] huge = new byte[4 * 1024 * 1024 - 100];

        // When
        pipeline.send("d1".getBytes(StandardCharsets.UTF_8), huge, NOW);

        // Then
        TestRecord<byte[], byte[]> letter = pipeline.deadLetters().getFirst();
        assertThat(letter.value().length).isLessThan(4 * 1024 * 1024 - 16 * 1024 + 1);
        assertThat(header(letter, Headers.DETAIL)).contains("cut to");
    }

    @Test
    void every_message_has_one_outcome_over_many_pages() {
        // Given
        int messages = 5_000;

        // When
        for (int i = 0; i < messages; i++) {
            pipeline.send("d" + i % 7, i % 2 == 0 ? "{\"v\":" + i + "}" : "poison " + i);
        }

        // Then
        List<Outcome> ledger = pipeline.ledger();
        assertThat(ledger).hasSize(messages);
        for (int i = 0; i < messages; i++) {
            assertThat(ledger.get(i)).isEqualTo(i % 2 == 0 ? Outcome.STORED : Outcome.DEAD_LETTERED);
        }
        assertThat(pipeline.readings()).hasSize(messages / 2);
        assertThat(pipeline.deadLetters()).hasSize(messages / 2);
    }
}
