package io.headrace.streams.decode.sparkplug;

import java.nio.ByteBuffer;

/**
 * What is remembered of an edge node from one message to the next.
 *
 * @param birthDeathSequence number of its connection; -1 where it gave none
 * @param sequence of its last message; -1 where the next may have any
 */
record EdgeNode(long birthDeathSequence, int sequence) {
    /** Layout 1: version, number of the connection, sequence. */
    private static final byte VERSION = 1;

    private static final int SEQUENCES = 256;

    byte[] stored() {
        return ByteBuffer.allocate(1 + Long.BYTES + Integer.BYTES)
                .put(VERSION)
                .putLong(birthDeathSequence)
                .putInt(sequence)
                .array();
    }

    static EdgeNode ofStored(byte[] stored) {
        ByteBuffer in = ByteBuffer.wrap(stored);
        byte version = in.get();
        if (version != VERSION) {
            throw new IllegalStateException("an edge node of version " + version + " where " + VERSION + " is known");
        }
        return new EdgeNode(in.getLong(), in.getInt());
    }

    /** How many messages are missing before one of this sequence; 0 for the last one, sent once more. */
    int missedBefore(int next) {
        if (sequence < 0) {
            return 0;
        }
        int missed = Math.floorMod(next - sequence - 1, SEQUENCES);
        return missed == SEQUENCES - 1 ? 0 : missed;
    }

    EdgeNode at(int next) {
        return new EdgeNode(birthDeathSequence, next);
    }
}
