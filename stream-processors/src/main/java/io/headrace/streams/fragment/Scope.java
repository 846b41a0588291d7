package io.headrace.streams.fragment;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Headers;
import io.headrace.catalogue.OriginHeader;
import io.headrace.catalogue.Topic;
import io.headrace.record.Reading;
import io.headrace.streams.registered.RegisteredDevices;
import io.headrace.wire.TopicSerdes;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * What a fragment works with, and under which names.
 *
 * @param name of the fragment
 * @param catalogue topics of the hub
 * @param serdes for those topics
 * @param meters where its metrics go, as {@code headrace.<name>.<noun>}; tags from a fixed set, never a device id
 * @param erased devices whose data is to go, by key: whoever keeps state by device deletes theirs, by {@link
 *     io.headrace.streams.state.DeviceEraser}; empty where the application reads readings that another one decoded
 * @param registered who is registered; empty in a run over history, of whose time nobody knows who was
 * @param answers takes what this instance says of itself at a path, as JSON: {@link #say}
 */
public record Scope(
        String name,
        Catalogue catalogue,
        TopicSerdes serdes,
        MeterRegistry meters,
        Optional<KStream<String, Long>> erased,
        Optional<RegisteredDevices> registered,
        BiConsumer<String, Supplier<String>> answers) {
    /** Name of a node or a store: {@code <name>-<what>}. */
    public String named(String what) {
        return name + "-" + what;
    }

    /** Lets the address for queries tell, at {@code /<name>-<what>}, the JSON of every instance. */
    public void say(String what, Supplier<String> json) {
        answers.accept("/" + named(what), json);
    }

    /** {@code headrace.<name>.<noun>}. */
    public Counter counter(String noun) {
        return meters.counter("headrace." + name + "." + noun);
    }

    /**
     * A store of bytes, {@code <name>-<what>}, on disk and in a changelog. Cached: between two commits what changes often
     * goes to both once. What is put in begins with a version byte, so that the next version of the code can read it.
     */
    public StoreBuilder<KeyValueStore<String, byte[]>> store(String what) {
        return Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(named(what)), Serdes.String(), Serdes.ByteArray())
                .withCachingEnabled();
    }

    /** Writes a stream to a topic, by a node {@code <name>-<what>}. */
    public <V extends SpecificRecord> void write(KStream<String, V> stream, Topic<V> topic, String what) {
        stream.to(topic.name(), Produced.with(Serdes.String(), serdes.of(topic)).withName(named(what)));
    }

    /**
     * Headers of what is derived from a reading: its origin, and not the marks that say in which tiers it is kept.
     *
     * @param headers of the reading's record
     */
    public static RecordHeaders derived(org.apache.kafka.common.header.Headers headers, Reading reading) {
        RecordHeaders derived = new RecordHeaders();
        String origin =
                Headers.find(headers, Headers.ORIGIN).orElseGet(() -> OriginHeader.ofMessage(reading.getOrigin()));
        Headers.set(derived, Headers.ORIGIN, origin);
        return derived;
    }
}
