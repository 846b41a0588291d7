package io.headrace.control.account;

import io.headrace.control.reconcile.MessageTotals;
import io.headrace.control.reconcile.Problems;
import io.headrace.control.reconcile.WindowRule;
import io.headrace.control.reconcile.WindowTotals;
import io.headrace.control.reconcile.WindowTotals.SizeTotals;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/** The account added up at one moment. Used once, by one thread. */
final class Tally {
    private final WindowRule rule;
    private final Shape shape;
    private final Problems problems;
    private final long[] counts;
    private final long[] open;
    private final long[] lost;
    private final List<OpenWindows.Faulty> faulty = new ArrayList<>();
    private long pending;
    private long missing;
    private long aggregates;
    private long late;
    private long oldest = Long.MAX_VALUE;

    Tally(WindowRule rule, Shape shape, Problems problems) {
        this.rule = rule;
        this.shape = shape;
        this.problems = problems;
        this.counts = new long[shape.length()];
        this.open = new long[shape.windows()];
        this.lost = new long[shape.windows()];
    }

    Problems problems() {
        return problems;
    }

    void addClosed(Collection<Minute> minutes) {
        for (Minute minute : minutes) {
            for (int i = 0; i < counts.length; i++) {
                counts[i] += minute.counts()[i];
            }
        }
    }

    /** Adds a message that isn't closed; {@code due} where it is old enough to be missed. */
    void addOpen(int code, boolean due) {
        if (code != 0) {
            counts[code]++;
        } else if (due) {
            missing++;
        } else {
            pending++;
        }
    }

    /** Adds messages of which nothing is known. */
    void addUntouched(long due, long young) {
        missing += due;
        pending += young;
    }

    /** Notes that something received in this minute is missing. */
    void missedSince(long minute) {
        oldest = Math.min(oldest, minute);
    }

    void windows(long withResult, long lateValues) {
        aggregates = withResult;
        late = lateValues;
    }

    void open(int size, int values) {
        open[size] += values;
    }

    void faulty(OpenWindows.Faulty window) {
        lost[window.size()] += window.window().owed();
        faulty.add(window);
        if (window.window().oldestMinute() >= 0) {
            missedSince(window.window().oldestMinute());
        }
    }

    List<OpenWindows.Faulty> faulty() {
        return faulty;
    }

    /** Minutes since 1970 of the oldest that is missing; -1 where nothing is. */
    long oldestMissed() {
        return oldest == Long.MAX_VALUE ? -1 : oldest;
    }

    long count(int index) {
        return counts[index];
    }

    MessageTotals messages() {
        long unaccounted = counts[0] + missing;
        long accepted = counts[1] + counts[2] + counts[3] + counts[4] + counts[5] + pending + unaccounted;
        return new MessageTotals(accepted, counts[1], counts[2], counts[3], counts[4], counts[5], pending, unaccounted);
    }

    WindowTotals values() {
        List<SizeTotals> sizes = new ArrayList<>();
        long least = Long.MAX_VALUE;
        for (int size = 0; size < shape.windows(); size++) {
            long windowed = counts[shape.windowed(size)];
            least = Math.min(least, windowed);
            sizes.add(new SizeTotals(rule.name(size), windowed, counts[shape.late(size)], open[size], lost[size]));
        }
        return new WindowTotals(
                counts[Shape.VALUES],
                least,
                late,
                Arrays.stream(open).max().orElse(0),
                Arrays.stream(lost).max().orElse(0),
                aggregates,
                List.copyOf(sizes));
    }
}
