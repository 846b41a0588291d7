package io.headrace.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.headrace.catalogue.LedgerPage;
import io.headrace.catalogue.Outcome;
import io.headrace.embedded.EmbeddedKafka;
import io.headrace.record.Clock;
import io.headrace.record.LedgerEntry;
import io.headrace.record.Origin;
import io.headrace.record.Reading;
import io.headrace.record.WindowAggregate;
import io.headrace.record.WindowKind;
import io.headrace.testing.InMemorySchemaRegistry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reconciliation on topics written by hand: what processors without a fault would have written, and with each fault. */
class ReconcileIT {
    private static final Instant OBSERVED = Instant.parse("2026-01-01T12:00:00Z");
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final InMemorySchemaRegistry REGISTRY = new InMemorySchemaRegistry();
    private static EmbeddedKafka broker;
    private static Path folder;
    private static Instant received;

    @BeforeAll
    static void start(@TempDir Path temp) {
        folder = temp;
        received = Instant.now().minus(Duration.ofHours(1));
        broker = EmbeddedKafka.start(temp.resolve("kafka"));
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void everyFaultInWhatWasWrittenIsNamedWithItsOffset() throws Exception {
        try (TestHub hub = hub("faults.")) {
            // Given: partition 0 holds a stored message of two readings, a dead-lettered one, a duplicate and a stored
            // one whose value was late; the first two values are in a window
            for (int i = 0; i < 4; i++) {
                hub.send(hub.topics.raw(), 0, received.toEpochMilli(), "d", new byte[] {1}, Map.of());
            }
            ledger(hub, Outcome.STORED, Outcome.DEAD_LETTERED, Outcome.DUPLICATE, Outcome.STORED);
            aborted(hub, reading(9, 9, 0));
            committed(hub, List.of(reading(0, 0, 0), reading(0, 1, 1), reading(3, 0, 2)));
            hub.send(deadLetters(hub), 0, "d", new byte[] {1}, Map.of("hr-origin", "0:1"));
            aggregate(hub, 0, 2);
            late(hub, reading(3, 0, 2));

            // When
            JsonNode sound = hub.get("/api/v1/reconcile?full=true").json();

            // Then
            assertThat(sound.path("problems")).isEmpty();
            assertThat(sound.path("balanced").asBoolean()).isTrue();
            assertThat(numbers(sound, "accepted", "stored", "deadLettered", "duplicates", "unaccounted"))
                    .containsExactly(4L, 2L, 1L, 1L, 0L);
            assertThat(numbers(sound, "readings", "values", "windowed", "late", "open", "unwindowed", "aggregates"))
                    .containsExactly(3L, 3L, 2L, 1L, 0L, 0L, 1L);
            assertThat(totals(hub.get("/api/v1/reconcile").json())).isEqualTo(totals(sound));

            // When: everything goes wrong
            for (int i = 0; i < 4; i++) {
                hub.send(hub.topics.raw(), 0, received.toEpochMilli(), "d", new byte[] {1}, Map.of());
            }
            ledger(
                    hub,
                    Outcome.STORED,
                    Outcome.DEAD_LETTERED,
                    Outcome.DUPLICATE,
                    Outcome.STORED,
                    Outcome.STORED,
                    Outcome.DEAD_LETTERED,
                    Outcome.EXPIRED);
            committed(hub, List.of(reading(0, 0, 3), reading(6, 0, 4)));
            hub.send(deadLetters(hub), 0, "d", new byte[] {1}, Map.of("hr-origin", "0:1"));
            hub.send(hub.topics.readings(), 0, "d", "junk".getBytes(StandardCharsets.UTF_8), Map.of());
            JsonNode broken = hub.get("/api/v1/reconcile?full=true").json();

            // Then: of the unreadable record the place in telemetry.readings, of all others that of the message
            assertThat(broken.path("balanced").asBoolean()).isFalse();
            assertThat(numbers(broken, "accepted", "unaccounted", "unwindowed")).containsExactly(8L, 1L, 2L);
            assertThat(named(broken))
                    .containsExactlyInAnyOrder(
                            "READING_TWICE 0:0",
                            "DEAD_LETTER_TWICE 0:1",
                            "READING_MISSING 0:4",
                            "DEAD_LETTER_MISSING 0:5",
                            "READING_UNEXPECTED 0:6",
                            "NO_OUTCOME 0:7",
                            "UNREADABLE 0:9",
                            "VALUE_LOST 0:0");
            JsonNode running = hub.get("/api/v1/reconcile").json();
            assertThat(totals(running)).isEqualTo(totals(broken));
            assertThat(places(running)).containsExactlyInAnyOrderElementsOf(places(broken));
            JsonNode minute =
                    hub.get("/api/v1/reconcile/minutes?last=120").json().at("/minutes/0");
            assertThat(minute.path("minute").asText())
                    .isEqualTo(received.truncatedTo(java.time.temporal.ChronoUnit.MINUTES)
                            .toString());
            assertThat(numbers(minute, "partition", "stored", "readings", "values"))
                    .containsExactly(0L, 3L, 5L, 5L);
            JsonNode lost = find(broken, "VALUE_LOST");
            assertThat(lost.path("detail").asText())
                    .contains("d t PT1M from 2026-01-01T12:00:00Z")
                    .contains("5 stored, 2 counted, 1 late")
                    .contains("0:0 0:0 0:3 0:0 0:6");
            assertThat(hub.get("/api/v1/system").json().at("/messages/accepted").isNumber())
                    .isTrue();
        }
    }

    @Test
    void anEmptyHubIsBalanced() throws Exception {
        try (TestHub hub = hub("empty.")) {
            for (String path : List.of("/api/v1/reconcile", "/api/v1/reconcile?full=true")) {
                JsonNode report = hub.get(path).json();
                assertThat(report.path("balanced").asBoolean()).isTrue();
                assertThat(report.path("accepted").asLong()).isZero();
            }
            assertThat(hub.get("/api/v1/reconcile?full=perhaps").status()).isEqualTo(400);
        }
    }

    @Test
    void ahundredAndTwentyThousandMessagesTakeSeconds() throws Exception {
        try (TestHub hub = hub("many.");
                KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", hub.bootstrap, "linger.ms", 10, "batch.size", 131_072),
                        new StringSerializer(),
                        new ByteArraySerializer())) {
            // Given
            int messages = 120_000;
            int perWindow = 60;
            List<Future<?>> sent = new ArrayList<>();
            for (int i = 0; i < messages; i++) {
                sent.add(producer.send(
                        new ProducerRecord<>(hub.topics.raw().name(), 0, received.toEpochMilli(), "d", new byte[200])));
            }
            producer.flush(); // nothing comes of a message before it is there
            for (int i = 0; i < messages; i++) {
                sent.add(producer.send(row(hub, reading(i, 0, i))));
                if (i % perWindow == 0) {
                    sent.add(producer.send(new ProducerRecord<>(
                            hub.topics.aggregates().name(),
                            0,
                            "d",
                            hub.encoded(hub.topics.aggregates(), window(i / perWindow, 0, perWindow)))));
                }
            }
            byte[] outcomes = new byte[LedgerPage.SIZE];
            java.util.Arrays.fill(outcomes, Outcome.STORED.code());
            for (long base = 0; base < messages; base += LedgerPage.SIZE) {
                int count = (int) Math.min(LedgerPage.SIZE, messages - base);
                sent.add(producer.send(new ProducerRecord<>(
                        hub.topics.ledger().name(),
                        0,
                        LedgerPage.key(0, base),
                        hub.encoded(
                                hub.topics.ledger(), new LedgerEntry(0, base, ByteBuffer.wrap(outcomes, 0, count))))));
            }
            for (Future<?> each : sent) {
                each.get();
            }

            // When
            JsonNode report = hub.get("/api/v1/reconcile?full=true").json();
            JsonNode running = hub.get("/api/v1/reconcile").json();

            // Then
            assertThat(totals(running)).isEqualTo(totals(report));
            assertThat(report.path("problems")).isEmpty();
            assertThat(report.path("balanced").asBoolean()).isTrue();
            assertThat(numbers(report, "accepted", "stored", "values", "windowed", "aggregates"))
                    .containsExactly(120_000L, 120_000L, 120_000L, 120_000L, 2_000L);
            System.out.println("120k reconcile: full " + report.path("elapsedMillis") + ", running "
                    + running.path("elapsedMillis"));
            aBeginnerSaysTheSame(report);
            // Some 2 s on a quiet machine of two cores; the bound is for a busy one.
            assertThat(report.path("elapsedMillis").asLong()).isLessThan(30_000);
        }
    }

    /** Of a hub with a past, that is read in stretches: its snapshots are of other sinks. */
    private static void aBeginnerSaysTheSame(JsonNode report) throws Exception {
        try (TestHub beginner = new TestHub(
                broker.bootstrapServers(),
                "many.",
                folder,
                Map.of(
                        "control-plane.reconcile.pending-grace", "0s",
                        "control-plane.reconcile.window-sizes", "1min",
                        "control-plane.account.sinks", ""),
                REGISTRY)) {
            assertThat(totals(beginner.get("/api/v1/reconcile").json())).isEqualTo(totals(report));
        }
    }

    private static TestHub hub(String prefix) throws Exception {
        return new TestHub(
                broker.bootstrapServers(),
                prefix,
                folder,
                Map.of(
                        "control-plane.reconcile.pending-grace", "0s",
                        "control-plane.reconcile.window-sizes", "1min"),
                REGISTRY);
    }

    private static io.headrace.catalogue.Topic<byte[]> deadLetters(TestHub hub) {
        return hub.topics.deadLetters(hub.topics.raw());
    }

    private static void ledger(TestHub hub, Outcome... outcomes) throws Exception {
        byte[] codes = new byte[LedgerPage.SIZE];
        for (int i = 0; i < outcomes.length; i++) {
            codes[i] = outcomes[i].code();
        }
        LedgerEntry page = new LedgerEntry(0, 0L, ByteBuffer.wrap(codes));
        hub.send(hub.topics.ledger(), 0, LedgerPage.key(0, 0), hub.encoded(hub.topics.ledger(), page), Map.of());
    }

    private static void aggregate(TestHub hub, int revision, long count) throws Exception {
        hub.send(
                hub.topics.aggregates(),
                0,
                "d",
                hub.encoded(hub.topics.aggregates(), window(0, revision, count)),
                Map.of());
    }

    private static void late(TestHub hub, Reading reading) throws Exception {
        hub.send(hub.topics.late(), 0, "d", hub.encoded(hub.topics.late(), reading), Map.of("hr-late-sizes", "60000"));
    }

    private static void committed(TestHub hub, List<Reading> readings) {
        try (KafkaProducer<String, byte[]> producer = transactional(hub)) {
            producer.beginTransaction();
            readings.forEach(reading -> producer.send(row(hub, reading)));
            producer.commitTransaction();
        }
    }

    private static void aborted(TestHub hub, Reading reading) {
        try (KafkaProducer<String, byte[]> producer = transactional(hub)) {
            producer.beginTransaction();
            producer.send(row(hub, reading));
            producer.flush();
            producer.abortTransaction();
        }
    }

    private static KafkaProducer<String, byte[]> transactional(TestHub hub) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", hub.bootstrap);
        settings.put("transactional.id", "test-" + System.nanoTime());
        KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
        producer.initTransactions();
        return producer;
    }

    private static ProducerRecord<String, byte[]> row(TestHub hub, Reading reading) {
        return new ProducerRecord<>(hub.topics.readings().name(), 0, "d", hub.encoded(hub.topics.readings(), reading));
    }

    private static Reading reading(long offset, int index, int second) {
        return Reading.newBuilder()
                .setDeviceId("d")
                .setObservedAt(OBSERVED.plusSeconds(second))
                .setReceivedAt(received)
                .setClock(Clock.DEVICE)
                .setOrigin(new Origin(0, offset, index))
                .setValues(new HashMap<>(Map.of("t", 1.0 * second, "name", "x")))
                .build();
    }

    private static WindowAggregate window(long number, int revision, long count) {
        Instant start = OBSERVED.plus(MINUTE.multipliedBy(number));
        return new WindowAggregate(
                "d",
                "t",
                WindowKind.TUMBLING,
                start,
                start.plus(MINUTE),
                revision,
                false,
                count,
                0d,
                0d,
                0d,
                0d,
                0d,
                0d,
                0d,
                0d,
                0d,
                0d,
                received,
                "",
                0L,
                null,
                null,
                false,
                null,
                null,
                null,
                null,
                null);
    }

    private static List<Long> numbers(JsonNode report, String... names) {
        List<Long> numbers = new ArrayList<>();
        for (String name : names) {
            assertThat(report.has(name)).as(name).isTrue();
            numbers.add(report.path(name).asLong());
        }
        return numbers;
    }

    private static List<String> named(JsonNode report) {
        List<String> named = new ArrayList<>();
        report.path("problems")
                .forEach(each -> named.add(each.path("kind").asText() + " "
                        + each.path("partition").asInt() + ":"
                        + each.path("offset").asLong()));
        return named;
    }

    /** All that both accounts must say alike. */
    private static List<Long> totals(JsonNode report) {
        return numbers(
                report,
                "accepted",
                "stored",
                "deadLettered",
                "duplicates",
                "expired",
                "quarantined",
                "pending",
                "unaccounted",
                "readings",
                "values",
                "windowed",
                "late",
                "open",
                "unwindowed",
                "aggregates",
                "problemsTotal");
    }

    private static List<String> places(JsonNode report) {
        return named(report).stream()
                .map(each -> each.substring(each.indexOf(' ')))
                .toList();
    }

    private static JsonNode find(JsonNode report, String kind) {
        for (JsonNode each : report.path("problems")) {
            if (each.path("kind").asText().equals(kind)) {
                return each;
            }
        }
        throw new AssertionError("no " + kind + " in " + report);
    }
}
