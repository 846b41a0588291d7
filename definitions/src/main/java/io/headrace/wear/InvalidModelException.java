package io.headrace.wear;

/** A model can't be used; the message is one line that begins with the member, as the API spells it. */
public final class InvalidModelException extends Exception {
    private static final long serialVersionUID = 1;

    InvalidModelException(String member, String problem) {
        super(member + " " + problem, null, false, false);
    }
}
