package io.headrace.streams.ledger;

import io.headrace.catalogue.LedgerPage;
import io.headrace.catalogue.Outcome;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Outcomes of {@link LedgerPage#SIZE} successive messages. Changes in place. */
final class Page implements Row {
    private static final byte VERSION = 1;
    private static final int TIME = 1;
    private static final int OUTCOMES = TIME + Long.BYTES;

    /** Layout 1: version, receive time of the latest message in ms, one outcome code per message. */
    private final byte[] bytes;

    private Page(byte[] bytes) {
        this.bytes = bytes;
    }

    /** One that isn't begun. */
    static Page empty() {
        byte[] empty = new byte[OUTCOMES + LedgerPage.SIZE];
        empty[0] = VERSION;
        return new Page(empty);
    }

    static Page ofStored(byte[] stored) {
        if (stored[0] != VERSION) {
            throw new IllegalStateException(
                    "a ledger page of version " + stored[0] + " where " + VERSION + " is known");
        }
        return new Page(stored.clone());
    }

    /** Adds an outcome; an offset that has one already gets the new one. */
    void add(long offset, Outcome outcome, long receivedAt) {
        bytes[OUTCOMES + (int) (offset % LedgerPage.SIZE)] = outcome.code();
        ByteBuffer.wrap(bytes).putLong(TIME, Math.max(receivedAt, receivedAt()));
    }

    long receivedAt() {
        return ByteBuffer.wrap(bytes).getLong(TIME);
    }

    byte[] outcomes() {
        return Arrays.copyOfRange(bytes, OUTCOMES, bytes.length);
    }

    @Override
    public byte[] stored() {
        return bytes.clone();
    }
}
