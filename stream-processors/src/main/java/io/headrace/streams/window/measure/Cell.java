package io.headrace.streams.window.measure;

/**
 * Where in event time an {@link Accumulator} stands, so that it need not store whole times.
 *
 * @param start epoch microseconds; nothing is counted that was observed earlier
 * @param slot microseconds: to this resolution it is remembered when there was a value; 0 for not at all
 */
public record Cell(long start, long slot) {
    /** How many slots a cell may have. */
    public static final int SLOTS = 60;

    /** The slot that holds an instant, 0 to 63. */
    int slotOf(long instant) {
        return slot == 0 ? 0 : (int) Math.min((instant - start) / slot, Long.SIZE - 1);
    }
}
