package io.headrace.control.account;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * What came of the messages that one raw partition got in one minute.
 *
 * @param partition of the raw topic
 * @param number minutes since 1970
 * @param first offset of its first message
 * @param counts as {@link Shape} lays them out
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Minute(int partition, long number, long first, long[] counts) {
    boolean isSame(Minute other) {
        return partition == other.partition && first == other.first;
    }

    void add(int count, long by) {
        counts[count] += by;
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(number);
        out.writeLong(first);
        for (long count : counts) {
            out.writeLong(count);
        }
    }

    /** Reads what {@link #write} has written; the partition is known. */
    static Minute read(DataInput in, int partition, int length) throws IOException {
        long number = in.readLong();
        long first = in.readLong();
        long[] counts = new long[length];
        for (int i = 0; i < length; i++) {
            counts[i] = in.readLong();
        }
        return new Minute(partition, number, first, counts);
    }
}
