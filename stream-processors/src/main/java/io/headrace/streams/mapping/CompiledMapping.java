package io.headrace.streams.mapping;

import io.headrace.record.Mapping;
import io.headrace.streams.decode.MediaType;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A mapping ready to be applied.
 *
 * @param tags that a device must have
 * @param contentType that a message must have; empty for JSON, CBOR and none
 * @param topic that a message's must match; null for all
 * @param expression null where it doesn't compile: what it matches then waits among the dead letters for its mending, for
 *     decoded without it its numbers would be wrong
 * @param problem why it doesn't; empty where it does
 */
record CompiledMapping(
        String id,
        Map<String, String> tags,
        Optional<String> contentType,
        @Nullable TopicFilter topic,
        @Nullable MappingExpression expression,
        String problem) {
    private static final Set<String> ODD = Set.of("", "application/json", "application/cbor");

    CompiledMapping {
        tags = Map.copyOf(tags);
    }

    static CompiledMapping of(Mapping mapping) {
        MappingExpression expression = null;
        String problem = "";
        try {
            expression = MappingExpression.compile(mapping.getExpression());
        } catch (MappingExpression.InvalidException invalid) {
            problem = String.valueOf(invalid.getMessage());
        }
        return new CompiledMapping(
                mapping.getId(),
                mapping.getTags(),
                Optional.ofNullable(mapping.getContentType())
                        .map(text -> MediaType.of(text).essence()),
                mapping.getTopic() == null ? null : TopicFilter.of(mapping.getTopic()),
                expression,
                problem);
    }

    boolean isBroken() {
        return expression == null;
    }

    /**
     * Whether it is for a message.
     *
     * @param type of the message, or the empty one
     * @param messageTopic empty for none
     */
    boolean matches(Map<String, String> deviceTags, MediaType type, String messageTopic) {
        boolean typed = contentType.map(type.essence()::equals).orElseGet(() -> ODD.contains(type.essence()));
        if (!typed || (topic != null && !topic.matches(messageTopic))) {
            return false;
        }
        for (Map.Entry<String, String> tag : tags.entrySet()) {
            if (!tag.getValue().equals(deviceTags.get(tag.getKey()))) {
                return false;
            }
        }
        return true;
    }
}
