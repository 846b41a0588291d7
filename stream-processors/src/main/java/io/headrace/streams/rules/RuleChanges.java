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
    private final RuleWatcher watcher;

    RuleChanges(Topic<Rule> topic, AvroDeserializer<Rule> deserializer, Rules rules, RuleWatcher watcher) {
        this.topic = topic.name();
        this.deserializer = deserializer;
        this.rules = rules;
        this.watcher = watcher;
    }

    @Override
    public void process(Record<String, byte[]> record) {
        if (record.key() == null) {
            return;
        }
        try {
            Rule rule = deserializer.deserialize(topic, record.value());
            rules.change(record.key(), rule);
            watcher.changed(record.key(), rule);
        } catch (SerializationException unreadable) {
            rules.unreadable(record.key());
            LOG.warn("{} holds an unreadable rule, its last readable state stays: {}", topic, unreadable.getMessage());
        }
    }
}
