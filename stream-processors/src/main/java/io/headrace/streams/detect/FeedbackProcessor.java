package io.headrace.streams.detect;

import io.headrace.record.Anomaly;
import io.headrace.record.AnomalyFeedback;
import io.headrace.streams.detect.Remembered.Metric;
import io.headrace.streams.detect.Remembered.Together;
import io.headrace.streams.detect.detector.Detectors;
import io.headrace.streams.detect.episode.AnomalyRecords;
import io.headrace.streams.detect.episode.Onsets;
import io.headrace.wire.AvroDeserializer;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Learns of what people say of anomalies, beside the {@link DetectProcessor} that finds them. What can't be read, was said
 * before, or is about a metric that isn't watched, changes nothing and is counted.
 */
final class FeedbackProcessor implements Processor<String, byte[], String, Anomaly> {
    private final AvroDeserializer<AnomalyFeedback> deserializer;
    private final DetectConfig config;
    private final AnomalyRecords records;
    private final DetectStores stores;
    private final DetectMeters meters;
    private @Nullable Memories memories;
    private @Nullable AnomalyOutput output;

    FeedbackProcessor(
            AvroDeserializer<AnomalyFeedback> deserializer,
            DetectConfig config,
            AnomalyRecords records,
            DetectStores stores,
            DetectMeters meters) {
        this.deserializer = deserializer;
        this.config = config;
        this.records = records;
        this.stores = stores;
        this.meters = meters;
    }

    @Override
    public void init(ProcessorContext<String, Anomaly> context) {
        memories = stores.memories(context, Judges.of(config), config);
        output = new AnomalyOutput(context);
    }

    @Override
    public void process(Record<String, byte[]> record) {
        Memories all = Objects.requireNonNull(memories);
        AnomalyFeedback feedback = read(record);
        if (feedback == null) {
            meters.unknown();
            return;
        }
        String metric = feedback.getAnomaly().getMetric();
        Metric known = all.find(record.key(), metric);
        Onsets onsets = known == null ? null : onsets(all, feedback.getAnomaly(), known);
        Optional<Anomaly> judged =
                known == null || onsets == null ? Optional.empty() : records.judged(known.watch(), onsets, feedback);
        if (known == null || judged.isEmpty()) {
            meters.unknown();
            return;
        }
        all.put(record.key(), metric, known);
        meters.learnt(feedback.getVerdict());
        Objects.requireNonNull(output).tell(judged.get(), record.timestamp());
    }

    /** Those that learn of it: of the metric, or else of how the device's metrics go together. Null where nobody looks at that. */
    private static @Nullable Onsets onsets(Memories memories, Anomaly anomaly, Metric known) {
        if (!anomaly.getDetector().equals(Detectors.JOINT)) {
            return known.watch().onsets();
        }
        Together together = memories.together(anomaly.getDeviceId());
        return together == null ? null : together.onsets();
    }

    /** Null for what isn't about an anomaly of the device that is its key. */
    private @Nullable AnomalyFeedback read(Record<String, byte[]> record) {
        try {
            AnomalyFeedback feedback = deserializer.deserialize("", record.value());
            boolean isSound = feedback != null
                    && feedback.getDeviceId().equals(record.key())
                    && feedback.getAnomaly().getDeviceId().equals(record.key())
                    && AnomalyRecords.hasId(feedback.getAnomaly());
            return isSound ? feedback : null;
        } catch (SerializationException unreadable) {
            return null;
        }
    }
}
