package io.headrace.bench.windows;

import io.headrace.bench.load.Acknowledged;
import io.headrace.bench.load.Payloads;
import io.headrace.bench.load.Plan;
import io.headrace.bench.run.BenchException;
import io.headrace.bench.system.Broker;
import io.headrace.record.Alert;
import io.headrace.wire.AvroDeserializer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Sees alerts as anybody's consumer of committed records does, and how long after the message was due that raised or
 * cleared each.
 */
final class AlertWatch implements AutoCloseable {
    private static final int CATCHING_UP_TENTHS = 600;

    private final Broker broker;
    private final String topic;
    private final AvroDeserializer<Alert> deserializer;
    private final Map<String, Set<Long>> byDevice = new ConcurrentHashMap<>();
    private final Queue<Sighting> sightings = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile boolean isOver;

    /** Both in milliseconds. */
    private record Sighting(long due, long latency) {}

    AlertWatch(Broker broker, String topic, AvroDeserializer<Alert> deserializer) {
        this.broker = broker;
        this.topic = topic;
        this.deserializer = deserializer;
        this.thread = Thread.ofPlatform().name("alerts").daemon().start(this::watch);
    }

    private void watch() {
        try (KafkaConsumer<byte[], byte[]> consumer = broker.consumer()) {
            List<TopicPartition> partitions = Broker.partitions(consumer, topic);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (!isOver) {
                consumer.poll(Duration.ofMillis(100)).forEach(this::see);
            }
        }
    }

    private void see(ConsumerRecord<byte[], byte[]> record) {
        long now = System.currentTimeMillis();
        Alert alert = Objects.requireNonNull(deserializer.deserialize(topic, record.value()));
        Instant cleared = alert.getClearedAt();
        long due = (cleared == null ? alert.getRaisedAt() : cleared).toEpochMilli();
        if (byDevice.computeIfAbsent(alert.getDeviceId(), id -> ConcurrentHashMap.newKeySet())
                .add(due)) {
            sightings.add(new Sighting(due, now - due));
        }
    }

    /**
     * What was seen.
     *
     * @param alerts due in the measured time
     * @param p50 milliseconds from when a message was due to its alert
     * @param lost acknowledged messages that should have raised or cleared an alert, and none was seen
     */
    record Seen(long alerts, double p50, double p99, double worst, long lost) {}

    /**
     * Waits until nothing is missing any more, and no longer than some seconds.
     *
     * @param from messages due before aren't in the latencies; epoch milliseconds
     */
    Seen seen(Acknowledged acknowledged, long from) {
        for (int i = 0; i < CATCHING_UP_TENTHS && lost(acknowledged) > 0; i++) {
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new BenchException("interrupted");
            }
        }
        long[] sorted = sightings.stream()
                .filter(each -> each.due >= from)
                .mapToLong(Sighting::latency)
                .sorted()
                .toArray();
        if (sorted.length == 0) {
            throw new BenchException("no alert was seen");
        }
        return new Seen(
                sorted.length,
                quantile(sorted, 0.5),
                quantile(sorted, 0.99),
                sorted[sorted.length - 1],
                lost(acknowledged));
    }

    private static double quantile(long[] sorted, double part) {
        return sorted[(int) Math.ceil(sorted.length * part) - 1];
    }

    private long lost(Acknowledged acknowledged) {
        long lost = 0;
        for (int device = 0; device < acknowledged.devices(); device++) {
            long expected = acknowledged.of(device).stream()
                    .filter(number -> number > 0 && number % Payloads.SPELL == 0)
                    .count();
            String id = Plan.device(device);
            lost += Math.max(0, expected - byDevice.getOrDefault(id, Set.of()).size());
        }
        return lost;
    }

    @Override
    public void close() {
        isOver = true;
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
