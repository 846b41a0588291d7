package io.headrace.gateway.admission;

/** What a device may send. Divides when it is made, and not for each message. */
final class Rates {
    static final long ANY = Long.MAX_VALUE;

    private static final double SECOND = 1e9;

    private final long messages;
    private final long bytes;
    /** Time for which one message is the share, nanoseconds; 0 for none. */
    private final long ofMessage;
    /** As above for a byte. */
    private final double ofByte;

    /**
     * @param messages a second, at least 1; {@link #ANY} for as many as it likes
     * @param bytes of payload a second, at least 1; {@link #ANY} for as many as it likes
     */
    Rates(long messages, long bytes) {
        this.messages = messages;
        this.bytes = bytes;
        this.ofMessage = messages == ANY ? 0 : Math.max(1, (long) (SECOND / messages));
        this.ofByte = bytes == ANY ? 0 : SECOND / bytes;
    }

    long messages() {
        return messages;
    }

    long bytes() {
        return bytes;
    }

    boolean isUnlimited() {
        return messages == ANY && bytes == ANY;
    }

    /** Time for which so many messages are the share, nanoseconds. */
    long ofMessages(int count) {
        return count * ofMessage;
    }

    /** Time for which so many bytes are the share, nanoseconds. */
    long ofBytes(int count) {
        return (long) (count * ofByte);
    }
}
