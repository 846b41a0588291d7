package io.headrace.streams.detect;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Topic;
import io.headrace.record.Anomaly;
import io.headrace.record.Reading;
import io.headrace.streams.detect.episode.AnomalyRecords;
import io.headrace.streams.detect.maintenance.MaintenanceChanges;
import io.headrace.streams.detect.maintenance.Maintenances;
import io.headrace.streams.state.DeviceEraser;
import io.headrace.wire.AvroDeserializer;
import io.headrace.wire.TopicSerdes;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.state.Stores;

/**
 * Writes an anomaly where a metric leaves its habits, or where the metrics of a message no longer fit each other, and what
 * becomes of it.
 *
 * <ul>
 *   <li>In: readings by device id, in the order of their partition, timestamp the gateway's receive time; {@code
 *       config.maintenance}, live; {@code control.anomaly-feedback} by device id, what people say of anomalies.
 *   <li>Out: {@code telemetry.anomalies}, one record where an episode begins, grows worse, has ended, or is judged, all of
 *       one id; same key, timestamp and origin header as the reading that did it. Of an end by silence, with the timestamp
 *       of the last reading and the origin of the onset; of a judgement, with the time at which it was passed on.
 *   <li>State: store {@code <name>-memory}, by device and metric what the detector remembers and how far the metric's
 *       episodes have come, kept for ever; by device how many metrics are watched and how they go together; store {@code <name>-open}, which episodes
 *       are open; the maintenance, in memory, one copy per instance.
 *   <li>Time: event time; late and disordered values are taken as they come. The time of a reading whose clock was
 *       corrected is unknown to the detector: a device with a broken clock must not shift anybody's idea of the hour. By
 *       the wall clock, an episode ends whose metric falls silent.
 *   <li>Failure: values that are no finite number are not watched; metrics beyond the limit of a device are counted in
 *       {@code headrace.detect.unwatched} and otherwise left alone.
 * </ul>
 */
public final class DetectFragment {
    private final DetectConfig config;
    private final Catalogue catalogue;
    private final TopicSerdes serdes;
    private final MeterRegistry registry;
    private final String name;

    /** @param name from which the stores and every node of the topology are named */
    public DetectFragment(
            DetectConfig config, Catalogue catalogue, TopicSerdes serdes, MeterRegistry registry, String name) {
        this.config = config;
        this.catalogue = catalogue;
        this.serdes = serdes;
        this.registry = registry;
        this.name = name;
    }

    public void addTo(StreamsBuilder builder, KStream<String, Reading> readings) {
        DetectStores stores = new DetectStores(name);
        DetectMeters meters = new DetectMeters(registry);
        Maintenances maintenances = new Maintenances();
        AnomalyRecords records = records();
        var feedbackIn = new AvroDeserializer<>(catalogue.anomalyFeedback(), serdes.registry());
        addMaintenance(builder, maintenances);
        stores.addTo(builder, config, catalogue.readings().partitions());
        write(
                readings.process(
                        () -> new DetectProcessor(config, maintenances, records, stores, meters),
                        Named.as(name),
                        stores.memory(),
                        stores.open()),
                "-anomalies");
        write(
                feedback(builder)
                        .process(
                                () -> new FeedbackProcessor(feedbackIn, config, records, stores, meters),
                                Named.as(name + "-feedback"),
                                stores.memory()),
                "-judged");
    }

    /** Has a standing anomaly written as its topic has it, so that it is read by the same rules of compatibility. */
    private AnomalyRecords records() {
        Topic<Anomaly> topic = catalogue.anomalies();
        Serde<Anomaly> serde = serdes.of(topic);
        return new AnomalyRecords(
                config.detector(),
                config.threshold(),
                anomaly -> serde.serializer().serialize(topic.name(), anomaly),
                bytes -> serde.deserializer().deserialize(topic.name(), bytes));
    }

    /** As bytes: what can't be read must not go to the dead letters of readings. */
    private KStream<String, byte[]> feedback(StreamsBuilder builder) {
        return builder.stream(
                catalogue.anomalyFeedback().name(),
                Consumed.with(Serdes.String(), Serdes.ByteArray()).withName(name + "-feedback-in"));
    }

    private void write(KStream<String, Anomaly> anomalies, String what) {
        anomalies.to(
                catalogue.anomalies().name(),
                Produced.with(Serdes.String(), serdes.of(catalogue.anomalies())).withName(name + what));
    }

    private void addMaintenance(StreamsBuilder builder, Maintenances maintenances) {
        var deserializer = new AvroDeserializer<>(catalogue.maintenance(), serdes.registry());
        builder.addGlobalStore(
                Stores.keyValueStoreBuilder(
                                Stores.inMemoryKeyValueStore(name + "-maintenance"),
                                Serdes.String(),
                                Serdes.ByteArray())
                        .withLoggingDisabled(),
                catalogue.maintenance().name(),
                Consumed.with(Serdes.String(), Serdes.ByteArray()).withName(name + "-maintenance-in"),
                () -> new MaintenanceChanges(catalogue.maintenance(), deserializer, maintenances));
    }

    /** Adds, after {@link #addTo}, that it forgets devices that are erased. */
    public void eraseFrom(KStream<String, Long> erased) {
        DetectStores stores = new DetectStores(name);
        erased.process(DeviceEraser.of(stores::eraser), Named.as(name + "-erase"), stores.memory(), stores.open());
    }
}
