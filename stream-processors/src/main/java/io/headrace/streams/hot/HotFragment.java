package io.headrace.streams.hot;

import io.headrace.record.Reading;
import io.headrace.streams.state.DeviceEraser;
import io.headrace.streams.state.WriteBackStore;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.state.Stores;

/**
 * Keeps what is asked for most: the newest value of each metric and a short ring of points.
 *
 * <ul>
 *   <li>In: readings by device id, all of them, whatever their tiers are.
 *   <li>Out: nothing to Kafka; {@link HotServer} answers from the store.
 *   <li>State: store {@code <name>-metrics}, for ever: {@link HotValues}. Of each device pages with what is new of sixteen
 *       metrics, some 180 bytes each; and of each metric its history, at most 16 bytes per point.
 *   <li>Time: event time. Points are kept for as long as the reading's mark says, where it says anything. A value older than the newest only takes its place in the ring.
 *   <li>Failure: metrics beyond the limit of a device are counted in {@code headrace.hot.unkept} and not kept here.
 * </ul>
 */
public final class HotFragment {
    /** Pages, some kilobytes each. */
    private static final int MOST_IN_MEMORY = 2_048;

    private final HotConfig config;
    private final Counter unkept;
    private final String name;

    /** @param name from which the store and every node of the topology are named */
    public HotFragment(HotConfig config, MeterRegistry meters, String name) {
        this.config = config;
        this.unkept = meters.counter("headrace.hot.unkept");
        this.name = name;
    }

    public void addTo(StreamsBuilder builder, KStream<String, Reading> readings) {
        String store = storeName(name);
        builder.addStateStore(
                WriteBackStore.builder(Stores.persistentKeyValueStore(store), HotValues.layout(), MOST_IN_MEMORY));
        readings.process(() -> new HotProcessor(config, store, unkept), Named.as(name), store);
    }

    /** Adds, after {@link #addTo}, that it forgets devices that are erased. */
    public void eraseFrom(KStream<String, Long> erased) {
        erased.process(
                DeviceEraser.of(context -> {
                    WriteBackStore<Integer, Page> store = context.getStateStore(storeName(name));
                    return device -> HotValues.erase(store, device);
                }),
                Named.as(name + "-erase"),
                storeName(name));
    }

    /** Where a fragment of this name has its histories. */
    public static String storeName(String name) {
        return name + "-metrics";
    }
}
