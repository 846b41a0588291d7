package io.headrace.streams.alerts;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Topic;
import io.headrace.record.Alert;
import io.headrace.streams.state.DeviceEraser;
import io.headrace.streams.state.WriteBackStore;
import io.headrace.wire.TopicSerdes;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * Takes the alerts of rules to people: at once, or many as one, and again where nobody acknowledges them.
 *
 * <ul>
 *   <li>In: each change of an alert about a device, key device id, in order; acknowledgements of groups' alerts, which have
 *       the group's name for a device id; and marks of devices that are erased.
 *   <li>Out: {@code telemetry.alerts}. Of an alert without a group at once; of one with a group when it is known whether
 *       the group tells it. The alert of a group has the group's name, {@code <tag>/<value>}, for key and device id. Records
 *       that nobody is to be told of, of members and of what changes in a group that was told, have {@code hr-quiet}.
 *   <li>Repartition: {@code <name>-groups}, the changes by the group's name, so that all of an alert's, and all of a
 *       group's, are in one order. An acknowledgement goes the way of what it acknowledges.
 *   <li>State: {@code <name>-gathered}, for each group and rule the last alert of the group and an entry for each device
 *       whose alert waits, stands, or was part of the alert that stands. {@code <name>-escalations} and {@code
 *       <name>-groups-escalations}, by device or group the alerts whose rule escalates, until they are cleared.
 *   <li>Time: that alerts were raised about the same time is said by when the gateway received what raised them; how long
 *       one waits for others, and how long it stands unacknowledged, by the wall clock, since people wait by that. Both are
 *       stored as times, so that a restart or another instance goes on as if nothing had been; what was due in between is
 *       done then.
 *   <li>Failure: an acknowledgement of a group's alert that doesn't stand is counted. Where a rule is gone or groups no
 *       more, what waits is told for itself. Stored state of an unknown version stops the task.
 * </ul>
 */
public final class AlertsFragment {
    private static final String GATHERED = "-gathered";
    private static final String ESCALATIONS = "-escalations";

    private final Topic<Alert> topic;
    private final TopicSerdes serdes;
    private final Function<String, Handling> handlings;
    private final AlertsMeters meters;
    private final KeptFormat format;
    private final String name;

    /**
     * @param handlings what a rule wants now, by its id; asked by several threads
     * @param name from which the stores and every node of the topology are named
     */
    public AlertsFragment(
            Catalogue catalogue,
            TopicSerdes serdes,
            Function<String, Handling> handlings,
            MeterRegistry meters,
            String name) {
        this.topic = catalogue.alerts();
        this.serdes = serdes;
        this.handlings = handlings;
        this.meters = new AlertsMeters(meters);
        this.format = new KeptFormat(serdes.of(topic), topic.name());
        this.name = name;
    }

    public void addTo(KStream<String, Alert> changes) {
        String groups = name + "-groups";
        write(changes.filter((device, alert) -> alert.getGroup() == null, Named.as(name + "-alone")), name);
        KStream<String, Alert> gathered = changes.filter(
                        (device, alert) -> alert.getGroup() != null, Named.as(name + "-grouped"))
                .selectKey((device, alert) -> alert.getGroup(), Named.as(name + "-by-group"))
                .repartition(Repartitioned.<String, Alert>as(groups)
                        .withKeySerde(Serdes.String())
                        .withValueSerde(serdes.of(topic))
                        .withNumberOfPartitions(topic.partitions()))
                .process(
                        stored(name + GATHERED, () -> new GroupProcessor(handlings, meters, name + GATHERED, format)),
                        Named.as(name + "-gather"));
        write(gathered, groups);
    }

    private void write(KStream<String, Alert> changes, String from) {
        String store = from + ESCALATIONS;
        changes.process(
                        stored(store, () -> new EscalationProcessor(handlings, meters, store, format)),
                        Named.as(from + "-escalate"))
                .to(
                        topic.name(),
                        Produced.with(Serdes.String(), serdes.of(topic)).withName(from + "-out"));
    }

    private ProcessorSupplier<String, Alert, String, Alert> stored(
            String store, ProcessorSupplier<String, Alert, String, Alert> supplier) {
        return new ProcessorSupplier<>() {
            @Override
            public Processor<String, Alert, String, Alert> get() {
                return supplier.get();
            }

            @Override
            public Set<StoreBuilder<?>> stores() {
                return Set.of(Shelf.builder(store, format));
            }
        };
    }

    /**
     * Adds, after {@link #addTo}, that it forgets devices that are erased. What groups know of them goes by the marks among
     * the changes.
     */
    public void eraseFrom(KStream<String, Long> erased) {
        erased.process(
                DeviceEraser.of(context -> {
                    WriteBackStore<String, Kept> escalations = context.getStateStore(name + ESCALATIONS);
                    return device -> Shelf.clear(escalations, device);
                }),
                Named.as(name + "-erase"),
                name + ESCALATIONS);
    }
}
