package io.headrace.bench.windows;

import io.headrace.bench.run.BenchException;
import io.headrace.bench.system.Broker;
import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Headers;
import io.headrace.catalogue.OriginHeader;
import io.headrace.catalogue.Sizing;
import io.headrace.record.Clock;
import io.headrace.record.Origin;
import io.headrace.record.Reading;
import io.headrace.streams.decode.Decoded;
import io.headrace.streams.decode.Decoder;
import io.headrace.streams.decode.Limits;
import io.headrace.streams.decode.Payload;
import io.headrace.streams.decode.Sample;
import io.headrace.testing.InMemorySchemaRegistry;
import io.headrace.wire.AvroSerializer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
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
    private final Decoder decoder = new Decoder(Limits.DEFAULT, new InMemorySchemaRegistry());
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
        Origin origin = new Origin(record.partition(), record.offset(), 0);
        Reading reading = decode(record, origin);
        Header header =
                new RecordHeader(Headers.ORIGIN, OriginHeader.ofMessage(origin).getBytes(StandardCharsets.UTF_8));
        producer.send(new ProducerRecord<>(
                target,
                null,
                record.timestamp(),
                record.key(),
                serializer.serialize(target, reading),
                List.of(header)));
        done.put(new TopicPartition(record.topic(), record.partition()), new OffsetAndMetadata(record.offset() + 1));
    }

    private Reading decode(ConsumerRecord<byte[], byte[]> record, Origin origin) {
        Instant receivedAt = Instant.ofEpochMilli(record.timestamp());
        Payload payload = new Payload(record.value(), Optional.empty(), Optional.empty(), receivedAt);
        return switch (decoder.decode(payload)) {
            case Decoded.Rejected rejected ->
                throw new BenchException("offset " + record.offset() + " is refused: " + rejected.reason());
            case Decoded.Samples samples -> {
                Sample sample = samples.list().getFirst();
                yield new Reading(
                        new String(record.key(), StandardCharsets.UTF_8),
                        sample.time().orElse(receivedAt),
                        receivedAt,
                        Clock.DEVICE,
                        null,
                        origin,
                        null,
                        null,
                        null,
                        sample.values(),
                        Map.of());
            }
        };
    }
}
