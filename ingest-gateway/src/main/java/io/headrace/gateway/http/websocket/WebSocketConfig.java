package io.headrace.gateway.http.websocket;

import io.headrace.config.Settings;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * MQTT over WebSocket.
 *
 * @param isOn whether it is offered
 * @param origins of web pages that may connect, such as {@code https://console.example.com}; empty for any. Devices send
 *     none. A page gets nothing from its user's browser that would prove who it is, so that any is safe
 * @param maxFrame largest frame, bytes
 */
public record WebSocketConfig(boolean isOn, Set<String> origins, int maxFrame) {
    private static final String ORIGINS = "gateway.http.websocket-origins";
    private static final String ANY = "*";

    public WebSocketConfig {
        origins = Set.copyOf(origins);
    }

    /**
     * Reads {@code gateway.http.websocket}, {@code .websocket-origins} and {@code .websocket-max-frame}. Where MQTT asks
     * nobody who he is, on its own listeners on loopback, it isn't offered on those of HTTP, which may be elsewhere.
     */
    public static WebSocketConfig from(Settings settings) {
        boolean asks = settings.oneOf("gateway.mqtt.authentication", "required", Set.of("required", "none"))
                .equals("required");
        return new WebSocketConfig(
                settings.flag("gateway.http.websocket", true) && asks,
                origins(settings.text(ORIGINS, ANY)),
                Math.toIntExact(settings.bytes("gateway.http.websocket-max-frame", 512 << 10, 1 << 10, 16 << 20)));
    }

    private static Set<String> origins(String list) {
        if (list.strip().equals(ANY)) {
            return Set.of();
        }
        Set<String> origins = new TreeSet<>();
        for (String each : list.split(",", -1)) {
            String origin = each.strip().toLowerCase(Locale.ROOT);
            if (!isOrigin(origin)) {
                throw Settings.invalid(ORIGINS, list, "*, or origins such as https://example.com parted by commas");
            }
            origins.add(origin);
        }
        return origins;
    }

    private static boolean isOrigin(String text) {
        try {
            URI uri = URI.create(text);
            return uri.getScheme() != null
                    && uri.getHost() != null
                    && text.equals(uri.getScheme() + "://" + uri.getRawAuthority());
        } catch (IllegalArgumentException notAnAddress) {
            return false;
        }
    }
}
