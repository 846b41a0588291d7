package io.headrace.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headrace.client.ApiClient;
import io.headrace.standalone.Whereabouts;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** One run of the demo against a running Headrace: makes the devices, sends, waits until all is stored, and counts. */
final class Demo {
    private static final Duration STORED_WITHIN = Duration.ofMinutes(3);
    private static final int TOO_LARGE = 300 << 10;
    private static final int MOST_DEAD_LETTERS = 1_000;

    private final Whereabouts where;
    private final ApiClient api;
    private final Stores stores;
    private final Progress progress;
    private final double speed;

    Demo(Whereabouts where, double speed, Progress progress) {
        this.where = where;
        this.speed = speed;
        this.progress = progress;
        this.stores = new Stores(where);
        try {
            this.api = new ApiClient(
                    where.controlPlane(), Files.readString(where.adminToken()).strip());
        } catch (IOException e) {
            throw new IllegalStateException("can't read " + where.adminToken(), e);
        }
    }

    /**
     * Sends everything that the devices have to send, and counts what became of it.
     *
     * @param withRefusals whether also to try what must be refused: a wrong key, too large a payload
     */
    Summary run(List<DemoDevice> devices, Refusals withRefusals) throws SQLException, InterruptedException {
        long messages = devices.stream()
                .flatMap(device -> device.sends().stream())
                .mapToLong(send -> send.expected().messages())
                .sum();
        progress.step("making " + devices.size() + " devices");
        Map<String, String> keys = makeDevices(devices);
        makeRule();
        try (Connections connections = new Connections(where)) {
            progress.step("sending %,d messages over %d connections".formatted(messages, devices.size()));
            Replay replay = new Replay(connections, keys, speed);
            sendAll(replay, devices, messages);
            if (withRefusals == Refusals.TRIED) {
                tryRefusals(connections, devices.getFirst(), keys, replay.tally());
            }
            progress.step("waiting until all is stored");
            JsonNode reconciled = awaitStored(replay.tally());
            progress.step("counting");
            return summary(devices, replay, reconciled);
        }
    }

    /** Whether what must be refused is tried too. */
    enum Refusals {
        TRIED,
        NOT_TRIED
    }

    private Map<String, String> makeDevices(List<DemoDevice> devices) {
        Map<String, String> keys = new HashMap<>();
        for (DemoDevice device : devices) {
            ObjectNode body = JsonNodeFactory.instance.objectNode().put("id", device.id());
            device.tags().forEach(body.putObject("tags")::put);
            keys.put(
                    device.id(),
                    api.post("/api/v1/devices", body).at("/keys/primary").asText());
        }
        return keys;
    }

    /**
     * Raises an alert at each injected dropout, and at nothing else: neither source measures two zeros. In force since
     * ever, so that the first reading, too, is judged.
     */
    private void makeRule() {
        ObjectNode rule = JsonNodeFactory.instance
                .objectNode()
                .put("condition", "values.temperature == 0.0 && values.humidity == 0.0")
                .put("severity", "critical")
                .put("message", "the sensor reads zero")
                .put("effectiveAt", "1970-01-01T00:00:00Z");
        api.put("/api/v1/rules/dropout", rule);
    }

    private void sendAll(Replay replay, List<DemoDevice> devices, long messages) {
        try (ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor()) {
            var ticking = clock.scheduleAtFixedRate(
                    () -> progress.state(
                            "%,d of %,d acknowledged".formatted(replay.tally().messages(), messages)),
                    1,
                    1,
                    TimeUnit.SECONDS);
            replay.run(devices);
            ticking.cancel(false);
        }
    }

    /** A wrong key by every protocol, and a payload over the limit by HTTP: none of them is accepted. */
    private static void tryRefusals(Connections connections, DemoDevice device, Map<String, String> keys, Tally tally) {
        String wrong = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        Outgoing small = device.sends().getFirst();
        Outgoing large = Outgoing.of(small.at(), new byte[TOO_LARGE], "application/json", small.expected());
        for (Wire wire : List.of(Wire.MQTT_5, Wire.MQTT_311, Wire.HTTP, Wire.AMQP, Wire.COAPS)) {
            tryOne(connections, wire, device.id(), wrong, small, tally);
        }
        tryOne(connections, Wire.HTTP, device.id(), keys.getOrDefault(device.id(), ""), large, tally);
    }

    private static void tryOne(
            Connections connections, Wire wire, String device, String key, Outgoing message, Tally tally) {
        try (Connection connection = connections.open(wire, device, key)) {
            connection.send(message).toCompletableFuture().join();
            tally.acknowledged(message.expected());
        } catch (NotAcceptedException | java.util.concurrent.CompletionException refused) {
            tally.refused();
        }
    }

    private JsonNode awaitStored(Tally tally) throws SQLException, InterruptedException {
        long end = System.nanoTime() + STORED_WITHIN.toNanos();
        JsonNode reconciled = JsonNodeFactory.instance.objectNode();
        while (System.nanoTime() < end) {
            long warm = stores.warmRows();
            long cold = stores.coldRows();
            progress.state("%,d of %,d values in PostgreSQL, %,d of %,d readings in Iceberg"
                    .formatted(warm, tally.values(), cold, tally.readings()));
            if (warm >= tally.values() && cold >= tally.readings()) {
                reconciled = api.get("/api/v1/reconcile");
                if (isSettled(reconciled)) {
                    return reconciled;
                }
            }
            TimeUnit.MILLISECONDS.sleep(1_000);
        }
        return api.get("/api/v1/reconcile");
    }

    /**
     * Whether nothing moves any more. Reconciliation takes a window for closed as soon as its device has been silent long
     * enough by the gateway's clock; processors that are behind close it a little later, and until then it isn't balanced.
     */
    private boolean isSettled(JsonNode reconciled) throws SQLException {
        Stores.Warm warm = stores.warm();
        return reconciled.path("balanced").asBoolean()
                && reconciled.path("pending").asLong() == 0
                && reconciled.path("open").asLong() == 0
                && warm.windows() >= reconciled.path("aggregates").asLong()
                && warm.counted() >= reconciled.path("windowed").asLong()
                && warm.anomalies() >= reconciled.path("anomalies").asLong()
                && 2 * warm.alerts() >= reconciled.path("alerts").asLong(); // raised and cleared are one row
    }

    private Summary summary(List<DemoDevice> devices, Replay replay, JsonNode reconciled) throws SQLException {
        List<Truth> truths =
                devices.stream().flatMap(device -> device.truths().stream()).toList();
        List<Detection> detections = stores.anomalies().stream()
                .map(found -> labelled(found, truths))
                .toList();
        return new Summary(
                replay.tally(),
                reconciled,
                deadLetters(),
                stores.warm(),
                stores.cold(),
                detections,
                truths,
                replay.failures(),
                progress.elapsedSeconds());
    }

    private static Detection labelled(Stores.Found found, List<Truth> truths) {
        String label = truths.stream()
                .filter(truth -> truth.covers(found.device(), found.start()))
                .map(Truth::label)
                .findFirst()
                .orElse("");
        return new Detection(found.device(), found.metric(), found.start(), found.score(), label);
    }

    private Map<String, Long> deadLetters() {
        Map<String, Long> byReason = new TreeMap<>();
        for (JsonNode letter :
                api.get("/api/v1/dead-letters?limit=" + MOST_DEAD_LETTERS).path("deadLetters")) {
            byReason.merge(letter.path("reason").asText(), 1L, Long::sum);
        }
        return byReason;
    }
}
