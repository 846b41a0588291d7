package io.headrace.control;

import io.headrace.catalogue.LedgerPage;
import io.headrace.catalogue.Outcome;
import io.headrace.catalogue.Topic;
import io.headrace.record.Alert;
import io.headrace.record.AlertForecast;
import io.headrace.record.AlertState;
import io.headrace.record.Anomaly;
import io.headrace.record.LedgerEntry;
import io.headrace.record.Origin;
import io.headrace.record.Prediction;
import io.headrace.record.Severity;
import io.headrace.record.WindowAggregate;
import io.headrace.record.WindowKind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A hub as an operator might find it, for the console's tests and pictures. All of its data is made up. */
final class ConsoleScene {
    private static final Instant FIRST = Instant.parse("2010-07-08T00:00:00Z");
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private ConsoleScene() {}

    static void fill(TestHub hub) throws Exception {
        for (int mote = 1; mote <= 4; mote++) {
            hub.call("POST", "/api/v1/devices", "{\"id\":\"mote-" + mote + "\",\"tags\":{\"site\":\"hall\"}}");
        }
        for (int each = 1; each <= 8; each++) {
            hub.call(
                    "POST",
                    "/api/v1/devices",
                    "{\"id\":\"sim-%02d\",\"tags\":{\"source\":\"simulated\"}}".formatted(each));
        }
        hub.call("POST", "/api/v1/devices/mote-3:disable", null);
        messages(hub);
        deadLetters(hub);
        windows(hub, "mote-1", "temperature", 27, 1.5);
        windows(hub, "mote-1", "humidity", 46, 4);
        windows(hub, "mote-2", "temperature", 28, 1.2);
        anomaly(hub, 150, 33.4, 0.93);
        anomaly(hub, 205, 21.2, 0.81);
        predictions(hub);
        alert(hub);
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> hub.get("/api/v1/devices/mote-1/aggregates")
                                        .json()
                                        .path("aggregates")
                                        .size()
                                == 482
                        && hub.get("/api/v1/anomalies").json().path("anomalies").size() == 2);
    }

    /** 1,034 of them: 1,020 stored, 9 dead-lettered, 5 duplicates. */
    private static void messages(TestHub hub) throws Exception {
        byte[] first = new byte[LedgerPage.SIZE];
        java.util.Arrays.fill(first, Outcome.STORED.code());
        java.util.Arrays.fill(first, 100, 109, Outcome.DEAD_LETTERED.code());
        java.util.Arrays.fill(first, 200, 205, Outcome.DUPLICATE.code());
        byte[] second = new byte[LedgerPage.SIZE];
        java.util.Arrays.fill(second, 0, 10, Outcome.STORED.code());
        long received = System.currentTimeMillis() - 60_000;
        for (int i = 0; i < LedgerPage.SIZE + 10; i++) {
            hub.send(hub.topics.raw(), 0, received, "mote-1", new byte[] {'{', '}'}, Map.of());
        }
        ledger(hub, 0, first);
        ledger(hub, LedgerPage.SIZE, second);
    }

    private static void ledger(TestHub hub, long base, byte[] outcomes) throws Exception {
        LedgerEntry page = new LedgerEntry(0, base, ByteBuffer.wrap(outcomes));
        hub.send(hub.topics.ledger(), 0, LedgerPage.key(0, base), hub.encoded(hub.topics.ledger(), page), Map.of());
    }

    private static void deadLetters(TestHub hub) throws Exception {
        Topic<byte[]> topic = hub.topics.deadLetters(hub.topics.raw());
        for (int i = 0; i < 9; i++) {
            boolean json = i % 3 != 0;
            Map<String, String> headers = Map.of(
                    "hr-reason",
                    json ? "MALFORMED_JSON" : "UNKNOWN_CONTENT_TYPE",
                    "hr-detail",
                    json ? "unexpected end of input at line 1, column 20" : "application/x-protobuf",
                    "hr-stage",
                    "normalize",
                    "hr-origin",
                    "0:" + (100 + i));
            byte[] payload = "{\"temperature\": 21.".getBytes(StandardCharsets.UTF_8);
            hub.send(topic, 0, System.currentTimeMillis() + i, "mote-2", payload, headers);
        }
    }

    /** Four hours of one-minute windows, and one of an hour. */
    private static void windows(TestHub hub, String device, String metric, double level, double swing)
            throws Exception {
        Random noise = new Random(7);
        for (int i = 0; i < 240; i++) {
            boolean odd = metric.equals("temperature") && (i == 150 || i == 205);
            double mean =
                    level + swing * Math.sin(i / 38.0) + noise.nextGaussian() * 0.12 + (odd ? 5 - i / 20.0 + 7.5 : 0);
            window(hub, device, metric, FIRST.plus(MINUTE.multipliedBy(i)), MINUTE, mean);
        }
        window(hub, device, metric, FIRST, Duration.ofHours(1), level);
    }

    private static void window(TestHub hub, String device, String metric, Instant start, Duration size, double mean)
            throws Exception {
        WindowAggregate window = new WindowAggregate(
                device,
                metric,
                WindowKind.TUMBLING,
                start,
                start.plus(size),
                0,
                false,
                12L,
                mean - 0.6,
                mean + 0.6,
                mean * 12,
                mean,
                0.3,
                mean,
                mean,
                mean,
                mean,
                mean,
                start.plus(size),
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
        hub.send(hub.topics.aggregates(), null, device, hub.encoded(hub.topics.aggregates(), window), Map.of());
    }

    /** A pump that wears, and one of which nothing shows yet. */
    private static void predictions(TestHub hub) throws Exception {
        for (int i = 0; i < 60; i++) {
            double left = 240 - 3.2 * i + 9 * Math.sin(i);
            prediction(hub, "pump-7", i, left, 0.7 * left, i < 12 ? null : 1.3 * left + 12);
            if (i % 10 == 0) {
                prediction(hub, "pump-8", i, 240, 190, null);
            }
        }
    }

    private static void prediction(TestHub hub, String device, int step, double left, double low, @Nullable Double high)
            throws Exception {
        Prediction prediction = Prediction.newBuilder()
                .setDeviceId(device)
                .setModel("pump")
                .setVersion(3)
                .setAt(FIRST.plus(Duration.ofHours(3L * step)))
                .setReceivedAt(FIRST)
                .setRemainingUs((long) (3.6e9 * left))
                .setLowUs((long) (3.6e9 * low))
                .setHighUs(high == null ? null : (long) (3.6e9 * high))
                .setHealth(Math.max(0, Math.min(1, left / 240)))
                .setReason("about %.1f h left, for vibration".formatted(left))
                .setOrigin(new Origin(0, (long) step, 0))
                .build();
        hub.send(hub.topics.predictions(), null, device, hub.encoded(hub.topics.predictions(), prediction), Map.of());
    }

    /** That one of these pumps won't last. */
    private static void alert(TestHub hub) throws Exception {
        Instant now = FIRST.plus(Duration.ofHours(177));
        Alert alert = Alert.newBuilder()
                .setId("pump-worn/pump-7/1")
                .setDeviceId("pump-7")
                .setRuleId("pump-worn")
                .setSeverity(Severity.CRITICAL)
                .setState(AlertState.RAISED)
                .setRaisedAt(now)
                .setReceivedAt(now)
                .setMessage("prediction.pump.low_hours is 37.9, below 40")
                .setOrigin(new Origin(0, 59L, 0))
                .setForecast(new AlertForecast(
                        now.plus(Duration.ofHours(54)), now.plus(Duration.ofHours(38)), now.plus(Duration.ofHours(82))))
                .build();
        hub.send(hub.topics.alerts(), null, "pump-7", hub.encoded(hub.topics.alerts(), alert), Map.of());
    }

    private static void anomaly(TestHub hub, int minute, double value, double score) throws Exception {
        Anomaly anomaly = Anomaly.newBuilder()
                .setDeviceId("mote-1")
                .setMetric("temperature")
                .setStart(FIRST.plus(MINUTE.multipliedBy(minute)))
                .setReceivedAt(FIRST)
                .setDetector("default")
                .setScore(score)
                .setValue(value)
                .setReason("far from what its past led one to expect")
                .setOrigin(new Origin(0, (long) minute, 0))
                .build();
        hub.send(hub.topics.anomalies(), null, "mote-1", hub.encoded(hub.topics.anomalies(), anomaly), Map.of());
    }
}
