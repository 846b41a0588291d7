package io.headrace.sinks.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes a body of a record: JSON in whose texts {@code ${field}} stands for a field, {@code ${origin.offset}} for one
 * within another. A text that is nothing but a place becomes the field as it is, number, object or null; within a longer
 * text it becomes text, empty for null. Whatever a device sent, the outcome is JSON: places are filled in after parsing.
 */
final class Template {
    private static final Pattern PLACE = Pattern.compile("\\$\\{([^{}]*)}");
    private static final Pattern PATH = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final @Nullable JsonNode template;

    /**
     * @param json null: the record as it is
     * @throws IllegalArgumentException where it is no JSON or a place has no field's name
     */
    Template(@Nullable String json) {
        this.template = json == null ? null : parsed(json);
    }

    private static JsonNode parsed(String json) {
        try {
            JsonNode parsed = JSON.readTree(json);
            if (parsed.isMissingNode()) {
                throw new IllegalArgumentException("is empty");
            }
            requirePaths(parsed);
            return parsed;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "isn't JSON: " + e.getOriginalMessage() + " at line "
                            + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr(),
                    e);
        }
    }

    private static void requirePaths(JsonNode node) {
        if (node.isTextual()) {
            Matcher places = PLACE.matcher(node.textValue());
            while (places.find()) {
                if (!PATH.matcher(places.group(1)).matches()) {
                    throw new IllegalArgumentException("has a place without a field's name: " + places.group());
                }
            }
        }
        node.forEach(Template::requirePaths);
    }

    /** The body for a record, UTF-8. */
    byte[] body(JsonNode record) {
        try {
            return JSON.writeValueAsBytes(template == null ? record : filled(template, record));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON can be written", e);
        }
    }

    private static JsonNode filled(JsonNode node, JsonNode record) {
        if (node.isTextual()) {
            return filledText(node.textValue(), record);
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

    private static JsonNode filledText(String text, JsonNode record) {
        Matcher places = PLACE.matcher(text);
        if (places.matches()) {
            return at(record, places.group(1));
        }
        places.reset();
        return TextNode.valueOf(places.replaceAll(place -> Matcher.quoteReplacement(text(at(record, place.group(1))))));
    }

    private static String text(JsonNode value) {
        if (value.isNull()) {
            return "";
        }
        return value.isValueNode() ? value.asText() : value.toString();
    }

    private static JsonNode at(JsonNode record, String path) {
        JsonNode found = record;
        for (String name : path.split("\\.", -1)) {
            found = found.path(name);
        }
        return found instanceof MissingNode ? NullNode.getInstance() : found;
    }
}
