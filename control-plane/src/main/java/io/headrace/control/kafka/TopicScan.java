package io.headrace.control.kafka;

import io.headrace.control.http.UnavailableException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads stretches of topics from one offset to another, each partition in order, committed records only. Owned by one
 * thread.
 */
public final class TopicScan implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);

    private final Consumer<String, byte[]> consumer;
    private final Offsets offsets;
    private long deadline;

    /** Takes one record. */
    @FunctionalInterface
    public interface Handler {
        void take(ConsumerRecord<String, byte[]> row);
    }

    /** @param timeout for everything that this scan will do */
    public TopicScan(KafkaClients clients, Duration timeout) {
        this.consumer = clients.consumer();
        this.offsets = new Offsets(clients);
        this.deadline = System.nanoTime() + timeout.toNanos();
    }

    /** Has this much time from now on. */
    public void extend(Duration timeout) {
        deadline = System.nanoTime() + timeout.toNanos();
    }

    /** Partitions of a topic that is there. */
    public List<TopicPartition> partitions(String topic) {
        return offsets.partitions(topic);
    }

    /** First offset that each partition still has. */
    public Map<TopicPartition, Long> begins(Collection<TopicPartition> partitions) {
        return offsets.begins(partitions);
    }

    /**
     * End of each partition as it is now, what isn't committed yet included: a scan up to here has seen all that was
     * committed by now, since it waits for the transactions that were open.
     */
    public Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
        return offsets.ends(partitions);
    }

    /** Timestamp in epoch milliseconds of the first committed record at or after each offset; of empty partitions none. */
    public List<Long> timesOf(Map<TopicPartition, Long> starts) {
        Map<TopicPartition, Long> times = new HashMap<>();
        consumer.assign(starts.keySet());
        Map<TopicPartition, Long> ends = consumer.endOffsets(starts.keySet());
        starts.forEach(consumer::seek);
        starts.forEach((partition, offset) -> {
            while (!times.containsKey(partition) && consumer.position(partition) < ends.getOrDefault(partition, 0L)) {
                for (ConsumerRecord<String, byte[]> row : consumer.poll(POLL)) {
                    times.putIfAbsent(new TopicPartition(row.topic(), row.partition()), row.timestamp());
                }
                requireTime(starts.keySet());
            }
        });
        return List.copyOf(times.values());
    }

    private void requireTime(Collection<TopicPartition> left) {
        if (System.nanoTime() - deadline > 0) {
            throw new UnavailableException("reading " + left + " took too long; is a transaction open?");
        }
    }

    /**
     * Reads.
     *
     * @param from offset to begin at, of each partition
     * @param until offset to stop before; partitions without one aren't read
     * @throws UnavailableException where that takes longer than the timeout, an open transaction being one reason
     */
    public void read(Map<TopicPartition, Long> from, Map<TopicPartition, Long> until, Handler handler) {
        Set<TopicPartition> left = new HashSet<>();
        until.forEach((partition, end) -> {
            if (from.getOrDefault(partition, 0L) < end) {
                left.add(partition);
            }
        });
        consumer.assign(left);
        left.forEach(partition -> consumer.seek(partition, from.getOrDefault(partition, 0L)));
        while (!left.isEmpty()) {
            for (ConsumerRecord<String, byte[]> row : consumer.poll(POLL)) {
                TopicPartition partition = new TopicPartition(row.topic(), row.partition());
                if (row.offset() < until.getOrDefault(partition, 0L)) {
                    handler.take(row);
                }
            }
            boolean done =
                    left.removeIf(partition -> consumer.position(partition) >= until.getOrDefault(partition, 0L));
            if (done) {
                consumer.assign(left);
            }
            requireTime(left);
        }
    }

    /** Reads all that is committed by now, and tells up to where. */
    public Map<TopicPartition, Long> readAll(String topic, Handler handler) {
        List<TopicPartition> partitions = partitions(topic);
        Map<TopicPartition, Long> ends = ends(partitions);
        read(begins(partitions), ends, handler);
        return new HashMap<>(ends);
    }

    @Override
    public void close() {
        consumer.close();
        offsets.close();
    }
}
