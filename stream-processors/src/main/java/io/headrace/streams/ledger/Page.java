package io.headrace.streams.ledger;

import io.headrace.catalogue.LedgerPage;
import io.headrace.catalogue.Outcome;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Outcomes of {@link LedgerPage#SIZE} successive messages.
 *
 * @param stored layout 1: version, receive time of the latest message in ms, one outcome code per message
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Page(byte[] stored) {
    private static final byte VERSION = 1;
    private static final int TIME = 1;
    private static final int OUTCOMES = TIME + Long.BYTES;

    /** A page from the store; null for one that isn't begun. */
    static Page of(byte @Nullable [] stored) {
        if (stored == null) {
            byte[] empty = new byte[OUTCOMES + LedgerPage.SIZE];
            empty[0] = VERSION;
            return new Page(empty);
        }
        if (stored[0] != VERSION) {
            throw new IllegalStateException(
                    "a ledger page of version " + stored[0] + " where " + VERSION + " is known");
        }
        return new Page(stored);
    }

    /** This page with one more outcome; an offset that has one already gets the new one. */
    Page with(long offset, Outcome outcome, long receivedAt) {
        byte[] changed = stored.clone();
        changed[OUTCOMES + (int) (offset % LedgerPage.SIZE)] = outcome.code();
        ByteBuffer.wrap(changed).putLong(TIME, Math.max(receivedAt, receivedAt()));
        return new Page(changed);
    }

    long receivedAt() {
        return ByteBuffer.wrap(stored).getLong(TIME);
    }

    byte[] outcomes() {
        return Arrays.copyOfRange(stored, OUTCOMES, stored.length);
    }
}
