package io.headrace.streams.detect;

import io.headrace.record.Anomaly;
import io.headrace.record.Reading;
import io.headrace.streams.detect.Remembered.Metric;
import io.headrace.streams.detect.Remembered.Together;
import io.headrace.streams.detect.detector.Finding;
import io.headrace.streams.detect.detector.JointDetector;
import io.headrace.streams.detect.detector.JointDetector.JointMemory;
import io.headrace.streams.detect.detector.Memory;
import io.headrace.streams.detect.episode.AnomalyRecords;
import io.headrace.streams.detect.episode.Change;
import io.headrace.streams.detect.episode.Moment;
import io.headrace.streams.detect.episode.Onsets;
import io.headrace.streams.detect.episode.Watch;
import io.headrace.streams.detect.maintenance.Maintenances;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Loads what is remembered of each metric, asks the detector, stores, and tells what became of the metric's episodes; then
 * asks what the metrics say of each other.
 */
final class DetectProcessor implements Processor<String, Reading, String, Anomaly> {
    private static final Duration TICK = Duration.ofSeconds(10);
    private static final Finding NOTHING = Finding.nothing(Double.NaN);

    private final Judges judges;
    private final DetectConfig config;
    private final Maintenances maintenances;
    private final AnomalyRecords records;
    private final DetectStores stores;
    private final DetectMeters meters;
    private @Nullable Running running;

    /** What there is while a task runs. */
    private record Running(ProcessorContext<String, Anomaly> context, Episodes episodes) {}

    DetectProcessor(
            DetectConfig config,
            Maintenances maintenances,
            AnomalyRecords records,
            DetectStores stores,
            DetectMeters meters) {
        this.judges = Judges.of(config);
        this.config = config;
        this.maintenances = maintenances;
        this.records = records;
        this.stores = stores;
        this.meters = meters;
    }

    @Override
    public void init(ProcessorContext<String, Anomaly> context) {
        Episodes episodes = new Episodes(
                stores.memories(context, judges, config),
                stores.open(context),
                records,
                new AnomalyOutput(context),
                meters);
        running = new Running(context, episodes);
        context.schedule(
                TICK,
                PunctuationType.WALL_CLOCK_TIME,
                now -> episodes.open().look(now, (device, metric, since) -> episodes.look(device, metric, now, since)));
    }

    @Override
    public void process(Record<String, Reading> record) {
        Moment moment = Moment.of(record.value(), maintenances.find(record.value()));
        episodes().open().heard(moment.receivedAt(), now());
        Message message = new Message(record, moment);
        int values = 0;
        Map<String, Double> unknown = Map.of();
        for (Map.Entry<String, Object> each : message.values().entrySet()) {
            if (each.getValue() instanceof Number number && isWatchable(each.getKey(), number)) {
                values++;
                Metric known = memories().findToChange(message.device(), each.getKey());
                if (known != null) {
                    observe(message, each.getKey(), known, number.doubleValue());
                } else {
                    unknown = unknown.isEmpty() ? new TreeMap<>() : unknown;
                    unknown.put(each.getKey(), number.doubleValue());
                }
            }
        }
        // A map's order differs between runs; which metrics are the first of a device must not.
        unknown.forEach((metric, value) -> begin(message, metric, value));
        if (values > 1 || message.isJointCut || !message.unfit.isEmpty()) {
            observeTogether(message, values > 1);
        }
    }

    private static boolean isWatchable(String metric, Number value) {
        return !metric.isEmpty() && Double.isFinite(value.doubleValue());
    }

    private void begin(Message message, String metric, double value) {
        Metric fresh = memories().begin(message.device(), metric);
        if (fresh == null) {
            meters.unwatched();
        } else {
            observe(message, metric, fresh, value);
        }
    }

    private void observe(Message message, String metric, Metric known, double value) {
        Watch watch = known.watch();
        if (watch.isOver(message.moment())) {
            message.isJointCut |= watch.isJoint();
            episodes().closed(message, metric, watch);
            watch.cutShort();
        }
        if (watch.isJoint()) {
            message.isUnfit(metric);
        } else {
            apply(message, metric, known, judge(message, known, value));
        }
    }

    private Finding judge(Message message, Metric known, double value) {
        meters.judged();
        return memory(known, message.moment()).observe(message.time(), value);
    }

    private void apply(Message message, String metric, Metric known, Finding finding) {
        Watch watch = known.watch();
        Moment moment = message.moment();
        Change change = watch.plus(finding, moment, config.threshold());
        if (change == Change.RENEWED) {
            episodes().closed(message, metric, watch);
            change = watch.begin(finding, moment, config.threshold());
        }
        message.isAnyOpen |= watch.isOpen();
        switch (change) {
            case NONE, RENEWED -> {}
            case OPENED -> {
                double threshold = watch.onsets().threshold(config.threshold(), moment);
                episodes().opened(message, metric, known, finding, threshold, now());
            }
            case WORSENED -> episodes().worsened(message, watch);
            case CLOSED -> episodes().closed(message, metric, watch);
        }
    }

    /** Last of a message: where one of its metrics has an episode of its own, that is what doesn't fit. */
    private void observeTogether(Message message, boolean isSeveral) {
        Together together = memories().together(message.device());
        if (together != null && message.isJointCut) {
            together.onsets().cutShort();
        }
        JointMemory memory = together == null || !isSeveral ? null : memory(together, message.moment());
        Finding finding = memory == null ? NOTHING : memory.observe(message.values());
        if (message.unfit.isEmpty() && together != null && isSeveral) {
            beginTogether(message, together.onsets(), finding);
        }
        for (String metric : message.unfit) {
            goOn(message, metric, memory == null ? NOTHING : memory.of(metric));
        }
    }

    private void goOn(Message message, String metric, Finding joint) {
        Metric known = memories().findToChange(message.device(), metric);
        if (known != null && message.values().get(metric) instanceof Number value) {
            apply(
                    message,
                    metric,
                    known,
                    judge(message, known, value.doubleValue()).within(joint));
        }
    }

    private void beginTogether(Message message, Onsets onsets, Finding finding) {
        Moment moment = message.moment();
        double threshold = onsets.threshold(config.threshold(), moment);
        String metric = finding.subject();
        if (!onsets.begins(finding, moment, config.threshold()) || message.isAnyOpen || metric.isEmpty()) {
            return;
        }
        Metric known = memories().findToChange(message.device(), metric);
        if (known != null) {
            known.watch().open(finding, moment);
            episodes().opened(message, metric, known, finding, threshold, now());
        }
    }

    /** In maintenance a copy, of which nothing is kept: each value is judged as if it were the first after those before. */
    private Memory memory(Metric known, Moment moment) {
        return moment.maintenance().isEmpty()
                ? known.memory()
                : judges.single().read(known.memory().stored());
    }

    private JointMemory memory(Together together, Moment moment) {
        JointDetector detector = judges.joint();
        return detector == null || moment.maintenance().isEmpty()
                ? together.memory()
                : detector.read(together.memory().stored());
    }

    private Episodes episodes() {
        return Objects.requireNonNull(running).episodes;
    }

    private Memories memories() {
        return episodes().memories();
    }

    private long now() {
        return Objects.requireNonNull(running).context.currentSystemTimeMs();
    }
}
