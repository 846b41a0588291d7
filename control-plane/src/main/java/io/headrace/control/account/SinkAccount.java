package io.headrace.control.account;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What one sink owes. It commits an offset when all before it is in its store, or among its dead letters; so a reading is
 * taken as soon as the offset committed for its partition is past it. Readings wait here in stretches of one minute.
 * Owned by one thread.
 */
final class SinkAccount {
    /** Of readings in one stretch, while there are few stretches: it counts as taken when all of it is. */
    private static final int STRETCH = 256;

    private static final int FEW = 10_000;

    private final Shape shape;
    private final int sink;
    private final Map<Place, Waiting> waiting = new HashMap<>();
    private final Set<Place> refused = new HashSet<>();

    /** @param offset -1 for a whole partition */
    private record Place(String topic, int partition, long offset) {}

    private static final class Waiting {
        private final Deque<Stretch> stretches = new ArrayDeque<>();
        private long committed;
        private boolean isOfReplays;
    }

    private static final class Stretch {
        private final Minute minute;
        private long last;
        private int readings;

        Stretch(Minute minute, long last, int readings) {
            this.minute = minute;
            this.last = last;
            this.readings = readings;
        }
    }

    SinkAccount(Shape shape, int sink) {
        this.shape = shape;
        this.sink = sink;
    }

    /** Takes a reading of its tier. */
    void owes(String topic, int partition, long offset, Minute minute) {
        minute.add(shape.owed(sink), 1);
        await(new Place(topic, partition, -1), offset, minute, false);
    }

    /** Takes a reading that it had set aside, on its way back to it: refused until it commits past it. */
    void again(String topic, int partition, long offset, Minute minute) {
        await(new Place(topic, partition, -1), offset, minute, true);
    }

    private void await(Place place, long offset, Minute minute, boolean isAgain) {
        Waiting queue = waiting.computeIfAbsent(place, key -> new Waiting());
        queue.isOfReplays = isAgain;
        if (offset < queue.committed) {
            taken(queue, minute, 1);
            return;
        }
        Stretch last = queue.stretches.peekLast();
        boolean grows =
                last != null && last.minute.isSame(minute) && (last.readings < STRETCH || queue.stretches.size() > FEW);
        if (last != null && grows) {
            last.last = offset;
            last.readings++;
        } else {
            queue.stretches.addLast(new Stretch(minute, offset, 1));
        }
    }

    /** Takes up to where the sink has committed a partition, exclusive. */
    void committed(String topic, int partition, long next) {
        Waiting queue = waiting.computeIfAbsent(new Place(topic, partition, -1), key -> new Waiting());
        queue.committed = Math.max(queue.committed, next);
        while (!queue.stretches.isEmpty() && queue.stretches.getFirst().last < next) {
            Stretch done = queue.stretches.removeFirst();
            taken(queue, done.minute, done.readings);
        }
    }

    private void taken(Waiting queue, Minute minute, int readings) {
        if (queue.isOfReplays) {
            minute.add(shape.refused(sink), -readings);
        } else {
            minute.add(shape.taken(sink), readings);
        }
    }

    /** Takes a reading that the sink has set aside; it may say so twice. */
    void refused(String topic, int partition, long offset, Minute minute) {
        if (refused.add(new Place(topic, partition, offset))) {
            minute.add(shape.refused(sink), 1);
        }
    }

    /** Number of the oldest minute of which it lacks a reading; -1 for none. */
    long oldestMinute() {
        long oldest = Long.MAX_VALUE;
        for (Waiting queue : waiting.values()) {
            if (!queue.isOfReplays && !queue.stretches.isEmpty()) {
                oldest = Math.min(oldest, queue.stretches.getFirst().minute.number());
            }
        }
        return oldest == Long.MAX_VALUE ? -1 : oldest;
    }

    /** Whether it has committed anything, ever: a sink that nobody runs owes nothing. */
    boolean isThere() {
        return waiting.values().stream().anyMatch(queue -> queue.committed > 0);
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(waiting.size());
        for (Map.Entry<Place, Waiting> each : waiting.entrySet()) {
            write(out, each.getKey());
            out.writeLong(each.getValue().committed);
            out.writeBoolean(each.getValue().isOfReplays);
            out.writeInt(each.getValue().stretches.size());
            for (Stretch stretch : each.getValue().stretches) {
                out.writeInt(stretch.minute.partition());
                out.writeLong(stretch.minute.first());
                out.writeLong(stretch.last);
                out.writeInt(stretch.readings);
            }
        }
        out.writeInt(refused.size());
        for (Place each : refused) {
            write(out, each);
        }
    }

    private static void write(DataOutput out, Place place) throws IOException {
        out.writeUTF(place.topic);
        out.writeInt(place.partition);
        out.writeLong(place.offset);
    }

    void read(DataInput in, MinuteIndex minutes) throws IOException {
        for (int left = in.readInt(); left > 0; left--) {
            Waiting queue = new Waiting();
            waiting.put(place(in), queue);
            queue.committed = in.readLong();
            queue.isOfReplays = in.readBoolean();
            for (int stretches = in.readInt(); stretches > 0; stretches--) {
                Minute minute = minutes.of(in.readInt(), in.readLong());
                queue.stretches.addLast(new Stretch(minute, in.readLong(), in.readInt()));
            }
        }
        for (int left = in.readInt(); left > 0; left--) {
            refused.add(place(in));
        }
    }

    private static Place place(DataInput in) throws IOException {
        return new Place(in.readUTF(), in.readInt(), in.readLong());
    }
}
