package io.headrace.gateway.amqp.codec;

/**
 * Carries a broken rule from the value that broke it up to where it becomes a {@link Malformed} frame or a rejected
 * message. Without a stack trace it costs one small object. Checked, so that the compiler sees where it ends.
 */
public final class Violation extends Exception {
    private final Condition condition;
    private final String detail;

    public Violation(Condition condition, String detail) {
        super(detail, null, false, false);
        this.condition = condition;
        this.detail = detail;
    }

    static Violation decode(String detail) {
        return new Violation(Condition.DECODE_ERROR, detail);
    }

    public Condition condition() {
        return condition;
    }

    /** One line for a person, with nothing in it that the peer sent. */
    public String detail() {
        return detail;
    }
}
