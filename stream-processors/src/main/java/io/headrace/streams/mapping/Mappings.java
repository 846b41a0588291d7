package io.headrace.streams.mapping;

import io.headrace.catalogue.Topic;
import io.headrace.record.Mapping;
import io.headrace.registry.SchemaRegistry;
import io.headrace.streams.decode.Format;
import io.headrace.streams.decode.Limits;
import io.headrace.streams.decode.MediaType;
import io.headrace.wire.AvroDeserializer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The mappings of a hub, live: one thread changes them, all others ask for those of the moment. */
public final class Mappings {
    private static final Logger LOG = LoggerFactory.getLogger(Mappings.class);

    private final Topic<Mapping> topic;
    private final AvroDeserializer<Mapping> deserializer;
    private final Limits limits;
    private final Map<String, byte[]> definitions = new HashMap<>();
    private final Map<String, CompiledMapping> byId = new TreeMap<>();
    private volatile List<CompiledMapping> inForce = List.of();

    public Mappings(Topic<Mapping> topic, SchemaRegistry registry, Limits limits) {
        this.topic = topic;
        this.deserializer = new AvroDeserializer<>(topic, registry);
        this.limits = limits;
    }

    /**
     * How to decode a message by its mapping: of those that match, the one with the smallest id. Empty where none does.
     *
     * @param tags of the device
     * @param contentType of the message; empty for none
     * @param messageTopic empty for none
     */
    public Optional<Format> find(Map<String, String> tags, String contentType, String messageTopic) {
        if (inForce.isEmpty()) {
            return Optional.empty();
        }
        MediaType type = MediaType.of(contentType);
        for (CompiledMapping mapping : inForce) {
            if (mapping.matches(tags, type, messageTopic)) {
                return Optional.of(new MappedFormat(mapping, tags, limits));
            }
        }
        return Optional.empty();
    }

    /** @param definition as its topic has it; null where it was deleted */
    synchronized void change(String id, byte @Nullable [] definition) {
        if (Arrays.equals(definition, definitions.get(id))) {
            return;
        }
        try {
            Mapping mapping = deserializer.deserialize(topic.name(), definition);
            if (mapping == null || !mapping.getEnabled()) {
                byId.remove(id);
            } else {
                byId.put(id, compiled(mapping));
            }
        } catch (SerializationException unreadable) {
            LOG.warn(
                    "{} holds an unreadable mapping, its last readable state stays: {}",
                    topic.name(),
                    unreadable.getMessage());
        }
        if (definition == null) {
            definitions.remove(id);
        } else {
            definitions.put(id, definition);
        }
        inForce = List.copyOf(byId.values());
    }

    /** Takes over what a store of definitions has. */
    public void follow(ReadOnlyKeyValueStore<String, byte[]> store) {
        Set<String> gone;
        synchronized (this) {
            gone = new HashSet<>(definitions.keySet());
        }
        try (KeyValueIterator<String, byte[]> all = store.all()) {
            while (all.hasNext()) {
                KeyValue<String, byte[]> each = all.next();
                gone.remove(each.key);
                change(each.key, each.value);
            }
        }
        gone.forEach(id -> change(id, null));
    }

    /** Of those in force, and of those that can't be used. */
    public int count() {
        return inForce.size();
    }

    /** Of those that can't be used. */
    public int broken() {
        return (int) inForce.stream().filter(CompiledMapping::isBroken).count();
    }

    private static CompiledMapping compiled(Mapping mapping) {
        CompiledMapping compiled = CompiledMapping.of(mapping);
        if (compiled.isBroken()) {
            LOG.warn("mapping {} can't be used, what it matches is set aside: {}", compiled.id(), compiled.problem());
        }
        return compiled;
    }
}
