package io.headrace.streams.reprocess;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads stretches of partitions, committed records only, in no group. Owned by one thread. */
final class TopicReader implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final KafkaConsumer<byte[], byte[]> consumer;

    TopicReader(Map<String, Object> clientSettings) {
        Map<String, Object> settings = new HashMap<>(clientSettings);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /**
     * Reads from one offset to before another.
     *
     * @throws TimeoutException where nothing comes for a minute
     */
    void read(TopicPartition partition, long from, long to, Consumer<ConsumerRecord<byte[], byte[]>> taker) {
        if (from >= to) {
            return;
        }
        consumer.assign(List.of(partition));
        consumer.seek(partition, from);
        long at = from;
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (at < to) {
            for (ConsumerRecord<byte[], byte[]> row : consumer.poll(POLL)) {
                if (row.offset() < to) {
                    taker.accept(row);
                }
            }
            long position = consumer.position(partition);
            if (position > at) {
                at = position;
                deadline = System.nanoTime() + PATIENCE.toNanos();
            } else if (System.nanoTime() - deadline > 0) {
                throw new TimeoutException(
                        "nothing of " + partition + " for " + PATIENCE.toSeconds() + " s, at " + at + " of " + to);
            }
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
