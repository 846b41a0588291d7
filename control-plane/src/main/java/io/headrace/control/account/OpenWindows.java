package io.headrace.control.account;

import io.headrace.control.reconcile.SeriesIndex;
import io.headrace.control.reconcile.SeriesIndex.DeviceClock;
import io.headrace.control.reconcile.SeriesIndex.DeviceMetric;
import io.headrace.control.reconcile.WindowRule;
import io.headrace.record.Clock;
import io.headrace.record.Reading;
import io.headrace.record.WindowAggregate;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.IntToLongFunction;

/**
 * Matches the numeric values of stored readings with the windows that count them and with the late ones, as they come. A
 * window is known here only while it owes something: it needs no memory that a window may be reopened a day later, since
 * each revision says how many values it adds. Some 200 bytes for each. Owned by one thread.
 */
final class OpenWindows {
    private final WindowRule rule;
    private final Shape shape;
    private final long completeSince;
    private final SeriesIndex series = new SeriesIndex();
    private final Map<Key, OpenWindow> windows = new HashMap<>();
    private long aggregates;
    private long late;
    private long now;

    private record Key(int series, int size, long number) {}

    /** A window that lacks values, or counts too many. */
    record Faulty(DeviceMetric metric, int size, long number, OpenWindow window) {}

    /** @param completeSince epoch microseconds; windows that began earlier may count values from before the account */
    OpenWindows(WindowRule rule, Shape shape, long completeSince) {
        this.rule = rule;
        this.shape = shape;
        this.completeSince = completeSince;
    }

    /**
     * Takes a stored reading.
     *
     * @param receivedAt epoch microseconds; of a replayed one when it was replayed
     * @param partition of the readings
     */
    void reading(Reading reading, long receivedAt, Minute minute, int partition, long offset) {
        DeviceClock clock = series.clock(reading.getDeviceId());
        clock.receive(receivedAt);
        long observed = WindowRule.micros(reading.getObservedAt());
        if (reading.getClock() != Clock.CORRECTED) {
            clock.observe(observed);
        }
        for (Map.Entry<String, Object> value : reading.getValues().entrySet()) {
            if (rule.counts(value.getValue())) {
                minute.add(Shape.VALUES, 1);
                int number = series.numberOf(reading.getDeviceId(), value.getKey());
                for (int size = 0; size < shape.windows(); size++) {
                    Key key = new Key(number, size, rule.windowOf(size, observed));
                    OpenWindow window = windows.computeIfAbsent(key, any -> new OpenWindow());
                    window.stored(minute, shape.windowed(size), shape.late(size), partition, offset);
                    drop(key, window);
                }
            }
        }
    }

    /** Takes a reading of a device that was erased since: its windows were forgotten, and owe nothing. */
    void erased(Reading reading, Minute minute) {
        for (Object value : reading.getValues().values()) {
            if (rule.counts(value)) {
                minute.add(Shape.VALUES, 1);
                for (int size = 0; size < shape.windows(); size++) {
                    minute.add(shape.windowed(size), 1);
                }
            }
        }
    }

    /**
     * Takes that a device was erased: what its windows still owe they will never count.
     *
     * @param before raw offset of each partition, exclusive
     */
    void erase(String device, IntToLongFunction before) {
        windows.entrySet().removeIf(each -> {
            if (!series.metric(each.getKey().series).device().equals(device)) {
                return false;
            }
            each.getValue().erase(before, shape.windowed(each.getKey().size));
            return each.getValue().isSettled();
        });
    }

    /**
     * Takes a window's result.
     *
     * @param added how many values it counts that no earlier revision did; empty where it doesn't say
     */
    void aggregate(WindowAggregate aggregate, OptionalLong added) {
        int size = rule.sizeOf(aggregate);
        if (size < 0) {
            return;
        }
        int revision = aggregate.getRevision();
        aggregates += revision == 0 ? 1 : 0;
        long values = added.orElse(revision == 0 ? aggregate.getCount() : Integer.MAX_VALUE);
        long start = WindowRule.micros(aggregate.getStart());
        Key key = key(aggregate.getDeviceId(), aggregate.getMetric(), size, start);
        if (start <= completeSince && !windows.containsKey(key)) {
            return; // it may count values from before the account alone
        }
        OpenWindow window = windows.computeIfAbsent(key, any -> new OpenWindow());
        window.counted((int) Math.min(values, Integer.MAX_VALUE), shape.windowed(size));
        drop(key, window);
    }

    /** Takes a reading that came too late for windows of some sizes. */
    void late(Reading reading, List<Integer> missed) {
        if (missed.isEmpty()) {
            return;
        }
        long observed = WindowRule.micros(reading.getObservedAt());
        for (Map.Entry<String, Object> value : reading.getValues().entrySet()) {
            if (rule.counts(value.getValue())) {
                late++;
                for (int size : missed) {
                    Key key = key(reading.getDeviceId(), value.getKey(), size, observed);
                    OpenWindow window = windows.computeIfAbsent(key, any -> new OpenWindow());
                    window.late(shape.late(size));
                    drop(key, window);
                }
            }
        }
    }

    private Key key(String device, String metric, int size, long at) {
        return new Key(series.numberOf(device, metric), size, rule.windowOf(size, at));
    }

    private void drop(Key key, OpenWindow window) {
        if (window.isSettled()) {
            windows.remove(key);
        }
    }

    /** Ends a round, at a time in epoch microseconds: notes what owes something that it shouldn't. */
    void endRound(long at) {
        now = Math.max(at, now + 1);
        windows.entrySet().removeIf(each -> isFromBefore(each.getKey(), each.getValue()));
        windows.forEach((key, window) -> {
            boolean suspect = window.surplus() > 0 || rule.isClosed(clock(key), key.size, key.number, now);
            if (!suspect) {
                window.suspect(0);
            } else if (window.suspectSince() == 0) {
                window.suspect(now);
            }
        });
    }

    private boolean isFromBefore(Key key, OpenWindow window) {
        return window.owed() == 0 && rule.startOf(key.size, key.number) <= completeSince;
    }

    private DeviceClock clock(Key key) {
        return series.clock(series.metric(key.series).device());
    }

    /** Suspect at the end of an earlier round too, and nothing has come since, though all that could has. */
    private boolean isFaulty(Key key, OpenWindow window) {
        long since = window.suspectSince();
        return since != 0
                && since < now
                && (rule.isOld(since, now) || rule.isOld(clock(key).lastReceived(), now));
    }

    /** Counts into the tally. */
    void tell(Tally tally) {
        tally.windows(aggregates, late);
        windows.forEach((key, window) -> {
            if (isFaulty(key, window)) {
                tally.faulty(new Faulty(series.metric(key.series), key.size, key.number, window));
            } else {
                tally.open(key.size, window.owed());
            }
        });
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(aggregates);
        out.writeLong(late);
        series.write(out);
        out.writeInt(windows.size());
        for (Map.Entry<Key, OpenWindow> each : windows.entrySet()) {
            out.writeInt(each.getKey().series);
            out.writeInt(each.getKey().size);
            out.writeLong(each.getKey().number);
            each.getValue().write(out);
        }
    }

    void read(DataInput in, MinuteIndex minutes) throws IOException {
        aggregates = in.readLong();
        late = in.readLong();
        series.read(in);
        for (int left = in.readInt(); left > 0; left--) {
            Key key = new Key(in.readInt(), in.readInt(), in.readLong());
            windows.put(key, OpenWindow.read(in, minutes));
        }
    }
}
