package io.headrace.template;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes a body of a record: JSON in whose texts {@link Places} stand for fields. A text that is nothing but a place becomes
 * the field as it is, number, object or null; within a longer text it becomes text, empty for null. Whatever a device sent,
 * the outcome is JSON: places are filled in after parsing. For use by several threads.
 */
public final class Template {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final @Nullable JsonNode template;
    private final Set<String> paths = new LinkedHashSet<>();

    /**
     * @param json null: the record as it is
     * @throws IllegalArgumentException where it is no JSON or a place has no field's name
     */
    public Template(@Nullable String json) {
        template = json == null ? null : parsed(json);
        if (template != null) {
            gatherPaths(template);
        }
    }

    private static JsonNode parsed(String json) {
        try {
            JsonNode parsed = JSON.readTree(json);
            if (parsed.isMissingNode()) {
                throw new IllegalArgumentException("is empty");
            }
            return parsed;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "isn't JSON: " + e.getOriginalMessage() + " at line "
                            + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr(),
                    e);
        }
    }

    private void gatherPaths(JsonNode node) {
        if (node.isTextual()) {
            paths.addAll(Places.in(node.textValue()));
        }
        node.forEach(this::gatherPaths);
    }

    /** Paths of all fields that it asks for; of none where it takes the record as it is. */
    public Set<String> paths() {
        return Set.copyOf(paths);
    }

    /** The body for a record, UTF-8. */
    public byte[] body(JsonNode record) {
        try {
            return JSON.writeValueAsBytes(template == null ? record : filled(template, record));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON can be written", e);
        }
    }

    private static JsonNode filled(JsonNode node, JsonNode record) {
        if (node.isTextual()) {
            return Places.filledNode(node.textValue(), record);
        }
        if (node instanceof ArrayNode array) {
            ArrayNode all = JsonNodeFactory.instance.arrayNode(array.size());
            array.forEach(each -> all.add(filled(each, record)));
            return all;
        }
        if (node instanceof ObjectNode object) {
            ObjectNode all = JsonNodeFactory.instance.objectNode();
            for (Map.Entry<String, JsonNode> each : object.properties()) {
                all.set(each.getKey(), filled(each.getValue(), record));
            }
            return all;
        }
        return node;
    }
}
