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
        public long take(int bytes) {
            return 0;
        }

        @Override
        public long charge(int bytes) {
            return 0;
        }
    };

    /**
     * Takes one message, if the quota has it.
     *
     * @param bytes of its payload
     * @return 0 where it is taken; otherwise the nanoseconds after which it would be, and nothing is taken
     */
    long take(int bytes);

    /**
     * Takes one message whatever the quota has.
     *
     * @param bytes of its payload
     * @return nanoseconds for which nothing more should be read from the device; 0 for none
     */
    long charge(int bytes);
}
