package io.headrace.gateway.ingest;

import java.lang.invoke.MethodHandles;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.clients.producer.internals.ProducerMetadata;
import org.apache.kafka.clients.producer.internals.RecordAccumulator;
import org.apache.kafka.clients.producer.internals.RecordAccumulator.AppendCallbacks;
import org.apache.kafka.clients.producer.internals.RecordAccumulator.RecordAppendResult;
import org.apache.kafka.clients.producer.internals.Sender;
import org.apache.kafka.clients.producer.internals.TransactionManager;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kafka's producer, with a shorter way for the gateway's records: straight to where batches are gathered. On the long one
 * each record has its size reckoned once more, the clock read, two locks taken and what interceptors might ask for kept,
 * which is a fifteenth of all that a message costs and does nothing for it. Everything else stays Kafka's: the partition of a
 * key, batches, sequence numbers, retries, answers.
 *
 * <p>The way leads through fields that Kafka keeps to itself. A record takes the long one, and all is as if this weren't
 * there, where the fields are gone, or interceptors or a partitioner are configured; where the topic's partitions aren't known;
 * and where the record may be too large.
 */
final class RawProducer extends KafkaProducer<String, byte[]> {
    private static final Logger LOG = LoggerFactory.getLogger(RawProducer.class);
    private static final Set<String> LONG_WAY = Set.of(
            ProducerConfig.INTERCEPTOR_CLASSES_CONFIG,
            ProducerConfig.PARTITIONER_CLASS_CONFIG,
            ProducerConfig.PARTITIONER_IGNORE_KEYS_CONFIG);
    /** A record of fewer bytes than this part of the largest request surely fits, whatever its encoding adds. */
    private static final int SURELY_FITS = 4;

    private final DeviceKeys keys;
    private final @Nullable Inside inside;

    private record Inside(
            ProducerMetadata metadata,
            RecordAccumulator accumulator,
            Sender sender,
            TransactionManager sequences,
            int mostBytes) {}

    RawProducer(Map<String, Object> settings) {
        this(settings, new DeviceKeys());
    }

    private RawProducer(Map<String, Object> settings, DeviceKeys keys) {
        super(settings, keys, new ByteArraySerializer());
        this.keys = keys;
        this.inside = Collections.disjoint(settings.keySet(), LONG_WAY) ? find(this) : null;
    }

    private static @Nullable Inside find(KafkaProducer<?, ?> producer) {
        Class<?> type = KafkaProducer.class;
        try {
            MethodHandles.Lookup fields = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
            return new Inside(
                    (ProducerMetadata) fields.findVarHandle(type, "metadata", ProducerMetadata.class)
                            .get(producer),
                    (RecordAccumulator) fields.findVarHandle(type, "accumulator", RecordAccumulator.class)
                            .get(producer),
                    (Sender) fields.findVarHandle(type, "sender", Sender.class).get(producer),
                    (TransactionManager) fields.findVarHandle(type, "transactionManager", TransactionManager.class)
                            .get(producer),
                    (int) fields.findVarHandle(type, "maxRequestSize", int.class)
                                    .get(producer)
                            / SURELY_FITS);
        } catch (ReflectiveOperationException otherVersion) {
            LOG.warn("this version of Kafka's producer has no short way for records: {}", otherVersion.toString());
            return null;
        }
    }

    boolean hasShortWay() {
        return inside != null;
    }

    /**
     * Takes a record where the short way is open to it.
     *
     * @param headers all of the record's
     * @param bytes of payload and headers, about
     * @return whether it is taken; otherwise nothing has happened, and {@link #send} is the way
     * @throws org.apache.kafka.common.KafkaException where the producer is beyond use; the record may be taken
     */
    boolean append(String topic, Message message, Header[] headers, int bytes, AppendCallbacks answer) {
        Inside within = inside;
        if (within == null || bytes > within.mostBytes) {
            return false;
        }
        Integer partitions = within.metadata.fetch().partitionCountForTopic(topic);
        if (partitions == null) {
            return false;
        }
        byte[] key = keys.serialize(topic, message.device().value());
        int partition = BuiltInPartitioner.partitionForKey(key, partitions);
        RecordAppendResult result;
        try {
            long now = message.receivedAt();
            result = within.accumulator.append(
                    topic, partition, now, key, message.payload(), headers, answer, 0, now, Cluster.empty());
        } catch (ApiException noMemory) {
            return false;
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
        if (result.newBatchCreated) {
            // Throws where the producer has failed for good: it gives back each batch then, so that this is soon seen.
            within.sequences.maybeAddPartition(new TopicPartition(topic, partition));
        }
        if (result.newBatchCreated || result.batchIsFull) {
            within.sender.wakeup();
        }
        return true;
    }
}
