package io.headrace.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code ${field}} in a text stands for a field of a record, {@code ${origin.offset}} for one within another. */
public final class Places {
    private static final Pattern PLACE = Pattern.compile("\\$\\{([^{}]*)}");
    private static final Pattern PATH = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");

    private Places() {}

    /**
     * Paths of all fields that a text asks for.
     *
     * @throws IllegalArgumentException where a place has no field's name
     */
    public static List<String> in(String text) {
        return PLACE.matcher(text)
                .results()
                .map(place -> {
                    if (!PATH.matcher(place.group(1)).matches()) {
                        throw new IllegalArgumentException("has a place without a field's name: " + place.group());
                    }
                    return place.group(1);
                })
                .toList();
    }

    /** The text with its places filled in; of what the record doesn't have, with nothing. */
    public static String filled(String text, JsonNode record) {
        return PLACE.matcher(text).replaceAll(place -> Matcher.quoteReplacement(asText(find(record, place.group(1)))));
    }

    /** As {@link #filled}, but a text that is nothing but a place becomes the field as it is. */
    static JsonNode filledNode(String text, JsonNode record) {
        Matcher place = PLACE.matcher(text);
        return place.matches() ? find(record, place.group(1)) : TextNode.valueOf(filled(text, record));
    }

    private static String asText(JsonNode value) {
        if (value.isNull()) {
            return "";
        }
        return value.isValueNode() ? value.asText() : value.toString();
    }

    private static JsonNode find(JsonNode record, String path) {
        JsonNode found = record;
        for (String name : path.split("\\.", -1)) {
            found = found.path(name);
        }
        return found instanceof MissingNode ? NullNode.getInstance() : found;
    }
}
