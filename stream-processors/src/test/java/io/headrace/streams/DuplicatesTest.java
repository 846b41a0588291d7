package io.headrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.headrace.catalogue.Headers;
import io.headrace.catalogue.Outcome;
import io.headrace.streams.state.LastCallStore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.WindowStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** One message that comes several times: over reconnects, other gateways, clocks that differ, and much later. */
class DuplicatesTest {
    private static final Instant NOW = Pipeline.NOW;
    private static final Logger ROOT = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

    @TempDir
    private Path folder;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private Pipeline pipeline;

    @BeforeEach
    void start() {
        pipeline = new Pipeline(folder, Map.of("processors.fragments", "normalize"));
        log.start();
        ROOT.addAppender(log);
    }

    @AfterEach
    void stop() {
        ROOT.detachAppender(log);
        pipeline.close();
    }

    private void sendBy(String gateway, Instant receivedAt, String id) {
        pipeline.sendAt(receivedAt, "d1", "{\"v\":1}", Headers.GATEWAY, gateway, Headers.MESSAGE_ID, id);
    }

    @Test
    void a_message_id_counts_once_whichever_gateway_and_protocol_brings_it_and_whosever_clock_is_behind() {
        // When
        pipeline.sendAt(
                NOW, "d1", "{\"v\":1}", Headers.GATEWAY, "a", Headers.PROTOCOL, "amqp/1.0", Headers.MESSAGE_ID, "7");
        pipeline.sendAt(
                NOW.minus(Duration.ofMinutes(4)),
                "d1",
                "{\"v\":1}",
                Headers.GATEWAY,
                "b",
                Headers.PROTOCOL,
                "http/1.1",
                Headers.MESSAGE_ID,
                "7");
        sendBy("c", NOW.plus(Duration.ofMinutes(9)), "7");

        // Then
        assertThat(pipeline.ledger()).containsExactly(Outcome.STORED, Outcome.DUPLICATE, Outcome.DUPLICATE);
        assertThat(pipeline.readings()).hasSize(1);
        assertThat(pipeline.deadLetters()).isEmpty();
        assertThat(pipeline.count("headrace.normalize.messages", "outcome", "DUPLICATE"))
                .isEqualTo(2);
    }

    @Test
    void what_was_in_flight_at_a_gateway_that_dies_counts_once_when_it_is_resent_to_another() {
        // Given: the last of them was stored, but nobody could say so
        for (int packet = 1; packet <= 20; packet++) {
            pipeline.send("d1", "{\"v\":" + packet + "}", Headers.GATEWAY, "a", Headers.PACKET_ID, "" + packet);
        }

        // When
        for (int packet = 11; packet <= 25; packet++) {
            pipeline.sendAt(
                    NOW.plusSeconds(30),
                    "d1",
                    "{\"v\":" + packet + "}",
                    Headers.GATEWAY,
                    "b",
                    Headers.PACKET_ID,
                    "" + packet,
                    Headers.RESEND,
                    "1");
        }

        // Then
        List<Outcome> ledger = pipeline.ledger();
        assertThat(ledger.subList(0, 20)).containsOnly(Outcome.STORED);
        assertThat(ledger.subList(20, 30)).containsOnly(Outcome.DUPLICATE);
        assertThat(ledger.subList(30, 35)).as("lost on the way to the first").containsOnly(Outcome.STORED);
    }

    @Test
    void a_batch_that_is_sent_again_counts_once_element_by_element() {
        // Given: the first request broke after two of three elements
        sendBy("a", NOW, "b1#0");
        sendBy("a", NOW, "b1#1");

        // When
        for (int i = 0; i < 3; i++) {
            sendBy("b", NOW.plusSeconds(5), "b1#" + i);
        }

        // Then
        assertThat(pipeline.ledger())
                .containsExactly(Outcome.STORED, Outcome.STORED, Outcome.DUPLICATE, Outcome.DUPLICATE, Outcome.STORED);
    }

    @Test
    void the_ten_minutes_are_those_of_the_gateways_however_late_we_process() {
        // Given
        sendBy("a", NOW, "x");

        // When: the processors were down for five hours, and then catch up at once
        pipeline.driver.advanceWallClockTime(Duration.ofHours(5));
        sendBy("a", NOW.plus(Duration.ofMinutes(9)), "x");
        sendBy("a", NOW.plus(Duration.ofMinutes(11)), "x");

        // Then
        assertThat(pipeline.ledger()).containsExactly(Outcome.STORED, Outcome.DUPLICATE, Outcome.STORED);
    }

    @Test
    void a_device_that_invents_ids_takes_nothing_from_others_and_is_forgotten_with_them() {
        // Given
        sendBy("a", NOW, "honest");

        // When
        String tail = "x".repeat(200);
        for (int i = 0; i < 50_000; i++) {
            pipeline.sendAt(NOW.plusMillis(i), "hostile", "{\"v\":1}", Headers.MESSAGE_ID, i + tail);
        }
        sendBy("a", NOW.plusSeconds(60), "honest");
        pipeline.sendAt(NOW.plusSeconds(60), "hostile", "{\"v\":1}", Headers.MESSAGE_ID, "0" + tail);
        long kept = identities();
        for (int minute = 10; minute <= 90; minute += 10) {
            sendBy("a", NOW.plus(Duration.ofMinutes(minute)), "m" + minute);
        }

        // Then
        assertThat(pipeline.ledger()).filteredOn(Outcome.DUPLICATE::equals).hasSize(2);
        assertThat(kept).isEqualTo(50_001);
        assertThat(identities()).isBetween(1L, 5L);
    }

    @SuppressWarnings("unchecked")
    private WindowStore<String, byte[]> stored() {
        return ((LastCallStore<WindowStore<String, byte[]>>) pipeline.driver.getStateStore("normalize-duplicates"))
                .wrapped();
    }

    private void sendPacket(Instant receivedAt, String device, int packetId, String payload, boolean isResend) {
        if (isResend) {
            pipeline.sendAt(
                    receivedAt, device, payload, Headers.PACKET_ID, Integer.toString(packetId), Headers.RESEND, "1");
        } else {
            pipeline.sendAt(receivedAt, device, payload, Headers.PACKET_ID, Integer.toString(packetId));
        }
    }

    /** Ids begin anew after the last one, and some devices take the lowest that is free. */
    @Test
    void packets_that_are_sent_again_count_once_in_whatever_order_and_with_whatever_ids() {
        // Given
        Random random = new Random(11);
        List<Integer> ids = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            ids.add(i % 3 == 0 ? 1 + random.nextInt(65_535) : i % 3 == 1 ? (65_500 + i) % 65_535 + 1 : 1 + i % 4);
        }
        Map<Integer, String> newest = new HashMap<>();
        for (int i = 0; i < ids.size(); i++) {
            String payload = "{\"v\":" + i + "}";
            sendPacket(NOW.plusSeconds(i), "d" + i % 2, ids.get(i), payload, false);
            newest.put(ids.get(i) * 2 + i % 2, payload);
        }
        int stored = pipeline.ledger().size();

        // When
        List<Integer> resent = new ArrayList<>(newest.keySet());
        Collections.shuffle(resent, random);
        for (int key : resent) {
            sendPacket(NOW.plusSeconds(300), "d" + key % 2, key / 2, newest.getOrDefault(key, ""), true);
            sendPacket(NOW.plusSeconds(300), "d" + key % 2, key / 2, "{\"other\":1}", true);
        }

        // Then: with another payload it is another message
        List<Outcome> outcomes = pipeline.ledger();
        assertThat(stored).isEqualTo(300);
        assertThat(outcomes).filteredOn(Outcome.DUPLICATE::equals).hasSize(resent.size());
        assertThat(outcomes).filteredOn(Outcome.STORED::equals).hasSize(300 + resent.size());
    }

    @Test
    void packets_that_follow_each_other_share_rows() {
        // When
        for (int id = 1; id <= 160; id++) {
            sendPacket(NOW.plusMillis(id), "d1", id, "{\"v\":1}", false);
        }

        // Then
        assertThat(identities()).isEqualTo(11);
    }

    @Test
    void a_packet_that_an_earlier_version_stored_is_known() {
        // Given: version, time of receipt, and half of the payload's hash under the packet's own key
        byte[] hash = sha256("{\"v\":1}");
        long window = Duration.ofMinutes(10).toMillis();
        byte[] row = ByteBuffer.allocate(25)
                .put((byte) 1)
                .putLong(NOW.toEpochMilli())
                .put(hash, 0, 16)
                .array();
        stored().put("p\nd1\n7", row, Math.floorDiv(NOW.toEpochMilli(), window) * window);

        // When
        sendPacket(NOW.plusSeconds(30), "d1", 7, "{\"v\":1}", true);
        sendPacket(NOW.plusSeconds(30), "d1", 8, "{\"v\":1}", true);
        sendPacket(NOW.plusSeconds(30), "d1", 7, "{\"v\":2}", true);

        // Then
        assertThat(pipeline.ledger()).containsExactly(Outcome.DUPLICATE, Outcome.STORED, Outcome.STORED);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private long identities() {
        long count = 0;
        try (KeyValueIterator<Windowed<String>, ?> all = stored().all()) {
            while (all.hasNext()) {
                // without a key is what the store has from the start
                count += all.next().key.key().isEmpty() ? 0 : 1;
            }
        }
        return count;
    }

    @Test
    void a_gateway_whose_clock_is_an_hour_ahead_makes_nobody_forget() {
        // Given: later than the processors' own clock, as nothing but a wrong clock is
        Instant now = Instant.now();
        sendBy("ahead", now.plus(Duration.ofHours(1)), "a");

        // When
        sendBy("right", now, "b");
        sendBy("right", now.plusSeconds(1), "b");
        sendBy("ahead", now.plus(Duration.ofHours(1)).plusSeconds(1), "a");

        // Then
        assertThat(pipeline.ledger())
                .containsExactly(Outcome.STORED, Outcome.STORED, Outcome.DUPLICATE, Outcome.DUPLICATE);
        assertThat(log.list).isEmpty();
    }

    @Test
    void a_gateway_whose_clock_is_set_back_an_hour_loses_no_message_and_says_nothing_at_each() {
        // Given
        sendBy("a", NOW, "first");

        // When
        for (int i = 0; i < 1_000; i++) {
            sendBy("a", NOW.minus(Duration.ofHours(1)).plusMillis(i), "x" + i);
        }

        // Then
        assertThat(pipeline.ledger()).hasSize(1_001).containsOnly(Outcome.STORED);
        assertThat(pipeline.count("headrace.normalize.identities.lost")).isEqualTo(1_000);
        assertThat(log.list).isEmpty();
    }

    @Test
    void messages_without_an_identity_are_never_duplicates() {
        // When
        Collections.nCopies(100, "{\"v\":1}").forEach(payload -> pipeline.send("d1", payload));

        // Then
        assertThat(pipeline.ledger()).containsOnly(Outcome.STORED);
        assertThat(identities()).isZero();
    }
}
