package io.headrace.history;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.headrace.client.ApiClient;
import io.headrace.client.ApiException;
import io.headrace.record.Severity;
import io.headrace.streams.backtest.Episode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The alerts of a rule that were really raised: from the warm tier, or where there is none, as far as the API knows them. */
public final class WrittenAlerts {
    /** Most that the API gives. */
    private static final int MOST = 5_000;

    private final ApiClient api;

    public WrittenAlerts(ApiClient api) {
        this.api = api;
    }

    /**
     * Those that were raised before an end and changed since a beginning; empty where not all of them can be had.
     *
     * @param devices empty for all
     */
    public Optional<List<Episode>> find(String rule, Instant from, Instant to, Set<String> devices) {
        List<Episode> found = new ArrayList<>();
        try {
            AnswerLines lines = new AnswerLines(row -> {
                if (row.isArray()) {
                    found.add(episode(
                            row.path(0), row.path(1), row.path(2), row.path(3).asText(), row.path(4)));
                }
            });
            String sql = "SELECT device_id, raised_at, cleared_at, severity, message FROM alerts WHERE rule_id = '"
                    + rule.replace("'", "''") + "' AND received_at >= '" + from + "' AND raised_at < '" + to + "'";
            api.lines("/api/v1/query", JsonNodeFactory.instance.objectNode().put("sql", sql), lines::line);
            lines.requireWhole();
        } catch (ApiException refused) {
            if (!refused.isRefusal()) {
                throw refused;
            }
            return ofApi(rule, from, to).map(all -> of(devices, all));
        }
        return Optional.of(of(devices, found));
    }

    private Optional<List<Episode>> ofApi(String rule, Instant from, Instant to) {
        JsonNode alerts = api.get(
                        ApiClient.path("/api/v1/alerts", Map.of("rule", rule, "limit", Integer.toString(MOST))))
                .path("alerts");
        if (alerts.size() >= MOST) {
            return Optional.empty();
        }
        List<Episode> found = new ArrayList<>();
        for (JsonNode alert : alerts) {
            if (!time(alert.path("receivedAt")).isBefore(from)
                    && time(alert.path("raisedAt")).isBefore(to)) {
                found.add(episode(
                        alert.path("device"),
                        alert.path("raisedAt"),
                        alert.path("clearedAt"),
                        alert.path("severity").asText(),
                        alert.path("message")));
            }
        }
        return Optional.of(found);
    }

    private static List<Episode> of(Set<String> devices, List<Episode> all) {
        return devices.isEmpty()
                ? all
                : all.stream()
                        .filter(episode -> devices.contains(episode.device()))
                        .toList();
    }

    private static Episode episode(
            JsonNode device, JsonNode raisedAt, JsonNode clearedAt, String severity, JsonNode message) {
        return new Episode(
                device.asText(),
                time(raisedAt),
                clearedAt.isTextual() ? Optional.of(time(clearedAt)) : Optional.empty(),
                Severity.valueOf(severity.toUpperCase(Locale.ROOT)),
                message.asText(),
                Map.of());
    }

    private static Instant time(JsonNode text) {
        return Instant.parse(text.asText());
    }
}
