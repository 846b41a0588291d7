package io.headrace.sinks.cold;

import static io.headrace.sinks.SinkRecords.CATALOGUE;
import static io.headrace.sinks.SinkRecords.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.headrace.catalogue.Headers;
import io.headrace.embedded.EmbeddedPostgres;
import io.headrace.sinks.ConnectRig;
import io.headrace.sinks.SinkRecords;
import io.headrace.testing.RestCatalogServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a process that is killed, and a disk that is full, leave behind: each row is there once all the same. */
class ColdCrashIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int KILLS = Integer.getInteger("headrace.kills", 2);

    @TempDir
    static Path folder;

    private static ConnectRig rig;

    @BeforeAll
    static void start() throws Exception {
        rig = new ConnectRig(folder);
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @Test
    void theFirstCommitIsNotLostWhereTheCoordinatorComesLateToTheControlTopic() throws Exception {
        // Given a coordinator that was killed, still a member of its group; and a catalog behind REST
        ColdReader late = reader("late");
        try (RestCatalogServer rest =
                        new RestCatalogServer(ColdCatalog.NAME, late.where().properties());
                KafkaConsumer<byte[], byte[]> killed = new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers", rig.bootstrapServers(),
                                "group.id", "connect-late-coord",
                                "enable.auto.commit", "false",
                                "max.poll.interval.ms", "6000"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            killed.subscribe(List.of(CATALOGUE.coldControl().name()));
            await().atMost(LIMIT).until(() -> {
                killed.poll(Duration.ofMillis(100));
                return !killed.assignment().isEmpty();
            });

            // When
            send(CATALOGUE.anomalies().name(), "late", 0, 100, 0);
            Map<String, String> connector =
                    connector("late", CATALOGUE.anomalies().name());
            connector.keySet().removeIf(key -> key.startsWith("iceberg.catalog."));
            rest.settings().forEach((key, value) -> connector.put("iceberg.catalog." + key, value));
            rig.connect().put("late", connector);

            // Then
            await().atMost(LIMIT).untilAsserted(() -> assertThat(late.counts()).isEqualTo("100|100"));
            assertThat(new ColdReader(new ColdCatalog(rest.settings())).counts())
                    .isEqualTo("100|100");
            rig.connect().delete("late");
        }
    }

    @Test
    void eachRowIsThereOnceHoweverOftenTheWorkerIsKilled() throws Exception {
        // Given
        Random random = new Random(7);
        ColdReader rows = reader("killed");
        Map<String, String> connector = connector("killed", CATALOGUE.readings().name());
        connector.put("tasks.max", "2");
        connector.put("consumer.override.session.timeout.ms", "6000");
        connector.put("iceberg.kafka.session.timeout.ms", "6000");
        connector.put("iceberg.control.commit.timeout-ms", "3000");
        AtomicBoolean isOver = new AtomicBoolean();
        int[] sent = {0};
        Thread load = new Thread(() -> {
            while (!isOver.get()) {
                send(CATALOGUE.readings().name(), "k", sent[0], sent[0] + 50, 0);
                sent[0] += 50;
                pause(100);
            }
        });
        load.start();

        // When
        Process worker = WorkerProcess.start(rig.bootstrapServers(), folder, connector);
        try {
            for (int kill = 0; kill < KILLS; kill++) {
                long before = rows.rows();
                await().atMost(LIMIT).until(() -> rows.rows() > before);
                pause(random.nextInt(1_500));
                worker.destroyForcibly().waitFor(20, TimeUnit.SECONDS);
                worker = WorkerProcess.start(rig.bootstrapServers(), folder, connector);
            }
            isOver.set(true);
            load.join();

            // Then
            await().atMost(LIMIT)
                    .pollInterval(Duration.ofMillis(500))
                    .untilAsserted(() -> assertThat(rows.counts()).isEqualTo(sent[0] + "|" + sent[0]));
        } finally {
            isOver.set(true);
            worker.destroyForcibly().waitFor(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void aFullDiskIsWaitedOutAndLeavesOnlyWholeFiles() throws Exception {
        // Given a disk with no room for what is to be written
        Path disk = Files.createDirectory(folder.resolve("disk"));
        assumeThat(run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk.toString()))
                .as("needs to mount a tmpfs")
                .isZero();
        try {
            ColdReader rows = reader("disk");
            rig.connect().put("disk", connector("disk", CATALOGUE.alerts().name()));
            send(CATALOGUE.alerts().name(), "f", 0, 10, 0);
            await().atMost(LIMIT).untilAsserted(() -> assertThat(rows.counts()).isEqualTo("10|10"));
            Path ballast = Files.write(disk.resolve("ballast"), new byte[7_500_000]);

            // When
            send(CATALOGUE.alerts().name(), "f", 10, 2_010, 1_000);
            try (LogWatch log = LogWatch.of(ColdSinkTask.class)) {
                await().atMost(LIMIT).until(() -> log.has("No space left on device"));
                assertThat(rig.connect().status("disk")).isEqualTo("RUNNING");
                assertThat(rows.counts()).isEqualTo("10|10");
                Files.delete(ballast);
            }

            // Then
            await().atMost(LIMIT).untilAsserted(() -> assertThat(rows.counts()).isEqualTo("2010|2010"));
            assertThat(rig.connect().status("disk")).isEqualTo("RUNNING");
            for (Path file : filesBelow(disk)) {
                assertThat(file.toString()).doesNotEndWith(".part");
                if (file.toString().endsWith(".parquet")) {
                    assertThat(ColdReader.rowsOf(file)).isPositive();
                }
            }
            rig.connect().delete("disk");
        } finally {
            run("umount", "-l", disk.toString());
        }
    }

    @Test
    void aControlTopicThatEndsBeforeTheTablesPositionFailsTheTaskAndSaysSo() throws Exception {
        // Given
        ColdTable.with(reader("lost").where(), table -> {
            table.newAppend()
                    .set(SinkPosition.key(CATALOGUE.coldControl().name(), "connect-lost"), "{\"0\":1000000000}")
                    .commit();
            return table;
        });

        // When
        rig.connect().put("lost", connector("lost", CATALOGUE.aggregates().name()));

        // Then
        await().atMost(LIMIT)
                .until(() -> rig.connect().status("lost").contains("Give the connector another iceberg.control.topic"));
        rig.connect().delete("lost");
    }

    /** Each test's table is in a catalog and a warehouse of its own. */
    private static ColdCatalog where(String name) {
        String jdbcUrl = rig.jdbcUrl().replace("/" + EmbeddedPostgres.NAME, "/" + name);
        return new ColdCatalog(jdbcUrl, Optional.empty(), Optional.empty(), folder.resolve(name));
    }

    private static ColdReader reader(String name) throws SQLException {
        rig.execute("CREATE DATABASE " + name);
        ColdCatalog where = where(name);
        ColdTable.create(where);
        return new ColdReader(where);
    }

    private static Map<String, String> connector(String name, String topic) throws IOException {
        Map<String, String> connector = new HashMap<>(rig.template(
                "cold",
                Map.of(
                        "cold.tasks",
                        "1",
                        "cold.catalog-uri",
                        where(name).uri(),
                        "cold.warehouse",
                        where(name).warehouse(),
                        "cold.commit-interval-ms",
                        "1000")));
        connector.put("name", name);
        connector.put("topics", topic);
        return connector;
    }

    private static void send(String topic, String device, int from, int to, int noise) {
        for (int i = from; i < to; i++) {
            Map<String, Object> values = Map.of("m", (double) i, "noise", noise(i, noise));
            rig.send(
                    topic,
                    device + i % 10,
                    rig.serialized(CATALOGUE.readings(), SinkRecords.reading(device + i % 10, NOON, i, values)),
                    Headers.TIER_COLD);
        }
        rig.flush();
    }

    /** So many characters that hardly compress. */
    private static String noise(int seed, int length) {
        StringBuilder noise = new StringBuilder();
        new Random(seed).ints(length, 33, 127).forEach(noise::appendCodePoint);
        return noise.toString();
    }

    private static List<Path> filesBelow(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).start().waitFor();
    }

    private static void pause(int ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
