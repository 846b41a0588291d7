package io.headrace.wear.fit;

/** No model can be fitted to what there is; the message is a sentence that says what is missing. */
public final class UnfitException extends Exception {
    private static final long serialVersionUID = 1;

    public UnfitException(String message) {
        super(message, null, false, false);
    }
}
