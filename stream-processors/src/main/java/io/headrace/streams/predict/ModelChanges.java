package io.headrace.streams.predict;

import io.headrace.catalogue.Topic;
import io.headrace.record.Model;
import io.headrace.wire.AvroDeserializer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings changes of {@code config.models} into force; the store beside it stays empty, as for routes. */
final class ModelChanges extends ContextualProcessor<String, byte[], Void, Void> {
    private static final Logger LOG = LoggerFactory.getLogger(ModelChanges.class);

    /** Bytes of the largest record that is looked at: some ten times what a model of the most metrics takes. */
    private static final int MOST = 1 << 20;

    private final String topic;
    private final AvroDeserializer<Model> deserializer;
    private final Models models;

    ModelChanges(Topic<Model> topic, AvroDeserializer<Model> deserializer, Models models) {
        this.topic = topic.name();
        this.deserializer = deserializer;
        this.models = models;
    }

    @Override
    public void process(Record<String, byte[]> record) {
        if (record.key() == null) {
            return;
        }
        if (record.value() != null && record.value().length > MOST) {
            models.unreadable(record.key());
            LOG.warn("{} holds a model {} of {} bytes: it isn't applied", topic, record.key(), record.value().length);
            return;
        }
        try {
            models.change(record.key(), deserializer.deserialize(topic, record.value()));
        } catch (SerializationException unreadable) {
            models.unreadable(record.key());
            LOG.warn("{} holds an unreadable model, its last readable state stays: {}", topic, unreadable.getMessage());
        }
    }
}
