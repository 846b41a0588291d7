package io.headrace.streams.predict;

import io.headrace.catalogue.Catalogue;
import io.headrace.record.Reading;
import io.headrace.streams.state.DeviceEraser;
import io.headrace.streams.state.LiveTopic;
import io.headrace.streams.state.WriteBackStore;
import io.headrace.wire.TopicSerdes;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.state.Stores;

/**
 * Tells how much of devices' lives is left, by models that were fitted to devices that failed.
 *
 * <ul>
 *   <li>In: readings by device id, in the order of their partition; {@code config.models}, live.
 *   <li>Out: {@code telemetry.predictions}, where a step of a model has ended and what remains isn't what the last
 *       prediction led one to expect, by a twentieth of the model's limit, or ten steps have passed; same key, timestamp and
 *       origin header as the reading that ended the step. And the same as a reading for the rules.
 *   <li>State: store {@code <name>-outlooks}, one entry for each device that a model is about, kept for ever: {@link
 *       DeviceOutlooks}; the models, in memory, one copy per instance.
 *   <li>Time: event time in steps of the model. A reading older than the step in hand, and one whose clock was corrected,
 *       change nothing, and are counted in {@code headrace.predict.passed.over}. Which version of a model judges hinges on
 *       the reading alone: {@link Versions}.
 *   <li>Failure: a model that can't be applied is left alone, counted and said once. Metrics that a reading lacks, and
 *       values that aren't finite, aren't there; of a device that lacks half of them, nothing is told.
 * </ul>
 */
public final class PredictFragment {
    /** Some two kilobytes each. */
    private static final int MOST_IN_MEMORY = 4_096;

    private final Catalogue catalogue;
    private final TopicSerdes serdes;
    private final MeterRegistry meters;
    private final String name;

    /** @param name from which the store and every node of the topology are named */
    public PredictFragment(Catalogue catalogue, TopicSerdes serdes, MeterRegistry meters, String name) {
        this.catalogue = catalogue;
        this.serdes = serdes;
        this.meters = meters;
        this.name = name;
    }

    /** @return predictions as readings of their devices: metrics {@code prediction.<model>.…} */
    public KStream<String, Reading> addTo(StreamsBuilder builder, KStream<String, Reading> readings) {
        Models models = new Models(meters);
        PredictMeters counters = new PredictMeters(meters);
        new LiveTopic<>(catalogue.models(), serdes, name + "-models").addTo(builder, models);
        builder.addStateStore(WriteBackStore.builder(
                Stores.persistentKeyValueStore(store()), PredictProcessor.LAYOUT, MOST_IN_MEMORY));
        KStream<String, Told> told =
                readings.processValues(() -> new PredictProcessor(models, counters, store()), Named.as(name), store());
        told.mapValues(Told::prediction, Named.as(name + "-records"))
                .to(
                        catalogue.predictions().name(),
                        Produced.with(Serdes.String(), serdes.of(catalogue.predictions()))
                                .withName(name + "-predictions"));
        return told.filterNot((device, each) -> each.isWithdrawn(), Named.as(name + "-standing"))
                .mapValues(Told::asReading, Named.as(name + "-readings"));
    }

    /** Adds, after {@link #addTo}, that it forgets devices that are erased. */
    public void eraseFrom(KStream<String, Long> erased) {
        erased.process(
                DeviceEraser.of(context -> {
                    WriteBackStore<String, DeviceOutlooks> outlooks = context.getStateStore(store());
                    return device -> PredictProcessor.erase(outlooks, device);
                }),
                Named.as(name + "-erase"),
                store());
    }

    private String store() {
        return name + "-outlooks";
    }
}
