package io.headrace.streams.rules;

import io.headrace.catalogue.Catalogue;
import io.headrace.record.Alert;
import io.headrace.record.Reading;
import io.headrace.streams.alerts.AlertsFragment;
import io.headrace.streams.registered.RegisteredDevices;
import io.headrace.streams.rules.course.MemoryFormat;
import io.headrace.streams.rules.silence.Gateways;
import io.headrace.streams.state.WriteBackStore;
import io.headrace.wire.AvroDeserializer;
import io.headrace.wire.TopicSerdes;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.state.Stores;

/**
 * Raises and clears alerts by the rules of the hub.
 *
 * <ul>
 *   <li>In: readings by device id, in the order of their partition; {@code config.rules} and {@code control.gateways},
 *       live; {@code control.alert-commands} by device id, what people want of alerts; who is registered.
 *   <li>Out, by way of {@link AlertsFragment}: {@code telemetry.alerts}, one record where an alert is raised, acknowledged or
 *       cleared, all of one id; same key and origin header as the reading that did it, stamped with its receive time; of an
 *       acknowledgement with the command's time.
 *   <li>State: store {@code <name>-courses}, one entry for each device that a rule is about, kept for ever: {@link
 *       MemoryFormat}; the rules and when each gateway was heard, in memory, one copy per instance.
 *   <li>Time: event time, and for silence the wall clock. A reading older than the newest that a rule has seen of its
 *       device changes nothing for it. Which version of a rule judges hinges on the reading's own times: {@link Versions}.
 *   <li>Failure: a rule that isn't sound is passed over, counted and said once. A reading without the values that a rule
 *       asks for says nothing about it; one that can't be judged is counted in {@code headrace.rules.failures} and by {@link RuleFailures}.
 * </ul>
 *
 * <p>An alert whose rule is deleted or disabled is cleared with its device's next reading.
 */
public final class RulesFragment {
    /** Some kilobytes each where a device has many rules. */
    private static final int MOST_IN_MEMORY = 2_048;

    private final Catalogue catalogue;
    private final TopicSerdes serdes;
    private final MeterRegistry meters;
    private final String name;
    private final RuleWatcher watcher;
    private final RulesMeters counters;

    /** @param name from which the stores and every node of the topology are named */
    public RulesFragment(Catalogue catalogue, TopicSerdes serdes, MeterRegistry meters, String name) {
        this(catalogue, serdes, meters, name, (_, _) -> {});
    }

    /** @param watcher learns of the rules, too */
    public RulesFragment(
            Catalogue catalogue, TopicSerdes serdes, MeterRegistry meters, String name, RuleWatcher watcher) {
        this.catalogue = catalogue;
        this.serdes = serdes;
        this.meters = meters;
        this.name = name;
        this.watcher = watcher;
        this.counters = new RulesMeters(meters);
    }

    /** For which readings rules couldn't be judged in this instance. */
    public RuleFailures failures() {
        return counters.failures();
    }

    /**
     * @param erased devices of which it is to forget what it knows; empty where nobody says so
     * @param registered who is registered, in the same application; empty where devices that never spoke aren't watched
     */
    public void addTo(
            StreamsBuilder builder,
            KStream<String, Reading> readings,
            Optional<KStream<String, Long>> erased,
            Optional<RegisteredDevices> registered) {
        Rules rules = new Rules(meters);
        Gateways gateways = new Gateways();
        MemoryFormat format = new MemoryFormat(
                serdes.of(catalogue.alerts()), catalogue.alerts().name());
        String courses = courses();
        var commandsIn = new AvroDeserializer<>(catalogue.alertCommands(), serdes.registry());
        addRules(builder, rules);
        addGateways(builder, gateways);
        builder.addStateStore(WriteBackStore.builder(
                Stores.persistentKeyValueStore(courses), Memories.layout(format), MOST_IN_MEMORY));
        KStream<String, Alert> raised = readings.process(
                () -> new RulesProcessor(rules, gateways, registered, counters, courses, format),
                Named.as(name),
                courses);
        KStream<String, Alert> acknowledged = commands(builder)
                .process(
                        () -> new AlertCommands(commandsIn, counters, courses, format),
                        Named.as(name + "-commands"),
                        courses);
        KStream<String, Alert> changes = raised.merge(acknowledged, Named.as(name + "-changes"));
        AlertsFragment alerts =
                new AlertsFragment(catalogue, serdes, rule -> rules.book().handling(rule), meters, name + "-alerts");
        if (erased.isEmpty()) {
            alerts.addTo(changes);
            return;
        }
        KStream<String, Alert> marks =
                erased.get().process(() -> new RulesEraser(courses, format), Named.as(name + "-erase"), courses);
        alerts.addTo(changes.merge(marks, Named.as(name + "-changes-and-marks")));
        alerts.eraseFrom(erased.get());
    }

    /** As bytes: one that can't be read must not go to the dead letters of readings. */
    private KStream<String, byte[]> commands(StreamsBuilder builder) {
        return builder.stream(
                catalogue.alertCommands().name(),
                Consumed.with(Serdes.String(), Serdes.ByteArray()).withName(name + "-commands-in"));
    }

    private String courses() {
        return name + "-courses";
    }

    private void addRules(StreamsBuilder builder, Rules rules) {
        var deserializer = new AvroDeserializer<>(catalogue.rules(), serdes.registry());
        builder.addGlobalStore(
                Stores.keyValueStoreBuilder(
                                Stores.inMemoryKeyValueStore(name + "-rules"), Serdes.String(), Serdes.ByteArray())
                        .withLoggingDisabled(),
                catalogue.rules().name(),
                Consumed.with(Serdes.String(), Serdes.ByteArray()).withName(name + "-rules-in"),
                () -> new RuleChanges(catalogue.rules(), deserializer, rules, (id, rule) -> {
                    counters.failures().forget(id);
                    watcher.changed(id, rule);
                }));
    }

    private void addGateways(StreamsBuilder builder, Gateways gateways) {
        var deserializer = new AvroDeserializer<>(catalogue.gateways(), serdes.registry());
        builder.addGlobalStore(
                Stores.keyValueStoreBuilder(
                                Stores.inMemoryKeyValueStore(name + "-gateways"), Serdes.String(), Serdes.ByteArray())
                        .withLoggingDisabled(),
                catalogue.gateways().name(),
                Consumed.with(Serdes.String(), Serdes.ByteArray()).withName(name + "-gateways-in"),
                () -> new GatewayChanges(catalogue.gateways(), deserializer, gateways));
    }
}
