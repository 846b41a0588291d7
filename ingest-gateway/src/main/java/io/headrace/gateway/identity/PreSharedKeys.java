package io.headrace.gateway.identity;

/**
 * Keys of devices for handshakes in which a key is proven and never shown, as DTLS does with a pre-shared key. Only for
 * what needs the key itself; whoever can be shown a credential asks {@link Identities}. Safe for use by several
 * threads; no method blocks.
 *
 * <p>A handshake is tried with one key. When it is over, its end is told to {@link Identities#authenticate}: with the
 * key that was proven, or with none where it wasn't, so that refusals, throttling and events are those of every other
 * credential.
 */
@FunctionalInterface
public interface PreSharedKeys {
    /** Which of a device's two keys. */
    enum Slot {
        PRIMARY,
        SECONDARY;

        /** The one to try when this one was wrong. */
        public Slot other() {
            return this == PRIMARY ? SECONDARY : PRIMARY;
        }
    }

    /**
     * The device's key; random bytes that nobody has where there is no such device or no such key, so that a peer can't
     * tell it from a wrong key.
     *
     * @param claimedId as sent, of any length
     * @return not to be changed
     */
    byte[] find(String claimedId, Slot slot);
}
