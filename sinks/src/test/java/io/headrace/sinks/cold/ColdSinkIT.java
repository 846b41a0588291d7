package io.headrace.sinks.cold;

import static io.headrace.sinks.SinkRecords.CATALOGUE;
import static io.headrace.sinks.SinkRecords.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headrace.catalogue.Headers;
import io.headrace.sinks.ConnectRig;
import io.headrace.sinks.SinkRecords;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cold sink as it is shipped, its files read back by DuckDB, which knows nothing of us. */
class ColdSinkIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @TempDir
    static Path folder;

    private static ConnectRig rig;
    private static ColdCatalog catalog;
    private static Map<String, String> connector;

    @BeforeAll
    static void start() throws Exception {
        rig = new ConnectRig(folder);
        catalog = new ColdCatalog(rig.jdbcUrl(), Optional.empty(), Optional.empty(), folder.resolve("warehouse"));
        connector = rig.template(
                "cold",
                Map.of(
                        "cold.tasks",
                        "1",
                        "cold.catalog-uri",
                        catalog.uri(),
                        "cold.warehouse",
                        catalog.warehouse(),
                        "cold.commit-interval-ms",
                        "2000"));
        rig.connect().put("cold", connector);
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @Test
    void theTemplateNamesWhatTheCatalogueAndTheTableName() {
        assertThat(connector)
                .containsEntry(
                        "topics",
                        CATALOGUE.readings().name() + ","
                                + CATALOGUE.sinkReplay("cold").name())
                .containsEntry(
                        "errors.deadletterqueue.topic.name",
                        CATALOGUE.sinkDeadLetters("cold").name())
                .containsEntry("iceberg.control.topic", CATALOGUE.coldControl().name())
                .containsEntry("iceberg.tables", ColdTable.NAME.toString())
                .containsEntry("iceberg.catalog", ColdCatalog.NAME)
                .containsEntry("predicates.isCold.name", Headers.TIER_COLD);
        assertThat(connector.values()).noneMatch(value -> value.contains("${"));
    }

    @Test
    void readingsMarkedColdAreReadBackWithEveryColumn() throws SQLException {
        // Given
        String readings = CATALOGUE.readings().name();
        rig.send(readings, "garbage", "no avro".getBytes(StandardCharsets.UTF_8), Headers.TIER_COLD);
        Map<String, Object> values = Map.of("t", 21.5, "n", 7L, "on", true, "word", "a\"b", "huge", Long.MAX_VALUE);
        for (int i = 0; i < 40; i++) {
            String mark = i % 2 == 0 ? Headers.TIER_COLD : Headers.TIER_WARM;
            rig.send(CATALOGUE.readings(), "c" + i, SinkRecords.reading("c" + i, NOON, i, values), mark);
        }

        // When
        rig.flush();

        // Then
        awaitRows("device_id LIKE 'c%'", "20|20");
        assertThat(duck(
                        "SELECT device_id, epoch_us(observed_at) - epoch_us(received_at), clock, origin_offset, numbers['t'],"
                                + " numbers['n'], numbers['on'], texts['on'], texts['word'], texts['huge'], message_id"
                                + " FROM readings WHERE device_id = 'c4'"))
                .isEqualTo("c4|0|DEVICE|4|21.5|7.0|1.0|true|a\"b|9223372036854775807|null");
        assertThat(duck("SELECT epoch_us(observed_at) % 1000000 FROM readings WHERE device_id = 'c4'"))
                .isEqualTo("123");
        assertThat(ColdTable.contents(catalog).files()).allMatch(file -> file.contains("received_at_day=2026-03-04"));
        await().atMost(LIMIT)
                .until(() -> rig.read(CATALOGUE.sinkDeadLetters("cold").name()).size() == 1);
    }

    @Test
    void nothingIsLostOrDoubledWhenTheWorkerStopsInTheMiddle() throws SQLException {
        // Given
        sendReadings("r", 0, 4_000);
        awaitRowsAtLeast("device_id LIKE 'r%'", 1);

        // When
        sendReadings("r", 4_000, 8_000);
        rig.restartWorker();
        sendReadings("r", 8_000, 9_000);

        // Then
        awaitRows("device_id LIKE 'r%'", "9000|9000");
        assertThat(rig.connect().status("cold")).isEqualTo("RUNNING");
    }

    @Test
    void anOutageOfTheCatalogIsOutlasted() throws Exception {
        // Given
        sendReadings("o", 0, 1_000);
        awaitRows("device_id LIKE 'o%'", "1000|1000");

        long filesBefore = parquetFiles();

        // When
        sendReadings("o", 1_000, 2_000);
        await().atMost(LIMIT).until(() -> parquetFiles() > filesBefore);
        rig.stopPostgres();
        sendReadings("o", 2_000, 3_000);
        try (LogWatch log = LogWatch.of(ColdSinkTask.class)) {
            await().atMost(LIMIT).until(() -> log.lines() >= 3);
        }
        rig.startPostgres();
        sendReadings("o", 3_000, 4_000);

        // Then
        awaitRows("device_id LIKE 'o%'", "4000|4000");
        assertThat(rig.connect().status("cold")).isEqualTo("RUNNING");
    }

    private static long parquetFiles() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(catalog.warehouse()))) {
            return files.filter(file -> file.toString().endsWith(".parquet")).count();
        }
    }

    private static void sendReadings(String name, int from, int to) {
        for (int i = from; i < to; i++) {
            String device = name + i % 10;
            rig.send(
                    CATALOGUE.readings(),
                    device,
                    SinkRecords.reading(device, NOON.plusSeconds(i), i, Map.of("m", (double) i)),
                    Headers.TIER_COLD);
        }
        rig.flush();
    }

    private static void awaitRows(String where, String expected) {
        await().atMost(LIMIT)
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> assertThat(
                                duck("SELECT count(*), count(DISTINCT (device_id, origin_offset)) FROM readings WHERE "
                                        + where))
                        .isEqualTo(expected));
    }

    private static void awaitRowsAtLeast(String where, long least) {
        await().atMost(LIMIT)
                .until(() -> Long.parseLong(duck("SELECT count(*) FROM readings WHERE " + where)) >= least);
    }

    /** Zero before the connector has made the table. */
    private static String duck(String sql) throws SQLException {
        return rig.row("SELECT count(*) FROM iceberg.iceberg_tables").equals("1")
                ? new ColdReader(catalog).one(sql)
                : "0";
    }
}
