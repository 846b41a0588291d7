package io.headrace.bench.windows;

import io.headrace.bench.system.Broker;
import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Sizing;
import io.headrace.record.Reading;
import io.headrace.testing.InMemorySchemaRegistry;
import io.headrace.wire.AvroSerializer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The least that anybody needs who decodes exactly once: a consumer, our decoder, our record and its serializer, and a
 * transactional producer with the settings of the processors, committing as often as they do. No state, no duplicates, no
 * ledger, no routes.
 */
final class BareLoop implements Runnable {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final KafkaProducer<byte[], byte[]> producer;
    private final AvroSerializer<Reading> serializer =
            new AvroSerializer<>(new Catalogue("", Sizing.STANDALONE).readings(), new InMemorySchemaRegistry());
    private final Decoding decoding = new Decoding();
    private final String target;
    private final long commitNanos;
    private final Map<TopicPartition, OffsetAndMetadata> done = new HashMap<>();

    /**
     * What it does.
     *
     * @param servers of Kafka
     * @param source topic of raw messages
     * @param target topic of readings
     * @param group whose offsets it commits
     * @param commit how often
     */
    record Job(String servers, String source, String target, String group, Duration commit) {}

    /** @param thread of so many, among which the partitions are shared out */
    BareLoop(Job job, int thread, int threads) {
        target = job.target();
        commitNanos = job.commit().toNanos();
        consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers", job.servers(),
                        "group.id", job.group(),
                        "enable.auto.commit", "false",
                        "isolation.level", "read_committed",
                        "max.poll.records", "1000"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> mine = Broker.partitions(consumer, job.source()).stream()
                .filter(part -> part.partition() % threads == thread)
                .toList();
        consumer.assign(mine);
        consumer.seekToBeginning(mine);
        producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers", job.servers(),
                        "acks", "all",
                        "transactional.id", job.group() + "-" + thread,
                        "linger.ms", "20",
                        "batch.size", "131072",
                        "compression.type", "lz4"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        producer.initTransactions();
    }

    @Override
    public void run() {
        long commitAt = 0;
        boolean isOpen = false;
        while (true) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(20))) {
                if (!isOpen) {
                    producer.beginTransaction();
                    commitAt = System.nanoTime() + commitNanos;
                    isOpen = true;
                }
                pass(record);
            }
            if (isOpen && System.nanoTime() - commitAt >= 0) {
                producer.sendOffsetsToTransaction(done, consumer.groupMetadata());
                producer.commitTransaction();
                done.clear();
                isOpen = false;
            }
        }
    }

    private void pass(ConsumerRecord<byte[], byte[]> record) {
        Reading reading =
                decoding.reading(record.partition(), record.offset(), record.timestamp(), record.key(), record.value());
        producer.send(new ProducerRecord<>(
                target,
                null,
                record.timestamp(),
                record.key(),
                serializer.serialize(target, reading),
                List.of(Decoding.origin(reading))));
        done.put(new TopicPartition(record.topic(), record.partition()), new OffsetAndMetadata(record.offset() + 1));
    }
}
