package io.headrace.streams.decode;

import io.headrace.catalogue.Reason;

/** Ends the decoding of one message, from however deep. Without a stack trace: half of all messages may be poison. */
public final class Rejection extends Exception {
    private final Reason reason;
    private final String detail;

    /** @param detail one line of printable text */
    public Rejection(Reason reason, String detail) {
        super(detail, null, false, false);
        this.reason = reason;
        this.detail = detail;
    }

    /** One line of printable text. */
    public String detail() {
        return detail;
    }

    /** The same, with the place in front of the detail. */
    public Rejection at(String place) {
        return new Rejection(reason, place + ": " + detail);
    }

    Decoded.Rejected asResult() {
        return new Decoded.Rejected(reason, detail);
    }
}
