package io.headrace.bench;

import io.headrace.bench.load.Acknowledged;
import io.headrace.bench.load.Payloads;
import io.headrace.bench.run.BenchException;
import io.headrace.bench.run.Child;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The broker of a benchmark, and what it has stored.
 *
 * @param broker its process
 * @param bootstrapServers its address
 */
record Hub(Child broker, String bootstrapServers) {
    /** Of every topic that takes part. */
    static final int PARTITIONS = 4;

    /**
     * What became of acknowledged messages.
     *
     * @param lost acknowledged and not stored
     * @param reordered stored behind a later one of their device, and not there before
     * @param duplicates stored more than once
     */
    record Stored(long lost, long reordered, long duplicates) {}

    void make(String topic) {
        admin(admin -> admin.createTopics(List.of(new NewTopic(topic, Optional.of(PARTITIONS), Optional.of((short) 1))))
                .all()
                .get());
    }

    void delete(String topic) {
        admin(admin -> admin.deleteTopics(List.of(topic)).all().get());
    }

    private interface Work {
        void with(Admin admin) throws ExecutionException, InterruptedException;
    }

    private void admin(Work work) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", (Object) bootstrapServers))) {
            work.with(admin);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                throw new BenchException("the broker refused: " + e.getCause());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted");
        }
    }

    /** Where a topic ends now. */
    Map<TopicPartition, Long> ends(String topic) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            return consumer.endOffsets(partitions(consumer, topic));
        }
    }

    /** Reads what a topic got since, and compares it with what was acknowledged. */
    Stored check(String topic, Map<TopicPartition, Long> since, Acknowledged acknowledged) {
        BitSet[] stored = new BitSet[acknowledged.devices()];
        for (int i = 0; i < stored.length; i++) {
            stored[i] = new BitSet();
        }
        long reordered = 0;
        long duplicates = 0;
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            List<TopicPartition> partitions = partitions(consumer, topic);
            consumer.assign(partitions);
            since.forEach(consumer::seek);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.getOrDefault(each, 0L))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(500))) {
                    BitSet seen = stored[Payloads.device(record.value())];
                    int number = (int) Payloads.number(record.value());
                    if (seen.get(number)) {
                        duplicates++;
                    } else if (number < seen.length()) {
                        reordered++;
                    }
                    seen.set(number);
                }
            }
        }
        long lost = 0;
        for (int i = 0; i < stored.length; i++) {
            BitSet missing = (BitSet) acknowledged.of(i).clone();
            missing.andNot(stored[i]);
            lost += missing.cardinality();
        }
        return new Stored(lost, reordered, duplicates);
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "auto.offset.reset",
                        "earliest",
                        "check.crcs",
                        "false",
                        "max.partition.fetch.bytes",
                        "8388608",
                        "max.poll.records",
                        "20000"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    private static List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> consumer, String topic) {
        return consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
    }
}
