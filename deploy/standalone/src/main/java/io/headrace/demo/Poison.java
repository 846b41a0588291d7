package io.headrace.demo;

import io.headrace.catalogue.Outcome;
import io.headrace.catalogue.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What devices send when something is wrong with them, made by hand, each kind by a device of its own. */
final class Poison {
    private static final int EACH = 10;

    private final Instant now;

    /** @param now event time of what is sent; wall clock */
    Poison(Instant now) {
        this.now = now;
    }

    List<DemoDevice> devices() {
        List<DemoDevice> devices = new ArrayList<>();
        devices.add(device(
                "malformed-json",
                Wire.MQTT_311,
                repeated(number -> dead("application/json", "{\"temperature\": 2" + number, Reason.MALFORMED_JSON))));
        devices.add(device(
                "unknown-type",
                Wire.MQTT_5,
                repeated(number ->
                        dead("application/x-unheard-of", "\u0001\u0002" + number, Reason.UNKNOWN_CONTENT_TYPE))));
        devices.add(device(
                "too-deep",
                Wire.HTTP,
                repeated(number ->
                        dead("application/json", "{\"a\":".repeat(200) + number + "}".repeat(200), Reason.TOO_DEEP))));
        devices.add(device(
                "no-number",
                Wire.MQTT_5_TLS,
                repeated(number ->
                        dead("application/json", "{\"status\":\"fine " + number + "\"}", Reason.NO_NUMERIC_VALUE))));
        devices.add(device(
                "future-clock", Wire.HTTPS, repeated(number -> reading(now.plus(Duration.ofDays(400)), number))));
        devices.add(device("repeats-itself", Wire.MQTT_5, repetitions()));
        devices.add(device("late", Wire.MQTT_5, late()));
        devices.add(device("expired", Wire.HTTP, repeated(number -> expired(number))));
        return devices;
    }

    private static DemoDevice device(String kind, Wire wire, List<Outgoing> sends) {
        return new DemoDevice(
                "simulated-poison-" + kind, Map.of("source", "simulated", "poison", kind), wire, sends, List.of());
    }

    private static List<Outgoing> repeated(java.util.function.IntFunction<Outgoing> make) {
        List<Outgoing> sends = new ArrayList<>();
        for (int i = 0; i < EACH; i++) {
            sends.add(make.apply(i));
        }
        return sends;
    }

    private Outgoing dead(String contentType, String text, Reason reason) {
        return Outgoing.of(now, text.getBytes(StandardCharsets.UTF_8), contentType, Expected.deadLetter(reason));
    }

    private Outgoing reading(Instant at, int number) {
        return Outgoing.json(now, json(at, 20 + number / 10.0), Expected.reading(1));
    }

    private static String json(Instant at, double value) {
        return String.format(Locale.ROOT, "{\"ts\":%d,\"values\":{\"temperature\":%.2f}}", at.toEpochMilli(), value);
    }

    /** Each message twice under the same id: the second is a duplicate. */
    private List<Outgoing> repetitions() {
        List<Outgoing> sends = new ArrayList<>();
        for (int i = 0; i < EACH; i++) {
            Outgoing first = reading(now.plusMillis(i), i).withMessageId("m-" + i);
            sends.add(first);
            sends.add(new Outgoing(
                    first.at(),
                    first.payload(),
                    first.contentType(),
                    first.messageId(),
                    Optional.empty(),
                    Optional.empty(),
                    Expected.nothingStored(Outcome.DUPLICATE)));
        }
        return sends;
    }

    /** One of now, and then some whose windows were given up long ago. */
    private List<Outgoing> late() {
        List<Outgoing> sends = new ArrayList<>();
        sends.add(reading(now, 0));
        for (int i = 0; i < EACH; i++) {
            Instant longAgo = now.minus(Duration.ofDays(10)).plusSeconds(i);
            sends.add(Outgoing.json(now, json(longAgo, 20 + i / 10.0), Expected.lateReading()));
        }
        return sends;
    }

    private Outgoing expired(int number) {
        return Outgoing.json(now, json(now, 20 + number), Expected.nothingStored(Outcome.EXPIRED))
                .expiring(0);
    }
}
