package io.headrace.streams.detect;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Topic;
import io.headrace.record.Anomaly;
import io.headrace.record.Reading;
import io.headrace.streams.detect.detector.Detectors;
import io.headrace.streams.state.DeviceEraser;
import io.headrace.streams.state.WriteBackStore;
import io.headrace.wire.TopicSerdes;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.state.Stores;

/**
 * Writes an anomaly where a metric leaves its habits.
 *
 * <ul>
 *   <li>In: readings by device id, in the order of their partition, timestamp the gateway's receive time.
 *   <li>Out: {@code telemetry.anomalies}, one for each onset of an episode, same key, timestamp and origin header.
 *   <li>State: store {@code <name>-memory}, by device and metric what the detector remembers, kept for ever; by device
 *       how many metrics are watched.
 *   <li>Time: event time; late and disordered values are taken as they come. The time of a reading whose clock was
 *       corrected is unknown to the detector: a device with a broken clock must not shift anybody's idea of the hour.
 *   <li>Failure: values that are no finite number are not watched; metrics beyond the limit of a device are counted in
 *       {@code headrace.detect.unwatched} and otherwise left alone.
 * </ul>
 */
public final class DetectFragment {
    /** Memories of some 800 bytes as objects: 13 MiB a task. */
    private static final int MOST_IN_MEMORY = 16_384;

    private final DetectConfig config;
    private final Topic<Anomaly> anomalies;
    private final Serde<Anomaly> anomalySerde;
    private final MeterRegistry meters;
    private final String name;

    /** @param name from which the store and every node of the topology are named */
    public DetectFragment(
            DetectConfig config, Catalogue catalogue, TopicSerdes serdes, MeterRegistry meters, String name) {
        this.config = config;
        this.anomalies = catalogue.anomalies();
        this.anomalySerde = serdes.of(anomalies);
        this.meters = meters;
        this.name = name;
    }

    public void addTo(StreamsBuilder builder, KStream<String, Reading> readings) {
        String store = store();
        builder.addStateStore(
                WriteBackStore.builder(Stores.persistentKeyValueStore(store), DetectProcessor.LAYOUT, MOST_IN_MEMORY));
        readings.processValues(
                        () -> new DetectProcessor(
                                Detectors.named(config.detector(), config.threshold()), config, store, meters),
                        Named.as(name),
                        store)
                .to(
                        anomalies.name(),
                        Produced.with(Serdes.String(), anomalySerde).withName(name + "-anomalies"));
    }

    /** Adds, after {@link #addTo}, that it forgets devices that are erased. */
    public void eraseFrom(KStream<String, Long> erased) {
        erased.process(
                DeviceEraser.of(context -> {
                    WriteBackStore<String, Remembered> memory = context.getStateStore(store());
                    return device -> DetectProcessor.erase(memory, device);
                }),
                Named.as(name + "-erase"),
                store());
    }

    private String store() {
        return name + "-memory";
    }
}
