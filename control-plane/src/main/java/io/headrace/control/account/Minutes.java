package io.headrace.control.account;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * The minutes of one raw partition, as stretches of offsets: each goes from its first message to the next one's. Where
 * gateways' clocks differ a message may count in the minute beside its own. Owned by one thread.
 */
final class Minutes {
    private final int partition;
    private final int length;
    private final TreeMap<Long, Minute> byFirst = new TreeMap<>();

    /**
     * @param partition of the raw topic
     * @param length counts of a minute
     */
    Minutes(int partition, int length) {
        this.partition = partition;
        this.length = length;
    }

    /** Begins a minute; one that isn't after the last, or has its first offset, is passed over. */
    void begin(long number, long first) {
        Map.Entry<Long, Minute> last = byFirst.lastEntry();
        if (last == null || (number > last.getValue().number() && first > last.getKey())) {
            byFirst.put(first, new Minute(partition, number, first, new long[length]));
        }
    }

    /** Number of the newest minute; -1 where there is none. */
    long newest() {
        Map.Entry<Long, Minute> last = byFirst.lastEntry();
        return last == null ? -1 : last.getValue().number();
    }

    /** The minute of a message; messages from before the first minute count in it. */
    Minute of(long offset) {
        Map.Entry<Long, Minute> found = byFirst.floorEntry(offset);
        if (found == null) {
            found = byFirst.firstEntry();
        }
        if (found == null) {
            begin(0, offset);
            found = byFirst.firstEntry();
        }
        return found.getValue();
    }

    Collection<Minute> all() {
        return Collections.unmodifiableCollection(byFirst.values());
    }

    /** Forgets minutes of which the topic has no message left. */
    void dropBefore(long begin) {
        while (byFirst.size() > 1 && byFirst.higherKey(byFirst.firstKey()) <= begin) {
            byFirst.pollFirstEntry();
        }
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(byFirst.size());
        for (Minute minute : byFirst.values()) {
            minute.write(out);
        }
    }

    static Minutes read(DataInput in, int partition, int length) throws IOException {
        Minutes minutes = new Minutes(partition, length);
        for (int left = in.readInt(); left > 0; left--) {
            Minute minute = Minute.read(in, partition, length);
            minutes.byFirst.put(minute.first(), minute);
        }
        return minutes;
    }
}
