package io.headrace.history;

import com.fasterxml.jackson.databind.JsonNode;
import io.headrace.client.ApiClient;
import io.headrace.record.Clock;
import io.headrace.record.Origin;
import io.headrace.record.Reading;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What Kafka still has: the last days, as the processors had it. */
public final class LogHistory implements History {
    private static final String READINGS = "/api/v1/readings";

    private final ApiClient api;

    public LogHistory(ApiClient api) {
        this.api = api;
    }

    @Override
    public String source() {
        return "Kafka";
    }

    /** From when on everything is there; empty for from the beginning. */
    public Optional<Instant> since(Instant now) {
        String[] since = new String[1];
        AnswerLines lines = new AnswerLines(node -> {
            if (node.has("history")) {
                since[0] = node.at("/history/since").textValue();
            }
        });
        api.lines(path(now.minusMillis(1), now, ""), lines::line);
        lines.requireWhole();
        return Optional.ofNullable(since[0]).map(Instant::parse);
    }

    @Override
    public void read(Asked asked, Consumer<Reading> taker) {
        AnswerLines lines = new AnswerLines(node -> {
            boolean isWanted = node.has("device")
                    && (asked.devices().isEmpty()
                            || asked.devices().contains(node.path("device").asText()));
            if (isWanted) {
                taker.accept(reading(node));
            }
        });
        String device = asked.devices().size() == 1 ? asked.devices().iterator().next() : "";
        api.lines(path(asked.from(), asked.to(), device), lines::line);
        lines.requireWhole();
    }

    private static String path(Instant from, Instant to, String device) {
        return ApiClient.path(READINGS, Map.of("from", from.toString(), "to", to.toString(), "device", device));
    }

    private static Reading reading(JsonNode line) {
        Map<String, Object> values = new HashMap<>();
        line.path("values").properties().forEach(each -> values.put(each.getKey(), value(each.getValue())));
        Map<String, String> tags = new HashMap<>();
        line.path("tags")
                .properties()
                .forEach(each -> tags.put(each.getKey(), each.getValue().asText()));
        return Reading.newBuilder()
                .setDeviceId(line.path("device").asText())
                .setObservedAt(Instant.parse(line.path("observedAt").asText()))
                .setReceivedAt(Instant.parse(line.path("receivedAt").asText()))
                .setClock(Clock.valueOf(line.path("clock").asText().toUpperCase(Locale.ROOT)))
                .setDeviceTime(time(line.path("deviceTime").textValue()))
                .setOrigin(new Origin(
                        line.path("partition").asInt(),
                        line.path("offset").asLong(),
                        line.path("index").asInt()))
                .setChannel(line.path("channel").textValue())
                .setMessageId(line.path("messageId").textValue())
                .setSequence(line.has("sequence") ? line.path("sequence").asLong() : null)
                .setValues(values)
                .setTags(tags)
                .build();
    }

    private static @Nullable Instant time(@Nullable String text) {
        return text == null ? null : Instant.parse(text);
    }

    private static Object value(JsonNode value) {
        if (value.isTextual()) {
            return value.textValue();
        }
        if (value.isBoolean()) {
            return value.booleanValue();
        }
        if (value.isIntegralNumber()) {
            return value.longValue();
        }
        return value.isObject() ? Double.valueOf(value.path("double").asText()) : value.doubleValue();
    }
}
