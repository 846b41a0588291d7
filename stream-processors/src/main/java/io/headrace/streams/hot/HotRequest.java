package io.headrace.streams.hot;

import io.headrace.catalogue.DeviceId;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What is asked of the hot tier. */
sealed interface HotRequest {
    String device();

    Copy copy();

    /** Which copies of the state may answer. */
    enum Copy {
        /** The one that takes readings in. */
        OWNED,
        /** Where that one doesn't answer also one that follows it, and may be behind. */
        ANY
    }

    /** The newest value of each metric. */
    record Latest(String device, Copy copy) implements HotRequest {}

    /** The points of one metric. */
    record Recent(String device, String metric, Duration back, Copy copy) implements HotRequest {}

    /**
     * {@code /hot/{device}/latest}, {@code /hot/{device}/recent?metric=m&minutes=n}, each with {@code stale=true} where
     * any copy may answer; empty for anything else.
     */
    static Optional<HotRequest> parse(URI uri) {
        String[] path = uri.getRawPath().split("/", -1);
        if (path.length != 4 || !path[1].equals("hot")) {
            return Optional.empty();
        }
        try {
            String device = decoded(path[2].replace("+", "%2B"));
            if (!DeviceId.isValid(device)) {
                return Optional.empty();
            }
            Map<String, String> query = query(uri);
            Copy copy = Boolean.parseBoolean(query.get("stale")) ? Copy.ANY : Copy.OWNED;
            return switch (path[3]) {
                case "latest" -> Optional.of(new Latest(device, copy));
                case "recent" -> recent(device, query, copy);
                default -> Optional.empty();
            };
        } catch (IllegalArgumentException notEncoded) {
            return Optional.empty();
        }
    }

    private static Optional<HotRequest> recent(String device, Map<String, String> query, Copy copy) {
        String metric = query.get("metric");
        long minutes = Long.parseLong(query.getOrDefault("minutes", "60"));
        return metric == null || minutes < 1 || minutes > 1_000_000
                ? Optional.empty()
                : Optional.of(new Recent(device, metric, Duration.ofMinutes(minutes), copy));
    }

    private static Map<String, String> query(URI uri) {
        Map<String, String> query = new HashMap<>();
        if (uri.getRawQuery() != null) {
            for (String pair : uri.getRawQuery().split("&", -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0) {
                    query.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
                }
            }
        }
        return query;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
