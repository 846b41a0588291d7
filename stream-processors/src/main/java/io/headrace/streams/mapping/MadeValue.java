package io.headrace.streams.mapping;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.common.primitives.UnsignedLong;
import com.google.protobuf.NullValue;
import com.google.protobuf.Timestamp;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes what an expression made as JSON: times as ISO 8601, absent optional values as null. Used once. */
final class MadeValue {
    private static final int MAX_NODES = 200_000;
    private static final int MAX_DEPTH = 256;

    private final JsonGenerator out;
    private int nodes;

    MadeValue(JsonGenerator out) {
        this.out = out;
    }

    void write(Object made) throws IOException, MappingExpression.FailedException {
        write(made, 1);
    }

    private void write(@Nullable Object made, int depth) throws IOException, MappingExpression.FailedException {
        if (++nodes > MAX_NODES || depth > MAX_DEPTH) {
            throw new MappingExpression.FailedException("it makes too much");
        }
        switch (made) {
            case null -> out.writeNull();
            case NullValue nothing -> out.writeNull();
            case Map<?, ?> map -> {
                out.writeStartObject();
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    out.writeFieldName(name(entry.getKey()));
                    write(entry.getValue(), depth + 1);
                }
                out.writeEndObject();
            }
            case Collection<?> list -> {
                out.writeStartArray();
                for (Object element : list) {
                    write(element, depth + 1);
                }
                out.writeEndArray();
            }
            case Optional<?> optional -> write(optional.orElse(null), depth);
            case Double number -> out.writeNumber(number);
            case Long number -> out.writeNumber(number);
            case UnsignedLong number -> out.writeNumber(number.bigIntegerValue());
            case Boolean flag -> out.writeBoolean(flag);
            case String text -> out.writeString(text);
            case Instant time -> out.writeString(time.toString());
            case Timestamp time ->
                out.writeString(Instant.ofEpochSecond(time.getSeconds(), time.getNanos())
                        .toString());
            default ->
                throw new MappingExpression.FailedException(
                        "it makes a " + made.getClass().getSimpleName() + ", which no reading can hold");
        }
    }

    private static String name(Object key) throws MappingExpression.FailedException {
        if (key instanceof String name) {
            return name;
        }
        throw new MappingExpression.FailedException("it makes an object with a name that is no text");
    }
}
