package io.headrace.control.account;

import io.headrace.control.reconcile.Fault;
import io.headrace.control.reconcile.Problems;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What happened and can't be undone, such as a reading that is there twice: known for as long as the messages are kept.
 * Owned by one thread.
 */
final class Mishaps {
    private static final int MOST = 10_000;

    private final Deque<Mishap> newest = new ArrayDeque<>();
    private long now;

    /** @param minute when it was seen, minutes since 1970 */
    private record Mishap(Fault fault, int partition, long offset, String detail, long minute) {}

    /** Tells the time, in minutes since 1970. */
    void at(long minute) {
        now = minute;
    }

    void add(Fault fault, int partition, long offset, String detail) {
        if (newest.size() == MOST) {
            newest.removeFirst();
        }
        newest.addLast(new Mishap(fault, partition, offset, detail, now));
    }

    void dropBefore(long minute) {
        while (!newest.isEmpty() && newest.getFirst().minute < minute) {
            newest.removeFirst();
        }
    }

    /** How many were seen before then. */
    long before(long minute) {
        return newest.stream().filter(each -> each.minute < minute).count();
    }

    void tell(Problems problems) {
        newest.forEach(each -> problems.add(each.fault, each.partition, each.offset, each.detail));
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(newest.size());
        for (Mishap each : newest) {
            out.writeUTF(each.fault.name());
            out.writeInt(each.partition);
            out.writeLong(each.offset);
            out.writeUTF(each.detail);
            out.writeLong(each.minute);
        }
    }

    void read(DataInput in) throws IOException {
        for (int left = in.readInt(); left > 0; left--) {
            newest.addLast(
                    new Mishap(Fault.valueOf(in.readUTF()), in.readInt(), in.readLong(), in.readUTF(), in.readLong()));
        }
    }
}
