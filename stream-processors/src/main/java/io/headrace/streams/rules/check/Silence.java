package io.headrace.streams.rules.check;

import io.headrace.record.SilentCheck;
import java.util.Set;

/**
 * A device that says nothing. Who calls it looks at the clock; a reading, of whatever time, is the end of it. Remembers
 * the newest time of a reading.
 */
public final class Silence implements Check {
    private final long afterMs;
    private final boolean gaps;
    private final boolean neverSpoke;

    Silence(SilentCheck check) {
        afterMs = check.getAfterMs();
        gaps = check.getGaps();
        neverSpoke = check.getNeverSpoke();
    }

    /** Milliseconds after which a device is silent. */
    public long afterMs() {
        return afterMs;
    }

    /** Whether a device counts, too, that has never spoken. */
    public boolean ofNeverSpoken() {
        return neverSpoke;
    }

    @Override
    public byte code() {
        return 6;
    }

    @Override
    public Set<String> metrics() {
        return Set.of();
    }

    @Override
    public int slots() {
        return 1;
    }

    /** When the silence began that this reading ends, in the device's own time; {@link Long#MAX_VALUE} where none did. */
    public long gapBefore(Sight sight, double[] memory) {
        boolean gap = gaps && memory[0] != 0 && sight.at() - memory[0] > afterMs * 1e3;
        return gap ? (long) memory[0] + afterMs * 1_000 : Long.MAX_VALUE;
    }

    @Override
    public Verdict judge(Sight sight, double[] memory) {
        memory[0] = Math.max(memory[0], (double) sight.at());
        return Verdict.CLEARS;
    }

    @Override
    public String words(Sight sight, double[] memory) {
        return words();
    }

    /** One line for people. */
    public String words() {
        return "nothing was received for " + Words.time(afterMs * 1_000);
    }
}
