package io.headrace.gateway.mqtt.codec;

/**
 * Carries a broken rule from the field that broke it up to {@link Decoder#decode}, which turns it into a
 * {@link Malformed} value; it never leaves the package. Without a stack trace it costs one small object. Checked, so
 * that the compiler sees that nothing lets it out.
 */
final class Violation extends Exception {
    private final ReasonCode reason;
    private final String detail;

    private Violation(ReasonCode reason, String detail) {
        super(detail, null, false, false);
        this.reason = reason;
        this.detail = detail;
    }

    static Violation of(ReasonCode reason, String detail) {
        return new Violation(reason, detail);
    }

    static Violation malformed(String detail) {
        return new Violation(ReasonCode.MALFORMED_PACKET, detail);
    }

    static Violation protocol(String detail) {
        return new Violation(ReasonCode.PROTOCOL_ERROR, detail);
    }

    ReasonCode reason() {
        return reason;
    }

    String detail() {
        return detail;
    }
}
