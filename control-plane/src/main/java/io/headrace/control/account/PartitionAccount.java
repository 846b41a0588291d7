package io.headrace.control.account;

import static io.headrace.control.account.Marks.ABSENT;
import static io.headrace.control.account.Marks.DEAD;
import static io.headrace.control.account.Marks.OUTCOME;
import static io.headrace.control.account.Marks.READ;
import static io.headrace.control.account.Marks.SUSPECT;

import io.headrace.catalogue.Outcome;
import io.headrace.control.reconcile.Fault;
import io.headrace.record.LedgerEntry;
import io.headrace.record.Origin;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Matches the messages of one raw partition with their outcomes and the evidence for them, as they come. What matches is
 * closed: of it only the minute's counts are kept. What doesn't match at the end of two rounds is a fault, and stays one
 * until it does. Order between topics doesn't matter but for replays, which come before what comes of them. Owned by one
 * thread.
 */
final class PartitionAccount {
    private final int partition;
    private final long start;
    private final Minutes minutes;
    private final Marks marks;
    private final Mishaps mishaps;
    private final Remembered remembered;
    private final Runs runs;

    private long end;
    private long judged;

    /** @param start offset from which on the account is kept: of what is before, some evidence was deleted already */
    PartitionAccount(int partition, long start, Minutes minutes, Mishaps mishaps) {
        this(partition, start, minutes, new Marks(start), new Runs(), new Remembered(), mishaps);
    }

    private PartitionAccount(
            int partition,
            long start,
            Minutes minutes,
            Marks marks,
            Runs runs,
            Remembered remembered,
            Mishaps mishaps) {
        this.partition = partition;
        this.start = start;
        this.minutes = minutes;
        this.marks = marks;
        this.runs = runs;
        this.remembered = remembered;
        this.mishaps = mishaps;
    }

    int partition() {
        return partition;
    }

    Minutes minutes() {
        return minutes;
    }

    /** Whether the account is kept of this message. */
    boolean covers(long offset) {
        return offset >= start;
    }

    /**
     * Says how far messages go; before anything is taken that comes of them.
     *
     * @param newEnd exclusive
     * @param newJudged from where on messages are too young to be missed
     */
    void reaches(long newEnd, long newJudged) {
        end = Math.max(end, newEnd);
        judged = Math.max(judged, Math.min(newJudged, end));
    }

    /** Takes a page of the ledger. */
    void page(LedgerEntry page) {
        ByteBuffer outcomes = page.getOutcomes().duplicate();
        long base = page.getBaseOffset();
        if (base + outcomes.remaining() <= marks.from() && remembered.isEmpty()) {
            return;
        }
        for (long offset = base; outcomes.hasRemaining(); offset++) {
            int code = Math.min(outcomes.get() & 0xff, OUTCOME);
            if (offset >= end && code != 0) {
                mishap(Fault.OUTCOME_WITHOUT_MESSAGE, offset, Judgement.name(code));
            } else if (offset >= marks.from() && offset < end) {
                outcome(offset, code);
            } else if (offset >= start && offset < end) {
                closedOutcome(offset, code);
            }
        }
    }

    private void outcome(long offset, int code) {
        int before = marks.at(offset);
        int known = before & OUTCOME;
        if (known == code) {
            return;
        }
        if (known != 0 && !(Judgement.isSetAside(known) && remembered.wasReplayed(offset))) {
            mishap(Fault.OUTCOME_CHANGED, offset, "was " + Judgement.name(known) + ", then " + Judgement.name(code));
        }
        marks.set(offset, (before & ~OUTCOME) | code);
    }

    /** Of closed messages the outcome is known only where they were replayed or are faulty. */
    private void closedOutcome(long offset, int code) {
        int known = remembered.code(offset);
        if (known < 0 || known == code) {
            return;
        }
        boolean mayChange = known == 0 || (Judgement.isSetAside(known) && remembered.wasReplayed(offset));
        if (!mayChange) {
            mishap(Fault.OUTCOME_CHANGED, offset, "was " + Judgement.name(known) + ", then " + Judgement.name(code));
        }
        Minute minute = minutes.of(offset);
        minute.add(counted(known), -1);
        minute.add(counted(code), 1);
        remembered.become(offset, code);
    }

    /** Takes a message that was brought back; {@code was} is what it had come to, 1 the first replay. */
    void replay(long offset, int number, Outcome was) {
        if (offset >= start && offset < end) {
            Again again = remembered.again(offset, was.code());
            if (again.replay(number)) {
                mishap(Fault.REPLAYED_TWICE, offset, "replay " + number);
            }
        }
    }

    /**
     * Takes a reading. Those of one message come in their order, undisturbed by others of this raw partition.
     *
     * @param source partition of the readings
     */
    void reading(int source, Origin origin, boolean ofReplay) {
        long offset = origin.getOffset();
        if (offset >= end) {
            mishap(Fault.READING_WITHOUT_MESSAGE, offset, "no message has this offset");
            return;
        }
        boolean first = runs.isNew(source, offset);
        runs.take(source, origin, !first || readFirst(offset, ofReplay))
                .ifPresent(fault -> mishap(fault, offset, "reading " + origin.getIndex()));
    }

    /** Notes that a message has a reading; false where it had one before. */
    private boolean readFirst(long offset, boolean ofReplay) {
        Again again = remembered.again(offset);
        if (again != null && ofReplay) {
            return remembered.readAgain(offset, again);
        }
        return note(offset, READ);
    }

    private boolean note(long offset, int mark) {
        if (offset >= marks.from()) {
            int before = marks.at(offset);
            marks.set(offset, before | mark);
            return (before & mark) == 0;
        }
        return remembered.note(offset, mark);
    }

    /** Takes a dead letter; {@code replay} is the number of the replay that it came of, 0 for none. */
    void deadLetter(long offset, int replay) {
        if (offset >= end) {
            mishap(Fault.DEAD_LETTER_WITHOUT_MESSAGE, offset, "no message has this offset");
            return;
        }
        if (replay == 0) {
            if (!note(offset, DEAD)) {
                mishap(Fault.DEAD_LETTER_TWICE, offset, "two dead letters");
            }
            return;
        }
        Again again = remembered.again(offset);
        if (again == null || !again.wasReplayed(replay)) {
            mishap(Fault.DEAD_LETTER_UNEXPECTED, offset, "a dead letter of a replay that wasn't");
        } else if (again.letter(replay)) {
            mishap(Fault.DEAD_LETTER_TWICE, offset, "two dead letters");
        }
    }

    /** Notes that there is no message at an offset, though nothing else says so. */
    void absent(long offset) {
        if (offset >= marks.from()) {
            marks.set(offset, marks.at(offset) | ABSENT);
        }
    }

    /** First offset of the stretch of which nobody knows anything, though it should; to be looked at. */
    long unknownFrom() {
        long offset = marks.from();
        while (offset < Math.min(judged, marks.end()) && (marks.at(offset) & (OUTCOME | ABSENT)) != 0) {
            offset++;
        }
        return offset;
    }

    /** End of that stretch, exclusive; not above its beginning where there is none. */
    long unknownUntil() {
        return judged;
    }

    /** Closes what adds up. */
    void closeMatched() {
        closeWhere(mark -> false);
    }

    /** Ends a round in which all topics were read to where they ended: closes what can be. */
    void endRound() {
        closeWhere(mark -> (mark & SUSPECT) != 0);
        remembered.endRound(marks.from());
        for (long offset = marks.from(); offset < Math.min(judged, marks.end()); offset++) {
            boolean suspect = remembered.faultOf(offset, marks.at(offset)) != null;
            marks.set(offset, suspect ? marks.at(offset) | SUSPECT : marks.at(offset) & ~SUSPECT);
        }
    }

    /** Closes all up to the first message that doesn't add up, and isn't to be closed all the same. */
    private void closeWhere(IntPredicate isGivenUp) {
        long offset = marks.from();
        while (offset < marks.end()) {
            int mark = marks.at(offset);
            boolean isFaulty = remembered.faultOf(offset, mark) != null;
            if (isFaulty && (offset >= judged || !isGivenUp.test(mark))) {
                break;
            }
            if ((mark & ABSENT) == 0) {
                minutes.of(offset).add(counted(mark & OUTCOME), 1);
                remembered.closed(offset, mark & ~SUSPECT, isFaulty);
            }
            offset++;
        }
        marks.close(offset);
    }

    /** Counts what isn't closed into the tally, and names what is wrong; evidence that is missing only once it is closed. */
    void tell(Tally tally) {
        tally.addClosed(minutes.all());
        remembered.eachFaulty((offset, mark) -> named(tally, offset, mark, remembered.faultOfClosed(offset, mark)));
        for (long offset = marks.from(); offset < marks.end(); offset++) {
            int mark = marks.at(offset);
            if ((mark & ABSENT) == 0) {
                tally.addOpen(counted(mark & OUTCOME), offset < judged);
            }
            if (offset < judged && (mark & (OUTCOME | ABSENT)) == 0) {
                named(tally, offset, mark, Fault.NO_OUTCOME);
            }
        }
        long untouched = Math.max(marks.from(), marks.end());
        for (long offset = untouched; offset < judged && tally.problems().hasRoom(); offset++) {
            tally.problems().add(Fault.NO_OUTCOME, partition, offset, "and no trace");
        }
        tally.addUntouched(Math.max(0, judged - untouched), Math.max(0, end - Math.max(untouched, judged)));
    }

    private void named(Tally tally, long offset, int mark, @Nullable Fault fault) {
        if (fault != null) {
            boolean traced = (mark & (READ | DEAD)) != 0;
            String detail = fault == Fault.NO_OUTCOME
                    ? (traced ? "but evidence of one" : "and no trace")
                    : "the ledger says " + Judgement.name(mark & OUTCOME);
            tally.problems().add(fault, partition, offset, detail);
            tally.missedSince(minutes.of(offset).number());
        }
    }

    /** Forgets what concerns messages that the topic has no more. */
    void dropBefore(long begin) {
        minutes.dropBefore(begin);
        remembered.dropBefore(begin);
    }

    private void mishap(Fault fault, long offset, String detail) {
        if (offset >= start) {
            mishaps.add(fault, partition, offset, detail);
        }
    }

    /** Where a code counts; what is no outcome counts as none. */
    private static int counted(int code) {
        return code < Shape.OUTCOMES ? code : 0;
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(partition);
        out.writeLong(start);
        minutes.write(out);
        marks.write(out);
        runs.write(out);
        remembered.write(out);
    }

    static PartitionAccount read(DataInput in, int counts, Mishaps mishaps) throws IOException {
        int partition = in.readInt();
        long start = in.readLong();
        Minutes minutes = Minutes.read(in, partition, counts);
        Marks marks = Marks.read(in);
        PartitionAccount account =
                new PartitionAccount(partition, start, minutes, marks, Runs.read(in), Remembered.read(in), mishaps);
        account.end = account.marks.end();
        return account;
    }
}
