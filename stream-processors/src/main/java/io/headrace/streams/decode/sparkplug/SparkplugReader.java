package io.headrace.streams.decode.sparkplug;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.headrace.catalogue.Reason;
import io.headrace.streams.decode.Limits;
import io.headrace.streams.decode.Rejection;
import io.headrace.streams.decode.sparkplug.Metric.DataSet;
import io.headrace.streams.decode.sparkplug.Metric.Template;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a Sparkplug payload from its protocol buffer (Sparkplug 3.0, 6.4.1; the numbers below are the fields'). By hand:
 * what is generated from a schema makes objects of everything before anybody can count it. Used once.
 */
final class SparkplugReader {
    /** Metrics, members, rows and cells of one message together. */
    static final int MAX_ELEMENTS = 20_000;

    private static final int LAST_SEQUENCE = 255;
    private static final String COMPRESSED = "SPBV1.0_COMPRESSED";

    private final CodedInputStream in;
    private final Limits limits;
    private int elements;

    SparkplugReader(byte[] bytes, Limits limits) {
        this.in = CodedInputStream.newInstance(bytes);
        this.limits = limits;
    }

    /** Takes one field of a message, whose number it is given. */
    private interface Field {
        void take(int number) throws IOException, Rejection;
    }

    Message read() throws Rejection {
        Builder message = new Builder();
        try {
            fields(number -> {
                switch (number) {
                    case 1 -> message.timestamp = number();
                    case 2 -> message.metrics.add(metric(1));
                    case 3 -> message.sequence = sequence(number());
                    case 4 -> requirePlain(text());
                    default -> skip();
                }
            });
            in.checkLastTagWas(0);
        } catch (IOException malformed) {
            throw malformed("no Sparkplug payload, at byte " + in.getTotalBytesRead());
        }
        return new Message(message.timestamp, message.sequence, message.metrics);
    }

    private static final class Builder {
        private final List<Metric> metrics = new ArrayList<>();
        private @Nullable Long timestamp;
        private @Nullable Integer sequence;
    }

    /** What is read of a metric, a property or a cell. */
    private static final class Parts {
        private @Nullable String name;
        private @Nullable Long alias;
        private @Nullable Long timestamp;
        private DataType datatype = DataType.UNKNOWN;
        private boolean historical;
        private boolean isNull;
        private @Nullable Long quality;
        private @Nullable Object value;
    }

    private Metric metric(int depth) throws IOException, Rejection {
        count();
        if (depth > limits.depth()) {
            throw new Rejection(Reason.TOO_DEEP, "nested deeper than " + limits.depth());
        }
        Parts parts = new Parts();
        message(number -> {
            switch (number) {
                case 1 -> parts.name = text();
                case 2 -> parts.alias = number();
                case 3 -> parts.timestamp = number();
                case 4 -> parts.datatype = DataType.of(number());
                case 5 -> parts.historical = flag();
                case 7 -> parts.isNull = flag();
                case 9 -> parts.quality = quality();
                case 10, 11, 12, 13, 14, 15 -> parts.value = scalar(number - 9);
                case 16 -> parts.value = bytes();
                case 17 -> parts.value = dataSet();
                case 18 -> parts.value = template(depth);
                default -> skip();
            }
        });
        return new Metric(
                parts.name,
                parts.alias,
                parts.timestamp,
                parts.datatype,
                parts.historical,
                parts.isNull,
                parts.quality,
                parts.value);
    }

    /** The alternatives that metrics, cells and properties have in common, in the same order. */
    private Object scalar(int alternative) throws IOException, Rejection {
        return switch (alternative) {
            case 1 -> Integer.toUnsignedLong((int) number());
            case 2 -> number();
            case 3 -> {
                require(WireFormat.WIRETYPE_FIXED32);
                yield (double) in.readFloat();
            }
            case 4 -> {
                require(WireFormat.WIRETYPE_FIXED64);
                yield in.readDouble();
            }
            case 5 -> flag();
            default -> text();
        };
    }

    private long number() throws IOException, Rejection {
        require(WireFormat.WIRETYPE_VARINT);
        return in.readUInt64();
    }

    private boolean flag() throws IOException, Rejection {
        require(WireFormat.WIRETYPE_VARINT);
        return in.readBool();
    }

    private String text() throws IOException, Rejection {
        require(WireFormat.WIRETYPE_LENGTH_DELIMITED);
        return in.readStringRequireUtf8();
    }

    private byte[] bytes() throws IOException, Rejection {
        require(WireFormat.WIRETYPE_LENGTH_DELIMITED);
        return in.readByteArray();
    }

    private void require(int wireType) throws Rejection {
        if (WireFormat.getTagWireType(in.getLastTag()) != wireType) {
            throw malformed("field " + WireFormat.getTagFieldNumber(in.getLastTag()) + " isn't of its type, at byte "
                    + in.getTotalBytesRead());
        }
    }

    private Template template(int depth) throws IOException, Rejection {
        List<Metric> members = new ArrayList<>();
        boolean[] definition = new boolean[1];
        message(number -> {
            switch (number) {
                case 2 -> members.add(metric(depth + 1));
                case 5 -> definition[0] = flag();
                default -> skip();
            }
        });
        return new Template(definition[0], members);
    }

    private DataSet dataSet() throws IOException, Rejection {
        DataSet set = new DataSet(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        message(number -> {
            switch (number) {
                case 2 -> {
                    count();
                    set.columns().add(text());
                }
                case 3 -> types(set.types());
                case 4 -> set.rows().add(row());
                default -> skip();
            }
        });
        boolean square = set.types().size() == set.columns().size()
                && set.rows().stream()
                        .allMatch(row -> row.size() == set.columns().size());
        if (!square) {
            throw malformed("a dataset whose columns, types and rows aren't equally many");
        }
        return set;
    }

    /** Packed or not: both are one field to protocol buffers. */
    private void types(List<DataType> types) throws IOException, Rejection {
        if (WireFormat.getTagWireType(in.getLastTag()) == WireFormat.WIRETYPE_VARINT) {
            count();
            types.add(DataType.of(number()));
            return;
        }
        require(WireFormat.WIRETYPE_LENGTH_DELIMITED);
        int outer = in.pushLimit(in.readRawVarint32());
        while (in.getBytesUntilLimit() > 0) {
            count();
            types.add(DataType.of(in.readUInt64()));
        }
        in.popLimit(outer);
    }

    private List<@Nullable Object> row() throws IOException, Rejection {
        count();
        List<@Nullable Object> row = new ArrayList<>();
        message(number -> {
            if (number == 1) {
                count();
                Parts cell = new Parts();
                message(alternative -> {
                    if (alternative <= 6) {
                        cell.value = scalar(alternative);
                    } else {
                        skip();
                    }
                });
                row.add(cell.value);
            } else {
                skip();
            }
        });
        return row;
    }

    /** Of a set of properties, the one that says how good the value is (6.4.9). */
    private @Nullable Long quality() throws IOException, Rejection {
        List<String> keys = new ArrayList<>();
        List<@Nullable Object> values = new ArrayList<>();
        message(number -> {
            switch (number) {
                case 1 -> {
                    count();
                    keys.add(text());
                }
                case 2 -> {
                    count();
                    Parts property = new Parts();
                    message(part -> {
                        if (part >= 3 && part <= 8) {
                            property.value = scalar(part - 2);
                        } else {
                            skip();
                        }
                    });
                    values.add(property.value);
                }
                default -> skip();
            }
        });
        int at = keys.indexOf("Quality");
        return at >= 0 && at < values.size() && values.get(at) instanceof Long quality ? quality : null;
    }

    private void message(Field field) throws IOException, Rejection {
        require(WireFormat.WIRETYPE_LENGTH_DELIMITED);
        int outer = in.pushLimit(in.readRawVarint32());
        fields(field);
        in.checkLastTagWas(0);
        in.popLimit(outer);
    }

    private void fields(Field field) throws IOException, Rejection {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_END_GROUP) {
                return; // found out by checkLastTagWas
            }
            field.take(WireFormat.getTagFieldNumber(tag));
        }
    }

    private void skip() throws IOException {
        in.skipField(in.getLastTag());
    }

    private void count() throws Rejection {
        if (++elements > MAX_ELEMENTS) {
            throw new Rejection(Reason.TOO_MANY_VALUES, "more than " + MAX_ELEMENTS + " metrics, members and cells");
        }
    }

    private static int sequence(long number) throws Rejection {
        if (number < 0 || number > LAST_SEQUENCE) {
            throw malformed("a sequence number beyond " + LAST_SEQUENCE);
        }
        return (int) number;
    }

    private static void requirePlain(String uuid) throws Rejection {
        if (uuid.equals(COMPRESSED)) {
            throw new Rejection(
                    Reason.UNKNOWN_CONTENT_ENCODING, "a compressed Sparkplug body; compress the payload as a whole");
        }
    }

    private static Rejection malformed(String what) {
        return new Rejection(Reason.MALFORMED_SPARKPLUG, what);
    }
}
