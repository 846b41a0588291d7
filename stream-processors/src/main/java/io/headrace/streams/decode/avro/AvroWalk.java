package io.headrace.streams.decode.avro;

import io.headrace.catalogue.Reason;
import io.headrace.streams.decode.Limits;
import io.headrace.streams.decode.Rejection;
import io.headrace.streams.decode.Sample;
import io.headrace.streams.decode.SampleBuilder;
import io.headrace.streams.decode.Text;
import io.headrace.streams.decode.TimeText;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Goes through one payload along the schema that it was written with, and makes samples of it as of plain JSON: what is
 * nested is flattened with dots, {@code ts}, {@code seq} and {@code values} mean what they mean there. A recursive schema
 * and an array of nulls are held by the bounds on depth and on what is visited.
 */
final class AvroWalk {
    /** Elements of arrays and maps in one message: those that take no byte must have an end, too. */
    private static final int MAX_ELEMENTS = 100_000;

    private static final int MAX_DECIMAL_BYTES = 128;
    private static final long NANOS_PER_MICRO = 1_000;

    private final AvroBytes in;
    private final Limits limits;
    private int elements;

    AvroWalk(AvroBytes in, Limits limits) {
        this.in = in;
        this.limits = limits;
    }

    /** All samples, at least one; the payload is at its end after that. */
    List<Sample> samples(Schema schema) throws Rejection {
        Schema type = resolved(schema);
        List<Sample> samples = new ArrayList<>();
        if (type.getType() == Schema.Type.ARRAY) {
            for (long left = in.block(); left > 0; left = left > 1 ? left - 1 : in.block()) {
                if (samples.size() == limits.readings()) {
                    throw new Rejection(
                            Reason.TOO_MANY_VALUES, "more than " + limits.readings() + " readings in one message");
                }
                samples.add(sample(resolved(type.getElementType()), 2));
            }
        } else {
            samples.add(sample(type, 1));
        }
        if (samples.isEmpty()) {
            throw new Rejection(Reason.UNEXPECTED_SHAPE, "an empty batch");
        }
        if (!in.isAtEnd()) {
            throw in.malformed("something follows the end of the payload's value");
        }
        return samples;
    }

    /** What an element of a record or a map is, in the payload. */
    private interface Member {
        void take(String name, Schema schema) throws Rejection;
    }

    private Sample sample(Schema schema, int depth) throws Rejection {
        SampleBuilder sample = new SampleBuilder(limits);
        members(schema, depth, (name, declared) -> {
            Schema type = resolved(declared);
            if (name.equals("ts")) {
                sample.time(time(type));
            } else if (name.equals("values") && isObject(type)) {
                members(type, depth + 1, (inner, value) -> add(sample, inner, resolved(value), depth + 1));
            } else if (name.equals("seq") && isWhole(type)) {
                sample.sequence(in.number());
            } else {
                add(sample, name, type, depth);
            }
        });
        return sample.build();
    }

    private void members(Schema schema, int depth, Member member) throws Rejection {
        if (depth > limits.depth()) {
            throw new Rejection(Reason.TOO_DEEP, "nested deeper than " + limits.depth());
        }
        switch (schema.getType()) {
            case RECORD -> {
                for (Schema.Field field : schema.getFields()) {
                    count();
                    member.take(field.name(), field.schema());
                }
            }
            case MAP -> {
                for (long left = in.block(); left > 0; left = left > 1 ? left - 1 : in.block()) {
                    count();
                    member.take(in.text(in.length()), schema.getValueType());
                }
            }
            case ARRAY -> {
                int index = 0;
                for (long left = in.block(); left > 0; left = left > 1 ? left - 1 : in.block()) {
                    count();
                    member.take(Integer.toString(index++), schema.getElementType());
                }
            }
            default -> throw new Rejection(Reason.UNEXPECTED_SHAPE, "neither a record nor a map, nor an array of them");
        }
    }

    private void add(SampleBuilder sample, String name, Schema schema, int depth) throws Rejection {
        switch (schema.getType()) {
            case RECORD, MAP, ARRAY -> {
                requireName(name);
                members(
                        schema,
                        depth + 1,
                        (inner, value) -> add(sample, name + "." + inner, resolved(value), depth + 1));
            }
            case INT, LONG -> sample.add(name, in.number());
            case FLOAT -> sample.add(name, (double) in.floating());
            case DOUBLE -> sample.add(name, in.doubleFloating());
            case BOOLEAN -> sample.add(name, in.flag());
            case STRING -> sample.add(name, text(name));
            case ENUM -> sample.add(name, symbol(schema));
            case BYTES -> sample.add(name, decimal(name, schema, in.length()));
            case FIXED -> sample.add(name, decimal(name, schema, schema.getFixedSize()));
            case NULL, UNION -> {
                // a metric that the device has no value for now; a union is resolved before
            }
        }
    }

    private Schema resolved(Schema schema) throws Rejection {
        if (schema.getType() != Schema.Type.UNION) {
            return schema;
        }
        long branch = in.number();
        if (branch < 0 || branch >= schema.getTypes().size()) {
            throw in.malformed("no such branch of a union");
        }
        return schema.getTypes().get((int) branch);
    }

    private @Nullable Instant time(Schema schema) throws Rejection {
        return switch (schema.getType()) {
            case NULL -> null;
            case LONG -> instant(schema, in.number());
            case DOUBLE -> seconds(in.doubleFloating());
            case FLOAT -> seconds(in.floating());
            case STRING ->
                TimeText.parse(text("ts"))
                        .orElseThrow(() -> new Rejection(
                                Reason.MALFORMED_TIME, "ts is no ISO 8601 time with an offset such as Z"));
            default -> throw new Rejection(Reason.MALFORMED_TIME, "ts is neither a number nor a text");
        };
    }

    private static Instant seconds(double millis) throws Rejection {
        if (!Double.isFinite(millis)) {
            throw new Rejection(Reason.NUMBER_OUT_OF_RANGE, "ts is no finite number");
        }
        return TimeText.ofSeconds(millis / 1e3);
    }

    private static Instant instant(Schema schema, long number) {
        return switch (schema.getLogicalType()) {
            case LogicalTypes.TimestampMicros micros -> TimeText.ofMicros(number);
            case LogicalTypes.TimestampNanos nanos -> TimeText.ofMicros(Math.floorDiv(number, NANOS_PER_MICRO));
            case null, default -> TimeText.ofMillis(number);
        };
    }

    private String text(String name) throws Rejection {
        int length = in.length();
        if (length > 3L * limits.textLength()) {
            throw new Rejection(
                    Reason.TEXT_TOO_LONG,
                    "the text of " + Text.shown(name) + " is longer than " + limits.textLength() + " characters");
        }
        return in.text(length);
    }

    private String symbol(Schema schema) throws Rejection {
        long index = in.number();
        if (index < 0 || index >= schema.getEnumSymbols().size()) {
            throw in.malformed("no such symbol of an enum");
        }
        return schema.getEnumSymbols().get((int) index);
    }

    private double decimal(String name, Schema schema, int length) throws Rejection {
        if (!(schema.getLogicalType() instanceof LogicalTypes.Decimal decimal)) {
            throw new Rejection(
                    Reason.UNEXPECTED_SHAPE, "the value of " + Text.shown(name) + " is no number, boolean or text");
        }
        if (length == 0 || length > MAX_DECIMAL_BYTES) {
            throw new Rejection(
                    Reason.NUMBER_OUT_OF_RANGE, "the decimal " + Text.shown(name) + " has " + length + " bytes");
        }
        return new BigDecimal(new BigInteger(in.bytes(length)), decimal.getScale()).doubleValue();
    }

    private void count() throws Rejection {
        if (++elements > MAX_ELEMENTS) {
            throw new Rejection(Reason.TOO_MANY_VALUES, "more than " + MAX_ELEMENTS + " elements in one message");
        }
    }

    /** Before it is put in front of each name below it: the work stays proportional to the payload. */
    private void requireName(String name) throws Rejection {
        if (name.length() > limits.nameLength()) {
            throw new Rejection(
                    Reason.TEXT_TOO_LONG,
                    "the name " + Text.shown(name) + " is longer than " + limits.nameLength() + " characters");
        }
    }

    private static boolean isObject(Schema schema) {
        return schema.getType() == Schema.Type.RECORD || schema.getType() == Schema.Type.MAP;
    }

    private static boolean isWhole(Schema schema) {
        return schema.getType() == Schema.Type.INT || schema.getType() == Schema.Type.LONG;
    }
}
