package io.headrace.bench.load;

/** Latencies, exact to the microsecond up to a second. For one thread. */
public final class Latencies {
    private static final int LONGEST_MICROS = 1_000_000;

    private final long[] counts = new long[LONGEST_MICROS + 1];
    private long count;

    public void record(long nanos) {
        counts[Math.clamp(nanos / 1000, 0, LONGEST_MICROS)]++;
        count++;
    }

    public long count() {
        return count;
    }

    /** Milliseconds that the given part of all took at most; 0 where there are none. */
    public double quantileMillis(double part) {
        long rank = (long) Math.ceil(count * part);
        long seen = 0;
        for (int micros = 0; micros <= LONGEST_MICROS && count > 0; micros++) {
            seen += counts[micros];
            if (seen >= rank) {
                return micros / 1000.0;
            }
        }
        return 0;
    }
}
