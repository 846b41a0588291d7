package io.headrace.config;

import java.util.function.Supplier;

/**
 * Text that must not be printed.
 *
 * @param reveal gives the text itself, where it is needed
 */
public record Secret(Supplier<String> reveal) {
    /** A secret of this text. */
    public static Secret of(String text) {
        return new Secret(() -> text);
    }

    @Override
    public String toString() {
        return "(secret)";
    }
}
