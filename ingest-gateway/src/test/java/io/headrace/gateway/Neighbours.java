package io.headrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headrace.gateway.MqttLoad.Pace;
import io.headrace.gateway.MqttLoad.Publisher;
import io.headrace.gateway.identity.TestDevices;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Well-behaved devices that go on publishing while others do their worst; whoever harms them has succeeded. */
final class Neighbours implements AutoCloseable {
    /** Generous: this machine is busy with the attack itself. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final int MQTT_DEVICES = 4;
    private static final List<String> DEVICES = List.of("good-0", "good-1", "good-2", "good-3", "good-web");

    private final MqttLoad mqtt;
    private final HttpLoad http;

    private Neighbours(MqttLoad mqtt, HttpLoad http) {
        this.mqtt = mqtt;
        this.http = http;
    }

    static void register(TestHub hub) {
        hub.registerAll(DEVICES);
    }

    /** Returns when each of them has got answers. */
    static Neighbours start(int mqttPort, int httpPort) {
        Neighbours neighbours =
                new Neighbours(new MqttLoad(mqttPort, TestDevices.KEY), new HttpLoad(httpPort, TestDevices.KEY));
        Pace pace = new Pace(2, Long.MAX_VALUE, Duration.ofMillis(20), 64);
        IntStream.range(0, MQTT_DEVICES)
                .forEach(
                        i -> neighbours.mqtt.add("good-" + i, "127.0.0.1", pace).connect());
        neighbours.http.add("good-web");
        neighbours.awaitProgress();
        neighbours.forget();
        return neighbours;
    }

    int connections() {
        return MQTT_DEVICES + 1;
    }

    private void awaitProgress() {
        Map<String, Long> before = acknowledged();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> acknowledged().entrySet().stream()
                        .allMatch(each -> each.getValue() > before.getOrDefault(each.getKey(), 0L) + 1));
    }

    Map<String, Long> acknowledged() {
        Map<String, Long> all = new HashMap<>(http.byDevice());
        mqtt.publishers().forEach(each -> all.put(each.device(), each.acknowledged()));
        return all;
    }

    void forget() {
        mqtt.publishers().forEach(Publisher::forget);
    }

    /** Each goes on, was never cut off, and never waited long for an answer since {@link #forget}. */
    void assertUnharmed() {
        awaitProgress();
        assertThat(mqtt.publishers()).allSatisfy(each -> {
            assertThat(each.connections())
                    .as("connections of %s", each.device())
                    .isEqualTo(1);
            assertThat(each.slowest()).as("slowest ack of %s", each.device()).isLessThan(PATIENCE);
        });
        assertThat(http.answers()).as("answers over HTTP").containsOnlyKeys(202);
    }

    void stop() {
        mqtt.stop();
        http.stop();
    }

    @Override
    public void close() {
        stop();
    }
}
