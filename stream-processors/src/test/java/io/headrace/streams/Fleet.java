package io.headrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headrace.catalogue.Catalogue;
import io.headrace.config.Settings;
import io.headrace.record.WindowAggregate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Ten devices that send a message each in turn, every fifth of them half a minute late, and what their windows must hold
 * in the end: each value once. Knows nothing of how windows come about.
 */
final class Fleet {
    static final int DEVICES = 10;
    private static final Duration SIZE = Duration.ofSeconds(10);
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final Cluster cluster;
    private final Catalogue catalogue;
    private final Random random = new Random(7);
    private final Map<String, Held> truth = new TreeMap<>();
    private int sent;

    /** What a window holds. Values are whole numbers, so that their sum is exact. */
    record Held(long count, double sum) {
        Held plus(double value) {
            return new Held(count + 1, sum + value);
        }
    }

    Fleet(Cluster cluster, Map<String, String> settings) {
        this.cluster = cluster;
        this.catalogue = ProcessorsConfig.from(Settings.of(settings)).kafka().catalogue();
    }

    /** Settings with which the windows close soon. */
    static Map<String, String> windows() {
        return Map.of(
                "processors.window.sizes", "10s",
                "processors.window.grace", "0s",
                "processors.window.idle-close", "1s");
    }

    Catalogue catalogue() {
        return catalogue;
    }

    void send(int messages) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < messages; i++, sent++) {
            String device = "device-" + sent % DEVICES;
            long at = START.toEpochMilli() + sent * 50L - (random.nextInt(5) == 0 ? 30_000 : 0);
            int value = random.nextInt(1_000);
            records.add(
                    Cluster.record(catalogue.raw(), device, "{\"ts\":" + at + ",\"values\":{\"v\":" + value + "}}"));
            truth.merge(
                    device + " " + Instant.ofEpochMilli(at - at % SIZE.toMillis()),
                    new Held(1, value),
                    (held, one) -> held.plus(value));
        }
        cluster.send(catalogue.raw(), records);
    }

    /** Waits until the windows hold what was sent, and nothing twice on the way. */
    void awaitTruth() {
        await().atMost(Cluster.LONG)
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> assertThat(held()).isEqualTo(truth));
    }

    /** Of the highest revision of each window; each revision must have come once, in order. */
    Map<String, Held> held() {
        Map<String, Held> held = new TreeMap<>();
        Map<String, Integer> revisions = new HashMap<>();
        for (ConsumerRecord<String, WindowAggregate> record : cluster.records(
                catalogue.aggregates(),
                cluster.serdes().of(catalogue.aggregates()).deserializer())) {
            WindowAggregate window = record.value();
            if (Duration.between(window.getStart(), window.getEnd()).equals(SIZE)) {
                String key = window.getDeviceId() + " " + window.getStart();
                assertThat(window.getRevision())
                        .as(key)
                        .isEqualTo(revisions.merge(key, 0, (before, zero) -> before + 1));
                held.put(key, new Held(window.getCount(), window.getSum()));
            }
        }
        return held;
    }
}
