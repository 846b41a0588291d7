package io.headrace.streams.rules;

import io.headrace.catalogue.Catalogue;
import io.headrace.record.Alert;
import io.headrace.record.Reading;
import io.headrace.streams.rules.course.DeviceMemory;
import io.headrace.streams.rules.course.MemoryFormat;
import io.headrace.streams.state.DeviceEraser;
import io.headrace.streams.state.WriteBackStore;
import io.headrace.wire.AvroDeserializer;
import io.headrace.wire.TopicSerdes;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.state.Stores;

/**
 * Raises and clears alerts by the rules of the hub.
 *
 * <ul>
 *   <li>In: readings by device id, in the order of their partition; {@code config.rules}, live; {@code
 *       control.alert-commands} by device id, what people want of alerts.
 *   <li>Out: {@code telemetry.alerts}, one record where an alert is raised, acknowledged or cleared, all of one id; same
 *       key and origin header as the reading that did it, stamped with its receive time; of an acknowledgement with the
 *       command's time.
 *   <li>State: store {@code <name>-courses}, one entry for each device that a rule is about, kept for ever: {@link
 *       MemoryFormat}; the rules, in memory, one copy per instance.
 *   <li>Time: event time, and for silence the wall clock. A reading older than the newest that a rule has seen of its
 *       device changes nothing for it. Which version of a rule judges hinges on the reading's own times: {@link Versions}.
 *   <li>Failure: a rule that isn't sound is passed over, counted and said once. A reading without the values that a rule
 *       asks for says nothing about it; one that can't be judged is counted in {@code headrace.rules.failures}.
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
    }

    public void addTo(StreamsBuilder builder, KStream<String, Reading> readings) {
        Rules rules = new Rules(meters);
        RulesMeters counters = new RulesMeters(meters);
        MemoryFormat format = new MemoryFormat(
                serdes.of(catalogue.alerts()), catalogue.alerts().name());
        String courses = courses();
        var commandsIn = new AvroDeserializer<>(catalogue.alertCommands(), serdes.registry());
        addRules(builder, rules);
        builder.addStateStore(WriteBackStore.builder(
                Stores.persistentKeyValueStore(courses), Memories.layout(format), MOST_IN_MEMORY));
        write(
                readings.process(() -> new RulesProcessor(rules, counters, courses, format), Named.as(name), courses),
                "-alerts");
        write(
                commands(builder)
                        .process(
                                () -> new AlertCommands(commandsIn, counters, courses, format),
                                Named.as(name + "-commands"),
                                courses),
                "-acknowledged");
    }

    /** As bytes: one that can't be read must not go to the dead letters of readings. */
    private KStream<String, byte[]> commands(StreamsBuilder builder) {
        return builder.stream(
                catalogue.alertCommands().name(),
                Consumed.with(Serdes.String(), Serdes.ByteArray()).withName(name + "-commands-in"));
    }

    private void write(KStream<String, Alert> alerts, String what) {
        alerts.to(
                catalogue.alerts().name(),
                Produced.with(Serdes.String(), serdes.of(catalogue.alerts())).withName(name + what));
    }

    /** Adds, after {@link #addTo}, that it forgets devices that are erased. */
    public void eraseFrom(KStream<String, Long> erased) {
        erased.process(
                DeviceEraser.of(context -> {
                    WriteBackStore<String, DeviceMemory> memories = context.getStateStore(courses());
                    return device -> Memories.erase(memories, device);
                }),
                Named.as(name + "-erase"),
                courses());
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
                () -> new RuleChanges(catalogue.rules(), deserializer, rules, watcher));
    }
}
