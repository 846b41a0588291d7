package io.headrace.control.account;

import io.headrace.catalogue.Outcome;
import io.headrace.control.reconcile.Fault;
import org.jspecify.annotations.Nullable;

/** The rule of the account: which evidence an outcome must have, and which it must not. */
final class Judgement {
    private Judgement() {}

    /**
     * What is wrong with a message.
     *
     * @param code of its outcome in the ledger; 0 for none
     * @param read whether it has a reading
     * @param dead whether it has a dead letter
     * @param replayed whether it was brought back: then it keeps its letter, whatever came of it
     * @return null where it adds up
     */
    static @Nullable Fault of(int code, boolean read, boolean dead, boolean replayed) {
        if (code == 0) {
            return Fault.NO_OUTCOME;
        }
        if (code > Outcome.QUARANTINED.code()) {
            return Fault.OUTCOME_UNKNOWN;
        }
        boolean stored = code == Outcome.STORED.code();
        if (stored && !read) {
            return Fault.READING_MISSING;
        }
        if (!stored && read) {
            return Fault.READING_UNEXPECTED;
        }
        if (isSetAside(code)) {
            return dead ? null : Fault.DEAD_LETTER_MISSING;
        }
        return dead && !replayed ? Fault.DEAD_LETTER_UNEXPECTED : null;
    }

    static boolean isSetAside(int code) {
        return code == Outcome.DEAD_LETTERED.code() || code == Outcome.QUARANTINED.code();
    }

    static String name(int code) {
        if (code == 0) {
            return "no outcome";
        }
        return code < Shape.OUTCOMES ? Outcome.ofCode((byte) code).name() : "code " + code;
    }
}
