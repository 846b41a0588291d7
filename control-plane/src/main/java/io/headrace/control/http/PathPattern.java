package io.headrace.control.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A path of literal segments, {@code {name}} segments and a last segment that may end in a literal verb:
 * {@code /api/v1/devices/{id}:disable}. The verb is what follows the last colon, so that ids may have colons
 * themselves.
 */
final class PathPattern {
    private final String text;
    private final String[] segments;

    PathPattern(String text) {
        this.text = text;
        this.segments = text.substring(1).split("/", -1);
    }

    /**
     * Values of the named segments, decoded; empty where the path isn't one of these.
     *
     * @param rawPath as it stands in the request, percent signs and all
     */
    Optional<Map<String, String>> match(String rawPath) {
        String[] actual = rawPath.substring(1).split("/", -1);
        if (!rawPath.startsWith("/") || actual.length != segments.length) {
            return Optional.empty();
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < segments.length; i++) {
            if (!matchSegment(segments[i], actual[i], values)) {
                return Optional.empty();
            }
        }
        return Optional.of(values);
    }

    private static boolean matchSegment(String pattern, String rawActual, Map<String, String> values) {
        if (!pattern.startsWith("{")) {
            return pattern.equals(rawActual);
        }
        int end = pattern.indexOf('}');
        String actual = decoded(rawActual);
        String verb = pattern.substring(end + 1);
        if (!actual.endsWith(verb) || actual.length() == verb.length()) {
            return false;
        }
        values.put(pattern.substring(1, end), actual.substring(0, actual.length() - verb.length()));
        return true;
    }

    private static String decoded(String segment) {
        if (segment.indexOf('%') < 0) {
            return segment;
        }
        try {
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest("the path has a percent sign that begins no escape");
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
