package io.headrace.control.compacted;

import io.headrace.catalogue.Topic;
import io.headrace.control.http.UnavailableException;
import io.headrace.control.kafka.KafkaClients;
import io.headrace.control.kafka.TopicTail;
import io.headrace.control.kafka.TopicTail.Follow;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link Table} over a compacted topic. A writer waits until its own record has come back, so that it and everyone after
 * it reads what it wrote. One control plane writes at a time: with two, the later write of a key wins.
 *
 * <p>A record that can't be decoded leaves its key as it was, and is logged and counted.
 */
public final class CompactedTopic<V extends SpecificRecord> implements Table<V>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CompactedTopic.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Topic<V> topic;
    private final Deserializer<V> decoder;
    private final ConcurrentSkipListMap<String, V> values = new ConcurrentSkipListMap<>();
    private final Producer<String, V> producer;
    private final TopicTail tail;

    public CompactedTopic(Topic<V> topic, KafkaClients clients) {
        this.topic = topic;
        this.decoder = clients.decoder(topic);
        this.producer = clients.producer(topic);
        this.tail = TopicTail.start(Follow.all(topic.name(), this::apply), clients);
    }

    /** Whether everything that was in the topic at the start is here, and the reading goes on. */
    public boolean isCurrent() {
        return tail.isCurrent();
    }

    @Override
    public Optional<V> find(String key) {
        return Optional.ofNullable(values.get(key));
    }

    @Override
    public Collection<V> values() {
        return Collections.unmodifiableCollection(values.values());
    }

    @Override
    public void put(String key, V value) {
        write(key, value);
    }

    @Override
    public void remove(String key) {
        write(key, null);
    }

    // A tombstone is a null value, which ProducerRecord's signature doesn't say.
    @SuppressWarnings("NullAway")
    private void write(String key, @Nullable V value) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try {
            RecordMetadata written = producer.send(new ProducerRecord<>(topic.name(), key, value))
                    .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            TopicPartition partition = new TopicPartition(written.topic(), written.partition());
            if (!tail.awaitPast(partition, written.offset(), deadline - System.nanoTime())) {
                throw new UnavailableException(
                        topic.name() + " took a change of " + key + " but hasn't shown it in " + PATIENCE);
            }
        } catch (ExecutionException e) {
            throw new UnavailableException(topic.name() + " didn't take a change of " + key, e.getCause());
        } catch (TimeoutException | KafkaException e) {
            throw new UnavailableException(topic.name() + " didn't take a change of " + key + " in " + PATIENCE, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted while changing " + key, e);
        }
    }

    private void apply(ConsumerRecord<String, byte[]> row) {
        if (row.key() == null) {
            LOG.warn(
                    "{} has a record without a key at {}-{}: passed over", topic.name(), row.partition(), row.offset());
            return;
        }
        if (row.value() == null) {
            values.remove(row.key());
            return;
        }
        try {
            values.put(row.key(), decoder.deserialize(topic.name(), row.value()));
        } catch (SerializationException e) {
            LOG.warn(
                    "{} has a record that can't be read at {}-{}, key {}: {}",
                    topic.name(),
                    row.partition(),
                    row.offset(),
                    row.key(),
                    e.getMessage());
        }
    }

    @Override
    public void close() {
        tail.close();
        producer.close(Duration.ofSeconds(5));
    }
}
