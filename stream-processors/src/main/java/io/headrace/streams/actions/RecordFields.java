package io.headrace.streams.actions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import org.apache.avro.Schema.Field;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** A record as JSON, as the webhooks' sink makes it: names as in its schema, times in ISO 8601. */
final class RecordFields {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private RecordFields() {}

    static ObjectNode of(SpecificRecord record) {
        ObjectNode all = NODES.objectNode();
        for (Field field : record.getSchema().getFields()) {
            all.set(field.name(), node(record.get(field.pos())));
        }
        return all;
    }

    private static JsonNode node(@Nullable Object value) {
        return switch (value) {
            case null -> NODES.nullNode();
            case SpecificRecord record -> of(record);
            case Collection<?> list -> {
                ArrayNode all = NODES.arrayNode(list.size());
                list.forEach(each -> all.add(node(each)));
                yield all;
            }
            case Double number when Double.isFinite(number) -> NODES.numberNode(number);
            case Long number -> NODES.numberNode(number);
            case Integer number -> NODES.numberNode(number);
            case Boolean flag -> NODES.booleanNode(flag);
            default -> NODES.textNode(value.toString());
        };
    }
}
