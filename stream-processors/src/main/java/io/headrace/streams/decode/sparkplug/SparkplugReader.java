package io.headrace.streams.decode.sparkplug;

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
 * Reads a Sparkplug payload from its protocol buffer (Sparkplug 3.0, 6.4.1): the numbers below are the fields'. Used once.
 */
final class SparkplugReader {
    /** Metrics, members, properties, rows and cells of one message together. */
    static final int MAX_ELEMENTS = 50_000;

    private static final int LAST_SEQUENCE = 255;
    private static final String COMPRESSED = "SPBV1.0_COMPRESSED";

    private final ProtocolBuffer in;
    private final Limits limits;
    private int elements;

    SparkplugReader(byte[] bytes, Limits limits) {
        this.in = new ProtocolBuffer(bytes);
        this.limits = limits;
    }

    Message read() throws Rejection {
        Builder message = new Builder();
        in.read(number -> {
            switch (number) {
                case 1 -> message.timestamp = in.number();
                case 2 -> message.metrics.add(metric(1));
                case 3 -> message.sequence = sequence(in.number());
                case 4 -> requirePlain(in.text());
                default -> in.skip();
            }
        });
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
        in.message(number -> {
            switch (number) {
                case 1 -> parts.name = in.text();
                case 2 -> parts.alias = in.number();
                case 3 -> parts.timestamp = in.number();
                case 4 -> parts.datatype = DataType.of(in.number());
                case 5 -> parts.historical = in.flag();
                case 7 -> parts.isNull = in.flag();
                case 9 -> parts.quality = quality();
                case 10, 11, 12, 13, 14, 15 -> parts.value = in.scalar(number - 9);
                case 16 -> parts.value = in.bytes();
                case 17 -> parts.value = dataSet();
                case 18 -> parts.value = template(depth);
                default -> in.skip();
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

    private Template template(int depth) throws IOException, Rejection {
        List<Metric> members = new ArrayList<>();
        boolean[] definition = new boolean[1];
        in.message(number -> {
            switch (number) {
                case 2 -> members.add(metric(depth + 1));
                case 5 -> definition[0] = in.flag();
                default -> in.skip();
            }
        });
        return new Template(definition[0], members);
    }

    private DataSet dataSet() throws IOException, Rejection {
        DataSet set = new DataSet(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        in.message(number -> {
            switch (number) {
                case 2 -> {
                    count();
                    set.columns().add(in.text());
                }
                case 3 ->
                    in.numbers(type -> {
                        count();
                        set.types().add(DataType.of(type));
                    });
                case 4 -> set.rows().add(row());
                default -> in.skip();
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

    private List<@Nullable Object> row() throws IOException, Rejection {
        count();
        List<@Nullable Object> row = new ArrayList<>();
        in.message(number -> {
            if (number == 1) {
                count();
                Parts cell = new Parts();
                in.message(alternative -> {
                    if (alternative <= 6) {
                        cell.value = in.scalar(alternative);
                    } else {
                        in.skip();
                    }
                });
                row.add(cell.value);
            } else {
                in.skip();
            }
        });
        return row;
    }

    /** Of a set of properties, the one that says how good the value is (6.4.9). */
    private @Nullable Long quality() throws IOException, Rejection {
        List<String> keys = new ArrayList<>();
        List<@Nullable Object> values = new ArrayList<>();
        in.message(number -> {
            switch (number) {
                case 1 -> {
                    count();
                    keys.add(in.text());
                }
                case 2 -> {
                    count();
                    Parts property = new Parts();
                    in.message(part -> {
                        if (part >= 3 && part <= 8) {
                            property.value = in.scalar(part - 2);
                        } else {
                            in.skip();
                        }
                    });
                    values.add(property.value);
                }
                default -> in.skip();
            }
        });
        int at = keys.indexOf("Quality");
        return at >= 0 && at < values.size() && values.get(at) instanceof Long quality ? quality : null;
    }

    private void count() throws Rejection {
        if (++elements > MAX_ELEMENTS) {
            throw new Rejection(Reason.TOO_MANY_VALUES, "more than " + MAX_ELEMENTS + " metrics, properties and cells");
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
