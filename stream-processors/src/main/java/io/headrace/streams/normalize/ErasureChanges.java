package io.headrace.streams.normalize;

import io.headrace.catalogue.Erased;
import io.headrace.catalogue.Topic;
import io.headrace.record.Erasure;
import io.headrace.wire.AvroDeserializer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows all erasures before the first message is read: also one that starts anew passes over what is erased. The store
 * that Streams wants beside it stays empty; the topic is read from its start by every instance that starts.
 */
final class ErasureChanges extends ContextualProcessor<String, byte[], Void, Void> {
    private static final Logger LOG = LoggerFactory.getLogger(ErasureChanges.class);

    private final String topic;
    private final AvroDeserializer<Erasure> deserializer;
    private final Erased erased;

    ErasureChanges(Topic<Erasure> topic, AvroDeserializer<Erasure> deserializer, Erased erased) {
        this.topic = topic.name();
        this.deserializer = deserializer;
        this.erased = erased;
    }

    @Override
    public void process(Record<String, byte[]> record) {
        if (record.key() == null) {
            return;
        }
        try {
            erased.change(record.key(), deserializer.deserialize(topic, record.value()));
        } catch (SerializationException unreadable) {
            LOG.warn(
                    "{} holds an unreadable erasure, its last readable state stays: {}",
                    topic,
                    unreadable.getMessage());
        }
    }
}
