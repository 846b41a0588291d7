package io.headrace.streams.rules.check;

import io.headrace.condition.WindowUse;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What one rule watches: a pure fold over the readings of a device in event time, never an older one after a newer. It
 * remembers a fixed number of doubles, which the caller keeps for it by device; they begin as zeros. No value makes it
 * throw: what is no finite number, or no number any more, is as if it weren't there. Safe for use by several threads.
 */
public interface Check {
    /** Of the kind and the layout of what it remembers, as stored: what another layout remembered is void. */
    byte code();

    /** Values that it looks at; empty for any. */
    Set<String> metrics();

    /** Windows that are to be kept for it. */
    default List<WindowUse> windows() {
        return List.of();
    }

    /** How many numbers it remembers. */
    default int slots() {
        return 0;
    }

    /** @param memory changed in place */
    Verdict judge(Sight sight, double[] memory);

    /** One line for people: what holds. */
    String words(Sight sight, double[] memory);

    /** Why it can't be judged for a reading for which {@link Verdict#FAILED} was said: one line. */
    default String failure(Sight sight) {
        return "";
    }

    /** When it will hold, of a kind that foretells. */
    default Optional<Outlook> outlook(Sight sight, double[] memory) {
        return Optional.empty();
    }

    /**
     * When a limit is crossed; event time, epoch microseconds.
     *
     * @param latest {@link Long#MAX_VALUE} where it may take for ever
     */
    record Outlook(long at, long earliest, long latest) {}
}
