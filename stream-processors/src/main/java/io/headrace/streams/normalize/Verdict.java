package io.headrace.streams.normalize;

import io.headrace.catalogue.Outcome;
import io.headrace.catalogue.Reason;
import io.headrace.record.Reading;
import io.headrace.streams.decode.Decoded;
import java.util.List;

/** What is to become of a message. */
sealed interface Verdict {
    /** How the ledger calls it. */
    Outcome outcome();

    /**
     * It is decoded.
     *
     * @param readings at least one, in the payload's order
     * @param memos what to remember for later messages of the device
     * @param missed messages of the device that are missing before this one, as far as it counts them
     */
    record Stored(List<Reading> readings, List<Decoded.Memo> memos, int missed) implements Verdict {
        @Override
        public Outcome outcome() {
            return Outcome.STORED;
        }
    }

    /**
     * It goes to the dead letters.
     *
     * @param detail one line
     */
    record SetAside(Outcome outcome, Reason reason, String detail) implements Verdict {}

    /** It goes nowhere. */
    record Dropped(Outcome outcome) implements Verdict {}
}
