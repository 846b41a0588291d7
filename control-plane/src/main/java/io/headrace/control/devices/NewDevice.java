package io.headrace.control.devices;

import io.headrace.catalogue.DeviceId;
import io.headrace.control.http.Problem;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a caller says of a device that is to be.
 *
 * @param tags null for none
 * @param primaryThumbprint SHA-256 of a client certificate in hex; null for none
 * @param secondaryThumbprint as primaryThumbprint
 * @param certificateAuthority null for false
 * @param messagesPerSecond null for the gateway's default
 * @param bytesPerSecond null for the gateway's default
 */
record NewDevice(
        @Nullable String id,
        @Nullable Map<String, String> tags,
        @Nullable String primaryThumbprint,
        @Nullable String secondaryThumbprint,
        @Nullable Boolean certificateAuthority,
        @Nullable Integer messagesPerSecond,
        @Nullable Long bytesPerSecond) {
    private static final int MAX_TAGS = 64;
    private static final Pattern TAG_NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
    private static final int MAX_TAG_VALUE = 256;
    private static final Pattern THUMBPRINT = Pattern.compile("[0-9a-fA-F]{64}");

    /** @throws Problem (400) that names the member, its value and what it may be */
    DeviceId validated() {
        if (id == null || !DeviceId.isValid(id)) {
            throw Problem.badRequest("id must be 1 to " + DeviceId.MAX_LENGTH + " of A-Z a-z 0-9 - . _ : @ = ,");
        }
        requireTags(tagsOrNone());
        requireThumbprint("primaryThumbprint", primaryThumbprint);
        requireThumbprint("secondaryThumbprint", secondaryThumbprint);
        if (messagesPerSecond != null && messagesPerSecond < 1) {
            throw Problem.badRequest("messagesPerSecond must be at least 1, or left out");
        }
        if (bytesPerSecond != null && bytesPerSecond < 1) {
            throw Problem.badRequest("bytesPerSecond must be at least 1, or left out");
        }
        return new DeviceId(id);
    }

    Map<String, String> tagsOrNone() {
        return tags == null ? Map.of() : tags;
    }

    /** @throws Problem (400) */
    static void requireTags(Map<String, String> tags) {
        if (tags.size() > MAX_TAGS) {
            throw Problem.badRequest("a device has at most " + MAX_TAGS + " tags");
        }
        tags.forEach((name, value) -> {
            if (!TAG_NAME.matcher(name).matches()) {
                throw Problem.badRequest("a tag's name must be 1 to 64 of A-Z a-z 0-9 . _ -");
            }
            if (value == null || value.length() > MAX_TAG_VALUE) {
                throw Problem.badRequest(
                        "the tag " + name + " must be a text of at most " + MAX_TAG_VALUE + " characters");
            }
        });
    }

    private static void requireThumbprint(String member, @Nullable String value) {
        if (value != null && !THUMBPRINT.matcher(value).matches()) {
            throw Problem.badRequest(member + " must be SHA-256 of a certificate in 64 hex digits");
        }
    }
}
