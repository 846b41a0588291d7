package io.headrace.control.account;

import static io.headrace.control.account.Marks.ABSENT;
import static io.headrace.control.account.Marks.DEAD;
import static io.headrace.control.account.Marks.OUTCOME;
import static io.headrace.control.account.Marks.READ;

import io.headrace.control.reconcile.Fault;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one raw partition of which more is known than that they were counted: those that were brought back, and
 * those that were closed without adding up. Owned by one thread.
 */
final class Remembered {
    private final Map<Long, Again> replayed = new HashMap<>();
    private final TreeMap<Long, Integer> faulty = new TreeMap<>();
    /** Closed messages of which a replay has changed something that didn't add up with the rest yet. */
    private final Map<Long, Boolean> changed = new HashMap<>();

    boolean isEmpty() {
        return replayed.isEmpty() && faulty.isEmpty();
    }

    boolean wasReplayed(long offset) {
        return replayed.containsKey(offset);
    }

    /** What is known of the replays of a message; null where there was none. */
    @Nullable
    Again again(long offset) {
        return replayed.get(offset);
    }

    /** Notes that a message was brought back; {@code code} is what it had come to. */
    Again again(long offset, int code) {
        return replayed.computeIfAbsent(offset, key -> new Again(code));
    }

    /** Notes a reading that a replay has come to; false where there was one before. */
    boolean readAgain(long offset, Again again) {
        boolean before = again.isRead();
        again.read();
        changed.put(offset, false);
        return !before;
    }

    /** Code of a closed message; -1 where it isn't remembered. */
    int code(long offset) {
        Again again = replayed.get(offset);
        if (again != null) {
            return again.code();
        }
        Integer mark = faulty.get(offset);
        return mark == null ? -1 : mark & OUTCOME;
    }

    /** Gives a closed message that is remembered another outcome. */
    void become(long offset, int code) {
        Again again = replayed.get(offset);
        if (again != null) {
            again.become(code);
            changed.put(offset, false);
        } else {
            faulty.computeIfPresent(offset, (key, mark) -> (mark & ~OUTCOME) | code);
        }
    }

    /** Notes evidence of a closed message; false where none was missing. */
    boolean note(long offset, int mark) {
        Integer known = faulty.get(offset);
        if (known == null || (known & mark) != 0) {
            return false;
        }
        faulty.put(offset, known | mark);
        return true;
    }

    /** Takes a message as it is closed. */
    void closed(long offset, int mark, boolean isFaulty) {
        Again again = replayed.get(offset);
        if (again != null) {
            again.become(mark & OUTCOME);
        }
        if (isFaulty) {
            faulty.put(offset, mark);
        }
    }

    /** Ends a round: forgives what adds up by now. What a replay changes is one transaction, but may come in two rounds. */
    void endRound(long closedBefore) {
        faulty.entrySet().removeIf(each -> faultOfClosed(each.getKey(), each.getValue()) == null);
        changed.keySet().removeIf(offset -> offset >= closedBefore || faultOfClosed(offset, DEAD) == null);
        changed.replaceAll((offset, suspect) -> {
            if (suspect) {
                faulty.putIfAbsent(offset, DEAD);
            }
            return true;
        });
    }

    /** What is wrong with a message that isn't closed, as far as it is known; null where it adds up. */
    @Nullable
    Fault faultOf(long offset, int mark) {
        return fault(mark & OUTCOME, mark, replayed.get(offset));
    }

    @Nullable
    Fault faultOfClosed(long offset, int mark) {
        Again again = replayed.get(offset);
        return fault(again == null ? mark & OUTCOME : again.code(), mark, again);
    }

    private static @Nullable Fault fault(int code, int mark, @Nullable Again again) {
        if ((mark & ABSENT) != 0) {
            return code == 0 ? null : Fault.OUTCOME_WITHOUT_MESSAGE;
        }
        boolean read = (mark & READ) != 0 || (again != null && again.isRead());
        return Judgement.of(code, read, (mark & DEAD) != 0, again != null);
    }

    /** Hands over each closed message that doesn't add up, with its mark. */
    void eachFaulty(BiConsumer<Long, Integer> taker) {
        faulty.forEach(taker);
    }

    /** Forgets what concerns messages that the topic has no more. */
    void dropBefore(long begin) {
        faulty.headMap(begin).clear();
        replayed.keySet().removeIf(offset -> offset < begin);
        changed.keySet().removeIf(offset -> offset < begin);
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(replayed.size());
        for (Map.Entry<Long, Again> each : replayed.entrySet()) {
            out.writeLong(each.getKey());
            each.getValue().write(out);
        }
        out.writeInt(faulty.size());
        for (Map.Entry<Long, Integer> each : faulty.entrySet()) {
            out.writeLong(each.getKey());
            out.writeByte(each.getValue());
        }
        out.writeInt(changed.size());
        for (long each : changed.keySet()) {
            out.writeLong(each);
        }
    }

    static Remembered read(DataInput in) throws IOException {
        Remembered remembered = new Remembered();
        for (int left = in.readInt(); left > 0; left--) {
            remembered.replayed.put(in.readLong(), Again.read(in));
        }
        for (int left = in.readInt(); left > 0; left--) {
            remembered.faulty.put(in.readLong(), in.readUnsignedByte());
        }
        for (int left = in.readInt(); left > 0; left--) {
            remembered.changed.put(in.readLong(), false);
        }
        return remembered;
    }
}
