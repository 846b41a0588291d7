package io.headrace.sinks.webhook;

import static io.headrace.sinks.SinkRecords.CATALOGUE;
import static io.headrace.sinks.SinkRecords.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.sinks.SinkRecords;
import io.headrace.sinks.refused.DeadLetters;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is delivered when, with a target that answers as each test says, and Connect played by the test. */
class DeliveriesTest {
    private static final Answer OK = Answer.of(200, Duration.ZERO);
    private static final Answer BUSY = Answer.of(503, Duration.ofSeconds(7));
    private static final Answer BAD = Answer.of(422, Duration.ZERO);

    private final SinkRecords records = new SinkRecords();
    private final List<String> posted = Collections.synchronizedList(new ArrayList<>());
    private final Map<Long, String> dead = new HashMap<>();
    private final ScriptedTarget target = new ScriptedTarget();
    private final Instant now = NOON.plusSeconds(3600);
    private Deliveries deliveries = deliveries(Map.of());

    private final class ScriptedTarget implements Target {
        private Function<String, Answer> answers = id -> OK;
        private final Map<String, AtomicInteger> inFlight = new ConcurrentHashMap<>();
        private volatile boolean hasMixed;

        @Override
        public Answer post(String id, byte[] body) {
            posted.add(id);
            String device = device(id);
            AtomicInteger ofDevice = inFlight.computeIfAbsent(device, each -> new AtomicInteger());
            hasMixed |= ofDevice.incrementAndGet() > 1;
            Answer answer = answers.apply(id);
            ofDevice.decrementAndGet();
            return answer;
        }

        @Override
        public void close() {
            // nothing is open
        }
    }

    @SuppressWarnings("NullAway") // Connect isn't annotated: its futures of nothing complete with null
    private Deliveries deliveries(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.putIfAbsent("target.url", "https://hooks.example");
        DeadLetters letters = new DeadLetters((record, why) -> {
            assertThat(dead.put(record.originalKafkaOffset(), why.getMessage())).isNull();
            return CompletableFuture.completedFuture(null);
        });
        InstantSource still = InstantSource.fixed(now);
        return new Deliveries(new WebhookConfig(all), target, letters, still.withZone(ZoneOffset.UTC));
    }

    @AfterEach
    void close() {
        deliveries.close();
    }

    /** Seven devices in turn. */
    private List<SinkRecord> batch(long from, long to) {
        List<SinkRecord> batch = new ArrayList<>();
        for (long offset = from; offset < to; offset++) {
            batch.add(keyed("d" + offset % 7, records.reading(0, offset, "d" + offset % 7, Map.of("m", 1.0))));
        }
        return batch;
    }

    private static SinkRecord keyed(String key, SinkRecord record) {
        return new SinkRecord(
                record.topic(),
                record.kafkaPartition(),
                Schema.STRING_SCHEMA,
                key,
                record.valueSchema(),
                record.value(),
                record.kafkaOffset(),
                record.timestamp(),
                TimestampType.CREATE_TIME);
    }

    private static String id(long offset) {
        return CATALOGUE.readings().name() + "-0-" + offset;
    }

    private static long offset(String id) {
        return Long.parseLong(id.substring(id.lastIndexOf('-') + 1));
    }

    private static String device(String id) {
        return "d" + offset(id) % 7;
    }

    @Test
    void eachRecordIsPostedOnceAndThoseOfADeviceInTheirOrderOneAtATime() throws TargetAwayException {
        // When
        deliveries.deliver(batch(0, 700));

        // Then
        assertThat(posted).hasSize(700).doesNotHaveDuplicates();
        assertThat(target.hasMixed).isFalse();
        for (int device = 0; device < 7; device++) {
            String name = "d" + device;
            assertThat(posted.stream().filter(id -> device(id).equals(name)).map(DeliveriesTest::offset))
                    .isSorted();
        }
    }

    @Test
    void aTargetThatStopsTakingRequestsGetsTheRestLaterAndNothingTwice() throws TargetAwayException {
        // Given
        List<SinkRecord> batch = batch(0, 140);
        AtomicInteger room = new AtomicInteger(50);
        List<String> taken = Collections.synchronizedList(new ArrayList<>());
        target.answers = id -> {
            if (room.getAndDecrement() <= 0) {
                return BUSY;
            }
            taken.add(id);
            return OK;
        };

        // When
        assertThatThrownBy(() -> deliveries.deliver(batch)).isInstanceOf(TargetAwayException.class);
        room.set(1_000);
        deliveries.deliver(batch);

        // Then
        assertThat(taken).hasSize(140).doesNotHaveDuplicates();
        for (int device = 0; device < 7; device++) {
            String name = "d" + device;
            assertThat(taken.stream().filter(id -> device(id).equals(name)).map(DeliveriesTest::offset))
                    .isSorted();
        }
    }

    @Test
    void whileTheCircuitIsOpenATryIsOneRequest() {
        // Given
        target.answers = id -> BUSY;
        List<SinkRecord> batch = batch(0, 70);
        assertThatThrownBy(() -> deliveries.deliver(batch)).isInstanceOf(TargetAwayException.class);
        int first = posted.size();

        // When
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> deliveries.deliver(batch)).isInstanceOf(TargetAwayException.class);
        }

        // Then
        assertThat(first).isBetween(1, 8);
        assertThat(posted.subList(first, posted.size())).hasSize(5).containsOnly(id(0));
        assertThat(dead).isEmpty();
    }

    @Test
    void thePauseGrowsIsBoundedAndHeedsWhatTheTargetAsksFor() {
        // Given
        deliveries.close();
        deliveries = deliveries(Map.of("retry.backoff.ms", "1000", "retry.backoff.max.ms", "60000"));
        List<Duration> pauses = new ArrayList<>();

        // When
        for (int i = 0; i < 12; i++) {
            target.answers = i == 0 ? id -> BUSY : id -> Answer.none("ConnectException");
            assertThatThrownBy(() -> deliveries.deliver(batch(0, 1)))
                    .isInstanceOfSatisfying(TargetAwayException.class, away -> pauses.add(away.pause()));
        }

        // Then
        assertThat(pauses.get(0)).isBetween(Duration.ofSeconds(7), Duration.ofSeconds(8));
        assertThat(pauses.get(3)).isBetween(Duration.ofSeconds(4), Duration.ofSeconds(8));
        assertThat(pauses.get(11)).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(60));
    }

    @Test
    void aBodyThatTheTargetMindsGoesToTheDeadLettersAloneAndOnce() throws TargetAwayException {
        // Given: the target stops after the refusal, so that the batch comes twice
        AtomicInteger room = new AtomicInteger(30);
        target.answers = id -> room.getAndDecrement() <= 0 ? BUSY : offset(id) == 3 ? BAD : OK;
        List<SinkRecord> batch = batch(0, 70);
        assertThatThrownBy(() -> deliveries.deliver(batch)).isInstanceOf(TargetAwayException.class);
        room.set(1_000);

        // When
        deliveries.deliver(batch);

        // Then
        assertThat(dead).containsExactly(Map.entry(3L, "REJECTED_BY_TARGET: HTTP 422"));
    }

    @Test
    void whatIsNoRecordGoesToTheDeadLettersAndATombstoneNowhere() throws TargetAwayException {
        // Given
        SinkRecord text = new SinkRecord("t", 0, null, "d1", Schema.STRING_SCHEMA, "hello", 5);
        SinkRecord tombstone = new SinkRecord("t", 0, null, "d1", null, null, 6);

        // When
        deliveries.deliver(List.of(text, tombstone, keyed("d1", records.reading(0, 8, "d1", Map.of("m", 1.0)))));

        // Then
        assertThat(dead).containsExactly(Map.entry(5L, "UNEXPECTED_SHAPE: not a record with fields"));
        assertThat(posted).containsExactly(id(8));
    }

    @Test
    void afterTheAgeGivenTheTargetsSilenceCostsARecordItsPlace() throws TargetAwayException {
        // Given: records are an hour old
        target.answers = id -> Answer.none("no answer");
        deliveries.close();
        deliveries = deliveries(Map.of("give.up.after.ms", "3599000"));

        // When
        deliveries.deliver(batch(0, 2));

        // Then
        assertThat(dead.values())
                .containsOnly("REJECTED_BY_TARGET: given up: no answer")
                .hasSize(2);
    }

    @Test
    void youngerRecordsAreKept() {
        // Given
        target.answers = id -> Answer.none("no answer");
        deliveries.close();
        deliveries = deliveries(Map.of("give.up.after.ms", "3601000"));

        // When, Then
        assertThatThrownBy(() -> deliveries.deliver(batch(0, 2))).isInstanceOf(TargetAwayException.class);
        assertThat(dead).isEmpty();
    }

    @Test
    void aTurnEndsInTimeAndTheRestComesWithTheNext() throws TargetAwayException {
        // Given: each request takes ten seconds of the clock
        AtomicInteger seconds = new AtomicInteger();
        InstantSource moving = () -> now.plusSeconds(seconds.get());
        List<String> taken = new ArrayList<>();
        Target slow = new Target() {
            @Override
            public Answer post(String id, byte[] body) {
                seconds.addAndGet(10);
                taken.add(id + new String(body, StandardCharsets.UTF_8).substring(0, 1));
                return OK;
            }

            @Override
            public void close() {
                // nothing is open
            }
        };
        Clock clock = moving.withZone(ZoneOffset.UTC);
        WebhookConfig config = new WebhookConfig(Map.of("target.url", "https://hooks.example"));
        List<SinkRecord> batch = new ArrayList<>();
        for (int offset = 0; offset < 10; offset++) {
            batch.add(keyed("d", records.reading(0, offset, "d", Map.of("m", 1.0))));
        }
        try (Deliveries one = new Deliveries(config, slow, new DeadLetters(null), clock)) {
            // When
            assertThatThrownBy(() -> one.deliver(batch)).isInstanceOf(TargetAwayException.class);
            int first = taken.size();
            one.deliver(batch);

            // Then
            assertThat(first).isEqualTo(6);
            assertThat(taken).hasSize(10).doesNotHaveDuplicates().allMatch(each -> each.endsWith("{"));
        }
    }
}
