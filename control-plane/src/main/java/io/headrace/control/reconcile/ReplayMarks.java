package io.headrace.control.reconcile;

import java.util.HashMap;
import java.util.Map;

/**
 * What is known of replays: for each message how often it was brought back, and which dead letters it has come to. A byte
 * for each, in stretches where there is any; replays beyond the seventh of one message aren't told apart.
 */
final class ReplayMarks {
    private static final int MOST = 7;
    /** In the place of the zeroth replay, which there is none of. */
    private static final int CHANGED = 1;

    private final Map<Integer, OffsetMarks> replays = new HashMap<>();
    private final Map<Integer, OffsetMarks> letters = new HashMap<>();

    /** @param ends exclusive end of each raw partition */
    ReplayMarks(Map<Integer, Long> ends) {
        ends.forEach((partition, end) -> {
            replays.put(partition, new OffsetMarks(end));
            letters.put(partition, new OffsetMarks(end));
        });
    }

    /**
     * Notes a message that was brought back.
     *
     * @param number 1 for the first time
     * @return whether it was brought back by this number before
     */
    boolean replay(int partition, long offset, int number) {
        return set(marks(replays, partition), offset, number) && number < MOST;
    }

    /**
     * Notes a dead letter.
     *
     * @param number of the replay that it came of; 0 for none
     * @return whether there is one of this number already
     */
    boolean letter(int partition, long offset, int number) {
        return set(marks(letters, partition), offset, number) && number < MOST;
    }

    /** Notes that the ledger took back that a message is set aside, as a replay makes it do. */
    void changed(int partition, long offset) {
        OffsetMarks marks = marks(replays, partition);
        marks.set(offset, marks.at(offset) | CHANGED);
    }

    boolean hasChanged(int partition, long offset) {
        return (marks(replays, partition).at(offset) & CHANGED) != 0;
    }

    boolean isReplayed(int partition, long offset) {
        return (marks(replays, partition).at(offset) & ~CHANGED) != 0;
    }

    /** Whether it has a dead letter of a replay that there was none of. */
    boolean hasLetterOfNoReplay(int partition, long offset) {
        int ofReplays = marks(letters, partition).at(offset) & ~CHANGED;
        return (ofReplays & ~marks(replays, partition).at(offset)) != 0;
    }

    private static boolean set(OffsetMarks marks, long offset, int number) {
        int bit = 1 << Math.min(number, MOST);
        int before = marks.at(offset);
        marks.set(offset, before | bit);
        return (before & bit) != 0;
    }

    private static OffsetMarks marks(Map<Integer, OffsetMarks> of, int partition) {
        OffsetMarks marks = of.get(partition);
        if (marks == null) {
            throw new IllegalArgumentException("no raw partition " + partition);
        }
        return marks;
    }
}
