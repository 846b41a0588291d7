package io.headrace.streams.window;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Topic;
import io.headrace.record.Reading;
import io.headrace.record.WindowAggregate;
import io.headrace.streams.window.WindowOutput.Closed;
import io.headrace.streams.window.WindowOutput.Late;
import io.headrace.wire.TopicSerdes;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * Counts numeric values in tumbling windows of event time and gives an aggregate of each when it closes.
 *
 * <ul>
 *   <li>In: readings by device id, in the order of their partition, timestamp the gateway's receive time. Doubles and
 *       longs are counted; booleans and strings are not.
 *   <li>Out: {@code telemetry.aggregates}, one per metric and closed window, revision 0 at first and one more each time
 *       late values changed it; {@code telemetry.late}, the numeric values of a reading that came too late for a window,
 *       with {@code hr-lateness-ms} and {@code hr-late-sizes}. Key device id; timestamp and {@code hr-origin} those of
 *       the reading, of an aggregate those of the reading in it that was received last.
 *   <li>The account: for each configured size, each numeric value of a reading is either counted in the highest revision
 *       of its window or in a record of {@code telemetry.late} whose {@code hr-late-sizes} names that size, never both.
 *       While a window is open, its values are in neither yet.
 *   <li>State: {@code <name>-devices}, device to timeline, some 60 bytes, for ever: it is what tells a late value from a
 *       new one. {@code <name>-accumulators}, device, size, window start and metric to accumulator: 14 bytes and the two
 *       names for the key, some 150 for the value and at most 8 KiB, 40 where a window has just one value; kept until
 *       the device's watermark is {@code keep} past the window's end. With the defaults that is, per device and metric,
 *       some 280 KB where it is sent every second and 100 KB where it is sent once a minute; a device that was silent
 *       for {@code keep} has its newest window of each size left.
 *   <li>Time: event time by a watermark per device, so that no device's clock closes another's window; the wall clock for
 *       silence only, counted from when this task began to watch.
 *   <li>Failure: a value that isn't finite is not counted; decoding lets none through. A sum that leaves the range of
 *       doubles sticks at its limit. Stored state of an unknown version stops the task.
 * </ul>
 */
public final class WindowFragment {
    private final WindowConfig config;
    private final Topic<WindowAggregate> aggregates;
    private final Serde<WindowAggregate> aggregateSerde;
    private final Topic<Reading> late;
    private final Serde<Reading> lateSerde;
    private final MeterRegistry meters;
    private final String name;

    /** @param name from which the stores and every node of the topology are named */
    public WindowFragment(
            WindowConfig config, Catalogue catalogue, TopicSerdes serdes, MeterRegistry meters, String name) {
        this.config = config;
        this.aggregates = catalogue.aggregates();
        this.aggregateSerde = serdes.of(aggregates);
        this.late = catalogue.late();
        this.lateSerde = serdes.of(late);
        this.meters = meters;
        this.name = name;
    }

    public void addTo(StreamsBuilder builder, KStream<String, Reading> readings) {
        KStream<String, WindowOutput> windowed = readings.process(new Windows(), Named.as(name));
        windowed.filter((device, output) -> output instanceof Closed, Named.as(name + "-closed"))
                .mapValues(output -> ((Closed) output).aggregate(), Named.as(name + "-aggregate"))
                .to(
                        aggregates.name(),
                        Produced.with(Serdes.String(), aggregateSerde).withName(name + "-aggregates"));
        windowed.filter((device, output) -> output instanceof Late, Named.as(name + "-too-late"))
                .mapValues(output -> ((Late) output).reading(), Named.as(name + "-late-reading"))
                .to(late.name(), Produced.with(Serdes.String(), lateSerde).withName(name + "-late"));
    }

    private final class Windows implements ProcessorSupplier<String, Reading, String, WindowOutput> {
        private final String devices = name + "-devices";
        private final String accumulators = name + "-accumulators";

        @Override
        public Processor<String, Reading, String, WindowOutput> get() {
            return new WindowProcessor(Waits.of(config), new WindowMeters(meters), devices, accumulators);
        }

        @Override
        public Set<StoreBuilder<?>> stores() {
            return new LinkedHashSet<>(List.of(WindowStores.devices(devices), WindowStores.accumulators(accumulators)));
        }
    }
}
