package io.headrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.headrace.client.ApiClient;
import io.headrace.prognosis.StepMeans;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Readings in the stores, asked for with the control plane's queries: it averages where the data is, and rows come as they
 * are taken.
 *
 * @param tier what {@code readings} stands for: warm, cold or both
 * @param err where progress is shown to whoever watches
 */
record QueryMeans(ApiClient api, String tier, int timeoutSeconds, PrintWriter err) implements StepMeans {
    @Override
    public String source() {
        return tier;
    }

    @Override
    public Map<String, Instant> beginnings(Span span) {
        Map<String, Instant> first = new HashMap<>();
        rows(
                "SELECT device_id, epoch_us(min(observed_at)) FROM readings WHERE " + condition(span)
                        + " GROUP BY device_id",
                row -> first.put(
                        row.path(0).asText(), Instant.EPOCH.plus(row.path(1).asLong(), ChronoUnit.MICROS)));
        return first;
    }

    @Override
    public void means(Span span, long stepMicros, Taker taker) {
        rows(
                "SELECT device_id, epoch_us(observed_at) // " + stepMicros
                        + " AS step, metric, avg(value) FROM readings WHERE "
                        + condition(span) + " AND value IS NOT NULL AND isfinite(value)"
                        + " GROUP BY device_id, step, metric ORDER BY device_id, step, metric",
                row -> taker.mean(
                        row.path(0).asText(),
                        row.path(1).asLong(),
                        row.path(2).asText(),
                        row.path(3).asDouble()));
    }

    private static String condition(Span span) {
        return "device_id IN (" + texts(span.devices()) + ") AND metric IN (" + texts(span.metrics())
                + ") AND observed_at >= TIMESTAMPTZ '" + span.from() + "' AND observed_at < TIMESTAMPTZ '" + span.to()
                + "'";
    }

    private static String texts(List<String> values) {
        return values.stream()
                .map(value -> "'" + value.replace("'", "''") + "'")
                .collect(Collectors.joining(", "));
    }

    private void rows(String sql, Consumer<JsonNode> taker) {
        RowWriter writer = new RowWriter() {
            @Override
            public void columns(List<Column> columns) {}

            @Override
            public void row(JsonNode values) {
                taker.accept(values);
            }

            @Override
            public void end() {}
        };
        QueryAnswer answer = new QueryAnswer(writer, err);
        api.lines(
                "/api/v1/query",
                JsonNodeFactory.instance
                        .objectNode()
                        .put("sql", sql)
                        .put("tier", tier)
                        .put("timeoutSeconds", timeoutSeconds),
                answer::line);
        answer.requireWhole();
    }
}
