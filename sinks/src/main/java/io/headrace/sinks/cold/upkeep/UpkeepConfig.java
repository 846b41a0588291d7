package io.headrace.sinks.cold.upkeep;

import java.time.Duration;

/**
 * How a cold table is kept.
 *
 * @param targetFileBytes a file of three quarters of this, or more, is left as it is
 * @param leastFiles fewer small files of one partition aren't worth a rewrite; 2 or more
 * @param keepSnapshots how long the table can be read as it was; readers that hold on to a list of files have as long
 * @param orphanAge of a file that no snapshot names before it is removed; 3 h or more, since whoever writes a file names
 *     it only later
 */
public record UpkeepConfig(long targetFileBytes, int leastFiles, Duration keepSnapshots, Duration orphanAge) {
    private static final Duration LEAST_ORPHAN_AGE = Duration.ofHours(3);

    public static final UpkeepConfig DEFAULT = new UpkeepConfig(128L << 20, 5, Duration.ofDays(1), Duration.ofDays(1));

    public UpkeepConfig {
        if (targetFileBytes < 1) {
            throw new IllegalArgumentException("targetFileBytes = " + targetFileBytes + " must be 1 or more");
        }
        if (leastFiles < 2) {
            throw new IllegalArgumentException("leastFiles = " + leastFiles + " must be 2 or more");
        }
        if (keepSnapshots.isNegative()) {
            throw new IllegalArgumentException("keepSnapshots = " + keepSnapshots + " must be 0 or more");
        }
        if (orphanAge.compareTo(LEAST_ORPHAN_AGE) < 0) {
            throw new IllegalArgumentException("orphanAge = " + orphanAge + " must be 3 h or more");
        }
    }
}
