package io.headrace.sinks.convert;

import io.headrace.sinks.convert.Mapping.ValueReader;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Date;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema.Type;
import org.apache.avro.io.Decoder;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * Builds the {@link Mapping} of one Avro schema; the readers go from bytes to Connect's data with nothing between. Made
 * once for a schema, so the work is here and not in the reading.
 *
 * <p>{@code ["null", T]} is an optional T. A union of several branches is a struct named {@link LogicalNames#UNION} with
 * an optional field for each, named by its type, as Confluent's converter has it. Defaults of fields aren't carried
 * over: the writer has written them.
 */
@SuppressWarnings("BadImport") // Avro and Connect both have a Schema: one of them goes by its full name
final class AvroMappings {
    private final Deque<String> enclosing = new ArrayDeque<>();

    private AvroMappings() {}

    /** @throws DataException where the schema refers to itself: Connect has no such schemas */
    static Mapping of(org.apache.avro.Schema schema) {
        return new AvroMappings().mapping(schema, false);
    }

    private Mapping mapping(org.apache.avro.Schema avro, boolean optional) {
        return switch (avro.getType()) {
            case RECORD -> record(avro, optional);
            case UNION -> union(avro, optional);
            case MAP -> map(avro, optional);
            case ARRAY -> array(avro, optional);
            case ENUM -> enumeration(avro, optional);
            case NULL ->
                new Mapping(SchemaBuilder.string().optional().build(), in -> {
                    in.readNull();
                    return null;
                });
            case BOOLEAN -> simple(SchemaBuilder.bool(), avro, optional, Decoder::readBoolean);
            case INT -> ofInt(avro, optional);
            case LONG -> ofLong(avro, optional);
            case FLOAT -> simple(SchemaBuilder.float32(), avro, optional, Decoder::readFloat);
            case DOUBLE -> simple(SchemaBuilder.float64(), avro, optional, Decoder::readDouble);
            case STRING -> ofString(avro, optional);
            case BYTES, FIXED -> ofBytes(avro, optional);
        };
    }

    private Mapping record(org.apache.avro.Schema avro, boolean optional) {
        if (enclosing.contains(avro.getFullName())) {
            throw new DataException("the Avro schema " + avro.getFullName() + " refers to itself");
        }
        enclosing.push(avro.getFullName());
        SchemaBuilder builder = SchemaBuilder.struct().name(avro.getFullName()).doc(avro.getDoc());
        List<ValueReader> readers = new ArrayList<>();
        for (org.apache.avro.Schema.Field field : avro.getFields()) {
            Mapping mapping = mapping(field.schema(), false);
            builder.field(field.name(), mapping.schema());
            readers.add(mapping.reader());
        }
        enclosing.pop();
        Schema schema = finished(builder, optional);
        List<Field> fields = schema.fields();
        return new Mapping(schema, in -> {
            Struct struct = new Struct(schema);
            for (int i = 0; i < readers.size(); i++) {
                Object value = readers.get(i).read(in);
                if (value != null) {
                    struct.put(fields.get(i), value);
                }
            }
            return struct;
        });
    }

    private Mapping union(org.apache.avro.Schema avro, boolean optional) {
        List<org.apache.avro.Schema> branches = avro.getTypes().stream()
                .filter(branch -> branch.getType() != Type.NULL)
                .toList();
        boolean nullable = optional || branches.size() < avro.getTypes().size();
        if (branches.isEmpty()) {
            return mapping(avro.getTypes().get(0), true);
        }
        if (branches.size() == 1) {
            return singleBranch(avro, mapping(branches.get(0), nullable));
        }
        SchemaBuilder builder = SchemaBuilder.struct().name(LogicalNames.UNION);
        List<@Nullable ValueReader> readers = new ArrayList<>();
        List<@Nullable String> names = new ArrayList<>();
        for (org.apache.avro.Schema branch : avro.getTypes()) {
            if (branch.getType() == Type.NULL) {
                readers.add(null);
                names.add(null);
                continue;
            }
            Mapping mapping = mapping(branch, true);
            builder.field(branch.getName(), mapping.schema());
            readers.add(mapping.reader());
            names.add(branch.getName());
        }
        Schema schema = finished(builder, nullable);
        Field[] fields = names.stream()
                .map(name -> name == null ? null : schema.field(name))
                .toArray(Field[]::new);
        return new Mapping(schema, in -> {
            int branch = in.readIndex();
            ValueReader reader = readers.get(branch);
            return reader == null ? null : new Struct(schema).put(fields[branch], reader.read(in));
        });
    }

    private static Mapping singleBranch(org.apache.avro.Schema union, Mapping branch) {
        int index = union.getTypes().get(0).getType() == Type.NULL
                        && union.getTypes().size() > 1
                ? 1
                : 0;
        return new Mapping(branch.schema(), in -> {
            int read = in.readIndex();
            if (read == index) {
                return branch.reader().read(in);
            }
            if (read < 0 || read >= union.getTypes().size()) {
                throw new DataException("no branch " + read + " in " + union);
            }
            return null;
        });
    }

    private Mapping map(org.apache.avro.Schema avro, boolean optional) {
        Mapping value = mapping(avro.getValueType(), false);
        Schema schema = finished(SchemaBuilder.map(Schema.STRING_SCHEMA, value.schema()), optional);
        return new Mapping(schema, in -> {
            Map<String, @Nullable Object> map = new HashMap<>();
            for (long count = in.readMapStart(); count != 0; count = in.mapNext()) {
                for (long i = 0; i < count; i++) {
                    map.put(in.readString(), value.reader().read(in));
                }
            }
            return map;
        });
    }

    private Mapping array(org.apache.avro.Schema avro, boolean optional) {
        Mapping element = mapping(avro.getElementType(), false);
        Schema schema = finished(SchemaBuilder.array(element.schema()), optional);
        return new Mapping(schema, in -> {
            List<@Nullable Object> list = new ArrayList<>();
            for (long count = in.readArrayStart(); count != 0; count = in.arrayNext()) {
                for (long i = 0; i < count; i++) {
                    list.add(element.reader().read(in));
                }
            }
            return list;
        });
    }

    private static Mapping enumeration(org.apache.avro.Schema avro, boolean optional) {
        List<String> symbols = avro.getEnumSymbols();
        SchemaBuilder builder = SchemaBuilder.string()
                .name(avro.getFullName())
                .parameter(LogicalNames.SYMBOLS, String.join(",", symbols));
        return new Mapping(finished(builder, optional), in -> symbols.get(in.readEnum()));
    }

    private static Mapping ofInt(org.apache.avro.Schema avro, boolean optional) {
        String logical = logicalName(avro);
        if (logical.equals("date")) {
            return simple(
                    org.apache.kafka.connect.data.Date.builder(),
                    avro,
                    optional,
                    in -> date(in.readInt() * 86_400_000L));
        }
        if (logical.equals("time-millis")) {
            return simple(Time.builder(), avro, optional, in -> date(in.readInt()));
        }
        return simple(SchemaBuilder.int32(), avro, optional, Decoder::readInt);
    }

    private static Mapping ofLong(org.apache.avro.Schema avro, boolean optional) {
        return switch (logicalName(avro)) {
            case "timestamp-millis" -> simple(Timestamp.builder(), avro, optional, in -> date(in.readLong()));
            case "timestamp-micros" ->
                simple(SchemaBuilder.int64().name(LogicalNames.MICRO_TIMESTAMP), avro, optional, Decoder::readLong);
            case "time-micros" ->
                simple(SchemaBuilder.int64().name(LogicalNames.MICRO_TIME), avro, optional, Decoder::readLong);
            default -> simple(SchemaBuilder.int64(), avro, optional, Decoder::readLong);
        };
    }

    private static Mapping ofString(org.apache.avro.Schema avro, boolean optional) {
        SchemaBuilder builder = SchemaBuilder.string();
        if (logicalName(avro).equals("uuid")) {
            builder.name(LogicalNames.UUID);
        }
        return simple(builder, avro, optional, Decoder::readString);
    }

    private static Mapping ofBytes(org.apache.avro.Schema avro, boolean optional) {
        int size = avro.getType() == Type.FIXED ? avro.getFixedSize() : -1;
        LogicalType logical = avro.getLogicalType();
        if (logical instanceof LogicalTypes.Decimal decimal) {
            return simple(
                    Decimal.builder(decimal.getScale()),
                    avro,
                    optional,
                    in -> new BigDecimal(new BigInteger(bytes(in, size)), decimal.getScale()));
        }
        SchemaBuilder builder = SchemaBuilder.bytes();
        if (size >= 0) {
            builder.name(avro.getFullName()).parameter(LogicalNames.FIXED_SIZE, Integer.toString(size));
        }
        return simple(builder, avro, optional, in -> bytes(in, size));
    }

    private static byte[] bytes(Decoder in, int fixedSize) throws IOException {
        if (fixedSize >= 0) {
            byte[] fixed = new byte[fixedSize];
            in.readFixed(fixed);
            return fixed;
        }
        ByteBuffer buffer = in.readBytes(null);
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private static Mapping simple(
            SchemaBuilder builder, org.apache.avro.Schema avro, boolean optional, ValueReader reader) {
        if (avro.getDoc() != null) {
            builder.doc(avro.getDoc());
        }
        return new Mapping(finished(builder, optional), reader);
    }

    private static Schema finished(SchemaBuilder builder, boolean optional) {
        return (optional ? builder.optional() : builder.required()).build();
    }

    private static Date date(long millis) {
        return Date.from(Instant.ofEpochMilli(millis));
    }

    private static String logicalName(org.apache.avro.Schema avro) {
        LogicalType logical = avro.getLogicalType();
        return logical == null ? "" : logical.getName();
    }
}
