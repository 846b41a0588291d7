package io.headrace.sinks.warm;

import static io.headrace.sinks.SinkRecords.CATALOGUE;
import static io.headrace.sinks.SinkRecords.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headrace.catalogue.Headers;
import io.headrace.sinks.ConnectRig;
import io.headrace.sinks.SinkRecords;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The warm sink as it is shipped: its template, its plug-in folder, a worker, a broker, a registry and a PostgreSQL. */
class WarmSinkIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final String COUNTS =
            "SELECT count(*), count(DISTINCT (device_id, origin_offset)) FROM headrace.readings WHERE metric = 'm'"
                    + " AND device_id LIKE '%s%%'";

    @TempDir
    static Path folder;

    private static ConnectRig rig;
    private static Map<String, String> connector;

    @BeforeAll
    static void start() throws Exception {
        rig = new ConnectRig(folder);
        connector = rig.template(
                "warm", Map.of("warm.tasks", "2", "warm.partition-width", "month", "warm.retention-days", "0"));
        connector.put("write.timeout.ms", "1000");
        connector.put("retry.backoff.max.ms", "1000");
        connector.put("consumer.override.max.poll.interval.ms", "9000");
        rig.connect().put("warm", connector);
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @Test
    void theTemplateNamesTopicsOfTheCatalogue() {
        assertThat(connector.getOrDefault("topics", "").split(","))
                .containsExactly(
                        CATALOGUE.readings().name(),
                        CATALOGUE.aggregates().name(),
                        CATALOGUE.anomalies().name(),
                        CATALOGUE.alerts().name(),
                        CATALOGUE.predictions().name(),
                        CATALOGUE.sinkReplay("warm").name());
        assertThat(connector.get("errors.deadletterqueue.topic.name"))
                .isEqualTo(CATALOGUE.sinkDeadLetters("warm").name());
        assertThat(connector).containsEntry("predicates.isWarm.name", Headers.TIER_WARM);
        assertThat(connector.values()).noneMatch(value -> value.contains("${"));
    }

    @Test
    void onlyReadingsMarkedWarmAreStoredAndEveryAggregate() {
        // Given
        for (int i = 0; i < 20; i++) {
            String device = "tier" + i;
            String mark = i % 2 == 0 ? Headers.TIER_WARM : Headers.TIER_COLD;
            rig.send(CATALOGUE.readings(), device, SinkRecords.reading(device, NOON, i, Map.of("m", 1.0)), mark);
            rig.send(CATALOGUE.aggregates(), device, SinkRecords.aggregate(device, NOON, 0, 1.0));
        }

        // When
        rig.flush();

        // Then
        awaitRow("10|10", COUNTS.formatted("tier"));
        awaitRow("20", "SELECT count(*) FROM headrace.aggregates WHERE device_id LIKE 'tier%'");
    }

    @Test
    void poisonIsDeadAloneWithItsReason() {
        // Given
        String topic = CATALOGUE.readings().name();
        rig.send(topic, "garbage", "no avro".getBytes(StandardCharsets.UTF_8), Headers.TIER_WARM);
        rig.send(topic, "foreign", new byte[] {0, 0, 1, 2, 3, 4}, Headers.TIER_WARM);
        for (int i = 0; i < 50; i++) {
            String device = i == 25 ? "poison\0" : "poison" + i;
            rig.send(
                    CATALOGUE.readings(),
                    device,
                    SinkRecords.reading(device, NOON, i, Map.of("m", 1.0)),
                    Headers.TIER_WARM);
        }

        // When
        rig.flush();

        // Then
        awaitRow("49|49", COUNTS.formatted("poison"));
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(deadLetterReasons())
                        .containsExactlyInAnyOrder("MALFORMED_AVRO", "UNKNOWN_SCHEMA", "REJECTED_BY_TARGET"));
        assertThat(rig.connect().status("warm")).isEqualTo("RUNNING");
    }

    @Test
    void aDatabaseThatIsKilledLosesAndDoublesNothing() {
        // Given
        sendReadings("outage", 0, 3_000);
        awaitRow("3000|3000", COUNTS.formatted("outage"));

        // When
        rig.killPostgres();
        sendReadings("outage", 3_000, 6_000);
        rig.startPostgres();
        sendReadings("outage", 6_000, 9_000);

        // Then
        awaitRow("9000|9000", COUNTS.formatted("outage"));
        assertThat(rig.connect().status("warm")).isEqualTo("RUNNING");
        assertThat(deadLetterReasons()).doesNotContain("PROCESSING_FAILED");
    }

    /** Longer than the consumer may be away, so that a task which waits in one go loses its place in the group. */
    @Test
    void aLockedTableCostsNoTaskItsPlaceInTheGroupAndFillsNoMemory() throws Exception {
        // Given
        sendReadings("locked", 0, 100);
        awaitRow("100|100", COUNTS.formatted("locked"));
        Set<String> before = rig.members("warm");
        try (Connection other = DriverManager.getConnection(rig.jdbcUrl());
                Statement lock = other.createStatement()) {
            other.setAutoCommit(false);
            lock.execute("LOCK TABLE headrace.readings, headrace.sink_offsets IN ACCESS EXCLUSIVE MODE");

            // When
            sendReadings("locked", 100, 12_000);
            long until = System.nanoTime() + Duration.ofSeconds(11).toNanos();
            await().atMost(LIMIT).until(() -> System.nanoTime() > until);

            // Then a batch for each task, and what Kafka hadn't been told to be stored before
            assertThat(inMemory()).isPositive().isLessThan(6_000);
            other.rollback();
        }
        awaitRow("12000|12000", COUNTS.formatted("locked"));
        assertThat(rig.members("warm")).isEqualTo(before).hasSize(2);
        assertThat(rig.connect().status("warm")).isEqualTo("RUNNING");
    }

    @Test
    void tasksThatComeAndGoUnderLoadLoseAndDoubleNothing() {
        // Given
        for (int tasks = 1; tasks <= 4; tasks++) {
            sendReadings("moved", (tasks - 1) * 2_000, tasks * 2_000);

            // When
            Map<String, String> changed = new HashMap<>(connector);
            changed.put("tasks.max", Integer.toString(1 + tasks % 3));
            rig.connect().put("warm", changed);
        }
        rig.connect().put("warm", connector);

        // Then
        awaitRow("8000|8000", COUNTS.formatted("moved"));
        assertThat(rig.connect().status("warm")).isEqualTo("RUNNING");
    }

    /** Records that the tasks have read from Kafka and not got rid of. */
    private static long inMemory() throws JMException {
        MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
        long records = 0;
        for (ObjectName task :
                beans.queryNames(new ObjectName("kafka.connect:type=sink-task-metrics,connector=warm,task=*"), null)) {
            records += ((Number) beans.getAttribute(task, "sink-record-active-count")).longValue();
        }
        return records;
    }

    @Test
    void anOffsetCommitThatNeverHappenedDoublesNothing() throws Exception {
        // Given
        sendReadings("twice", 0, 2_000);
        awaitRow("2000|2000", COUNTS.formatted("twice"));
        String all = rig.row("SELECT count(*) FROM headrace.readings");

        // When
        rig.connect().delete("warm");
        await().atMost(LIMIT).until(() -> forgot());
        rig.restartWorker();
        rig.connect().put("warm", connector);
        sendReadings("twice", 2_000, 2_500);

        // Then
        awaitRow("2500|2500", COUNTS.formatted("twice"));
        assertThat(rig.row("SELECT count(*) - 1000 FROM headrace.readings")).isEqualTo(all);
    }

    /** The group takes new offsets once its last member has left. */
    private static boolean forgot() throws InterruptedException {
        try {
            rig.forgetOffsets("warm", CATALOGUE.readings().name());
            return true;
        } catch (java.util.concurrent.ExecutionException stillRunning) {
            return false;
        }
    }

    private static void sendReadings(String name, int from, int to) {
        for (int i = from; i < to; i++) {
            String device = name + i % 10;
            rig.send(
                    CATALOGUE.readings(),
                    device,
                    SinkRecords.reading(device, NOON.plusSeconds(i), i, Map.of("m", (double) i, "n", "text")),
                    Headers.TIER_WARM);
        }
        rig.flush();
    }

    private static List<String> deadLetterReasons() {
        List<String> reasons = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> letter :
                rig.read(CATALOGUE.sinkDeadLetters("warm").name())) {
            String message = Headers.find(letter.headers(), "__connect.errors.exception.message")
                    .orElse("");
            reasons.add(message.substring(0, Math.max(0, message.indexOf(':'))));
        }
        return reasons;
    }

    private static void awaitRow(String expected, String sql) {
        await().atMost(LIMIT)
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(() -> assertThat(rig.row(sql)).isEqualTo(expected));
    }
}
