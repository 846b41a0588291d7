package io.headrace.control.account;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What one window owes: values that are stored and neither counted nor late yet, the oldest first; or what it has counted
 * of values that aren't stored. Values are counted in the order in which they are stored, so the oldest are paid first.
 * Changes in place.
 */
final class OpenWindow {
    /** Values of one minute. */
    private static final class Part {
        private final Minute minute;
        private int values;

        Part(Minute minute, int values) {
            this.minute = minute;
            this.values = values;
        }
    }

    private final Deque<Part> owed = new ArrayDeque<>(2);
    private int owedValues;
    private int countedAhead;
    private int lateAhead;
    private int source = -1;
    private long firstReading = -1;
    private long lastReading = -1;
    /** When it was first found to lack something, and nothing has changed since; 0 for never. */
    private long suspectSince;

    /** Takes a stored value; where it was counted or late before it came, the minute gets it at once. */
    void stored(Minute minute, int countedAt, int lateAt, int partition, long offset) {
        suspectSince = 0;
        if (countedAhead > 0) {
            countedAhead--;
            minute.add(countedAt, 1);
            return;
        }
        if (lateAhead > 0) {
            lateAhead--;
            minute.add(lateAt, 1);
            return;
        }
        if (owed.isEmpty() || source != partition) {
            source = partition;
            firstReading = offset;
        }
        lastReading = offset;
        owedValues++;
        Part last = owed.peekLast();
        if (last != null && last.minute.isSame(minute)) {
            last.values++;
        } else {
            owed.addLast(new Part(minute, 1));
        }
    }

    /** Takes that so many values were counted; {@link Integer#MAX_VALUE} for all that it owes. */
    void counted(int values, int countedAt) {
        countedAhead += paid(values == Integer.MAX_VALUE ? owedValues : values, countedAt);
    }

    /** Takes that a value was late. */
    void late(int lateAt) {
        lateAhead += paid(1, lateAt);
    }

    private int paid(int values, int at) {
        suspectSince = 0;
        int left = values;
        while (left > 0 && !owed.isEmpty()) {
            Part oldest = owed.getFirst();
            int now = Math.min(left, oldest.values);
            oldest.minute.add(at, now);
            oldest.values -= now;
            owedValues -= now;
            left -= now;
            if (oldest.values == 0) {
                owed.removeFirst();
            }
        }
        return left;
    }

    /**
     * Takes for counted what it owes of messages before an offset of a raw partition: its device was erased.
     *
     * @param before exclusive, of each raw partition; 0 where nothing is erased
     */
    void erase(IntToLongFunction before, int countedAt) {
        owed.removeIf(part -> {
            boolean isErased = part.minute.first() < before.applyAsLong(part.minute.partition());
            if (isErased) {
                part.minute.add(countedAt, part.values);
                owedValues -= part.values;
            }
            return isErased;
        });
    }

    boolean isSettled() {
        return owedValues == 0 && countedAhead == 0 && lateAhead == 0;
    }

    int owed() {
        return owedValues;
    }

    /** Counted or late, but not stored. */
    int surplus() {
        return countedAhead + lateAhead;
    }

    /** Number of the oldest minute that it owes values of; -1 where it owes none. */
    long oldestMinute() {
        @Nullable Part oldest = owed.peekFirst();
        return oldest == null ? -1 : oldest.minute.number();
    }

    long suspectSince() {
        return suspectSince;
    }

    void suspect(long since) {
        suspectSince = since;
    }

    /** Partition of the readings that it owes values of. */
    int source() {
        return source;
    }

    long firstReading() {
        return firstReading;
    }

    long lastReading() {
        return lastReading;
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(countedAhead);
        out.writeInt(lateAhead);
        out.writeInt(source);
        out.writeLong(firstReading);
        out.writeLong(lastReading);
        out.writeInt(owed.size());
        for (Part part : owed) {
            out.writeInt(part.minute.partition());
            out.writeLong(part.minute.first());
            out.writeInt(part.values);
        }
    }

    /** @param minutes by raw partition and offset */
    static OpenWindow read(DataInput in, MinuteIndex minutes) throws IOException {
        OpenWindow window = new OpenWindow();
        window.countedAhead = in.readInt();
        window.lateAhead = in.readInt();
        window.source = in.readInt();
        window.firstReading = in.readLong();
        window.lastReading = in.readLong();
        for (int left = in.readInt(); left > 0; left--) {
            Part part = new Part(minutes.of(in.readInt(), in.readLong()), in.readInt());
            window.owed.addLast(part);
            window.owedValues += part.values;
        }
        return window;
    }
}
