package io.headrace.streams.actions;

import io.headrace.catalogue.Catalogue;
import io.headrace.record.DeviceCommand;
import io.headrace.record.Notification;
import io.headrace.streams.rules.RuleWatcher;
import io.headrace.streams.state.DeviceEraser;
import io.headrace.wire.AvroDeserializer;
import io.headrace.wire.TopicSerdes;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.state.Stores;

/**
 * Does what rules say is to be done about alerts.
 *
 * <ul>
 *   <li>In: {@code telemetry.alerts} by device id, the hub's own, not what a run over history makes of it; the rules, of
 *       whose changes it is told.
 *   <li>Out: {@code device.commands} by the id of the device that is to do it; {@code telemetry.notifications} by the
 *       alert's device, with a header for the sink that is to deliver it. Each is stamped with the time when it is written
 *       and has the alert's origin.
 *   <li>State: store {@code <name>-done}, for each action that was done its id, until its alert is too old to be acted upon.
 *   <li>Time: wall clock. An alert's age is that of the reading that led to it or, where none did, of the decision.
 *   <li>Failure: an alert that can't be read is counted. Exactly once up to both topics; who reads them goes by the ids,
 *       which are the same for the same change of the same alert whenever they are worked out.
 * </ul>
 */
public final class ActionsFragment {
    private final ActionsConfig config;
    private final Catalogue catalogue;
    private final TopicSerdes serdes;
    private final MeterRegistry meters;
    private final String name;
    private final ActionBook book = new ActionBook();

    /** @param name from which the store and every node of the topology are named */
    public ActionsFragment(
            ActionsConfig config, Catalogue catalogue, TopicSerdes serdes, MeterRegistry meters, String name) {
        this.config = config;
        this.catalogue = catalogue;
        this.serdes = serdes;
        this.meters = meters;
        this.name = name;
    }

    /** To be told of the rules. */
    public RuleWatcher watcher() {
        return book;
    }

    public void addTo(StreamsBuilder builder) {
        var deserializer = new AvroDeserializer<>(catalogue.alerts(), serdes.registry());
        ActionsMeters counters = new ActionsMeters(meters);
        String store = store();
        builder.addStateStore(
                Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(store), Serdes.String(), Serdes.ByteArray())
                        .withCachingEnabled());
        KStream<String, SpecificRecord> done = builder.stream(
                        catalogue.alerts().name(),
                        Consumed.with(Serdes.String(), Serdes.ByteArray()).withName(name + "-alerts-in"))
                .process(
                        () -> new ActionsProcessor(config, book, deserializer, counters, store), Named.as(name), store);
        done.filter((key, value) -> value instanceof DeviceCommand, Named.as(name + "-commanding"))
                .mapValues(DeviceCommand.class::cast, Named.as(name + "-command"))
                .to(
                        catalogue.commands().name(),
                        Produced.with(Serdes.String(), serdes.of(catalogue.commands()))
                                .withName(name + "-commands"));
        done.filter((key, value) -> value instanceof Notification, Named.as(name + "-notifying"))
                .mapValues(Notification.class::cast, Named.as(name + "-notification"))
                .to(
                        catalogue.notifications().name(),
                        Produced.with(Serdes.String(), serdes.of(catalogue.notifications()))
                                .withName(name + "-notifications"));
    }

    /** Adds, after {@link #addTo}, that it forgets devices that are erased. */
    public void eraseFrom(KStream<String, Long> erased) {
        erased.process(DeviceEraser.ofKeys(store()), Named.as(name + "-erase"), store());
    }

    private String store() {
        return name + "-done";
    }
}
