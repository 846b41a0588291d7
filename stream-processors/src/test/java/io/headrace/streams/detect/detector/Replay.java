package io.headrace.streams.detect.detector;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/** Runs series through a detector and keeps its findings. */
final class Replay {
    static final long START = 1_700_000_000_000L;

    static final double THRESHOLD = 0.5;

    private final Memory memory;
    private final long interval;
    private final List<Finding> findings = new ArrayList<>();

    /** @param interval milliseconds from one value to the next */
    Replay(long interval) {
        this(Habits.detector(THRESHOLD), interval);
    }

    /** @param interval milliseconds from one value to the next */
    Replay(Detector detector, long interval) {
        this.memory = detector.fresh();
        this.interval = interval;
    }

    /** Values {@code series(from)} to {@code series(to - 1)}, each at its own time. */
    Replay values(int from, int to, IntToDoubleFunction series) {
        for (int i = from; i < to; i++) {
            value(START + i * interval, series.applyAsDouble(i));
        }
        return this;
    }

    Finding value(long time, double value) {
        Finding finding = memory.observe(time, value);
        findings.add(finding);
        return finding;
    }

    byte[] memory() {
        return memory.stored();
    }

    double[] scores() {
        return findings.stream().mapToDouble(Finding::score).toArray();
    }

    /** Positions of the values that a fragment with the shipped threshold would report. */
    List<Integer> onsets() {
        List<Integer> onsets = new ArrayList<>();
        for (int i = 0; i < findings.size(); i++) {
            if (findings.get(i).score() >= THRESHOLD) {
                onsets.add(i);
            }
        }
        return onsets;
    }

    Finding finding(int position) {
        return findings.get(position);
    }
}
