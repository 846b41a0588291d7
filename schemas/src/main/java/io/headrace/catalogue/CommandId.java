package io.headrace.catalogue;

import java.util.regex.Pattern;

/**
 * Id of a command to a device, and its idempotency key: 1 to 128 characters of {@code A–Z a–z 0–9 - . _ : =}, so that it
 * can be a level of a topic and a part of a path. A command is known by its device and its id together.
 *
 * @param value the id as whoever made it chose it
 */
public record CommandId(String value) {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._:=-]{1,128}");

    /** @throws IllegalArgumentException where the value isn't an id; {@link #isValid} asks first */
    public CommandId {
        if (!isValid(value)) {
            throw new IllegalArgumentException("a command's id must be 1 to 128 of A-Z a-z 0-9 - . _ : =");
        }
    }

    /** Whether a command could have this id. */
    public static boolean isValid(String value) {
        return FORM.matcher(value).matches();
    }

    @Override
    public String toString() {
        return value;
    }
}
