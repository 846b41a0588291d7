package io.headrace.sinks.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headrace.catalogue.Reason;
import io.headrace.sinks.refused.RefusedRecordException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record as JSON: names as in its schema, times in ISO 8601, a union as the one value that it holds, bytes in Base64. A
 * number that JSON doesn't have is text.
 */
public final class RecordJson {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private RecordJson() {}

    /** @throws RefusedRecordException where the value is no record */
    public static JsonNode of(SinkRecord record) {
        if (record.value() instanceof Struct || record.value() instanceof Map) {
            return node(record.valueSchema(), record.value());
        }
        throw new RefusedRecordException(Reason.UNEXPECTED_SHAPE, "not a record with fields");
    }

    private static JsonNode node(@Nullable Schema schema, @Nullable Object value) {
        if (value == null) {
            return NODES.nullNode();
        }
        if (value instanceof Struct struct) {
            return LogicalNames.UNION.equals(struct.schema().name()) ? branch(struct) : object(struct);
        }
        if (value instanceof Map<?, ?> map) {
            ObjectNode all = NODES.objectNode();
            map.forEach((name, each) ->
                    all.set(String.valueOf(name), node(schema == null ? null : schema.valueSchema(), each)));
            return all;
        }
        if (value instanceof List<?> list) {
            ArrayNode all = NODES.arrayNode(list.size());
            list.forEach(each -> all.add(node(schema == null ? null : schema.valueSchema(), each)));
            return all;
        }
        return scalar(schema, value);
    }

    private static JsonNode object(Struct struct) {
        ObjectNode all = NODES.objectNode();
        for (Field field : struct.schema().fields()) {
            all.set(field.name(), node(field.schema(), struct.get(field)));
        }
        return all;
    }

    private static JsonNode branch(Struct union) {
        for (Field field : union.schema().fields()) {
            Object value = union.get(field);
            if (value != null) {
                return node(field.schema(), value);
            }
        }
        return NODES.nullNode();
    }

    private static JsonNode scalar(@Nullable Schema schema, Object value) {
        if (value instanceof Long whole) {
            boolean isTime = schema != null && LogicalNames.MICRO_TIMESTAMP.equals(schema.name());
            return isTime ? NODES.textNode(time(whole)) : NODES.numberNode(whole);
        }
        if (value instanceof Double || value instanceof Float) {
            double number = ((Number) value).doubleValue();
            return Double.isFinite(number) ? NODES.numberNode(number) : NODES.textNode(Double.toString(number));
        }
        if (value instanceof Number number) {
            return NODES.numberNode(number.longValue());
        }
        if (value instanceof Boolean flag) {
            return NODES.booleanNode(flag);
        }
        if (value instanceof Date date) {
            return NODES.textNode(date.toInstant().toString());
        }
        if (value instanceof byte[] bytes) {
            return NODES.binaryNode(bytes);
        }
        if (value instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return NODES.binaryNode(bytes);
        }
        return NODES.textNode(value.toString());
    }

    private static String time(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
    }
}
