package io.headrace.catalogue;

/**
 * Id of a device: 1 to 128 characters of {@code A–Z a–z 0–9 - . _ : @ = ,}, case-sensitive. It is the key of every
 * record about the device and so chooses its partition.
 *
 * @param value the id as the device and its operators write it
 */
public record DeviceId(String value) {
    /** Longest id, in characters. */
    public static final int MAX_LENGTH = 128;

    /** @throws IllegalArgumentException where the value isn't an id; {@link #isValid} asks first */
    public DeviceId {
        if (!isValid(value)) {
            throw new IllegalArgumentException(
                    "not a device id (1 to " + MAX_LENGTH + " of A-Z a-z 0-9 - . _ : @ = ,): " + printable(value));
        }
    }

    /** Whether a device could have this id. */
    public static boolean isValid(String value) {
        int length = value.length();
        if (length == 0 || length > MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (!isAllowed(value.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAllowed(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "-._:@=,".indexOf(c) >= 0;
    }

    private static String printable(String value) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < Math.min(value.length(), 40); i++) {
            char c = value.charAt(i);
            text.append(c < ' ' || c > '~' ? '?' : c);
        }
        return text.toString();
    }

    @Override
    public String toString() {
        return value;
    }
}
