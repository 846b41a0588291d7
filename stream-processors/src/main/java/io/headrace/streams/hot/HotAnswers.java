package io.headrace.streams.hot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.BytesSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Answers from what this instance has stored, as of the last commit; empty for what it doesn't know.
 *
 * @param stored pages and histories: {@link HotValues}
 */
record HotAnswers(ReadOnlyKeyValueStore<Bytes, byte[]> stored, HotConfig config) {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    Optional<ObjectNode> latest(String device) {
        SortedMap<String, ObjectNode> found = new TreeMap<>();
        for (Recent metric : metrics(device)) {
            found.put(metric.metric(), node(metric, device));
        }
        if (found.isEmpty()) {
            return Optional.empty();
        }
        ObjectNode answer = JSON.objectNode().put("device", device);
        answer.putObject("metrics").setAll(found);
        return Optional.of(answer);
    }

    private ObjectNode node(Recent metric, String device) {
        Object value = metric.value();
        ObjectNode node = JSON.objectNode();
        if (value == null) {
            MetricHistory history = history(metric, device);
            return put(node, history.value(), history.observedAt(), history.receivedAt());
        }
        return put(node, value, MetricHistory.instant(metric.observedAt()), MetricHistory.instant(metric.receivedAt()));
    }

    private static ObjectNode put(ObjectNode node, Object value, Instant observedAt, Instant receivedAt) {
        node.set("value", node(value));
        return node.put("observedAt", observedAt.toString()).put("receivedAt", receivedAt.toString());
    }

    Optional<ObjectNode> recent(String device, String metric, Duration back) {
        return metrics(device).stream()
                .filter(known -> known.metric().equals(metric))
                .findFirst()
                .map(known -> answer(known, device, back));
    }

    private ObjectNode answer(Recent metric, String device, Duration back) {
        ObjectNode answer = JSON.objectNode().put("device", device).put("metric", metric.metric());
        ArrayNode points = answer.putArray("points");
        for (MetricHistory.Point point : history(metric, device).within(back)) {
            points.addObject().put("observedAt", point.observedAt().toString()).put("value", point.value());
        }
        return answer;
    }

    private MetricHistory history(Recent metric, String device) {
        return MetricHistory.of(stored.get(HotKey.ofHistory(device, metric.metric())), metric, config);
    }

    /** Of all pages; none of a device whose first page isn't committed yet. */
    private List<Recent> metrics(String device) {
        Page page = page(device, 0);
        if (page == null) {
            return List.of();
        }
        if (page.isOfEarlier()) {
            return earlier(device);
        }
        List<Recent> metrics = new ArrayList<>();
        for (int number = 1; page != null; number++) {
            metrics.addAll(page.metrics());
            page = page.isFull() ? page(device, number) : null;
        }
        return metrics;
    }

    private @Nullable Page page(String device, int number) {
        byte[] bytes = stored.get(HotKey.ofPage(device, number));
        return bytes == null ? null : Page.ofStored(bytes);
    }

    /** Of a device that hasn't spoken since histories were all there was. */
    private List<Recent> earlier(String device) {
        List<Recent> metrics = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> all = stored.prefixScan(HotKey.first(device), new BytesSerializer())) {
            all.forEachRemaining(
                    each -> metrics.add(Recent.of(HotKey.metric(each.key), MetricHistory.ofStored(each.value))));
        }
        return metrics;
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
