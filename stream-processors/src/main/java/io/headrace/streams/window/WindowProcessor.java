package io.headrace.streams.window;

import io.headrace.catalogue.Headers;
import io.headrace.record.Reading;
import io.headrace.record.WindowAggregate;
import io.headrace.streams.state.WriteBackStore;
import io.headrace.streams.window.WindowOutput.Late;
import io.headrace.streams.window.WindowOutput.Result;
import io.headrace.streams.window.measure.Accumulator;
import io.headrace.streams.window.pace.Pace;
import io.headrace.streams.window.shape.Definitions;
import io.headrace.streams.window.shape.Span;
import io.headrace.streams.window.shape.Window;
import io.headrace.streams.window.shape.WindowSpec;
import io.headrace.streams.window.tally.Arrival;
import io.headrace.streams.window.tally.Tally;
import io.headrace.streams.window.tally.Teller;
import io.headrace.streams.window.tally.WindowStores;
import io.headrace.streams.window.tally.WindowStores.Metric;
import io.headrace.streams.window.timeline.Observation;
import io.headrace.streams.window.timeline.Observation.Source;
import io.headrace.streams.window.timeline.Step;
import io.headrace.streams.window.timeline.Step.Move;
import io.headrace.streams.window.timeline.Timeline;
import io.headrace.streams.window.timeline.Waits;
import io.headrace.streams.window.timeline.WallTime;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Loads what is known of a device or group, has {@link Timeline} decide, counts, stores and forwards. All that must outlive
 * a crash is in the stores, which commit together with what is forwarded.
 */
final class WindowProcessor implements Processor<String, Reading, String, WindowOutput> {
    /** How often the alarms are looked at. */
    private static final Duration TICK = Duration.ofMillis(100);
    /** Devices woken per tick: when a whole fleet falls silent, readings of others still get their turn. */
    private static final int WAKES_PER_TICK = 1_000;
    /** A wall clock goes back by this much every now and then without anybody having set it. */
    private static final long JITTER_MS = 1_000;
    /** How often, in event time, it is looked which metrics a device has given up; {@code keep} where that is more. */
    private static final long LOOK_AFTER = Duration.ofDays(1).toMillis() * 1_000;

    private final WindowConfig config;
    private final Definitions definitions;
    private final Pace pace;
    private final WindowMeters meters;
    private final String stores;
    private final Waits waits;
    private final Alarms alarms = new Alarms();
    private WallTime time = new WallTime(0, 0);
    private @Nullable Running running;

    /** What there is from {@link #init} on. */
    private record Running(
            ProcessorContext<String, WindowOutput> context, WindowStores state, Tally tally, Teller teller) {}

    /** @param stores what the stores' names begin with */
    WindowProcessor(WindowConfig config, Definitions definitions, Pace pace, WindowMeters meters, String stores) {
        this.config = config;
        this.definitions = definitions;
        this.pace = pace;
        this.meters = meters;
        this.stores = stores;
        this.waits = config.waits();
    }

    @Override
    public void init(ProcessorContext<String, WindowOutput> context) {
        WindowStores state = new WindowStores(
                context.getStateStore(stores + WindowFragment.DEVICES),
                context.getStateStore(stores + WindowFragment.ACCUMULATORS),
                definitions::find);
        running = new Running(
                context,
                state,
                new Tally(state, waits, config.counters()),
                new Teller(state, config.expected(), this::tell));
        pace.init(context);
        watchFrom(context.currentSystemTimeMs());
        context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, this::wake);
    }

    @Override
    public void process(Record<String, Reading> record) {
        Running now = running();
        note(now.context.currentSystemTimeMs());
        String device = record.key();
        if (!pace.hasRoom(device)) {
            meters.refused();
            return;
        }
        Arrival arrival = Arrival.of(record);
        Source source = pace.observe(device, record.value(), arrival.observedAt(), time.now());
        WriteBackStore<String, Timeline>.Slot slot = now.state.timeline(device);
        Timeline timeline = in(slot);
        long before = timeline.watermark();
        Observation observation = new Observation(arrival.observedAt(), source);
        List<WindowSpec> specs = arrival.numbers() == 0
                ? List.of()
                : pace.specs(device, record.value().getTags());
        Step step = timeline.observe(observation, specs, time.now(), waits);
        for (Move move : step.moves()) {
            move(device, move);
        }
        now.tally.count(device, timeline, step, arrival, source == Source.MEMBER, time.now());
        if (!step.missed().isEmpty()) {
            tooLate(arrival, step.missed(), timeline.lateness(arrival.observedAt()));
        }
        finish(device, slot, timeline, step, before);
    }

    private static Timeline in(WriteBackStore<String, Timeline>.Slot slot) {
        Timeline known = slot.value();
        return known == null ? new Timeline() : known;
    }

    private void wake(long at) {
        note(at);
        pace.moved(time).forEach((group, watermark) -> {
            WriteBackStore<String, Timeline>.Slot slot = running().state.timeline(group);
            Timeline timeline = in(slot);
            long before = timeline.watermark();
            if (watermark > before) {
                finish(group, slot, timeline, timeline.advance(watermark, time.now(), waits), before);
            }
        });
        for (int i = 0; i < WAKES_PER_TICK; i++) {
            String device = alarms.poll(time.now());
            if (device == null) {
                return;
            }
            WriteBackStore<String, Timeline>.Slot slot = running().state.timeline(device);
            Timeline timeline = slot.value();
            if (timeline == null) {
                continue; // erased since
            }
            finish(device, slot, timeline, timeline.wake(time, waits), timeline.watermark());
        }
    }

    private void finish(
            String device, WriteBackStore<String, Timeline>.Slot slot, Timeline timeline, Step step, long before) {
        Running now = running();
        for (Window window : step.showing()) {
            now.teller.show(device, window);
        }
        for (Window window : step.closing()) {
            now.teller.close(device, window);
        }
        for (Span span : step.gone()) {
            now.state.remove(device, span);
        }
        forgetMetrics(device, before, timeline.watermark());
        slot.put(timeline);
        alarms.set(device, timeline, time, waits);
    }

    /** What is known of metrics that haven't been seen for long goes too, so that no device leaves more and more behind. */
    private void forgetMetrics(String device, long before, long watermark) {
        long period = Math.max(waits.keep(), LOOK_AFTER);
        if (before != Long.MIN_VALUE && Math.floorDiv(before, period) != Math.floorDiv(watermark, period)) {
            for (WindowSpec spec : definitions.all()) {
                running().state.removeIntervals(device, spec, watermark - period);
            }
        }
    }

    /** A session's values go to the one that it belongs to now, and its results are taken back. */
    private void move(String device, Move move) {
        Running now = running();
        for (Metric metric : now.state.metrics(device, move.from())) {
            now.teller.retract(device, move.from(), metric);
            now.state.remove(device, move.from(), metric.name());
            now.tally.move(device, metric.name(), metric.accumulator(), move.to());
        }
    }

    private void tell(WindowAggregate aggregate, Accumulator values) {
        meters.told(aggregate);
        RecordHeaders headers = new RecordHeaders();
        Headers.set(headers, Headers.ORIGIN, values.latest().origin());
        if (aggregate.getRevision() > 0 && !aggregate.getProvisional() && !aggregate.getRetracted()) {
            values.newlyTold().ifPresent(added -> Headers.set(headers, Headers.ADDED, Long.toString(added)));
        }
        long timestamp = aggregate.getReceivedAt().toEpochMilli();
        running().context.forward(new Record<>(aggregate.getDeviceId(), new Result(aggregate), timestamp, headers));
    }

    private void tooLate(Arrival arrival, List<WindowSpec> missed, long lateness) {
        meters.late(arrival.numbers());
        Record<String, Reading> late = LateReadings.of(arrival, missed, lateness);
        running().context.forward(late.withValue(new Late(late.value())));
    }

    /** Notes the time, which never goes back but where the clock was set: then all alarms are wrong. */
    private void note(long now) {
        if (now < time.now() - JITTER_MS) {
            watchFrom(now);
        } else {
            time = new WallTime(Math.max(now, time.now()), time.since());
        }
    }

    private void watchFrom(long now) {
        time = new WallTime(now, now);
        alarms.clear();
        running().state.forEachTimeline((device, timeline) -> alarms.set(device, timeline.nextWake(time, waits)));
    }

    private Running running() {
        return Objects.requireNonNull(running);
    }
}
