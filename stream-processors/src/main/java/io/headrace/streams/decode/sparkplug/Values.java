package io.headrace.streams.decode.sparkplug;

import io.headrace.catalogue.Reason;
import io.headrace.streams.decode.Rejection;
import io.headrace.streams.decode.Text;
import io.headrace.streams.decode.sparkplug.Collected.When;
import io.headrace.streams.decode.sparkplug.Metric.DataSet;
import io.headrace.streams.decode.sparkplug.Metric.Template;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes values of metrics. Tables are flattened to {@code <name>.<row>.<column>}, structures to {@code <name>/<member>},
 * arrays to {@code <name>.<index>}; files and other bytes are text in Base64. A value that isn't of its datatype refuses
 * the message: read as another it would be a wrong number.
 */
final class Values {
    private static final long GOOD = 192;

    private final Collected out;
    private final String prefix;
    private final @Nullable Births births;

    /**
     * @param prefix before every name
     * @param births what the metrics were announced as; null for nothing, and for birth certificates themselves
     */
    Values(Collected out, String prefix, @Nullable Births births) {
        this.out = out;
        this.prefix = prefix;
        this.births = births;
    }

    /**
     * Adds a metric of a message.
     *
     * @param otherwise its time where it gives none
     * @param nullsSaid whether a metric that is null becomes a value that says so
     */
    void add(Metric metric, @Nullable Long otherwise, boolean nullsSaid) throws Rejection {
        When when = new When(metric.timestamp() == null ? otherwise : metric.timestamp(), metric.historical());
        add(when, "", metric, nullsSaid);
    }

    private void add(When when, String parent, Metric metric, boolean nullsSaid) throws Rejection {
        Births.Announced announced = announced(parent, metric);
        String name = prefix + announced.name();
        Object value = metric.value();
        if (metric.isNull() || value == null) {
            if (metric.isNull() && nullsSaid) {
                out.add(when, name + ".null", true);
            }
            return;
        }
        switch (value) {
            case Template template -> {
                if (!template.definition()) {
                    for (Metric member : template.members()) {
                        add(when, announced.name() + "/", member, nullsSaid);
                    }
                }
            }
            case DataSet set -> table(when, name, set);
            case byte[] bytes -> bytes(when, name, announced.datatype(), bytes);
            default -> scalar(when, name, announced.datatype(), value);
        }
        Long quality = metric.quality();
        if (quality != null && quality != GOOD) {
            out.add(when, name + ".quality", quality);
        }
    }

    private Births.Announced announced(String parent, Metric metric) throws Rejection {
        Long alias = metric.alias();
        Births.Announced byAlias = births == null || alias == null ? null : births.findAlias(alias);
        if (metric.name() == null || metric.name().isEmpty()) {
            if (byAlias == null) {
                throw new Rejection(
                        Reason.BEFORE_BIRTH,
                        alias == null
                                ? "a metric has neither a name nor an alias"
                                : "no birth certificate announced the alias " + Long.toUnsignedString(alias));
            }
            return metric.datatype() == DataType.UNKNOWN
                    ? byAlias
                    : new Births.Announced(byAlias.name(), metric.datatype());
        }
        String name = parent + metric.name();
        if (metric.datatype() != DataType.UNKNOWN || saysItself(metric.value())) {
            return new Births.Announced(name, metric.datatype());
        }
        Births.Announced byName = byAlias == null && births != null ? births.findName(name) : byAlias;
        if (byName == null || byName.datatype() == DataType.UNKNOWN) {
            throw new Rejection(
                    Reason.BEFORE_BIRTH, "no birth certificate announced the datatype of " + Text.shown(name));
        }
        return new Births.Announced(name, byName.datatype());
    }

    /** Integers and bytes are anything without their datatype: signed or not, an array or a file. */
    private static boolean saysItself(@Nullable Object value) {
        return !(value instanceof Long) && !(value instanceof byte[]);
    }

    private void scalar(When when, String name, DataType type, Object value) throws Rejection {
        boolean untyped = type == DataType.UNKNOWN;
        switch (value) {
            case Long number -> integer(when, name, type, number);
            case Double number
            when untyped || type == DataType.FLOAT || type == DataType.DOUBLE ->
                out.add(when, name, number.doubleValue());
            case Boolean flag when untyped || type == DataType.BOOLEAN -> out.add(when, name, flag.booleanValue());
            case String text when untyped || isText(type) -> out.add(when, name, text);
            default -> throw mismatch(name, type);
        }
    }

    /** Integers travel as unsigned ones, and not always in the field that their width asks for. */
    private void integer(When when, String name, DataType type, long wire) throws Rejection {
        switch (type) {
            case INT8 -> out.add(when, name, wire << 56 >> 56);
            case INT16 -> out.add(when, name, wire << 48 >> 48);
            case INT32 -> out.add(when, name, wire << 32 >> 32);
            case INT64, DATE_TIME -> out.add(when, name, wire);
            case UINT8 -> out.add(when, name, wire & 0xFF);
            case UINT16 -> out.add(when, name, wire & 0xFFFF);
            case UINT32 -> out.add(when, name, wire & 0xFFFF_FFFFL);
            case UINT64 -> unsigned(when, name, wire);
            default -> throw mismatch(name, type);
        }
    }

    /** Above the largest long the nearest double, as for JSON. */
    private void unsigned(When when, String name, long bits) throws Rejection {
        if (bits >= 0) {
            out.add(when, name, bits);
        } else {
            out.add(when, name, ((bits >>> 1) | (bits & 1)) * 2.0);
        }
    }

    private void table(When when, String name, DataSet set) throws Rejection {
        for (int row = 0; row < set.rows().size(); row++) {
            List<@Nullable Object> cells = set.rows().get(row);
            for (int column = 0; column < cells.size(); column++) {
                Object cell = cells.get(column);
                if (cell != null) {
                    String at = name + "." + row + "." + set.columns().get(column);
                    scalar(when, at, set.types().get(column), cell);
                }
            }
        }
    }

    private void bytes(When when, String name, DataType type, byte[] bytes) throws Rejection {
        switch (type) {
            case BYTES, FILE ->
                out.add(when, name, Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
            default -> {
                List<Object> elements = Arrays.elements(name, type, bytes);
                for (int i = 0; i < elements.size(); i++) {
                    element(when, name + "." + i, type, elements.get(i));
                }
            }
        }
    }

    private void element(When when, String name, DataType type, Object element) throws Rejection {
        switch (element) {
            case Long number when type == DataType.UINT64_ARRAY -> unsigned(when, name, number);
            case Long number -> out.add(when, name, number.longValue());
            default -> scalar(when, name, DataType.UNKNOWN, element);
        }
    }

    private static boolean isText(DataType type) {
        return type == DataType.STRING || type == DataType.TEXT || type == DataType.UUID;
    }

    private static Rejection mismatch(String name, DataType type) {
        return new Rejection(
                Reason.MALFORMED_SPARKPLUG, "the value of " + Text.shown(name) + " isn't of its datatype " + type);
    }
}
