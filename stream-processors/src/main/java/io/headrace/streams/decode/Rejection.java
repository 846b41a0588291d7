package io.headrace.streams.decode;

import io.headrace.catalogue.Reason;

/** Ends the decoding of one message, from however deep. Without a stack trace: half of all messages may be poison. */
final class Rejection extends Exception {
    private final Reason reason;
    private final String detail;

    Rejection(Reason reason, String detail) {
        super(detail, null, false, false);
        this.reason = reason;
        this.detail = detail;
    }

    Decoded.Rejected asResult() {
        return new Decoded.Rejected(reason, detail);
    }
}
