package io.headrace.streams.window;

import io.headrace.catalogue.Catalogue;
import io.headrace.record.Reading;
import io.headrace.streams.state.DeviceEraser;
import io.headrace.streams.window.WindowOutput.Late;
import io.headrace.streams.window.WindowOutput.Result;
import io.headrace.streams.window.pace.DevicePace;
import io.headrace.streams.window.pace.GroupPace;
import io.headrace.streams.window.pace.Pace;
import io.headrace.streams.window.shape.Definitions;
import io.headrace.streams.window.tally.WindowStores;
import io.headrace.wire.TopicSerdes;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Counts numeric values in windows of event time, of devices by themselves and of groups that share a tag, and gives an
 * aggregate of each window when it closes.
 *
 * <ul>
 *   <li>In: readings by device id, in the order of their partition, timestamp the gateway's receive time. Doubles and
 *       longs are counted; booleans and strings are not.
 *   <li>Out: {@code telemetry.aggregates}, one per metric and closed window, revision 0 at first and one more each time
 *       late values changed it, and where asked for provisional ones in between; {@code telemetry.late}, the numeric
 *       values of a reading that came too late for a window, with {@code hr-lateness-ms}, {@code hr-late-sizes} and {@code
 *       hr-late-windows}. Key device id, of a group's aggregates {@code <tag>/<value>}; timestamp and {@code hr-origin}
 *       those of the reading, of an aggregate those of the reading in it that was received last.
 *   <li>The account: for each size of window without a name, each numeric value of a reading is either counted in the
 *       highest revision of its window or in a record of {@code telemetry.late} whose {@code hr-late-sizes} names that
 *       size, never both. While a window is open, its values are in neither yet.
 *   <li>State: {@code <name>-devices}, device to timeline, some 60 bytes, for ever: it is what tells a late value from a
 *       new one. {@code <name>-accumulators}, rows by {@link RowKey}: 14 bytes and the two names for the key, some 160 for
 *       the accumulator and at most 8 KiB, 40 where a window has just one value, of a counter up to 4 KiB more; kept until
 *       the device's watermark is {@code keep} past the window's end. With the defaults that is, per device and metric,
 *       some 290 KB where it is sent every second and 100 KB where it is sent once a minute; a device that was silent
 *       for {@code keep} has its newest window of each size left. Of groups the same under {@code <name>-groups-devices}
 *       and {@code <name>-groups-accumulators}, and each member's watermark in {@code <name>-groups-members}.
 *   <li>Repartition: {@code <name>-groups}, readings by group; only where there are groups.
 *   <li>Time: event time by a watermark per device, so that no device's clock closes another's window, also within a group;
 *       the wall clock for silence only, counted from when this task began to watch.
 *   <li>Failure: a value that isn't finite is not counted; decoding lets none through. A sum that leaves the range of
 *       doubles sticks at its limit. A reading of one group too many isn't counted in it, but in {@code
 *       headrace.window.groups.refused}. Stored state of an unknown version stops the task.
 * </ul>
 */
public final class WindowFragment {
    static final String DEVICES = "-devices";
    static final String ACCUMULATORS = "-accumulators";
    private static final String MEMBERS = "-members";

    private final WindowConfig config;
    private final Catalogue catalogue;
    private final TopicSerdes serdes;
    private final MeterRegistry meters;
    private final String name;

    /** @param name from which the stores and every node of the topology are named */
    public WindowFragment(
            WindowConfig config, Catalogue catalogue, TopicSerdes serdes, MeterRegistry meters, String name) {
        this.config = config;
        this.catalogue = catalogue;
        this.serdes = serdes;
        this.meters = meters;
        this.name = name;
    }

    public void addTo(StreamsBuilder builder, KStream<String, Reading> readings) {
        write(readings.process(new Windows(config.ofDevices(), false), Named.as(name)), name);
        Definitions ofGroups = config.ofGroups();
        if (!ofGroups.all().isEmpty()) {
            write(
                    byGroup(readings, ofGroups).process(new Windows(ofGroups, true), Named.as(name + "-grouped")),
                    name + "-grouped");
        }
    }

    /**
     * Adds, after {@link #addTo}, that it forgets devices that are erased. What groups have counted stays; it says nothing
     * of one device.
     */
    public void eraseFrom(KStream<String, Long> erased) {
        erased.process(
                DeviceEraser.of(context -> {
                    WindowStores state = new WindowStores(
                            context.getStateStore(name + DEVICES),
                            context.getStateStore(name + ACCUMULATORS),
                            config.ofDevices()::find);
                    return state::erase;
                }),
                Named.as(name + "-erase"),
                name + DEVICES,
                name + ACCUMULATORS);
    }

    private KStream<String, Reading> byGroup(KStream<String, Reading> readings, Definitions definitions) {
        Supplier<Grouping> grouping = () -> new Grouping(definitions);
        return readings.process(grouping::get, Named.as(name + "-by-tag"))
                .repartition(Repartitioned.<String, Reading>as(name + "-groups")
                        .withKeySerde(Serdes.String())
                        .withValueSerde(serdes.of(catalogue.readings()))
                        .withNumberOfPartitions(catalogue.readings().partitions()));
    }

    private void write(KStream<String, WindowOutput> windowed, String from) {
        windowed.filter((device, output) -> output instanceof Result, Named.as(from + "-closed"))
                .mapValues(output -> ((Result) output).aggregate(), Named.as(from + "-aggregate"))
                .to(
                        catalogue.aggregates().name(),
                        Produced.with(Serdes.String(), serdes.of(catalogue.aggregates()))
                                .withName(from + "-aggregates"));
        windowed.filter((device, output) -> output instanceof Late, Named.as(from + "-too-late"))
                .mapValues(output -> ((Late) output).reading(), Named.as(from + "-late-reading"))
                .to(
                        catalogue.late().name(),
                        Produced.with(Serdes.String(), serdes.of(catalogue.late()))
                                .withName(from + "-late"));
    }

    private final class Windows implements ProcessorSupplier<String, Reading, String, WindowOutput> {
        private final Definitions definitions;
        private final boolean isOfGroups;
        private final String stores;

        Windows(Definitions definitions, boolean isOfGroups) {
            this.definitions = definitions;
            this.isOfGroups = isOfGroups;
            this.stores = isOfGroups ? name + "-groups" : name;
        }

        @Override
        public Processor<String, Reading, String, WindowOutput> get() {
            Pace pace = isOfGroups
                    ? new GroupPace(definitions, config.groupLimits(), stores + MEMBERS)
                    : new DevicePace(definitions);
            return new WindowProcessor(config, definitions, pace, new WindowMeters(meters), stores);
        }

        @Override
        public Set<StoreBuilder<?>> stores() {
            Set<StoreBuilder<?>> all = new LinkedHashSet<>(List.of(
                    WindowStores.devices(Stores.persistentKeyValueStore(stores + DEVICES), WindowStores.MOST_IN_MEMORY),
                    WindowStores.accumulators(
                            Stores.persistentKeyValueStore(stores + ACCUMULATORS), WindowStores.MOST_IN_MEMORY)));
            if (isOfGroups) {
                all.add(GroupPace.membersStore(stores + MEMBERS));
            }
            return all;
        }
    }
}
