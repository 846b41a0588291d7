package io.headrace.secret;

/** Sealed bytes that this master key doesn't open for this owner. */
public final class SealBrokenException extends RuntimeException {
    private final String owner;

    public SealBrokenException(String owner) {
        super("what is sealed for " + owner + " doesn't open: another master key, another owner, or damage");
        this.owner = owner;
    }

    public String owner() {
        return owner;
    }
}
