package io.headrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.headrace.client.ApiClient;
import io.headrace.history.History.Asked;
import io.headrace.history.StoredHistory;
import io.headrace.history.StoredHistory.Tier;
import io.headrace.record.Anomaly;
import io.headrace.record.Clock;
import io.headrace.record.Origin;
import io.headrace.record.Reading;
import io.headrace.sinks.cold.ColdCatalog;
import io.headrace.testing.RestCatalogServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code query} from its command line to both stores, against what was put into them. */
class QueryIT {
    private static final int BATCH = 50;
    /** Fewer readings than a query may fetch, however fast the machine. */
    private static final int MOST_BATCHES = 2_000 / BATCH;

    private static final String ENDLESS =
            "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE hash(a.range + b.range) % 7 = 0";
    private static final Instant START = Instant.parse("2026-01-10T00:00:00.000123Z");

    @TempDir
    static Path folder;

    private static QueryScene scene;
    private static PlainTables plain;
    private static final List<Reading> WARM = new ArrayList<>();
    private static final List<Reading> COLD = new ArrayList<>();

    /**
     * Readings at random in one tier, the other or both, as they are when sinks lag behind each other, routes name one
     * tier, retention has dropped a month and a batch of one message is spread; the newest are in the warm tier alone.
     */
    @BeforeAll
    static void fill() throws Exception {
        Random random = new Random(5);
        for (int i = 0; i < 3_000; i++) {
            Reading reading = reading(i, random);
            int where = random.nextInt(10);
            boolean isOld = reading.getObservedAt().isBefore(Instant.parse("2026-02-01T00:00:00Z"));
            if (!isOld && where > 0) {
                WARM.add(reading);
            }
            if (isOld || where == 0 || (where > 1 && i < 2_900)) {
                COLD.add(reading);
            }
        }
        scene = new QueryScene(
                folder, Map.of("control-plane.query.concurrent", "1", "control-plane.query.max-copied-rows", "2500"));
        scene.tiers().warm(StoredTiers.CATALOGUE.readings(), WARM);
        scene.tiers().cold(COLD.subList(0, 1_000));
        scene.tiers().cold(COLD.subList(1_000, COLD.size()));
        scene.tiers().warm(StoredTiers.CATALOGUE.anomalies(), anomalies());
        plain = new PlainTables(scene.tiers().jdbcUrl());
        plain.fill("warm", WARM);
        plain.fill("cold", COLD);
        plain.fill("both", Stream.concat(WARM.stream(), COLD.stream()).toList());
    }

    private static Reading reading(int i, Random random) {
        Map<String, Object> values = new HashMap<>();
        values.put("temperature", Math.round(random.nextGaussian(60, 20) * 100) / 100.0);
        if (random.nextInt(3) == 0) {
            values.put("on", random.nextBoolean());
            values.put("mode", "it's " + random.nextInt(4));
            values.put("serial", Long.MAX_VALUE - i);
        }
        Instant observed = START.plus(Duration.ofMinutes(15L * i + random.nextInt(600)));
        return Reading.newBuilder()
                .setDeviceId("boiler-" + i % 7)
                .setObservedAt(observed)
                .setReceivedAt(START.plus(Duration.ofMinutes(15L * i)).plus(600, ChronoUnit.MINUTES))
                .setClock(Clock.DEVICE)
                .setOrigin(new Origin(i % 4, (long) (i / 12), i / 4 % 3))
                .setValues(values)
                .build();
    }

    private static List<Anomaly> anomalies() {
        List<Anomaly> anomalies = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            anomalies.add(Anomaly.newBuilder()
                    .setDeviceId("a-" + i % 100)
                    .setMetric("temperature")
                    .setStart(START.plusSeconds(i))
                    .setReceivedAt(START.plusSeconds(i))
                    .setDetector("level")
                    .setScore(0.5)
                    .setValue(i)
                    .setReason("because")
                    .setOrigin(new Origin(0, (long) i, 0))
                    .build());
        }
        return anomalies;
    }

    @AfterAll
    static void stop() {
        scene.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lower(device_id) <> 'live'",
                "device_id = 'boiler-3'",
                "observed_at >= '2026-02-03' AND observed_at < '2026-02-05'",
                "observed_at < '2026-01-20'",
                "received_at > '2026-02-09 12:00:00.5+00' AND metric = 'temperature'",
                "metric IN ('on', 'mode') AND device_id >= 'boiler-2' AND device_id < 'boiler-5'",
                "value > 79.5 AND NOT (device_id = 'boiler-1' OR origin_offset < 20)",
                "text_value = 'it''s 2' OR value IS NULL AND device_id LIKE 'boiler-4%'",
                "origin_partition = 2 AND origin_index = 1 AND value BETWEEN 20 AND 70",
                "date_trunc('day', observed_at) = DATE '2026-02-04'",
                "observed_at > TIMESTAMPTZ '2030-01-01 00:00:00+00'"
            })
    void readingsOfBothTiersAreThereOnceWhateverIsAskedOfThem(String condition) throws SQLException {
        for (String tier : List.of("warm", "cold", "both")) {
            // Given
            List<String> expected = plain.rows(tier, condition);

            // When
            List<String> rows = texts(
                    "SELECT device_id, metric, observed_at, received_at, value, text_value, origin_partition,"
                            + " origin_offset, origin_index FROM readings WHERE " + condition,
                    "--tier",
                    tier);

            // Then
            assertThat(rows).as(tier).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @Test
    void aTableBehindRestInAStoreThatDuckDbDoesNotReadIsQueriedAsAnyOther(@TempDir Path other) throws Exception {
        // Given
        Map<String, String> distant = Map.of(
                "warehouse", DistantFiles.location(other.resolve("cold")), "io-impl", DistantFiles.class.getName());
        StoredTiers tiers = new StoredTiers(other, distant);
        Map<String, String> settings = new HashMap<>();
        settings.put(
                "control-plane.query.temp-dir",
                Files.createDirectory(other.resolve("fetched")).toString());
        try (RestCatalogServer rest =
                new RestCatalogServer(ColdCatalog.NAME, tiers.catalog().properties())) {
            rest.settings().forEach((key, value) -> settings.put("control-plane.query.catalog." + key, value));
            try (QueryScene elsewhere = new QueryScene(other, tiers, settings)) {
                tiers.cold(COLD);
                tiers.warm(StoredTiers.CATALOGUE.readings(), WARM);
                String condition = "device_id = 'boiler-3' AND observed_at < '2026-02-20'";

                // When
                List<String> rows = texts(
                        elsewhere,
                        "SELECT device_id, metric, observed_at, received_at, value, text_value, origin_partition,"
                                + " origin_offset, origin_index FROM readings WHERE " + condition);

                // Then
                assertThat(rows).containsExactlyInAnyOrderElementsOf(plain.rows("both", condition));
                assertThat(other.resolve("fetched")).isEmptyDirectory();
            }
        }
    }

    private static List<String> texts(String sql, String... options) {
        return texts(scene, sql, options);
    }

    /** Rows of the command's JSON, their values with a bar between. */
    private static List<String> texts(QueryScene scene, String sql, String... options) {
        return scene.rows(sql, options).stream()
                .map(row -> {
                    List<String> cells = new ArrayList<>();
                    row.forEach(cell -> cells.add(cell.asText()));
                    return String.join("|", cells);
                })
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "DROP TABLE readings; only a SELECT",
                "INSERT INTO warm.readings (device_id) VALUES ('x'); only a SELECT",
                "COPY readings TO 'stolen.csv'; only a SELECT",
                "ATTACH 'other.db'; only a SELECT",
                "SET threads = 8; only a SELECT",
                "SELECT * FROM read_csv('/etc/passwd'); Permission Error",
                "SELECT * FROM read_text('/etc/hosts'); Permission Error",
                "SELECT * FROM read_parquet('https://127.0.0.1:1/x.parquet'); Permission Error",
                "SELECT * FROM glob('/*'); Permission Error",
                "SELECT * FROM query_table('readings'); must be named",
                "SELEC 1; syntax error",
                "SELECT nonsense FROM readings; nonsense",
                "SELECT * FROM elsewhere; elsewhere",
                "SELECT CAST(device_id AS INTEGER) FROM readings; Conversion Error",
                "FROM anomalies; more than 2500 rows",
            })
    void whatMayNotBeIsOneLineAndCodeSix(String sql, String why) {
        QueryScene.Outcome outcome = scene.query(sql);
        assertThat(outcome.code()).as(outcome.err()).isEqualTo(ExitCode.REFUSED.code());
        assertThat(outcome.err().lines()).singleElement().asString().contains(why);
        assertThat(outcome.out()).isEmpty();
    }

    @Test
    void twoStatementsAreOneTooMany() {
        QueryScene.Outcome outcome = scene.query("SELECT 1; DROP TABLE readings");
        assertThat(outcome.code()).isEqualTo(ExitCode.REFUSED.code());
    }

    @Test
    void onlyTheRowsThatMatterAreTakenFromPostgres() {
        assertThat(texts("SELECT count(*), min(value), max(value) FROM anomalies WHERE device_id = 'a-7'"))
                .containsExactly("30|7.0|2907.0");
        assertThat(texts("WITH late AS (SELECT * FROM anomalies WHERE started_at >= TIMESTAMPTZ '" + START
                        + "' + INTERVAL 2990 SECOND)"
                        + " SELECT count(*) FROM late JOIN anomalies USING (device_id) WHERE device_id = 'a-95'"))
                .containsExactly("30");
    }

    @Test
    void theTablesHaveTheColumnsOfTheWarmTier() throws SQLException {
        try (Connection connection = DriverManager.getConnection(scene.tiers().jdbcUrl());
                Statement statement = connection.createStatement()) {
            for (String table : List.of("readings", "aggregates", "anomalies", "alerts")) {
                List<String> columns = new ArrayList<>();
                try (ResultSet names = statement.executeQuery("SELECT column_name FROM information_schema.columns"
                        + " WHERE table_schema = 'headrace' AND table_name = '" + table + "'"
                        + " AND column_name <> 'expires_on'")) {
                    while (names.next()) {
                        columns.add(names.getString(1));
                    }
                }
                assertThat(texts("SELECT column_name FROM (DESCRIBE " + table + ")"))
                        .as(table)
                        .containsExactlyInAnyOrderElementsOf(columns);
            }
        }
    }

    @Test
    void readingsArePutTogetherAgainOutOfTheRowsOfATier() throws IOException {
        ApiClient api = new ApiClient(
                URI.create("http://127.0.0.1:" + scene.port()),
                Files.readString(folder.resolve("admin.token")).strip());
        for (Tier tier : Tier.values()) {
            // When
            List<Reading> readings = new ArrayList<>();
            new StoredHistory(api, tier, device -> Map.of())
                    .read(new Asked(START, START.plus(Duration.ofDays(40)), Set.of(), Set.of()), readings::add);

            // Then
            assertThat(readings)
                    .usingElementComparator(Comparator.comparing(QueryIT::whole))
                    .containsExactlyElementsOf((tier == Tier.WARM ? WARM : COLD)
                            .stream()
                                    .sorted(Comparator.comparing(Reading::getReceivedAt)
                                            .thenComparingInt(reading ->
                                                    reading.getOrigin().getPartition()))
                                    .toList());
        }
    }

    private static String whole(Reading reading) {
        return reading.getDeviceId()
                + reading.getObservedAt()
                + reading.getReceivedAt()
                + reading.getOrigin()
                + new TreeMap<>(reading.getValues());
    }

    @Test
    void aQueryThatTakesTooLongIsStopped() {
        QueryScene.Outcome outcome = scene.query(ENDLESS, "--timeout", "2");
        assertThat(outcome.code()).isEqualTo(ExitCode.REFUSED.code());
        assertThat(outcome.err()).contains("it took longer than 2 s");
    }

    @Test
    void aQueryWhoseClientLeavesIsStopped() throws Exception {
        // Given
        String body = "{\"sql\": \"" + ENDLESS + "\", \"timeoutSeconds\": 300}";
        HttpURLConnection connection =
                (HttpURLConnection) URI.create("http://127.0.0.1:" + scene.port() + "/api/v1/query")
                        .toURL()
                        .openConnection();
        connection.setRequestMethod("POST");
        connection.setRequestProperty("Authorization", "Bearer " + Files.readString(folder.resolve("admin.token")));
        connection.setDoOutput(true);
        connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
        assertThat(connection.getResponseCode()).isEqualTo(200);
        QueryScene.Outcome meanwhile = scene.query("SELECT 1");
        assertThat(meanwhile.code()).isEqualTo(ExitCode.UNAVAILABLE.code());
        assertThat(meanwhile.err()).contains("1 queries run already");

        // When
        connection.disconnect();

        // Then
        await().atMost(Duration.ofSeconds(30))
                .until(() -> scene.query("SELECT 1").code() == ExitCode.OK.code());
    }

    @Test
    void rowsAreWrittenInFourForms() throws Exception {
        // Given
        String sql =
                "SELECT 1 AS n, 'a,\"b' AS text, NULL AS nothing, TIMESTAMPTZ '2026-01-02 03:04:05.000006+00' AS t,"
                        + " 0.5::DOUBLE AS d, MAP {'k': 2} AS m UNION ALL SELECT 20, '', 'x', NULL, 'NaN'::DOUBLE, NULL ORDER BY n";

        // When, Then
        assertThat(scene.query(sql, "--output", "csv").out().split("\r\n", -1))
                .containsExactly(
                        "n,text,nothing,t,d,m",
                        "1,\"a,\"\"b\",,2026-01-02T03:04:05.000006Z,0.5,\"{\"\"k\"\":2}\"",
                        "20,\"\",x,,NaN,",
                        "");
        assertThat(scene.query(sql, "--output", "json").out().lines().toList())
                .contains(
                        "{\"n\":1,\"text\":\"a,\\\"b\",\"nothing\":null,\"t\":\"2026-01-02T03:04:05.000006Z\",\"d\":0.5,\"m\":{\"k\":2}},");
        assertThat(scene.query(sql).out().lines().toList())
                .containsExactly(
                        " n  text  nothing  t                              d  m",
                        " 1  a,\"b           2026-01-02T03:04:05.000006Z  0.5  {\"k\":2}",
                        "20        x                                     NaN",
                        "(2 rows)");
        Path parquet = folder.resolve("answer.parquet");
        assertThat(scene.query(sql, "--output", "parquet", "--out", parquet.toString())
                        .code())
                .isZero();
        try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duck.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT sum(n)::INTEGER, max(epoch_us(t)), max(typeof(m)), count(*) FILTER (WHERE isnan(d)) FROM '"
                                + parquet + "'")) {
            rows.next();
            assertThat(rows.getInt(1)).isEqualTo(21);
            assertThat(rows.getLong(2)).isEqualTo(1_767_323_045_000_006L);
            assertThat(rows.getString(3)).isEqualTo("MAP(VARCHAR, INTEGER)");
            assertThat(rows.getInt(4)).isEqualTo(1);
        }
    }

    @Test
    void aFailedQueryLeavesNoFile() throws Exception {
        Path file = folder.resolve("none.csv");
        assertThat(scene.query("SELECT nonsense", "--output", "csv", "--out", file.toString())
                        .code())
                .isEqualTo(ExitCode.REFUSED.code());
        assertThat(file).doesNotExist();
        assertThat(scene.query("SELECT 1", "--output", "parquet").code()).isEqualTo(ExitCode.USAGE.code());
    }

    @Test
    void aTableWithDeleteFilesIsRefusedAndNotReadWrongly() {
        Table table = scene.tiers().table();
        long before = table.currentSnapshot().snapshotId();
        DataFile file = table.newScan().planFiles().iterator().next().file();
        try {
            table.newRowDelta()
                    .addDeletes(FileMetadata.deleteFileBuilder(table.spec())
                            .ofPositionDeletes()
                            .withPath(file.location() + ".deletes.parquet")
                            .withPartition(file.partition())
                            .withFormat(FileFormat.PARQUET)
                            .withFileSizeInBytes(10)
                            .withRecordCount(1)
                            .build())
                    .commit();
            QueryScene.Outcome outcome = scene.query("SELECT count(*) FROM cold.readings");
            assertThat(outcome.code()).isEqualTo(ExitCode.UNAVAILABLE.code());
            assertThat(outcome.err()).contains("files of deletes");
        } finally {
            table.manageSnapshots().rollbackTo(before).commit();
        }
    }

    @Test
    void nothingIsCountedTwiceOrMissedWhileBothSinksWrite() throws Exception {
        // Given
        AtomicInteger stored = new AtomicInteger();
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger failures = new AtomicInteger();
        Thread sinks = Thread.ofPlatform().start(() -> writeToBoth(stored, done, failures));
        try {
            for (int i = 0; i < 12; i++) {
                // When
                int before = stored.get();
                String[] counts = texts(
                                "SELECT count(*), count(DISTINCT (origin_partition, origin_offset)) FROM readings"
                                        + " WHERE device_id = 'live'")
                        .getFirst()
                        .split("\\|");

                // Then
                assertThat(counts[0]).isEqualTo(counts[1]);
                assertThat(Integer.parseInt(counts[0])).isBetween(before, stored.get() + BATCH);
            }
        } finally {
            done.set(true);
            sinks.join();
        }
        assertThat(failures).hasValue(0);
        assertThat(stored.get()).isGreaterThan(BATCH);
    }

    /** A batch into one tier, then the one before into the other, so that each is behind the other in turn. */
    private static void writeToBoth(AtomicInteger stored, AtomicBoolean done, AtomicInteger failures) {
        List<Reading> owedToCold = new ArrayList<>();
        try {
            for (int batch = 0; !done.get() && batch < MOST_BATCHES; batch++) {
                List<Reading> readings = new ArrayList<>();
                for (int i = 0; i < BATCH; i++) {
                    long offset = 1_000_000L + (long) batch * BATCH + i;
                    Reading reading = reading(0, new Random(offset));
                    reading.setDeviceId("live");
                    reading.setObservedAt(Instant.parse("2028-01-01T00:00:00Z"));
                    reading.setOrigin(new Origin(1, offset, 0));
                    reading.setValues(Map.of("t", 1.0));
                    readings.add(reading);
                }
                if (batch % 3 == 2) {
                    scene.tiers().cold(readings);
                    stored.addAndGet(BATCH);
                    scene.tiers().warm(StoredTiers.CATALOGUE.readings(), readings);
                } else {
                    scene.tiers().warm(StoredTiers.CATALOGUE.readings(), readings);
                    stored.addAndGet(BATCH);
                    owedToCold.addAll(readings);
                }
                if (batch % 3 == 1) {
                    scene.tiers().cold(owedToCold);
                    owedToCold.clear();
                }
            }
        } catch (IOException | RuntimeException e) {
            failures.incrementAndGet();
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aModelIsTrainedOnWhatBothTiersHold() throws Exception {
        // Given: each boiler failed twice
        List<Instant> failed = List.of(Instant.parse("2026-01-20T00:00:00Z"), Instant.parse("2026-02-09T00:00:00Z"));
        StringBuilder failures = new StringBuilder("device,time\n");
        for (int boiler = 0; boiler < 7; boiler++) {
            for (Instant time : failed) {
                failures.append("boiler-")
                        .append(boiler)
                        .append(',')
                        .append(time)
                        .append('\n');
            }
        }
        Path file = Files.writeString(folder.resolve("failures.csv"), failures);
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();

        // When
        int code = Main.run(
                new PrintWriter(out),
                new PrintWriter(err),
                ("model train --name boilers --metrics temperature,never --operating on --step 3h --dry-run --output"
                                + " json --failures " + file + " --url http://127.0.0.1:" + scene.port() + " --data "
                                + folder)
                        .split(" "));

        // Then
        assertThat(code).as(err.toString()).isZero();
        assertThat(err.toString()).contains("left out, for they never change: never (never there)");
        JsonNode model = new ObjectMapper().readTree(out.toString());
        assertThat(model.at("/trainedOn/lives").asInt()).isEqualTo(14);
        assertThat(model.at("/trainedOn/devices").asInt()).isEqualTo(7);
        long steps = Stream.concat(WARM.stream(), COLD.stream())
                .filter(reading -> reading.getObservedAt().isBefore(failed.getLast()))
                .map(reading ->
                        reading.getDeviceId() + " " + reading.getObservedAt().getEpochSecond() / 10_800)
                .distinct()
                .count();
        assertThat(model.at("/trainedOn/rows").asLong()).isEqualTo(steps);
        assertThat(model.at("/metrics")).hasSize(1);
        assertThat(model.at("/trainedOn/source").asText()).isEqualTo("both");
        assertThat(model.at("/error/rmseMs").asDouble()).isPositive();
    }
}
