package io.headrace.streams.hot;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Newest value of one metric of a device, and its points since the metric's history was written, in the order in which
 * they came. No object but for a text: the newest value changes with each message, and the collector would follow it.
 * Times are epoch microseconds. For one thread.
 */
final class Recent {
    /** So many, and the history is written with them. */
    private static final int MOST = 16;

    /** A longer text is in the history alone: its page is written with each message. */
    private static final int LONGEST_TEXT = 64;

    /** In the place of a type: the value is the history's. */
    private static final byte IN_HISTORY = 4;

    private static final int FIRST_POINTS = 4;
    /** Times of the newest value, its type and bytes, how often the history was written, how long points are kept, their number. */
    private static final int SIZE = 8 + 8 + 1 + 8 + 4 + 8 + 1;

    private final String metric;
    private final byte[] name;
    private long observedAt;
    private long receivedAt;
    private byte type;
    private long bits;
    private byte[] text = {};
    private int writes;
    private long keepMs;
    private int size;
    /** Time and value of each. */
    private long[] points = new long[2 * FIRST_POINTS];

    private Recent(String metric, byte[] name) {
        this.metric = metric;
        this.name = name;
    }

    /** Of a metric that nothing is known of. */
    static Recent of(String metric) {
        Recent recent = new Recent(metric, metric.getBytes(StandardCharsets.UTF_8));
        recent.observedAt = Long.MIN_VALUE;
        return recent;
    }

    /** Of a metric whose history an earlier version wrote. */
    static Recent of(String metric, MetricHistory history) {
        Recent recent = of(metric);
        recent.observedAt = MetricHistory.micros(history.observedAt());
        recent.receivedAt = MetricHistory.micros(history.receivedAt());
        recent.set(history.value());
        return recent;
    }

    String metric() {
        return metric;
    }

    long observedAt() {
        return observedAt;
    }

    long receivedAt() {
        return receivedAt;
    }

    /** {@link #value} as {@link MetricHistory} has it, where it is a number. */
    byte type() {
        return type;
    }

    /** Likewise. */
    long bits() {
        return bits;
    }

    /** The newest; null where it is the history's. */
    @Nullable
    Object value() {
        return switch (type) {
            case IN_HISTORY -> null;
            case MetricHistory.TEXT -> new String(text, StandardCharsets.UTF_8);
            default -> MetricHistory.value(type, bits);
        };
    }

    /** How often the history was written since there are pages. */
    int writes() {
        return writes;
    }

    /** How far behind the newest point those here are kept, milliseconds. */
    long keepMs() {
        return keepMs;
    }

    int size() {
        return size;
    }

    long time(int point) {
        return points[2 * point];
    }

    double number(int point) {
        return Double.longBitsToDouble(points[2 * point + 1]);
    }

    /** Whether the history is to be written before a value comes that is kept for so long. */
    boolean isOtherwiseKept(long forMs) {
        return size > 0 && keepMs != forMs;
    }

    /** One more value, of equal times the newer; there must be room for it. */
    void plus(Object value, long at, long received, long forMs) {
        if (at >= observedAt) {
            observedAt = at;
            receivedAt = received;
            set(value);
        }
        if (value instanceof String) {
            return;
        }
        if (2 * size == points.length) {
            points = Arrays.copyOf(points, 2 * points.length);
        }
        keepMs = forMs;
        points[2 * size] = at;
        points[2 * size + 1] = Double.doubleToRawLongBits(MetricHistory.number(value));
        size++;
    }

    private void set(Object value) {
        type = MetricHistory.type(value);
        if (value instanceof String string) {
            text = string.getBytes(StandardCharsets.UTF_8);
            bits = 0;
        } else {
            bits = MetricHistory.bits(value);
        }
    }

    /**
     * Whether the history is to be written now. For the first time after as many points as the names say: where all devices
     * of a fleet began together, their histories would otherwise all be written by the same commit for ever.
     */
    boolean isFull(String device) {
        int most = writes == 0 ? 1 + spread(device) : MOST;
        return size >= most || isLongText();
    }

    private boolean isLongText() {
        return type == MetricHistory.TEXT && text.length > LONGEST_TEXT;
    }

    private int spread(String device) {
        int hash = 31 * device.hashCode() + metric.hashCode();
        hash *= 0x9E3779B9;
        return hash >>> 28;
    }

    /** Notes that the history has all of it. */
    void written() {
        writes++;
        size = 0;
        if (isLongText()) {
            type = IN_HISTORY;
            text = new byte[0];
        }
    }

    /** Bytes that {@link #write} takes. */
    int length() {
        int value = type == MetricHistory.TEXT ? text.length : 0;
        return 4 + name.length + SIZE + value + size * 16;
    }

    void write(ByteBuffer out) {
        out.putInt(name.length)
                .put(name)
                .putLong(observedAt)
                .putLong(receivedAt)
                .put(type)
                .putLong(type == MetricHistory.TEXT ? text.length : bits);
        if (type == MetricHistory.TEXT) {
            out.put(text);
        }
        out.putInt(writes).putLong(keepMs).put((byte) size);
        for (int i = 0; i < 2 * size; i++) {
            out.putLong(points[i]);
        }
    }

    static Recent read(ByteBuffer in) {
        byte[] name = new byte[in.getInt()];
        in.get(name);
        Recent recent = new Recent(new String(name, StandardCharsets.UTF_8), name);
        recent.observedAt = in.getLong();
        recent.receivedAt = in.getLong();
        recent.type = in.get();
        recent.bits = in.getLong();
        if (recent.type == MetricHistory.TEXT) {
            recent.text = new byte[(int) recent.bits];
            in.get(recent.text);
        }
        recent.writes = in.getInt();
        recent.keepMs = in.getLong();
        recent.size = in.get();
        recent.points = new long[2 * Math.max(FIRST_POINTS, recent.size)];
        for (int i = 0; i < 2 * recent.size; i++) {
            recent.points[i] = in.getLong();
        }
        return recent;
    }
}
