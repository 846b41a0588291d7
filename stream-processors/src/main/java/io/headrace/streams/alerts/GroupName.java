package io.headrace.streams.alerts;

import io.headrace.catalogue.DeviceId;
import io.headrace.catalogue.Headers;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * Names of groups: {@code <tag>/<value>}, parted by commas, or {@code *} for all devices of a rule. In the place of a
 * device's id they can't be mistaken for one, and records about a group are keyed by them.
 */
public final class GroupName {
    private static final String ALL = "*";
    private static final String GATEWAY = Headers.GATEWAY + "/";
    private static final int MOST_CHARACTERS = 512;

    private GroupName() {}

    /** Empty where the device lacks one of the tags, or the name would be too long. */
    static Optional<String> of(List<String> by, Map<String, String> tags) {
        if (by.isEmpty()) {
            return Optional.of(ALL);
        }
        StringJoiner name = new StringJoiner(",");
        for (String tag : by) {
            String value = tags.get(tag);
            if (value == null) {
                return Optional.empty();
            }
            name.add(encoded(tag) + "/" + encoded(value));
        }
        return name.length() > MOST_CHARACTERS ? Optional.empty() : Optional.of(name.toString());
    }

    /** Of the devices behind a gateway that is silent itself. */
    public static String ofGateway(String gateway) {
        return GATEWAY + encoded(gateway);
    }

    /** Whether it is a name of {@link #ofGateway}. */
    public static boolean isOfGateway(String name) {
        return name.startsWith(GATEWAY);
    }

    /** Whether a record with this in the place of a device's id is about a group. */
    public static boolean isGroup(String deviceId) {
        return !DeviceId.isValid(deviceId);
    }

    /** Without what parts the name, and what parts the keys of stores. */
    private static String encoded(String text) {
        StringBuilder encoded = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == 0x7f || c == '/' || c == ',' || c == '%') {
                encoded.append('%').append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            } else {
                encoded.append(c);
            }
        }
        return encoded.toString();
    }
}
