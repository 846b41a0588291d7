package io.headrace.gateway.admission;

/**
 * What one device may send, however many connections it has. Safe for use by several threads; no method blocks.
 *
 * <p>Protocols that can refuse a message {@link #take} it; those that can't {@link #charge} it, and read the next one
 * later.
 */
public interface Allowance {
    /** Of a device without limits. */
    Allowance UNLIMITED = new Allowance() {
        @Override
        public long now() {
            return 0;
        }

        @Override
        public long take(int bytes, long now) {
            return 0;
        }

        @Override
        public long charge(int messages, int bytes, long now) {
            return 0;
        }
    };

    /** What the quota's clock says, nanoseconds. Good for all messages that came together: reading it costs as much as taking one. */
    long now();

    /** As {@link #take(int, long)}, now. */
    default long take(int bytes) {
        return take(bytes, now());
    }

    /**
     * Takes one message, if the quota has it.
     *
     * @param bytes of its payload
     * @param now lately {@link #now()}
     * @return 0 where it is taken; otherwise the nanoseconds after which it would be, and nothing is taken
     */
    long take(int bytes, long now);

    /** As {@link #charge(int, int, long)}, one message, now. */
    default long charge(int bytes) {
        return charge(1, bytes, now());
    }

    /**
     * Takes messages whatever the quota has.
     *
     * @param messages how many
     * @param bytes of their payloads
     * @param now lately {@link #now()}
     * @return nanoseconds for which nothing more should be read from the device; 0 for none
     */
    long charge(int messages, int bytes, long now);
}
