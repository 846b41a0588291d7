package io.headrace.gateway.admission;

/**
 * What a device may send.
 *
 * @param messages a second, at least 1; {@link #ANY} for as many as it likes
 * @param bytes of payload a second, at least 1; {@link #ANY} for as many as it likes
 */
record Rates(long messages, long bytes) {
    static final long ANY = Long.MAX_VALUE;

    private static final double SECOND = 1e9;

    boolean isUnlimited() {
        return messages == ANY && bytes == ANY;
    }

    /** Time for which one message is the share, nanoseconds. */
    long ofMessage() {
        return messages == ANY ? 0 : Math.max(1, (long) (SECOND / messages));
    }

    /** Time for which so many bytes are the share, nanoseconds. */
    long ofBytes(int count) {
        return bytes == ANY ? 0 : (long) (count * (SECOND / bytes));
    }
}
