package io.headrace.streams.decode;

import java.util.Locale;
import java.util.Optional;

/**
 * A content type.
 *
 * @param essence type and subtype in lower case; empty where a sender gave none
 * @param parameters all that follows the first semicolon
 */
public record MediaType(String essence, String parameters) {
    static final MediaType NONE = new MediaType("", "");

    /** Of whatever text a sender gave. */
    public static MediaType of(String text) {
        int semicolon = text.indexOf(';');
        return semicolon < 0
                ? new MediaType(normal(text), "")
                : new MediaType(normal(text.substring(0, semicolon)), text.substring(semicolon + 1));
    }

    /** A parameter's value in lower case, without quotes around it. */
    public Optional<String> find(String parameter) {
        for (String each : parameters.split(";", -1)) {
            int equals = each.indexOf('=');
            if (equals > 0 && normal(each.substring(0, equals)).equals(parameter)) {
                return Optional.of(normal(each.substring(equals + 1)).replace("\"", ""));
            }
        }
        return Optional.empty();
    }

    private static String normal(String text) {
        return text.strip().toLowerCase(Locale.ROOT);
    }
}
