package io.headrace.control.reconcile;

import io.headrace.control.reconcile.SeriesIndex.DeviceClock;
import io.headrace.control.reconcile.SeriesIndex.DeviceMetric;
import io.headrace.record.Clock;
import io.headrace.record.Origin;
import io.headrace.record.Reading;
import io.headrace.record.WindowAggregate;
import io.headrace.record.WindowKind;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
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
    private final ReconcileConfig config;
    private final long[] sizes;
    private final long now;
    private final Problems problems;
    private final SeriesIndex index = new SeriesIndex();
    private final WindowTable windows = new WindowTable();
    private final Map<LateValue, Integer> lateValues = new HashMap<>();
    private long values;
    private long completeSince = Long.MIN_VALUE;

    private record LateValue(int partition, long offset, int index, String metric) {}

    /** A window with a fault, to look for the readings that make it up. */
    record Window(String device, String metric, long startMicros, long sizeMicros) {}

    /** @param now when the reconciliation began */
    WindowBook(ReconcileConfig config, Instant now, Problems problems) {
        this.config = config;
        this.sizes = config.windowSizes().stream().mapToLong(WindowBook::micros).toArray();
        this.now = micros(now);
        this.problems = problems;
    }

    /**
     * Says that retention has deleted readings: windows that begin earlier may count more than what is left.
     *
     * @param since all readings received since then are there
     */
    void readingsDeletedBefore(Instant since) {
        completeSince = Math.max(completeSince, micros(since));
    }

    /** Takes a reading from before the aggregates were read. */
    void reading(Reading reading) {
        boolean due = micros(reading.getReceivedAt()) <= now - micros(config.pendingGrace());
        DeviceClock clock = index.clock(reading.getDeviceId());
        clock.receive(micros(reading.getReceivedAt()));
        if (due && reading.getClock() != Clock.CORRECTED) {
            clock.observe(micros(reading.getObservedAt()));
        }
        add(reading, due);
    }

    /** Takes a reading that came while the aggregates were being read. */
    void laterReading(Reading reading) {
        index.clock(reading.getDeviceId()).receive(micros(reading.getReceivedAt()));
        add(reading, false);
    }

    private void add(Reading reading, boolean due) {
        long observed = micros(reading.getObservedAt());
        for (Map.Entry<String, Object> value : reading.getValues().entrySet()) {
            if (!(value.getValue() instanceof Number)) {
                continue;
            }
            values++;
            for (int size = 0; size < sizes.length; size++) {
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
        long start = micros(aggregate.getStart());
        int size = sizeIndex(micros(aggregate.getEnd()) - start);
        if (aggregate.getKind() != WindowKind.TUMBLING
                || !aggregate.getWindow().isEmpty()
                || aggregate.getProvisional()
                || size < 0) {
            return;
        }
        int slot = slot(aggregate.getDeviceId(), aggregate.getMetric(), size, start);
        int known = windows.revision(slot);
        if (aggregate.getRevision() != known + 1 && completeSince == Long.MIN_VALUE) {
            problems.add(
                    Fault.REVISION_OUT_OF_ORDER,
                    -1,
                    -1,
                    name(slot) + ": revision " + aggregate.getRevision() + " where " + (known + 1) + " was due");
        }
        if (aggregate.getRevision() > known) {
            windows.count(slot, aggregate.getRevision(), aggregate.getCount());
        }
    }

    /**
     * Takes a reading that came too late.
     *
     * @param missed sizes of the windows that it missed; empty for all
     */
    void late(Reading reading, List<Duration> missed) {
        long observed = micros(reading.getObservedAt());
        Origin origin = reading.getOrigin();
        for (Map.Entry<String, Object> value : reading.getValues().entrySet()) {
            if (!(value.getValue() instanceof Number)) {
                continue;
            }
            LateValue key = new LateValue(origin.getPartition(), origin.getOffset(), origin.getIndex(), value.getKey());
            int before = lateValues.getOrDefault(key, 0);
            int mask = before;
            for (int size = 0; size < sizes.length; size++) {
                if (!missed.isEmpty() && !missed.contains(config.windowSizes().get(size))) {
                    continue;
                }
                if ((before & (1 << size)) != 0) {
                    problems.add(
                            Fault.LATE_TWICE,
                            origin.getPartition(),
                            origin.getOffset(),
                            value.getKey() + " is late for its "
                                    + config.windowSizes().get(size) + " window twice");
                    continue;
                }
                mask |= 1 << size;
                windows.addLate(slot(reading.getDeviceId(), value.getKey(), size, observed));
            }
            lateValues.put(key, mask);
        }
    }

    /**
     * Counts, and tells the faulty windows.
     *
     * @param faulty gets each window with lost or doubled values and what is wrong with it
     */
    WindowTotals close(java.util.function.BiConsumer<Window, Discrepancy> faulty) {
        long[] windowed = new long[sizes.length];
        long[] late = new long[sizes.length];
        long[] open = new long[sizes.length];
        long[] lost = new long[sizes.length];
        long aggregates = 0;
        for (int slot = 0; slot < windows.slots(); slot++) {
            if (!windows.isTaken(slot)) {
                continue;
            }
            int size = windows.series(slot) % sizes.length;
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
        for (int size = 0; size < sizes.length; size++) {
            String name = config.windowSizes().get(size).toString();
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
                || windows.number(slot) * sizes[size] > completeSince + micros(Duration.ofMinutes(10));
        long surplus = complete ? Math.max(0, found - stored) : 0;
        long windowed = Math.max(0, Math.min(counted, stored - late));
        return new Discrepancy(stored, counted, late, windowed, missing - lost, lost, surplus);
    }

    private boolean mayBeOpen(int slot, int size) {
        DeviceMetric metric = index.metric(windows.series(slot) / sizes.length);
        DeviceClock clock = index.clock(metric.device());
        long end = (windows.number(slot) + 1) * sizes[size];
        boolean passed = clock.watermark() >= end + micros(config.windowGrace());
        boolean silent = clock.lastReceived() < now - micros(config.idleClose()) - micros(config.pendingGrace());
        return !passed && !silent;
    }

    private int slot(String device, String metric, int size, long atMicros) {
        int series = index.numberOf(device, metric) * sizes.length + size;
        return windows.slot(series, Math.floorDiv(atMicros, sizes[size]));
    }

    private Window window(int slot) {
        int size = windows.series(slot) % sizes.length;
        DeviceMetric metric = index.metric(windows.series(slot) / sizes.length);
        return new Window(metric.device(), metric.metric(), windows.number(slot) * sizes[size], sizes[size]);
    }

    private String name(int slot) {
        return describe(window(slot));
    }

    static String describe(Window window) {
        Instant start = Instant.EPOCH.plus(window.startMicros(), ChronoUnit.MICROS);
        return window.device() + " " + window.metric() + " " + Duration.of(window.sizeMicros(), ChronoUnit.MICROS)
                + " from " + start;
    }

    private int sizeIndex(long sizeMicros) {
        for (int size = 0; size < sizes.length; size++) {
            if (sizes[size] == sizeMicros) {
                return size;
            }
        }
        return -1;
    }

    private static long least(long[] counts) {
        return java.util.Arrays.stream(counts).min().orElse(0);
    }

    private static long most(long[] counts) {
        return java.util.Arrays.stream(counts).max().orElse(0);
    }

    static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    private static long micros(Duration duration) {
        return duration.toNanos() / 1_000;
    }
}
