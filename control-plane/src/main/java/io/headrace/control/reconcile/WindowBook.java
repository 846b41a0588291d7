package io.headrace.control.reconcile;

import io.headrace.control.reconcile.SeriesIndex.DeviceClock;
import io.headrace.control.reconcile.SeriesIndex.DeviceMetric;
import io.headrace.record.Clock;
import io.headrace.record.Origin;
import io.headrace.record.Reading;
import io.headrace.record.WindowAggregate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Matches the numeric values of stored readings with the windows that count them and with the late ones.
 *
 * <p>What is fed in, in this order, must have been read in this order too, each up to where its topic ended when its
 * reading began: readings, aggregates and late readings, the readings that came meanwhile. The last may be counted
 * already or not; the first must be, unless they are younger than the grace or their window may be open still.
 */
final class WindowBook {
    private final WindowRule rule;
    private final long now;
    private final Problems problems;
    private final SeriesIndex index = new SeriesIndex();
    private final WindowTable windows = new WindowTable();
    private final Map<LateValue, Integer> lateValues = new HashMap<>();
    private long values;
    private long erased;
    private long completeSince = Long.MIN_VALUE;

    private record LateValue(int partition, long offset, int index, String metric) {}

    /** @param now when the reconciliation began */
    WindowBook(ReconcileConfig config, Instant now, Problems problems) {
        this.rule = new WindowRule(config);
        this.now = WindowRule.micros(now);
        this.problems = problems;
    }

    /**
     * Says that retention has deleted readings: windows that begin earlier may count more than what is left.
     *
     * @param since all readings received since then are there
     */
    void readingsDeletedBefore(Instant since) {
        completeSince = Math.max(completeSince, WindowRule.micros(since));
    }

    /** Takes a reading of a device that was erased since: its windows were forgotten, and owe nothing. */
    void erased(Reading reading) {
        for (Object value : reading.getValues().values()) {
            if (rule.counts(value)) {
                values++;
                erased++;
            }
        }
    }

    /** Takes a reading from before the aggregates were read. */
    void reading(Reading reading) {
        boolean due = rule.isOld(WindowRule.micros(reading.getReceivedAt()), now);
        DeviceClock clock = index.clock(reading.getDeviceId());
        clock.receive(WindowRule.micros(reading.getReceivedAt()));
        if (due && reading.getClock() != Clock.CORRECTED) {
            clock.observe(WindowRule.micros(reading.getObservedAt()));
        }
        add(reading, due);
    }

    /** Takes a reading that came while the aggregates were being read. */
    void laterReading(Reading reading) {
        index.clock(reading.getDeviceId()).receive(WindowRule.micros(reading.getReceivedAt()));
        add(reading, false);
    }

    private void add(Reading reading, boolean due) {
        long observed = WindowRule.micros(reading.getObservedAt());
        for (Map.Entry<String, Object> value : reading.getValues().entrySet()) {
            if (!rule.counts(value.getValue())) {
                continue;
            }
            values++;
            for (int size = 0; size < rule.sizes(); size++) {
                int slot = slot(reading.getDeviceId(), value.getKey(), size, observed);
                if (due) {
                    windows.addDue(slot);
                } else {
                    windows.addYoung(slot);
                }
            }
        }
    }

    /**
     * Takes a window's result. Windows with a name, of whatever kind or of groups, provisional results and sizes not
     * looked for are passed over: each value is in one window of each size without a name, and that is what adds up.
     */
    void aggregate(WindowAggregate aggregate) {
        int size = rule.sizeOf(aggregate);
        if (size < 0) {
            return;
        }
        long start = WindowRule.micros(aggregate.getStart());
        int slot = slot(aggregate.getDeviceId(), aggregate.getMetric(), size, start);
        int known = windows.revision(slot);
        if (aggregate.getRevision() != known + 1 && completeSince == Long.MIN_VALUE) {
            problems.add(
                    Fault.REVISION_OUT_OF_ORDER,
                    -1,
                    -1,
                    window(slot).describe() + ": revision " + aggregate.getRevision() + " where " + (known + 1)
                            + " was due");
        }
        if (aggregate.getRevision() > known) {
            windows.count(slot, aggregate.getRevision(), aggregate.getCount());
        }
    }

    /**
     * Takes a reading that came too late.
     *
     * @param missed sizes of the windows that it missed
     */
    void late(Reading reading, List<Integer> missed) {
        if (missed.isEmpty()) {
            return;
        }
        long observed = WindowRule.micros(reading.getObservedAt());
        Origin origin = reading.getOrigin();
        for (Map.Entry<String, Object> value : reading.getValues().entrySet()) {
            if (!rule.counts(value.getValue())) {
                continue;
            }
            LateValue key = new LateValue(origin.getPartition(), origin.getOffset(), origin.getIndex(), value.getKey());
            int before = lateValues.getOrDefault(key, 0);
            int mask = before;
            for (int size : missed) {
                if ((before & (1 << size)) != 0) {
                    problems.add(
                            Fault.LATE_TWICE,
                            origin.getPartition(),
                            origin.getOffset(),
                            value.getKey() + " is late for its " + rule.name(size) + " window twice");
                    continue;
                }
                mask |= 1 << size;
                windows.addLate(slot(reading.getDeviceId(), value.getKey(), size, observed));
            }
            lateValues.put(key, mask);
        }
    }

    /**
     * Counts, and tells the faulty windows. Values of erased devices are taken for counted, which they were while their
     * windows were there.
     *
     * @param faulty gets each window with lost or doubled values and what is wrong with it
     */
    WindowTotals close(java.util.function.BiConsumer<Window, Discrepancy> faulty) {
        long[] windowed = new long[rule.sizes()];
        long[] late = new long[rule.sizes()];
        long[] open = new long[rule.sizes()];
        long[] lost = new long[rule.sizes()];
        long aggregates = 0;
        for (int slot = 0; slot < windows.slots(); slot++) {
            if (!windows.isTaken(slot)) {
                continue;
            }
            int size = windows.series(slot) % rule.sizes();
            Discrepancy each = discrepancy(slot, size);
            windowed[size] += each.windowed();
            late[size] += windows.late(slot);
            open[size] += each.open();
            lost[size] += each.lost();
            aggregates += windows.revision(slot) >= 0 ? 1 : 0;
            if (each.lost() > 0 || each.surplus() > 0) {
                faulty.accept(window(slot), each);
            }
        }
        List<WindowTotals.SizeTotals> bySize = new ArrayList<>();
        for (int size = 0; size < rule.sizes(); size++) {
            String name = rule.name(size);
            windowed[size] += erased;
            bySize.add(new WindowTotals.SizeTotals(name, windowed[size], late[size], open[size], lost[size]));
        }
        return new WindowTotals(
                values, least(windowed), lateValues.size(), most(open), most(lost), aggregates, List.copyOf(bySize));
    }

    /**
     * How one window adds up: {@code windowed + late + open + lost} are its stored values.
     *
     * @param surplus how much more is counted than stored
     */
    record Discrepancy(long stored, long counted, long late, long windowed, long open, long lost, long surplus) {
        String detail() {
            return stored + " stored, " + counted + " counted, " + late + " late";
        }
    }

    private Discrepancy discrepancy(int slot, int size) {
        long due = windows.due(slot);
        long stored = due + windows.young(slot);
        long counted = windows.counted(slot);
        long late = windows.late(slot);
        long found = counted + late;
        long missing = Math.max(0, stored - found);
        long lost = mayBeOpen(slot, size) ? 0 : Math.min(missing, Math.max(0, due - found));
        boolean complete = completeSince == Long.MIN_VALUE
                || rule.startOf(size, windows.number(slot)) > completeSince + WindowRule.micros(Duration.ofMinutes(10));
        long surplus = complete ? Math.max(0, found - stored) : 0;
        long windowed = Math.max(0, Math.min(counted, stored - late));
        return new Discrepancy(stored, counted, late, windowed, missing - lost, lost, surplus);
    }

    private boolean mayBeOpen(int slot, int size) {
        DeviceMetric metric = index.metric(windows.series(slot) / rule.sizes());
        DeviceClock clock = index.clock(metric.device());
        return !rule.isClosed(clock, size, windows.number(slot), now);
    }

    private int slot(String device, String metric, int size, long atMicros) {
        int series = index.numberOf(device, metric) * rule.sizes() + size;
        return windows.slot(series, rule.windowOf(size, atMicros));
    }

    private Window window(int slot) {
        DeviceMetric metric = index.metric(windows.series(slot) / rule.sizes());
        return rule.window(metric, windows.series(slot) % rule.sizes(), windows.number(slot));
    }

    private static long least(long[] counts) {
        return java.util.Arrays.stream(counts).min().orElse(0);
    }

    private static long most(long[] counts) {
        return java.util.Arrays.stream(counts).max().orElse(0);
    }
}
