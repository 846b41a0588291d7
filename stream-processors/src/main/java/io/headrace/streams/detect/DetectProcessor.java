package io.headrace.streams.detect;

import io.headrace.catalogue.Headers;
import io.headrace.catalogue.OriginHeader;
import io.headrace.record.Anomaly;
import io.headrace.record.Reading;
import io.headrace.streams.detect.Remembered.Metric;
import io.headrace.streams.detect.detector.Detector;
import io.headrace.streams.detect.detector.Finding;
import io.headrace.streams.detect.detector.Memory;
import io.headrace.streams.detect.episode.AnomalyRecords;
import io.headrace.streams.detect.episode.AnomalyRecords.Onset;
import io.headrace.streams.detect.episode.Change;
import io.headrace.streams.detect.episode.Moment;
import io.headrace.streams.detect.episode.Watch;
import io.headrace.streams.detect.maintenance.Maintenances;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** Loads what is remembered of each metric, asks the detector, stores, and tells what became of the metric's episodes. */
final class DetectProcessor implements Processor<String, Reading, String, Anomaly> {
    private static final Duration TICK = Duration.ofSeconds(10);

    private final Detector detector;
    private final DetectConfig config;
    private final Maintenances maintenances;
    private final AnomalyRecords records;
    private final DetectStores stores;
    private final DetectMeters meters;
    private @Nullable Running running;

    /** What there is while a task runs. */
    private record Running(
            ProcessorContext<String, Anomaly> context, Memories memories, OpenEpisodes open, AnomalyOutput output) {}

    DetectProcessor(
            Detector detector,
            DetectConfig config,
            Maintenances maintenances,
            AnomalyRecords records,
            DetectStores stores,
            DetectMeters meters) {
        this.detector = detector;
        this.config = config;
        this.maintenances = maintenances;
        this.records = records;
        this.stores = stores;
        this.meters = meters;
    }

    @Override
    public void init(ProcessorContext<String, Anomaly> context) {
        running = new Running(
                context, stores.memories(context, detector, config), stores.open(context), new AnomalyOutput(context));
        context.schedule(
                TICK,
                PunctuationType.WALL_CLOCK_TIME,
                now -> running().open.look(now, (device, metric, since) -> look(device, metric, now, since)));
    }

    @Override
    public void process(Record<String, Reading> record) {
        Running now = running();
        Reading reading = record.value();
        Moment moment = Moment.of(reading, maintenances.find(reading));
        now.open.heard(moment.receivedAt(), now.context.currentSystemTimeMs());
        Map<String, Double> unknown = Map.of();
        for (Map.Entry<String, Object> each : reading.getValues().entrySet()) {
            if (each.getValue() instanceof Number number && isWatchable(each.getKey(), number)) {
                Metric known = now.memories.findToChange(record.key(), each.getKey());
                if (known != null) {
                    observe(record, moment, each.getKey(), known, number.doubleValue());
                } else {
                    unknown = unknown.isEmpty() ? new TreeMap<>() : unknown;
                    unknown.put(each.getKey(), number.doubleValue());
                }
            }
        }
        // A map's order differs between runs; which metrics are the first of a device must not.
        unknown.forEach((metric, value) -> begin(record, moment, metric, value));
    }

    private static boolean isWatchable(String metric, Number value) {
        return !metric.isEmpty() && Double.isFinite(value.doubleValue());
    }

    private void begin(Record<String, Reading> record, Moment moment, String metric, double value) {
        Metric fresh = running().memories.begin(record.key(), metric);
        if (fresh == null) {
            meters.unwatched();
        } else {
            observe(record, moment, metric, fresh, value);
        }
    }

    private void observe(Record<String, Reading> record, Moment moment, String metric, Metric known, double value) {
        Watch watch = known.watch();
        if (watch.isOver(moment)) {
            close(record, metric, watch);
            watch.cutShort();
        }
        Finding finding = memory(known, moment).observe(time(moment), value);
        meters.judged();
        Change change = watch.plus(finding, moment, config.threshold());
        if (change == Change.RENEWED) {
            close(record, metric, watch);
            change = watch.begin(finding, moment, config.threshold());
        }
        switch (change) {
            case NONE, RENEWED -> {}
            case OPENED -> open(record, moment, metric, known, finding);
            case WORSENED -> tell(records.worsened(watch, record.value().getReceivedAt()), record);
            case CLOSED -> close(record, metric, watch);
        }
    }

    /** In maintenance a copy, of which nothing is kept: each value is judged as if it were the first after those before. */
    private Memory memory(Metric known, Moment moment) {
        return moment.maintenance().isEmpty()
                ? known.memory()
                : detector.read(known.memory().stored());
    }

    private static long time(Moment moment) {
        return moment.isKnown() ? Math.floorDiv(moment.at(), 1_000) : Detector.UNKNOWN_TIME;
    }

    private void open(Record<String, Reading> record, Moment moment, String metric, Metric known, Finding finding) {
        Running now = running();
        String origin = origin(record);
        String event = now.memories.event(record.key(), origin, moment);
        Anomaly anomaly =
                records.opened(known.watch(), new Onset(record.value(), metric, origin), moment, finding, event);
        now.memories.put(record.key(), metric, known); // another slot was asked for since
        now.open.opened(record.key(), metric, now.context.currentSystemTimeMs());
        meters.opened(anomaly);
        tell(anomaly, record);
    }

    private void close(Record<String, Reading> record, String metric, Watch watch) {
        tell(records.closed(watch, record.value().getReceivedAt()), record);
        watch.close();
        running().open.closed(record.key(), metric);
    }

    private void tell(Anomaly anomaly, Record<String, Reading> record) {
        running().output.tell(anomaly, origin(record), record.timestamp());
    }

    private static String origin(Record<String, Reading> record) {
        return Headers.find(record.headers(), Headers.ORIGIN)
                .orElseGet(() -> OriginHeader.ofMessage(record.value().getOrigin()));
    }

    private long look(String device, String metric, long now, long since) {
        Metric known = running().memories.find(device, metric);
        if (known == null || !known.watch().isOpen()) {
            return -1;
        }
        Watch watch = known.watch();
        long left = watch.leftMs(now - Math.max(Math.min(watch.heardAt(), now), since));
        if (left < 0) {
            Anomaly closed = records.closed(watch, Instant.ofEpochMilli(watch.heardAt()));
            watch.cutShort();
            running().memories.put(device, metric, known);
            running().output.tell(closed, watch.heardAt());
        }
        return left;
    }

    private Running running() {
        return Objects.requireNonNull(running);
    }
}
