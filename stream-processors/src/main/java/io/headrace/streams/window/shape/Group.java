package io.headrace.streams.window.shape;

/**
 * Devices that share a tag.
 *
 * @param tag without a slash, so that two groups never have the same key
 */
public record Group(String tag, String value) {
    /** What stands in place of a device's id; the slash is in none of those. */
    public String key() {
        return tag + '/' + value;
    }

    public static Group ofKey(String key) {
        int slash = key.indexOf('/');
        return new Group(key.substring(0, slash), key.substring(slash + 1));
    }
}
