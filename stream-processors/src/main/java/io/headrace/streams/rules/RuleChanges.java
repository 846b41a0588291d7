package io.headrace.streams.rules;

import io.headrace.catalogue.Topic;
import io.headrace.record.Rule;
import io.headrace.wire.AvroDeserializer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings changes of {@code config.rules} into force; the store beside it stays empty, as for routes. */
final class RuleChanges extends ContextualProcessor<String, byte[], Void, Void> {
    private static final Logger LOG = LoggerFactory.getLogger(RuleChanges.class);

    private final String topic;
    private final AvroDeserializer<Rule> deserializer;
    private final Rules rules;

    RuleChanges(Topic<Rule> topic, AvroDeserializer<Rule> deserializer, Rules rules) {
        this.topic = topic.name();
        this.deserializer = deserializer;
        this.rules = rules;
    }

    @Override
    public void process(Record<String, byte[]> record) {
        if (record.key() == null) {
            return;
        }
        try {
            rules.change(record.key(), deserializer.deserialize(topic, record.value()));
        } catch (SerializationException unreadable) {
            rules.unreadable(record.key());
            LOG.warn("{} holds an unreadable rule, its last readable state stays: {}", topic, unreadable.getMessage());
        }
    }
}
