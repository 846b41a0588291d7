package io.headrace.streams.detect;

import io.headrace.catalogue.Headers;
import io.headrace.catalogue.OriginHeader;
import io.headrace.record.Anomaly;
import io.headrace.record.Clock;
import io.headrace.record.Reading;
import io.headrace.streams.detect.Remembered.Metric;
import io.headrace.streams.detect.Remembered.Watched;
import io.headrace.streams.detect.detector.Detector;
import io.headrace.streams.detect.detector.Finding;
import io.headrace.streams.detect.detector.Memory;
import io.headrace.streams.state.WriteBackStore;
import io.headrace.streams.state.WriteBackStore.Layout;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.jspecify.annotations.Nullable;

/** Loads what is remembered of each metric, asks the detector, stores, and forwards what passes the threshold. */
final class DetectProcessor implements FixedKeyProcessor<String, Reading, Anomaly> {
    /** Parts device and metric in a key: no device id holds it. */
    private static final char SEPARATOR = '\0';
    /** In place of a metric, of the count of a device's metrics, under the device alone. */
    private static final String COUNT = "";

    static final Layout<String, Remembered> LAYOUT = new Layout<>(DetectProcessor::key, Remembered::stored);

    private final Detector detector;
    private final DetectConfig config;
    private final String storeName;
    private final Counter observed;
    private final Counter found;
    private final Counter unwatched;
    private @Nullable FixedKeyProcessorContext<String, Anomaly> context;
    private @Nullable WriteBackStore<String, Remembered> store;

    DetectProcessor(Detector detector, DetectConfig config, String storeName, MeterRegistry meters) {
        this.detector = detector;
        this.config = config;
        this.storeName = storeName;
        this.observed = meters.counter("headrace.detect.values");
        this.found = meters.counter("headrace.detect.anomalies");
        this.unwatched = meters.counter("headrace.detect.unwatched");
    }

    @Override
    public void init(FixedKeyProcessorContext<String, Anomaly> context) {
        this.context = context;
        this.store = context.getStateStore(storeName);
    }

    @Override
    public void process(FixedKeyRecord<String, Reading> record) {
        Map<String, Double> unknown = Map.of();
        for (Map.Entry<String, Object> each : record.value().getValues().entrySet()) {
            if (each.getValue() instanceof Number number && isWatchable(each.getKey(), number)) {
                WriteBackStore<String, Remembered>.Slot slot = find(record.key(), each.getKey(), this::read);
                if (slot.value() instanceof Metric known) {
                    slot.put(known);
                    observe(record, each.getKey(), known.memory(), number.doubleValue());
                } else {
                    unknown = unknown.isEmpty() ? new TreeMap<>() : unknown;
                    unknown.put(each.getKey(), number.doubleValue());
                }
            }
        }
        // A map's order differs between runs; which metrics are the first of a device must not.
        unknown.forEach((metric, value) -> begin(record, metric, value));
    }

    private Remembered read(byte[] stored) {
        return new Metric(detector.read(stored));
    }

    private static boolean isWatchable(String metric, Number value) {
        return !metric.isEmpty() && Double.isFinite(value.doubleValue());
    }

    private void begin(FixedKeyRecord<String, Reading> record, String metric, double value) {
        if (admit(record.key())) {
            Memory memory = detector.fresh();
            find(record.key(), metric, this::read).put(new Metric(memory));
            observe(record, metric, memory, value);
        } else {
            unwatched.increment();
        }
    }

    private void observe(FixedKeyRecord<String, Reading> record, String metric, Memory memory, double value) {
        Reading reading = record.value();
        long time = reading.getClock() == Clock.CORRECTED
                ? Detector.UNKNOWN_TIME
                : reading.getObservedAt().toEpochMilli();
        Finding finding = memory.observe(time, value);
        observed.increment();
        if (finding.score() >= config.threshold()) {
            found.increment();
            Objects.requireNonNull(context)
                    .forward(record.withValue(anomaly(reading, metric, finding)).withHeaders(origin(record)));
        }
    }

    /** Counts one more metric of a device, unless it has as many as it may. */
    private boolean admit(String device) {
        WriteBackStore<String, Remembered>.Slot slot = find(device, COUNT, Watched::ofStored);
        int watched = slot.value() instanceof Watched known ? known.metrics() : 0;
        if (watched >= config.maxMetrics()) {
            return false;
        }
        slot.put(new Watched(watched + 1));
        return true;
    }

    private WriteBackStore<String, Remembered>.Slot find(
            String device, String metric, Function<byte[], Remembered> read) {
        return Objects.requireNonNull(store).slot(device, metric, read);
    }

    /** Forgets a device: its count of metrics stands under its id, all else under that and the separator. */
    static void erase(WriteBackStore<String, Remembered> memory, String device) {
        memory.erase(
                device,
                key(device, COUNT),
                Bytes.wrap((device + (char) (SEPARATOR + 1)).getBytes(StandardCharsets.UTF_8)));
    }

    private static Bytes key(String device, String metric) {
        String key = metric.isEmpty() ? device : device + SEPARATOR + metric;
        return Bytes.wrap(key.getBytes(StandardCharsets.UTF_8));
    }

    private Anomaly anomaly(Reading reading, String metric, Finding finding) {
        return Anomaly.newBuilder()
                .setDeviceId(reading.getDeviceId())
                .setMetric(metric)
                .setStart(reading.getObservedAt())
                .setReceivedAt(reading.getReceivedAt())
                .setDetector(detector.name())
                .setScore(finding.score())
                .setValue(finding.value())
                .setExpected(Double.isNaN(finding.expected()) ? null : finding.expected())
                .setReason(finding.reason())
                .setOrigin(reading.getOrigin())
                .build();
    }

    /** Of a reading's headers only its origin goes on: the tier marks are the reading's own. */
    private static RecordHeaders origin(FixedKeyRecord<String, Reading> record) {
        RecordHeaders headers = new RecordHeaders();
        String origin = Headers.find(record.headers(), Headers.ORIGIN)
                .orElseGet(() -> OriginHeader.ofMessage(record.value().getOrigin()));
        Headers.set(headers, Headers.ORIGIN, origin);
        return headers;
    }
}
