package io.headrace.streams.route;

import io.headrace.catalogue.Topic;
import io.headrace.record.Route;
import io.headrace.wire.AvroDeserializer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings changes of {@code config.routes} into force. The store that Streams wants beside it stays empty: compiled
 * routes can't be stored, and the topic is read from its start by every instance that starts.
 */
final class RouteChanges extends ContextualProcessor<String, byte[], Void, Void> {
    private static final Logger LOG = LoggerFactory.getLogger(RouteChanges.class);

    private final String topic;
    private final AvroDeserializer<Route> deserializer;
    private final Routes routes;

    RouteChanges(Topic<Route> topic, AvroDeserializer<Route> deserializer, Routes routes) {
        this.topic = topic.name();
        this.deserializer = deserializer;
        this.routes = routes;
    }

    @Override
    public void process(Record<String, byte[]> record) {
        if (record.key() == null) {
            return;
        }
        try {
            routes.change(record.key(), deserializer.deserialize(topic, record.value()));
        } catch (SerializationException unreadable) {
            LOG.warn("{} holds an unreadable route, its last readable state stays: {}", topic, unreadable.getMessage());
        }
    }
}
