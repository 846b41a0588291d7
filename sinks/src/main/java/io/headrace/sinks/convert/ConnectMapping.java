package io.headrace.sinks.convert;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema.Field;
import org.apache.avro.Schema.Type;
import org.apache.avro.io.Encoder;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * What values of one Connect schema are in Avro: the way back of {@link AvroMappings}. What that makes of an Avro schema
 * comes back as it was, but for docs, defaults and the order of a union's null.
 *
 * @param schema of what the writer writes
 * @param writer puts one value to the encoder
 */
@SuppressWarnings("BadImport") // Avro and Connect both have a Schema: one of them goes by its full name
record ConnectMapping(org.apache.avro.Schema schema, ValueWriter writer) {
    private static final int DECIMAL_PRECISION = 64;

    @FunctionalInterface
    interface ValueWriter {
        void write(@Nullable Object value, Encoder out) throws IOException;
    }

    private record Branch(org.apache.kafka.connect.data.Field field, ValueWriter writer) {}

    /** @throws DataException where Avro has no such type: a map whose keys aren't text, say */
    static ConnectMapping of(Schema schema) {
        return of(schema, "Record");
    }

    private static ConnectMapping of(Schema schema, String name) {
        if (LogicalNames.UNION.equals(schema.name())) {
            return union(schema, name);
        }
        ConnectMapping required = required(schema, name);
        return schema.isOptional() ? nullable(required) : required;
    }

    private static ConnectMapping required(Schema schema, String name) {
        return switch (schema.type()) {
            case INT8, INT16 ->
                new ConnectMapping(
                        avro(Type.INT), (v, out) -> out.writeInt(number(v).intValue()));
            case INT32 -> ofInt32(schema);
            case INT64 -> ofInt64(schema);
            case FLOAT32 ->
                new ConnectMapping(
                        avro(Type.FLOAT), (v, out) -> out.writeFloat(number(v).floatValue()));
            case FLOAT64 ->
                new ConnectMapping(
                        avro(Type.DOUBLE), (v, out) -> out.writeDouble(number(v).doubleValue()));
            case BOOLEAN -> new ConnectMapping(avro(Type.BOOLEAN), (v, out) -> out.writeBoolean((Boolean) there(v)));
            case STRING -> ofString(schema);
            case BYTES -> ofBytes(schema);
            case ARRAY -> array(schema, name);
            case MAP -> map(schema, name);
            case STRUCT -> record(schema, name);
        };
    }

    private static ConnectMapping ofInt32(Schema schema) {
        if (org.apache.kafka.connect.data.Date.LOGICAL_NAME.equals(schema.name())) {
            return new ConnectMapping(
                    LogicalTypes.date().addToSchema(avro(Type.INT)),
                    (v, out) -> out.writeInt((int) Math.floorDiv(millis(v), 86_400_000L)));
        }
        if (Time.LOGICAL_NAME.equals(schema.name())) {
            return new ConnectMapping(
                    LogicalTypes.timeMillis().addToSchema(avro(Type.INT)), (v, out) -> out.writeInt((int) millis(v)));
        }
        return new ConnectMapping(
                avro(Type.INT), (v, out) -> out.writeInt(number(v).intValue()));
    }

    private static ConnectMapping ofInt64(Schema schema) {
        if (Timestamp.LOGICAL_NAME.equals(schema.name())) {
            return new ConnectMapping(
                    LogicalTypes.timestampMillis().addToSchema(avro(Type.LONG)), (v, out) -> out.writeLong(millis(v)));
        }
        org.apache.avro.Schema avro = avro(Type.LONG);
        if (LogicalNames.MICRO_TIMESTAMP.equals(schema.name())) {
            LogicalTypes.timestampMicros().addToSchema(avro);
        } else if (LogicalNames.MICRO_TIME.equals(schema.name())) {
            LogicalTypes.timeMicros().addToSchema(avro);
        }
        return new ConnectMapping(avro, (v, out) -> out.writeLong(number(v).longValue()));
    }

    private static ConnectMapping ofString(Schema schema) {
        String symbols =
                schema.parameters() == null ? null : schema.parameters().get(LogicalNames.SYMBOLS);
        if (symbols != null && schema.name() != null) {
            org.apache.avro.Schema avro =
                    org.apache.avro.Schema.createEnum(schema.name(), null, null, List.of(symbols.split(",", -1)));
            return new ConnectMapping(avro, (v, out) -> {
                if (!avro.hasEnumSymbol(there(v).toString())) {
                    throw new DataException(v + " is none of " + avro.getEnumSymbols());
                }
                out.writeEnum(avro.getEnumOrdinal(there(v).toString()));
            });
        }
        org.apache.avro.Schema avro = avro(Type.STRING);
        if (LogicalNames.UUID.equals(schema.name())) {
            LogicalTypes.uuid().addToSchema(avro);
        }
        return new ConnectMapping(avro, (v, out) -> out.writeString((String) there(v)));
    }

    private static ConnectMapping ofBytes(Schema schema) {
        Map<String, String> parameters = schema.parameters() == null ? Map.of() : schema.parameters();
        if (Decimal.LOGICAL_NAME.equals(schema.name())) {
            int scale = Integer.parseInt(parameters.getOrDefault(Decimal.SCALE_FIELD, "0"));
            return new ConnectMapping(
                    LogicalTypes.decimal(Math.max(DECIMAL_PRECISION, scale), scale)
                            .addToSchema(avro(Type.BYTES)),
                    (v, out) -> out.writeBytes(
                            ((BigDecimal) there(v)).unscaledValue().toByteArray()));
        }
        String size = parameters.get(LogicalNames.FIXED_SIZE);
        if (size != null && schema.name() != null) {
            int length = Integer.parseInt(size);
            return new ConnectMapping(
                    org.apache.avro.Schema.createFixed(schema.name(), null, null, length), (v, out) -> {
                        byte[] bytes = bytes(v);
                        if (bytes.length != length) {
                            throw new DataException(schema.name() + " has " + length + " bytes, not " + bytes.length);
                        }
                        out.writeFixed(bytes);
                    });
        }
        return new ConnectMapping(avro(Type.BYTES), (v, out) -> out.writeBytes(bytes(v)));
    }

    private static ConnectMapping array(Schema schema, String name) {
        ConnectMapping element = of(schema.valueSchema(), name + "Element");
        return new ConnectMapping(org.apache.avro.Schema.createArray(element.schema()), (v, out) -> {
            Collection<?> list = (Collection<?>) there(v);
            out.writeArrayStart();
            out.setItemCount(list.size());
            for (Object item : list) {
                out.startItem();
                element.writer().write(item, out);
            }
            out.writeArrayEnd();
        });
    }

    private static ConnectMapping map(Schema schema, String name) {
        if (schema.keySchema().type() != Schema.Type.STRING) {
            throw new DataException(
                    "an Avro map has keys of text, not " + schema.keySchema().type());
        }
        ConnectMapping value = of(schema.valueSchema(), name + "Value");
        return new ConnectMapping(org.apache.avro.Schema.createMap(value.schema()), (v, out) -> {
            Map<?, ?> map = (Map<?, ?>) there(v);
            out.writeMapStart();
            out.setItemCount(map.size());
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                out.startItem();
                out.writeString((String) there(entry.getKey()));
                value.writer().write(entry.getValue(), out);
            }
            out.writeMapEnd();
        });
    }

    private static ConnectMapping record(Schema schema, String name) {
        String fullName = schema.name() == null ? name : schema.name();
        List<Field> fields = new ArrayList<>();
        List<Branch> branches = new ArrayList<>();
        for (org.apache.kafka.connect.data.Field field : schema.fields()) {
            ConnectMapping mapping = of(field.schema(), fullName + "_" + field.name());
            boolean nullable = field.schema().isOptional();
            fields.add(new Field(
                    field.name(), mapping.schema(), field.schema().doc(), nullable ? Field.NULL_DEFAULT_VALUE : null));
            branches.add(new Branch(field, mapping.writer()));
        }
        org.apache.avro.Schema avro = org.apache.avro.Schema.createRecord(fullName, schema.doc(), null, false, fields);
        return new ConnectMapping(avro, (v, out) -> {
            Struct struct = (Struct) there(v);
            for (Branch branch : branches) {
                branch.writer().write(struct.get(branch.field()), out);
            }
        });
    }

    private static ConnectMapping union(Schema schema, String name) {
        List<org.apache.avro.Schema> types = new ArrayList<>();
        List<Branch> branches = new ArrayList<>();
        int shift = schema.isOptional() ? 1 : 0;
        if (schema.isOptional()) {
            types.add(avro(Type.NULL));
        }
        for (org.apache.kafka.connect.data.Field field : schema.fields()) {
            ConnectMapping branch = required(field.schema(), name + "_" + field.name());
            types.add(branch.schema());
            branches.add(new Branch(field, branch.writer()));
        }
        return new ConnectMapping(org.apache.avro.Schema.createUnion(types), (v, out) -> {
            if (v == null && shift == 1) {
                out.writeIndex(0);
                return;
            }
            Struct struct = (Struct) there(v);
            for (int i = 0; i < branches.size(); i++) {
                Object value = struct.get(branches.get(i).field());
                if (value != null) {
                    out.writeIndex(i + shift);
                    branches.get(i).writer().write(value, out);
                    return;
                }
            }
            throw new DataException("no branch of a union is set");
        });
    }

    private static ConnectMapping nullable(ConnectMapping mapping) {
        org.apache.avro.Schema avro = org.apache.avro.Schema.createUnion(avro(Type.NULL), mapping.schema());
        return new ConnectMapping(avro, (v, out) -> {
            out.writeIndex(v == null ? 0 : 1);
            if (v != null) {
                mapping.writer().write(v, out);
            }
        });
    }

    private static org.apache.avro.Schema avro(Type type) {
        return org.apache.avro.Schema.create(type);
    }

    private static Object there(@Nullable Object value) {
        if (value == null) {
            throw new DataException("a value is missing that isn't optional");
        }
        return value;
    }

    private static Number number(@Nullable Object value) {
        return (Number) there(value);
    }

    private static long millis(@Nullable Object value) {
        return ((Date) there(value)).toInstant().toEpochMilli();
    }

    private static byte[] bytes(@Nullable Object value) {
        if (value instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return bytes;
        }
        return (byte[]) there(value);
    }
}
