package io.headrace.control.reconcile;

import io.headrace.catalogue.Outcome;
import io.headrace.record.LedgerEntry;
import io.headrace.record.Origin;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * Matches messages with their outcomes and with the evidence for them: a byte of memory for each message.
 *
 * <p>What is fed in, in this order, must have been read in this order too, each up to where its topic ended when its
 * reading began: the ledger, readings and dead letters, the ledger's later records, replays, messages. A reading and its
 * outcome are committed together, so whatever the ledger said at first has its evidence, and whatever has evidence has
 * its outcome in the end. A replay is there before anything comes of it. Messages end where they ended before anything
 * was read.
 *
 * <p>A message that was replayed may have changed from a dead letter to anything; it keeps its letters, each replay at
 * most one more.
 */
final class MessageBook {
    private static final int OUTCOME = 0x07;
    private static final int AGE = 0x18;
    private static final int YOUNG = 0x08;
    private static final int JUDGED = 0x10;
    private static final int AGED = 0x18;
    private static final int READ = 0x20;
    private static final int DEAD = 0x40;
    private static final int SETTLED = 0x80;
    private static final int UNKNOWN_CODE = 7;

    private final Map<Integer, OffsetMarks> partitions = new HashMap<>();
    private final Map<Long, Run> runs = new HashMap<>();
    private final ReplayMarks replays;
    private final Problems problems;

    /** How old a message is for this reconciliation. */
    enum Age {
        /** May be on its way still. */
        YOUNG(MessageBook.YOUNG),
        JUDGED(MessageBook.JUDGED),
        /** So old that its readings may have been deleted by retention. */
        AGED(MessageBook.AGED);

        private final int mark;

        Age(int mark) {
            this.mark = mark;
        }
    }

    /** Readings of one message, as far as they have come. */
    private static final class Run {
        private long offset = -1;
        private int next;
    }

    /** @param ends exclusive end of each raw partition */
    MessageBook(Map<Integer, Long> ends, Problems problems) {
        ends.forEach((partition, end) -> partitions.put(partition, new OffsetMarks(end)));
        this.replays = new ReplayMarks(ends);
        this.problems = problems;
    }

    /** Takes a page of the ledger as it was before any evidence was read. */
    void settled(LedgerEntry page) {
        page(page, SETTLED);
    }

    /** Takes a page that came while the evidence was being read: it may be ahead of it. */
    void later(LedgerEntry page) {
        page(page, 0);
    }

    private void page(LedgerEntry page, int mark) {
        OffsetMarks marks = partitions.get(page.getPartition());
        if (marks == null) {
            return;
        }
        ByteBuffer outcomes = page.getOutcomes().duplicate();
        for (long offset = page.getBaseOffset(); outcomes.hasRemaining(); offset++) {
            int code = outcomes.get() & 0xff;
            if (marks.covers(offset)) {
                outcome(page.getPartition(), offset, Math.min(code, UNKNOWN_CODE), mark);
            }
        }
    }

    private void outcome(int partition, long offset, int code, int mark) {
        OffsetMarks marks = marks(partition);
        int before = marks.at(offset);
        int known = before & OUTCOME;
        if (known == code) {
            return;
        }
        if (known == Outcome.DEAD_LETTERED.code() || known == Outcome.QUARANTINED.code()) {
            replays.changed(partition, offset);
        } else if (known != 0) {
            problems.add(Fault.OUTCOME_CHANGED, partition, offset, "was " + name(known) + ", then " + name(code));
        }
        marks.set(offset, (before & ~(OUTCOME | SETTLED)) | code | mark);
    }

    /**
     * Takes a reading. Those of one message come in their order, undisturbed by other messages of the same raw partition.
     *
     * @param source partition of {@code telemetry.readings} where it stands
     */
    void reading(int source, Origin origin) {
        OffsetMarks marks = partitions.get(origin.getPartition());
        if (marks == null || origin.getOffset() >= marks.end()) {
            return;
        }
        Run run = runs.computeIfAbsent(((long) source << 32) | origin.getPartition(), key -> new Run());
        int before = marks.at(origin.getOffset());
        if (run.offset != origin.getOffset()) {
            run.offset = origin.getOffset();
            run.next = (before & READ) == 0 ? 0 : Integer.MAX_VALUE;
        }
        checkIndex(run, origin);
        marks.set(origin.getOffset(), before | READ);
    }

    private void checkIndex(Run run, Origin origin) {
        int index = origin.getIndex();
        if (index < run.next) {
            problems.add(Fault.READING_TWICE, origin.getPartition(), origin.getOffset(), "reading " + index + " again");
            return;
        }
        if (index > run.next) {
            problems.add(
                    Fault.READING_INDEX_MISSING,
                    origin.getPartition(),
                    origin.getOffset(),
                    "reading " + index + " where " + run.next + " was due");
        }
        run.next = index + 1;
    }

    /**
     * Takes a dead letter of a raw message.
     *
     * @param replay number of the replay that it came of; 0 for none
     */
    void deadLetter(Origin origin, int replay) {
        OffsetMarks marks = partitions.get(origin.getPartition());
        if (marks == null || origin.getOffset() >= marks.end()) {
            return;
        }
        if (replays.letter(origin.getPartition(), origin.getOffset(), replay)) {
            problems.add(Fault.DEAD_LETTER_TWICE, origin.getPartition(), origin.getOffset(), "two dead letters");
        }
        marks.set(origin.getOffset(), marks.at(origin.getOffset()) | DEAD);
    }

    /**
     * Takes a message that was brought back.
     *
     * @param replay 1 for the first time
     */
    void replay(Origin origin, int replay) {
        OffsetMarks marks = partitions.get(origin.getPartition());
        if (marks == null || origin.getOffset() >= marks.end()) {
            return;
        }
        if (replays.replay(origin.getPartition(), origin.getOffset(), replay)) {
            problems.add(Fault.REPLAYED_TWICE, origin.getPartition(), origin.getOffset(), "replay " + replay);
        }
    }

    /** Takes a message itself. */
    void message(int partition, long offset, Age age) {
        OffsetMarks marks = marks(partition);
        marks.set(offset, marks.at(offset) | age.mark);
    }

    /**
     * Counts, and names what is wrong.
     *
     * @param begins first offset that each raw partition still has; what is before isn't counted
     */
    MessageTotals close(Map<Integer, Long> begins) {
        long[] counts = new long[UNKNOWN_CODE + 1];
        long pending = 0;
        long accepted = 0;
        for (Map.Entry<Integer, OffsetMarks> each : partitions.entrySet()) {
            int partition = each.getKey();
            OffsetMarks marks = each.getValue();
            for (long offset = begins.getOrDefault(partition, 0L); offset < marks.end(); offset++) {
                int mark = marks.at(offset);
                judge(partition, offset, mark);
                if ((mark & AGE) != 0) {
                    accepted++;
                    counts[mark & OUTCOME]++;
                    pending += (mark & (OUTCOME | AGE)) == YOUNG ? 1 : 0;
                }
            }
        }
        long missing = counts[0] - pending + counts[6] + counts[UNKNOWN_CODE];
        return new MessageTotals(accepted, counts[1], counts[2], counts[3], counts[4], counts[5], pending, missing);
    }

    private void judge(int partition, long offset, int mark) {
        if (mark == 0) {
            return;
        }
        if ((mark & AGE) == 0) {
            judgeWithoutMessage(partition, offset, mark);
            return;
        }
        boolean read = (mark & READ) != 0;
        boolean dead = (mark & DEAD) != 0;
        // Only what the ledger said before the evidence was read, and only where nothing may be on its way.
        boolean evidenceDue = (mark & SETTLED) != 0 && (mark & AGE) == JUDGED;
        int code = mark & OUTCOME;
        if (code == 0) {
            if ((mark & AGE) != YOUNG) {
                problems.add(
                        Fault.NO_OUTCOME, partition, offset, read || dead ? "but evidence of one" : "and no trace");
            }
            return;
        }
        boolean wantsReading = code == Outcome.STORED.code();
        boolean wantsLetter = code == Outcome.DEAD_LETTERED.code() || code == Outcome.QUARANTINED.code();
        if (code > Outcome.QUARANTINED.code()) {
            problems.add(Fault.OUTCOME_UNKNOWN, partition, offset, "in the ledger");
        }
        if (evidenceDue && wantsReading && !read) {
            problems.add(Fault.READING_MISSING, partition, offset, "stored, but no reading has this origin");
        }
        if (evidenceDue && wantsLetter && !dead) {
            problems.add(Fault.DEAD_LETTER_MISSING, partition, offset, name(code) + ", but no dead letter");
        }
        if (read && !wantsReading) {
            problems.add(Fault.READING_UNEXPECTED, partition, offset, name(code) + ", but it has a reading");
        }
        boolean replayed = replays.isReplayed(partition, offset);
        if (dead && !wantsLetter && !replayed) {
            problems.add(Fault.DEAD_LETTER_UNEXPECTED, partition, offset, name(code) + ", but it is a dead letter");
        }
        if (replays.hasLetterOfNoReplay(partition, offset)) {
            problems.add(Fault.DEAD_LETTER_UNEXPECTED, partition, offset, "a dead letter of a replay that wasn't");
        }
        if (replays.hasChanged(partition, offset) && !replayed) {
            problems.add(
                    Fault.OUTCOME_CHANGED, partition, offset, "was set aside, then " + name(code) + ", unreplayed");
        }
    }

    private void judgeWithoutMessage(int partition, long offset, int mark) {
        if ((mark & READ) != 0) {
            problems.add(Fault.READING_WITHOUT_MESSAGE, partition, offset, "no message has this offset");
        }
        if ((mark & DEAD) != 0) {
            problems.add(Fault.DEAD_LETTER_WITHOUT_MESSAGE, partition, offset, "no message has this offset");
        }
        if ((mark & OUTCOME) != 0) {
            problems.add(Fault.OUTCOME_WITHOUT_MESSAGE, partition, offset, name(mark & OUTCOME));
        }
    }

    private OffsetMarks marks(int partition) {
        OffsetMarks marks = partitions.get(partition);
        if (marks == null) {
            throw new IllegalArgumentException("no raw partition " + partition);
        }
        return marks;
    }

    private static String name(int code) {
        if (code == 0) {
            return "no outcome";
        }
        return code > Outcome.QUARANTINED.code()
                ? "code " + code
                : Outcome.ofCode((byte) code).name();
    }
}
