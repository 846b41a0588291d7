package io.headrace.sinks.plugin;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.common.config.AbstractConfig;

/**
 * Pauses before what has failed is tried again. Each is twice as long as the one before, up to the longest, and anything from
 * its half on, so that those who failed together don't come back together.
 */
public record Backoff(Duration first, Duration longest) {
    /** Key of the first pause, in milliseconds. */
    public static final String FIRST_MS = "retry.backoff.ms";
    /** Key of the longest. */
    public static final String LONGEST_MS = "retry.backoff.max.ms";

    private static final int MOST_DOUBLINGS = 20;

    /** Of a plug-in whose settings both keys are. */
    public static Backoff of(AbstractConfig config) {
        return new Backoff(Duration.ofMillis(config.getInt(FIRST_MS)), Duration.ofMillis(config.getInt(LONGEST_MS)));
    }

    /** Complains of a longest pause that is shorter than the first. */
    public void check(Complaints complaints) {
        if (longest.compareTo(first) < 0) {
            complaints.add(LONGEST_MS, longest.toMillis(), "must be at least " + FIRST_MS);
        }
    }

    /**
     * Milliseconds.
     *
     * @param failures how many there were since it last went well, before this one
     */
    public long pause(int failures) {
        long doubled = first.toMillis() << Math.min(failures, MOST_DOUBLINGS);
        long pause = Math.min(longest.toMillis(), doubled);
        return pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2 + 1);
    }
}
