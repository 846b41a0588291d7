package io.headrace.sinks.warm;

import static io.headrace.sinks.SinkRecords.CATALOGUE;
import static io.headrace.sinks.SinkRecords.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.record.Alert;
import io.headrace.record.AlertState;
import io.headrace.record.Anomaly;
import io.headrace.record.AnomalyState;
import io.headrace.record.AnomalyVerdict;
import io.headrace.record.Origin;
import io.headrace.record.Prediction;
import io.headrace.record.Severity;
import io.headrace.record.Suppression;
import io.headrace.record.WindowAggregate;
import io.headrace.record.WindowKind;
import io.headrace.sinks.SinkRecords;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What rows records become, on a real PostgreSQL. */
class WarmRowsIT {
    private static final String TODAY = "readings_2026_03_04";

    @RegisterExtension
    static final WarmScene scene = new WarmScene();

    private final WarmDatabase database = scene.database();
    private final SinkRecords records = new SinkRecords();

    @Test
    void everyKindOfValueBecomesItsRow() throws SQLException {
        // Given
        WorkerStandIn task = scene.started(Map.of());
        Map<String, Object> values = Map.of(
                "number",
                21.5,
                "whole",
                7L,
                "flag",
                true,
                "word",
                "on '); DROP TABLE x;--",
                "huge",
                Long.MAX_VALUE,
                "endless",
                Double.POSITIVE_INFINITY,
                "m".repeat(300),
                1.5,
                "x\"; DROP SCHEMA headrace CASCADE; --",
                2.5);

        // When
        task.put(records.reading(0, 0, "dévice", values));

        // Then
        assertThat(database.rows("SELECT device_id, metric, value, text_value FROM headrace.readings ORDER BY metric"))
                .containsExactly(
                        "dévice|endless|Infinity|null",
                        "dévice|flag|1|true",
                        "dévice|huge|9.223372036854776e+18|9223372036854775807",
                        "dévice|" + "m".repeat(300) + "|1.5|null",
                        "dévice|number|21.5|null",
                        "dévice|whole|7|null",
                        "dévice|word|null|on '); DROP TABLE x;--",
                        "dévice|x\"; DROP SCHEMA headrace CASCADE; --|2.5|null");
        assertThat(database.rows("SELECT DISTINCT observed_at = '2026-03-04 12:00:00.000123+00', origin_offset FROM "
                        + "headrace." + TODAY))
                .containsExactly("t|0");
    }

    @Test
    void theHighestRevisionOfAWindowStays() throws SQLException {
        // Given
        WorkerStandIn task = scene.started(Map.of());
        var topic = CATALOGUE.aggregates();
        Instant other = NOON.plusSeconds(60);

        // When
        task.put(
                records.of(topic, 0, 0, SinkRecords.aggregate("d", NOON, 0, 1.0)),
                records.of(topic, 0, 1, SinkRecords.aggregate("d", NOON, 2, 3.0)),
                records.of(topic, 0, 2, SinkRecords.aggregate("d", NOON, 1, 2.0)),
                records.of(topic, 0, 3, SinkRecords.aggregate("d", other, 0, 8.0)));
        task.put(
                records.of(topic, 0, 4, SinkRecords.aggregate("d", NOON, 1, 7.0)),
                records.of(topic, 0, 5, SinkRecords.aggregate("d", other, 1, 9.0)));

        // Then
        assertThat(database.rows(
                        "SELECT kind, window_size, revision, mean FROM headrace.aggregates ORDER BY window_start"))
                .containsExactly("TUMBLING|00:01:00|2|3", "TUMBLING|00:01:00|1|9");
    }

    @Test
    void windowsOfEveryKindStandBesideEachOtherAndARetractedSessionGoes() throws SQLException {
        // Given
        WorkerStandIn task = scene.started(Map.of());
        var topic = CATALOGUE.aggregates();
        WindowAggregate session = SinkRecords.aggregate("d", NOON, 0, 1.0);
        session.setKind(WindowKind.SESSION);
        session.setWindow("run");
        session.setSizeMs(20_000);
        WindowAggregate longer = WindowAggregate.newBuilder(session)
                .setEnd(NOON.plusSeconds(300))
                .setRevision(1)
                .build();
        WindowAggregate joined = WindowAggregate.newBuilder(session)
                .setStart(NOON.minusSeconds(30))
                .setRevision(2)
                .build();
        WindowAggregate retracted = WindowAggregate.newBuilder(session)
                .setRevision(2)
                .setRetracted(true)
                .build();
        WindowAggregate site = WindowAggregate.newBuilder(SinkRecords.aggregate("site/north", NOON, 0, 5.0))
                .setWindow("by-site")
                .setGroupBy("site")
                .setGroup("north")
                .setIncrease(12.0)
                .setUptimeRatio(0.5)
                .build();

        // When
        task.put(
                records.of(topic, 0, 0, SinkRecords.aggregate("d", NOON, 0, 4.0)),
                records.of(topic, 0, 1, session),
                records.of(topic, 0, 2, site));
        task.put(records.of(topic, 0, 3, longer));
        assertThat(sessions()).containsExactly("00:00:20|12:00:00|12:05:00|1");
        task.put(records.of(topic, 0, 4, retracted), records.of(topic, 0, 5, joined));

        // Then
        assertThat(sessions()).containsExactly("00:00:20|11:59:30|12:01:00|2");
        assertThat(database.rows("SELECT device_id, group_by, group_value, increase, rate, uptime_ratio FROM "
                        + "headrace.aggregates WHERE window_name <> 'run' ORDER BY device_id"))
                .containsExactly("d|null|null|null|null|null", "site/north|site|north|12|null|0.5");
    }

    @Test
    void tablesOfTheFirstVersionKeepTheirRowsAndTakeRecordsOfThatTime() throws Exception {
        // Given
        try (InputStream script = WarmSchema.class.getResourceAsStream("migrations/V1__tables.sql")) {
            database.execute("CREATE SCHEMA headrace");
            database.execute(new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8));
            database.execute("CREATE TABLE headrace.schema_version"
                    + " (version integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())");
            database.execute("INSERT INTO headrace.schema_version (version) VALUES (1)");
        }
        database.execute("INSERT INTO headrace.aggregates VALUES ('d', 'temperature', 'TUMBLING', '1 min',"
                + " '2026-03-04 12:00:00.000123Z', '2026-03-04 12:01:00.000123Z', 0, false,"
                + " 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, '2026-03-04 12:02:00Z')");
        database.execute("INSERT INTO headrace.anomalies VALUES ('d', 'm', '2026-03-04', '2026-03-04', 'habit', 1, 1,"
                + " NULL, 'jump', 0, 7, 0), ('d', 'm', '2026-03-05', '2026-03-04', 'habit', 1, 1, NULL, 'jump', 0, 7, 0),"
                + " ('d', 'm', '2026-03-05', '2026-03-04', 'habit', 1, 1, NULL, 'jump', 0, 7, 2)");
        WorkerStandIn task = scene.started(Map.of());
        SinkRecord now = records.of(CATALOGUE.aggregates(), 0, 0, SinkRecords.aggregate("d", NOON, 1, 7.0));
        SinkRecord anomaly = records.of(
                CATALOGUE.anomalies(), 0, 0, anomaly().setId("").setScore(0.6).build());

        // When
        task.put(asOfTheFirstVersion(now, "window"), asOfTheFirstVersion(anomaly, "id"));

        // Then
        assertThat(database.rows(
                        "SELECT id, state, revision, severity, ended_at, score FROM headrace.anomalies ORDER BY id"))
                .containsExactly(
                        "d/m/0:7|CLOSED|0|WARNING|null|0.6",
                        "d/m/0:7#2|CLOSED|0|WARNING|null|1",
                        "d/m/0:7/2|CLOSED|0|WARNING|null|1");
        assertThat(database.rows("SELECT device_id, window_name, revision, mean, increase FROM headrace.aggregates"))
                .containsExactly("d||1|7|null");
    }

    private static SinkRecord asOfTheFirstVersion(SinkRecord record, String firstNewField) {
        SchemaBuilder before = SchemaBuilder.struct().name(record.valueSchema().name());
        List<Field> fields = record.valueSchema().fields().stream()
                .takeWhile(field -> !field.name().equals(firstNewField))
                .toList();
        fields.forEach(field -> before.field(field.name(), field.schema()));
        Struct value = new Struct(before.build());
        fields.forEach(field -> value.put(field.name(), ((Struct) record.value()).get(field)));
        return record.newRecord(
                record.topic(),
                record.kafkaPartition(),
                record.keySchema(),
                record.key(),
                value.schema(),
                value,
                record.timestamp());
    }

    private List<String> sessions() throws SQLException {
        return database.rows("SELECT window_size, to_char(window_start AT TIME ZONE 'UTC', 'HH24:MI:SS'),"
                + " to_char(window_end AT TIME ZONE 'UTC', 'HH24:MI:SS'), revision"
                + " FROM headrace.aggregates WHERE window_name = 'run'");
    }

    @Test
    void anomaliesAndAlertsAreStoredWithTheirNewestState() throws SQLException {
        // Given
        WorkerStandIn task = scene.started(Map.of());
        Alert.Builder alert = Alert.newBuilder()
                .setId("a1")
                .setDeviceId("d")
                .setRuleId("r")
                .setSeverity(Severity.CRITICAL)
                .setRaisedAt(NOON)
                .setReceivedAt(NOON)
                .setMessage("hot")
                .setOrigin(new Origin(0, 7L, 0));

        // When
        task.put(
                records.of(CATALOGUE.anomalies(), 0, 0, anomaly().build()),
                records.of(
                        CATALOGUE.alerts(),
                        0,
                        0,
                        alert.setState(AlertState.RAISED).build()),
                records.of(
                        CATALOGUE.alerts(),
                        0,
                        1,
                        alert.setState(AlertState.ACKNOWLEDGED)
                                .setAcknowledgedAt(NOON.plusSeconds(2))
                                .setAcknowledgedBy("ann")
                                .build()),
                records.of(
                        CATALOGUE.alerts(),
                        0,
                        2,
                        Alert.newBuilder(alert)
                                .setId("member")
                                .setState(AlertState.RAISED)
                                .setPartOf("a1")
                                .build()));

        // Then
        assertThat(database.rows("SELECT a.state, o.id, o.acknowledged_by"
                        + " FROM headrace.alerts a JOIN headrace.open_alerts o USING (id)"))
                .containsExactly("ACKNOWLEDGED|a1|ann");
        assertThat(database.rows("SELECT id, state FROM headrace.alerts WHERE part_of = 'a1'"))
                .containsExactly("member|RAISED");

        // When a replay has the first state come last
        task.put(
                records.of(
                        CATALOGUE.alerts(),
                        0,
                        3,
                        alert.setState(AlertState.CLEARED)
                                .setClearedAt(NOON.plusSeconds(5))
                                .build()),
                records.of(
                        CATALOGUE.alerts(),
                        0,
                        4,
                        alert.setState(AlertState.ACKNOWLEDGED)
                                .setClearedAt(null)
                                .build()));

        // Then
        assertThat(database.rows("SELECT metric, score, expected, reason, origin_offset FROM headrace.anomalies"))
                .containsExactly("m|0.9|null|far from its history|7");
        assertThat(database.rows("SELECT id, severity, acknowledged_by FROM headrace.open_anomalies"))
                .containsExactly("d/m/0:7|INFO|null");
        assertThat(database.rows("SELECT id, state, cleared_at - raised_at FROM headrace.alerts WHERE part_of IS NULL"))
                .containsExactly("a1|CLEARED|00:00:05");
    }

    @Test
    void whatIsPredictedOfADeviceStaysUntilItIsPastRetention() throws SQLException {
        // Given
        WorkerStandIn task = scene.started(Map.of("retention.days", "30"));
        var topic = CATALOGUE.predictions();
        Prediction.Builder prediction = Prediction.newBuilder()
                .setDeviceId("d")
                .setModel("pump")
                .setVersion(2L)
                .setAt(NOON)
                .setReceivedAt(NOON)
                .setRemainingUs(7_200_000_000L)
                .setLowUs(3_600_000_000L)
                .setHealth(0.25)
                .setReason("about 2 h left")
                .setOrigin(new Origin(0, 1L, 0));

        // When
        task.put(
                records.of(topic, 0, 0, prediction.build()),
                records.of(
                        topic,
                        0,
                        1,
                        prediction
                                .setAt(NOON.plusSeconds(60))
                                .setRemainingUs(3_600_000_000L)
                                .setHighUs(5_400_000_000L)
                                .build()),
                records.of(topic, 0, 2, prediction.setDeviceId("gone").build()),
                records.of(
                        topic,
                        0,
                        3,
                        prediction.setAt(NOON.minus(Duration.ofDays(40))).build()));
        task.put(records.of(
                topic,
                0,
                4,
                prediction
                        .setAt(NOON.plusSeconds(90))
                        .setRemainingUs(null)
                        .setLowUs(null)
                        .setHighUs(null)
                        .setHealth(null)
                        .build()));
        task.sweep();

        // Then
        assertThat(database.rows(
                        "SELECT device_id, version, predicted_at - '2026-03-04 12:00:00.000123+00', remaining_hours,"
                                + " low_hours, high_hours, health FROM headrace.predictions ORDER BY 1, 3"))
                .containsExactly(
                        "d|2|00:00:00|2|1|null|0.25",
                        "d|2|00:01:00|1|1|1.5|0.25",
                        "gone|2|00:01:00|1|1|1.5|0.25",
                        "gone|2|00:01:30|null|null|null|null");
        assertThat(database.rows("SELECT device_id, model, ends_at - predicted_at FROM headrace.remaining_life"))
                .containsExactly("d|pump|01:00:00");
    }

    @Test
    void anAnomalyIsOneRowWhateverBecomesOfIt() throws SQLException {
        // Given
        WorkerStandIn task = scene.started(Map.of());
        Anomaly closed = anomaly()
                .setRevision(2)
                .setState(AnomalyState.CLOSED)
                .setSeverity(Severity.CRITICAL)
                .setEnd(NOON.plusSeconds(60))
                .setPeakValue(120.5)
                .setPeakAt(NOON.plusSeconds(30))
                .setStrangeValues(7)
                .build();
        task.put(records.of(CATALOGUE.anomalies(), 0, 0, anomaly().build()));

        // When a replay has an earlier state come last
        task.put(
                records.of(CATALOGUE.anomalies(), 0, 1, closed),
                records.of(
                        CATALOGUE.anomalies(),
                        0,
                        2,
                        Anomaly.newBuilder(closed)
                                .setRevision(3)
                                .setVerdict(AnomalyVerdict.FALSE_ALARM)
                                .setAcknowledgedBy("anna")
                                .setAcknowledgedAt(NOON.plusSeconds(90))
                                .setNote("the sun")
                                .build()),
                records.of(CATALOGUE.anomalies(), 0, 3, anomaly().setRevision(1).build()));
        task.put(records.of(
                CATALOGUE.anomalies(),
                0,
                4,
                anomaly()
                        .setId("d/m/0:8")
                        .setSuppressed(Suppression.MAINTENANCE)
                        .setSuppressedBy("swap")
                        .build()));

        // Then
        assertThat(database.rows("SELECT id, revision, state, severity, ended_at - started_at, peak_value,"
                        + " peak_at - started_at, strange_values, verdict, acknowledged_by,"
                        + " acknowledged_at - started_at, note, suppressed, suppressed_by"
                        + " FROM headrace.anomalies ORDER BY id"))
                .containsExactly(
                        "d/m/0:7|3|CLOSED|CRITICAL|00:01:00|120.5|00:00:30|7|FALSE_ALARM|anna|00:01:30|the sun|null|null",
                        "d/m/0:8|0|OPEN|INFO|null|null|null|1|null|null|null|null|MAINTENANCE|swap");
        assertThat(database.rows("SELECT * FROM headrace.open_anomalies")).isEmpty();
    }

    private static Anomaly.Builder anomaly() {
        return Anomaly.newBuilder()
                .setId("d/m/0:7")
                .setState(AnomalyState.OPEN)
                .setSeverity(Severity.INFO)
                .setDeviceId("d")
                .setMetric("m")
                .setStart(NOON)
                .setReceivedAt(NOON)
                .setDetector("default")
                .setScore(0.9)
                .setValue(99.0)
                .setReason("far from its history")
                .setOrigin(new Origin(0, 7L, 0));
    }
}
