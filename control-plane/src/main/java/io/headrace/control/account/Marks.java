package io.headrace.control.account;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/** One byte for each offset of a raw partition that isn't closed yet, from {@link #from} on. Owned by one thread. */
final class Marks {
    /** Code of the outcome; 0 for none yet. */
    static final int OUTCOME = 0x07;
    /** There is no message at this offset. */
    static final int ABSENT = 0x08;
    /** It didn't add up at the end of an earlier round. */
    static final int SUSPECT = 0x10;

    static final int READ = 0x20;
    static final int DEAD = 0x40;

    private byte[] marks = new byte[1024];
    private long from;
    private int length;

    Marks(long from) {
        this.from = from;
    }

    /** First offset that isn't closed. */
    long from() {
        return from;
    }

    /** Past the last offset of which anything is known. */
    long end() {
        return from + length;
    }

    int at(long offset) {
        return offset < end() ? marks[(int) (offset - from)] : 0;
    }

    /** @param offset not closed */
    void set(long offset, int mark) {
        int index = Math.toIntExact(offset - from);
        if (index >= marks.length) {
            marks = Arrays.copyOf(marks, Math.max(index + 1, marks.length + (marks.length >> 1)));
        }
        length = Math.max(length, index + 1);
        marks[index] = (byte) mark;
    }

    /** Closes all before an offset. */
    void close(long before) {
        int closed = (int) (Math.min(before, end()) - from);
        System.arraycopy(marks, closed, marks, 0, length - closed);
        Arrays.fill(marks, length - closed, length, (byte) 0);
        length -= closed;
        from = before;
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(from);
        out.writeInt(length);
        out.write(marks, 0, length);
    }

    static Marks read(DataInput in) throws IOException {
        Marks read = new Marks(in.readLong());
        read.length = in.readInt();
        read.marks = new byte[Math.max(1024, read.length)];
        in.readFully(read.marks, 0, read.length);
        return read;
    }
}
