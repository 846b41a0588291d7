package io.headrace.control.reconcile;

import java.util.Arrays;

/**
 * Counts of each window, in flat arrays by open addressing: 40 bytes a slot, at most two thirds of them taken. A window
 * is a series (device, metric and size, numbered by the caller) and a number (start divided by size).
 */
final class WindowTable {
    private static final int MIN_SLOTS = 1 << 10;

    private int[] series = new int[MIN_SLOTS];
    private long[] number = new long[MIN_SLOTS];
    /** Stored values that must have been counted by now. */
    private int[] due = new int[MIN_SLOTS];
    /** Stored values that may have been counted by now. */
    private int[] young = new int[MIN_SLOTS];
    /** Count of the highest revision. */
    private long[] counted = new long[MIN_SLOTS];

    private int[] late = new int[MIN_SLOTS];
    private int[] revision = new int[MIN_SLOTS];
    private int size;

    WindowTable() {
        Arrays.fill(series, -1);
        Arrays.fill(revision, -1);
    }

    /** Slot of a window, made where there is none yet. Slots move at the next call that makes one. */
    int slot(int ofSeries, long ofNumber) {
        if ((size + 1) * 3L > series.length * 2L) {
            grow();
        }
        int slot = probe(ofSeries, ofNumber);
        if (series[slot] < 0) {
            series[slot] = ofSeries;
            number[slot] = ofNumber;
            size++;
        }
        return slot;
    }

    /** Slots to walk over; those not {@link #isTaken} hold nothing. */
    int slots() {
        return series.length;
    }

    boolean isTaken(int slot) {
        return series[slot] >= 0;
    }

    int series(int slot) {
        return series[slot];
    }

    long number(int slot) {
        return number[slot];
    }

    void addDue(int slot) {
        due[slot]++;
    }

    void addYoung(int slot) {
        young[slot]++;
    }

    void addLate(int slot) {
        late[slot]++;
    }

    void count(int slot, int atRevision, long values) {
        revision[slot] = atRevision;
        counted[slot] = values;
    }

    int due(int slot) {
        return due[slot];
    }

    int young(int slot) {
        return young[slot];
    }

    int late(int slot) {
        return late[slot];
    }

    long counted(int slot) {
        return counted[slot];
    }

    /** -1 where no aggregate has come. */
    int revision(int slot) {
        return revision[slot];
    }

    private int probe(int ofSeries, long ofNumber) {
        int mask = series.length - 1;
        long mixed = (ofNumber * 0x9E3779B97F4A7C15L) ^ (ofSeries * 0xC2B2AE3D27D4EB4FL);
        int slot = (int) (mixed >>> 32) & mask;
        while (series[slot] >= 0 && (series[slot] != ofSeries || number[slot] != ofNumber)) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        WindowTable larger = new WindowTable(series.length * 2);
        for (int slot = 0; slot < series.length; slot++) {
            if (series[slot] >= 0) {
                int to = larger.slot(series[slot], number[slot]);
                larger.due[to] = due[slot];
                larger.young[to] = young[slot];
                larger.counted[to] = counted[slot];
                larger.late[to] = late[slot];
                larger.revision[to] = revision[slot];
            }
        }
        series = larger.series;
        number = larger.number;
        due = larger.due;
        young = larger.young;
        counted = larger.counted;
        late = larger.late;
        revision = larger.revision;
    }

    private WindowTable(int slots) {
        series = new int[slots];
        number = new long[slots];
        due = new int[slots];
        young = new int[slots];
        counted = new long[slots];
        late = new int[slots];
        revision = new int[slots];
        Arrays.fill(series, -1);
        Arrays.fill(revision, -1);
    }
}
