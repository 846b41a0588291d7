package io.headrace.streams.state;

import io.headrace.catalogue.Topic;
import io.headrace.wire.AvroDeserializer;
import io.headrace.wire.TopicSerdes;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A topic that every instance reads whole, from its start, before it reads anything else, and of whose changes it hears from
 * then on. The store that Streams wants beside it stays empty: what the records are made into can't be stored, and is its
 * listener's.
 *
 * @param name of the store, and of the node as {@code <name>-in}
 */
public record LiveTopic<V extends SpecificRecord>(Topic<V> topic, TopicSerdes serdes, String name) {
    private static final Logger LOG = LoggerFactory.getLogger(LiveTopic.class);

    /** Hears of changes; on the one thread that reads such topics. */
    public interface Listener<V> {
        /** @param value null where it was deleted */
        void changed(String key, @Nullable V value);

        /** What is there can't be read: its last readable state stays. */
        default void unreadable(String key) {}
    }

    public void addTo(StreamsBuilder builder, Listener<V> listener) {
        AvroDeserializer<V> deserializer = new AvroDeserializer<>(topic, serdes.registry());
        builder.addGlobalStore(
                Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(name), Serdes.String(), Serdes.ByteArray())
                        .withLoggingDisabled(),
                topic.name(),
                Consumed.with(Serdes.String(), Serdes.ByteArray()).withName(name + "-in"),
                () -> new Reader<>(topic.name(), deserializer, listener));
    }

    private static final class Reader<V extends SpecificRecord>
            extends ContextualProcessor<String, byte[], Void, Void> {
        private final String topic;
        private final AvroDeserializer<V> deserializer;
        private final Listener<V> listener;

        private Reader(String topic, AvroDeserializer<V> deserializer, Listener<V> listener) {
            this.topic = topic;
            this.deserializer = deserializer;
            this.listener = listener;
        }

        @Override
        public void process(Record<String, byte[]> record) {
            if (record.key() == null) {
                return;
            }
            V value;
            try {
                value = deserializer.deserialize(topic, record.value());
            } catch (SerializationException unreadable) {
                LOG.warn(
                        "{} holds what can't be read, {} stays as it was last: {}",
                        topic,
                        record.key(),
                        unreadable.getMessage());
                listener.unreadable(record.key());
                return;
            }
            listener.changed(record.key(), value);
        }
    }
}
