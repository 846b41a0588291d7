package io.headrace.streams.detect;

import io.headrace.catalogue.Headers;
import io.headrace.catalogue.OriginHeader;
import io.headrace.record.Anomaly;
import io.headrace.record.Clock;
import io.headrace.record.Reading;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** Loads what is remembered of each metric, asks the detector, stores, and forwards what passes the threshold. */
final class DetectProcessor implements FixedKeyProcessor<String, Reading, Anomaly> {
    /** Parts device and metric in a key: no device id holds it. */
    private static final char SEPARATOR = '\0';

    private final Detector detector;
    private final DetectConfig config;
    private final String storeName;
    private final Counter observed;
    private final Counter found;
    private final Counter unwatched;
    private @Nullable FixedKeyProcessorContext<String, Anomaly> context;
    private @Nullable KeyValueStore<String, byte[]> store;

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
        Reading reading = record.value();
        // A map's order differs between runs; which metrics are the first of a device must not.
        Map<String, Object> values =
                reading.getValues().size() > 1 ? new TreeMap<>(reading.getValues()) : reading.getValues();
        values.forEach((metric, value) -> {
            if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
                observe(record, metric, number.doubleValue());
            }
        });
    }

    private void observe(FixedKeyRecord<String, Reading> record, String metric, double value) {
        KeyValueStore<String, byte[]> memories = Objects.requireNonNull(store);
        String key = record.key() + SEPARATOR + metric;
        byte[] memory = memories.get(key);
        if (memory == null) {
            if (!admit(memories, record.key())) {
                unwatched.increment();
                return;
            }
            memory = detector.start();
        }
        Reading reading = record.value();
        long time = reading.getClock() == Clock.CORRECTED
                ? Detector.UNKNOWN_TIME
                : reading.getObservedAt().toEpochMilli();
        Finding finding = detector.observe(memory, time, value);
        memories.put(key, finding.memory());
        observed.increment();
        if (finding.score() >= config.threshold()) {
            found.increment();
            Objects.requireNonNull(context)
                    .forward(record.withValue(anomaly(reading, metric, finding)).withHeaders(origin(record)));
        }
    }

    /** Counts one more metric of a device, unless it has as many as it may. */
    private boolean admit(KeyValueStore<String, byte[]> memories, String device) {
        byte[] stored = memories.get(device);
        int watched = stored == null ? 0 : ByteBuffer.wrap(stored).getInt();
        if (watched >= config.maxMetrics()) {
            return false;
        }
        memories.put(
                device, ByteBuffer.allocate(Integer.BYTES).putInt(watched + 1).array());
        return true;
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
