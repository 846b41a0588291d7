package io.headrace.bench.windows;

import io.headrace.bench.load.Acknowledged;
import io.headrace.bench.load.Payloads;
import io.headrace.bench.load.Plan;
import io.headrace.bench.run.BenchException;
import io.headrace.bench.system.Broker;
import io.headrace.catalogue.Headers;
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
import java.util.function.ToLongFunction;
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

    /** Epoch milliseconds. */
    private record Sighting(long due, long received, long decided, long seen) {}

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
            long decided =
                    Headers.findNumber(record.headers(), Headers.DECIDED_AT).orElse(due);
            sightings.add(new Sighting(due, record.timestamp(), decided, now));
        }
    }

    /**
     * What was seen.
     *
     * @param alerts due in the measured time
     * @param latency from when a message was due to its alert
     * @param toGateway of it, until the gateway received the message
     * @param toDecision from then on, until the rule was judged
     * @param toConsumer and until the alert was committed and here
     * @param lost acknowledged messages that should have raised or cleared an alert, and none was seen
     */
    record Seen(long alerts, Spread latency, Spread toGateway, Spread toDecision, Spread toConsumer, long lost) {}

    /** Milliseconds. */
    record Spread(double p50, double p99, double worst) {
        private static Spread of(List<Sighting> sightings, ToLongFunction<Sighting> each) {
            long[] sorted = sightings.stream().mapToLong(each).sorted().toArray();
            return new Spread(quantile(sorted, 0.5), quantile(sorted, 0.99), sorted[sorted.length - 1]);
        }

        private static double quantile(long[] sorted, double part) {
            return sorted[(int) Math.ceil(sorted.length * part) - 1];
        }
    }

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
        List<Sighting> measured =
                sightings.stream().filter(each -> each.due >= from).toList();
        if (measured.isEmpty()) {
            throw new BenchException("no alert was seen");
        }
        return new Seen(
                measured.size(),
                Spread.of(measured, each -> each.seen - each.due),
                Spread.of(measured, each -> each.received - each.due),
                Spread.of(measured, each -> each.decided - each.received),
                Spread.of(measured, each -> each.seen - each.decided),
                lost(acknowledged));
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
