package io.headrace.gateway.http.request;

import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Where a request goes: {@code /v1/telemetry} or {@code /v1/telemetry/<channel>}; a query is ignored.
 *
 * @param channel decoded, several levels joined by {@code /}; empty for none
 */
record TelemetryPath(String channel) {
    private static final String ROOT = "/v1/telemetry";
    private static final int MAX_CHANNEL = 256;

    /**
     * Empty where nothing is served there.
     *
     * @param target of the request line: a path, or an absolute URI as a proxy would send it
     */
    static Optional<TelemetryPath> parse(String target) {
        String path = path(target);
        if (path.equals(ROOT) || path.equals(ROOT + "/")) {
            return Optional.of(new TelemetryPath(""));
        }
        if (!path.startsWith(ROOT + "/") || path.contains("+")) {
            return Optional.empty();
        }
        List<String> levels = List.of(path.substring(ROOT.length() + 1).split("/", -1));
        try {
            List<String> decoded = levels.stream().map(TelemetryPath::decoded).toList();
            String channel = String.join("/", decoded);
            return channel.length() <= MAX_CHANNEL && decoded.stream().allMatch(TelemetryPath::isLevel)
                    ? Optional.of(new TelemetryPath(channel))
                    : Optional.empty();
        } catch (IllegalArgumentException notEncodedSo) {
            return Optional.empty();
        }
    }

    private static String path(String target) {
        String path = relative(target);
        int query = path.indexOf('?');
        return query < 0 ? path : path.substring(0, query);
    }

    /** Path and query of a target. */
    static String relative(String target) {
        if (target.startsWith("/")) {
            return target;
        }
        int authority = target.indexOf("://");
        int slash = authority < 0 ? -1 : target.indexOf('/', authority + 3);
        return slash < 0 ? "" : target.substring(slash);
    }

    private static String decoded(String level) {
        String latin = URLDecoder.decode(level, StandardCharsets.ISO_8859_1);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(latin.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("not UTF-8", e);
        }
    }

    private static boolean isLevel(String level) {
        return !level.isEmpty()
                && !level.equals(".")
                && !level.equals("..")
                && level.codePoints().noneMatch(c -> Character.isISOControl(c) || c == '/' || c == '+' || c == '#');
    }
}
