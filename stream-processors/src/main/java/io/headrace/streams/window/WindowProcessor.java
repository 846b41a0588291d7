package io.headrace.streams.window;

import io.headrace.catalogue.Headers;
import io.headrace.catalogue.OriginHeader;
import io.headrace.record.Clock;
import io.headrace.record.Origin;
import io.headrace.record.Reading;
import io.headrace.record.WindowAggregate;
import io.headrace.streams.window.WindowOutput.Closed;
import io.headrace.streams.window.WindowOutput.Late;
import io.headrace.streams.window.WindowStores.Metric;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Loads what is known of a device, has {@link Timeline} decide, stores and forwards. All that must outlive a crash is in
 * the two stores, which commit together with what is forwarded.
 */
final class WindowProcessor implements Processor<String, Reading, String, WindowOutput> {
    /** How often the alarms are looked at. */
    private static final Duration TICK = Duration.ofMillis(100);
    /** Devices woken per tick: when a whole fleet falls silent, readings of others still get their turn. */
    private static final int WAKES_PER_TICK = 1_000;
    /** A wall clock goes back by this much every now and then without anybody having set it. */
    private static final long JITTER_MS = 1_000;

    private final Waits waits;
    private final WindowMeters meters;
    private final String devicesStore;
    private final String accumulatorsStore;
    private final Alarms alarms = new Alarms();
    private @Nullable ProcessorContext<String, WindowOutput> context;
    private @Nullable WindowStores stores;
    private WallTime time = new WallTime(0, 0);

    WindowProcessor(Waits waits, WindowMeters meters, String devicesStore, String accumulatorsStore) {
        this.waits = waits;
        this.meters = meters;
        this.devicesStore = devicesStore;
        this.accumulatorsStore = accumulatorsStore;
    }

    @Override
    public void init(ProcessorContext<String, WindowOutput> context) {
        this.context = context;
        this.stores = new WindowStores(context.getStateStore(devicesStore), context.getStateStore(accumulatorsStore));
        watchFrom(context.currentSystemTimeMs());
        context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, this::wake);
    }

    @Override
    public void process(Record<String, Reading> record) {
        tell(Objects.requireNonNull(context).currentSystemTimeMs());
        WindowStores state = Objects.requireNonNull(stores);
        String device = record.key();
        Reading reading = record.value();
        Map<String, Double> numbers = numbers(reading);
        long observedAt = micros(reading.getObservedAt());
        Timeline timeline = state.timeline(device);
        Step step = timeline.observe(observedAt, reading.getClock() == Clock.CORRECTED, time.now(), waits);
        // of a replayed message the time of the replay, so that retention spares its window
        long arrivedAt = Math.max(micros(reading.getReceivedAt()), record.timestamp() * 1_000);
        Provenance from = new Provenance(arrivedAt, origin(record));
        for (Window window : step.counting()) {
            numbers.forEach((metric, value) -> {
                Accumulator accumulator = state.accumulator(device, window, metric);
                accumulator.add(value, observedAt, from);
                state.put(device, window, metric, accumulator);
            });
        }
        if (!step.missed().isEmpty() && !numbers.isEmpty()) {
            tooLate(record, numbers, step.missed(), timeline.lateness(observedAt));
        }
        finish(device, timeline, step);
    }

    private void wake(long now) {
        tell(now);
        for (int i = 0; i < WAKES_PER_TICK; i++) {
            String device = alarms.poll(time.now());
            if (device == null) {
                return;
            }
            Timeline timeline = Objects.requireNonNull(stores).timeline(device);
            finish(device, timeline, timeline.wake(time, waits));
        }
    }

    private void finish(String device, Timeline timeline, Step step) {
        WindowStores state = Objects.requireNonNull(stores);
        for (Window window : step.closing()) {
            for (Metric metric : state.metrics(device, window)) {
                if (metric.accumulator().isChanged()) {
                    closed(device, window, metric);
                }
            }
        }
        step.gone().forEach(span -> state.remove(device, span));
        state.put(device, timeline);
        alarms.set(device, timeline.nextWake(time, waits));
    }

    private void closed(String device, Window window, Metric metric) {
        Accumulator accumulator = metric.accumulator();
        WindowAggregate aggregate = accumulator.close(device, metric.name(), window);
        Objects.requireNonNull(stores).put(device, window, metric.name(), accumulator);
        meters.closed(aggregate.getRevision());
        RecordHeaders headers = new RecordHeaders();
        Headers.set(headers, Headers.ORIGIN, accumulator.latest().origin());
        long timestamp = aggregate.getReceivedAt().toEpochMilli();
        Objects.requireNonNull(context).forward(new Record<>(device, new Closed(aggregate), timestamp, headers));
    }

    private void tooLate(
            Record<String, Reading> record, Map<String, Double> numbers, List<Integer> missed, long lateness) {
        meters.late(numbers.size());
        RecordHeaders headers = new RecordHeaders();
        Headers.set(headers, Headers.ORIGIN, origin(record));
        Headers.set(headers, Headers.LATENESS_MS, Long.toString(lateness / 1_000));
        Headers.set(
                headers,
                Headers.LATE_SIZES,
                missed.stream().map(String::valueOf).collect(Collectors.joining(",")));
        Reading late = numeric(record.value(), numbers.keySet());
        Objects.requireNonNull(context)
                .forward(new Record<>(record.key(), new Late(late), record.timestamp(), headers));
    }

    /** The same reading with some of its values. */
    private static Reading numeric(Reading reading, Set<String> metrics) {
        Map<String, Object> values = new HashMap<>(reading.getValues());
        values.keySet().retainAll(metrics);
        return new Reading(
                reading.getDeviceId(),
                reading.getObservedAt(),
                reading.getReceivedAt(),
                reading.getClock(),
                reading.getDeviceTime(),
                reading.getOrigin(),
                reading.getChannel(),
                reading.getMessageId(),
                reading.getSequence(),
                values,
                reading.getTags());
    }

    /** Notes the time, which never goes back but where the clock was set: then all alarms are wrong. */
    private void tell(long now) {
        if (now < time.now() - JITTER_MS) {
            watchFrom(now);
        } else {
            time = new WallTime(Math.max(now, time.now()), time.since());
        }
    }

    private void watchFrom(long now) {
        time = new WallTime(now, now);
        alarms.clear();
        Objects.requireNonNull(stores)
                .forEachTimeline((device, timeline) -> alarms.set(device, timeline.nextWake(time, waits)));
    }

    /** What windows count: a finite double, or a long, above 2^53 rounded to the nearest double. */
    private static Map<String, Double> numbers(Reading reading) {
        Map<String, Double> numbers = HashMap.newHashMap(reading.getValues().size());
        reading.getValues().forEach((metric, value) -> {
            if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
                numbers.put(metric, number.doubleValue());
            }
        });
        return numbers;
    }

    private static String origin(Record<String, Reading> record) {
        return Headers.find(record.headers(), Headers.ORIGIN).orElseGet(() -> {
            Origin origin = record.value().getOrigin();
            return origin.getIndex() == 0 ? OriginHeader.ofMessage(origin) : OriginHeader.ofElement(origin);
        });
    }

    private static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }
}
