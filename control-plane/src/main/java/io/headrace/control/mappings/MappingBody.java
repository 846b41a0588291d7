package io.headrace.control.mappings;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.headrace.control.http.Problem;
import io.headrace.record.Mapping;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A mapping as the API takes and shows it.
 *
 * @param id taken from the path where a mapping is put; null or the same there
 * @param enabled null for true
 * @param tags that a device must have; null for none
 * @param contentType media type that a message must have; null for JSON, CBOR and none
 * @param topic MQTT topic filter; null for all
 * @param expression CEL
 * @param updatedAt shown, not taken
 */
public record MappingBody(
        @Nullable String id,
        @Nullable Boolean enabled,
        @Nullable Map<String, String> tags,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String contentType,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String topic,
        @Nullable String expression,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String updatedAt) {
    private static final Pattern MEDIA_TYPE =
            Pattern.compile("[A-Za-z0-9!#$&^_.+-]{1,127}/[A-Za-z0-9!#$&^_.+-]{1,127}");
    private static final int MAX_TAGS = 16;
    private static final int MAX_TEXT = 256;

    static MappingBody of(Mapping mapping) {
        return new MappingBody(
                mapping.getId(),
                mapping.getEnabled(),
                new TreeMap<>(mapping.getTags()),
                mapping.getContentType(),
                mapping.getTopic(),
                mapping.getExpression(),
                mapping.getUpdatedAt().toString());
    }

    /** @throws Problem (400) that names the member and what it may be */
    Mapping toMapping(String pathId, Instant now) {
        if (id != null && !id.equals(pathId)) {
            throw Problem.badRequest("id in the body must be the one of the path");
        }
        if (expression == null || expression.isBlank()) {
            throw Problem.badRequest("expression is missing");
        }
        MappingCheck.require(expression);
        if (contentType != null && !MEDIA_TYPE.matcher(contentType).matches()) {
            throw Problem.badRequest("contentType must be a media type without parameters, such as application/json");
        }
        if (topic != null && !isFilter(topic)) {
            throw Problem.badRequest("topic must be an MQTT topic filter of at most " + MAX_TEXT
                    + " characters: + for a whole level, # at the end");
        }
        Map<String, String> wanted = tags == null ? Map.of() : tags;
        requireTags(wanted);
        return Mapping.newBuilder()
                .setId(pathId)
                .setEnabled(enabled == null || enabled)
                .setTags(new HashMap<>(wanted))
                .setContentType(contentType)
                .setTopic(topic)
                .setExpression(expression)
                .setUpdatedAt(now)
                .build();
    }

    private static void requireTags(Map<String, String> tags) {
        boolean sound = tags.size() <= MAX_TAGS
                && tags.entrySet().stream()
                        .allMatch(tag -> tag.getKey().length() <= MAX_TEXT
                                && tag.getValue() != null
                                && tag.getValue().length() <= MAX_TEXT);
        if (!sound) {
            throw Problem.badRequest(
                    "tags must be at most " + MAX_TAGS + " names with texts of at most " + MAX_TEXT + " characters");
        }
    }

    private static boolean isFilter(String filter) {
        if (filter.isEmpty() || filter.length() > MAX_TEXT) {
            return false;
        }
        String[] levels = filter.split("/", -1);
        for (int i = 0; i < levels.length; i++) {
            boolean all = levels[i].equals("#") && i == levels.length - 1;
            if (!all && !levels[i].equals("+") && (levels[i].contains("#") || levels[i].contains("+"))) {
                return false;
            }
        }
        return true;
    }
}
