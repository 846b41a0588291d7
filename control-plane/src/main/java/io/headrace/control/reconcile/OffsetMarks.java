package io.headrace.control.reconcile;

/** One byte for each offset of one raw partition from 0 to its end; memory only for stretches that are touched. */
final class OffsetMarks {
    private static final int BITS = 16;
    private static final int CHUNK = 1 << BITS;

    private final long end;
    private final byte[][] chunks;

    /** @param end exclusive */
    OffsetMarks(long end) {
        this.end = end;
        this.chunks = new byte[Math.toIntExact((end + CHUNK - 1) >> BITS)][];
    }

    /** Exclusive. */
    long end() {
        return end;
    }

    boolean covers(long offset) {
        return offset >= 0 && offset < end;
    }

    /** 0 where nothing was set. */
    int at(long offset) {
        byte[] chunk = chunks[(int) (offset >> BITS)];
        return chunk == null ? 0 : chunk[(int) (offset & (CHUNK - 1))] & 0xff;
    }

    void set(long offset, int marks) {
        int index = (int) (offset >> BITS);
        if (chunks[index] == null) {
            chunks[index] = new byte[CHUNK];
        }
        chunks[index][(int) (offset & (CHUNK - 1))] = (byte) marks;
    }
}
