package io.headrace.streams.normalize;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Erased;
import io.headrace.record.Reading;
import io.headrace.streams.ledger.LedgerFragment;
import io.headrace.streams.mapping.MappingChanges;
import io.headrace.streams.mapping.Mappings;
import io.headrace.streams.registered.RegisteredDevices;
import io.headrace.streams.state.LiveTopic;
import io.headrace.wire.TopicSerdes;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * From {@code telemetry.raw} (device id, the payload's bytes) to readings, and from {@code telemetry.replay} (the same,
 * with the message's origin) what its dead letters come to when they are brought back. Partition n of both belongs to the
 * same task, and so does all that is known of a message.
 *
 * <p>Out: the stream of readings, dead letters in {@code telemetry.raw.dlq} with the source's bytes, headers and
 * timestamp, and one outcome per record for the ledger; of a replayed message the outcome that replaces its first one.
 * State: {@value #DUPLICATES}, the identities of stored messages for three duplicate windows; {@value #REPLAYED}, what
 * became of replayed messages, for twice as long as dead letters are kept; {@value #MEMORIES}, what a format remembers of
 * each device for its later messages (Sparkplug's births); the {@link
 * RegisteredDevices}, and {@value #MAPPINGS}, the definitions of {@code config.mappings}, one copy per instance; in
 * memory, {@code device.erasures}: messages of before a device's erasure come to {@code EXPIRED}. Time:
 * the gateway's receive time; a replayed record's timestamp is the time of its replay, so that retention spares what comes
 * of it, and its receive time is in a header. Expiry alone goes by the wall clock. Failure: nothing in a record stops it;
 * what can't be decoded is a dead letter, at once, so that no device and no message ever waits for another. Only while the
 * schema registry is out do messages in Avro wait, and their partitions with them.
 */
public final class NormalizeFragment {
    static final String NAME = "normalize";
    static final String DUPLICATES = NAME + "-duplicates";
    static final String REPLAYED = NAME + "-replayed";
    static final String MEMORIES = NAME + "-memories";
    static final String MAPPINGS = NAME + "-mappings";
    /** Nodes that are forwarded to by name. */
    static final String LETTERS = NAME + "-dead-letters-out";

    static final String ERASED = NAME + "-erased-devices";
    private static final String ERASURES = NAME + "-erasures";

    private final NormalizeConfig config;
    private final Catalogue catalogue;
    private final TopicSerdes serdes;
    private final NormalizeMeters meters;
    private final RegisteredDevices devices;
    private final KnownDevices known;
    private final Mappings mappings;
    private final Erased erased = new Erased();

    /** @param devices that it brings into the application */
    public NormalizeFragment(
            NormalizeConfig config,
            Catalogue catalogue,
            TopicSerdes serdes,
            MeterRegistry registry,
            RegisteredDevices devices) {
        this.devices = devices;
        this.config = config;
        this.catalogue = catalogue;
        this.serdes = serdes;
        this.meters = new NormalizeMeters(registry);
        this.known = new KnownDevices(config.enrich());
        devices.follow(known::forget);
        this.mappings = new Mappings(catalogue.mappings(), serdes.registry(), config.limits());
        registry.gauge("headrace.normalize.mappings", mappings, Mappings::count);
        registry.gauge("headrace.normalize.mappings.broken", mappings, Mappings::broken);
    }

    /**
     * What it gives to the fragments behind it.
     *
     * @param readings for the one node that was named for them
     * @param erased devices of which everybody is to forget what they know
     */
    public record Streams(KStream<String, Reading> readings, KStream<String, Long> erased) {}

    /**
     * Adds it, with the dead letters and the ledger behind it.
     *
     * @param next name of the one node that takes the readings
     */
    public Streams addTo(StreamsBuilder builder, String next) {
        devices.addTo(builder);
        KStream<String, Object> normalized = builder.stream(
                        List.of(catalogue.raw().name(), catalogue.replay().name()),
                        Consumed.with(RawKey.serde(), Serdes.ByteArray())
                                .withTimestampExtractor(new ReceiveTime())
                                .withName(NAME + "-raw"))
                .processValues(new Supplier(next), Named.as(NAME));
        addMappings(builder);
        NormalizeFragment.<byte[]>only(normalized)
                .to(
                        catalogue.deadLetters(catalogue.raw()).name(),
                        Produced.with(RawKey.serde(), Serdes.ByteArray()).withName(LETTERS));
        new LedgerFragment(catalogue, serdes).addTo(builder, only(normalized));
        return new Streams(
                only(normalized),
                NormalizeFragment.<Long>only(normalized).mapValues(before -> before, Named.as(ERASED)));
    }

    /** Adds what tells it of erasures; after all else, since a sub-topology's number is part of where its state is. */
    public void addErasures(StreamsBuilder builder) {
        new LiveTopic<>(catalogue.erasures(), serdes, ERASURES).addTo(builder, erased::change);
    }

    private void addMappings(StreamsBuilder builder) {
        StoreBuilder<KeyValueStore<String, byte[]>> store = Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(MAPPINGS), Serdes.String(), Serdes.ByteArray())
                .withLoggingDisabled();
        builder.addGlobalStore(
                store,
                catalogue.mappings().name(),
                Consumed.with(Serdes.String(), Serdes.ByteArray()).withName(MAPPINGS + "-in"),
                () -> new MappingChanges(mappings, MAPPINGS));
    }

    /** For a node that the processor forwards to by its name, and nothing else than these. */
    @SuppressWarnings("unchecked")
    private static <T> KStream<String, T> only(KStream<String, Object> normalized) {
        return (KStream<String, T>) (KStream<String, ?>) normalized;
    }

    private final class Supplier implements FixedKeyProcessorSupplier<String, byte[], Object> {
        private final Judge judge = new Judge(config, serdes.registry(), meters::unit);
        private final String next;

        private Supplier(String next) {
            this.next = next;
        }

        @Override
        public FixedKeyProcessor<String, byte[], Object> get() {
            return new NormalizeProcessor(
                    config, catalogue.replay().name(), next, judge, known, erased, mappings, meters);
        }

        @Override
        public Set<StoreBuilder<?>> stores() {
            Duration lettersKept =
                    catalogue.deadLetters(catalogue.raw()).retention().orElseThrow();
            // in this order, so that the topology's description is the same at every start
            return new LinkedHashSet<>(List.of(
                    Duplicates.store(DUPLICATES, config.duplicateWindow()),
                    Replayed.store(REPLAYED, config.duplicateWindow(), lettersKept),
                    Memories.store(MEMORIES)));
        }
    }
}
