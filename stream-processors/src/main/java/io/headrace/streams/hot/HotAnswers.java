package io.headrace.streams.hot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** Answers from the histories that this instance holds; empty for what it doesn't know. */
record HotAnswers(ReadOnlyKeyValueStore<String, byte[]> histories) {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    Optional<ObjectNode> latest(String device) {
        ObjectNode metrics = JSON.objectNode();
        try (KeyValueIterator<String, byte[]> all =
                histories.prefixScan(HotKey.prefix(device), new StringSerializer())) {
            while (all.hasNext()) {
                var entry = all.next();
                MetricHistory history = MetricHistory.ofStored(entry.value);
                ObjectNode metric = metrics.putObject(HotKey.metric(entry.key));
                metric.set("value", node(history.value()));
                metric.put("observedAt", history.observedAt().toString());
                metric.put("receivedAt", history.receivedAt().toString());
            }
        }
        if (metrics.isEmpty()) {
            return Optional.empty();
        }
        ObjectNode answer = JSON.objectNode().put("device", device);
        answer.set("metrics", metrics);
        return Optional.of(answer);
    }

    Optional<ObjectNode> recent(String device, String metric, Duration back) {
        byte[] stored = histories.get(HotKey.of(device, metric));
        if (stored == null) {
            return Optional.empty();
        }
        ObjectNode answer = JSON.objectNode().put("device", device).put("metric", metric);
        ArrayNode points = answer.putArray("points");
        for (MetricHistory.Point point : MetricHistory.ofStored(stored).within(back)) {
            points.addObject().put("observedAt", point.observedAt().toString()).put("value", point.value());
        }
        return Optional.of(answer);
    }

    private static JsonNode node(Object value) {
        return switch (value) {
            case Double number -> JSON.numberNode(number);
            case Long number -> JSON.numberNode(number);
            case Boolean flag -> JSON.booleanNode(flag);
            default -> JSON.textNode(value.toString());
        };
    }
}
