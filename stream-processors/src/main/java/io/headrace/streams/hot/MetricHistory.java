package io.headrace.streams.hot;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The newest value of one metric of one device and the numeric points before it, by event time.
 *
 * @param value {@code Double}, {@code Long}, {@code Boolean} or {@code String}
 * @param points by rising time
 */
record MetricHistory(Object value, Instant observedAt, Instant receivedAt, List<Point> points) {
    /**
     * Layout 2: version, how often it was written, times of the newest value in µs, its type and bytes, then time and value
     * of each point. Layout 1, of when it was written with each value, has no such number.
     */
    private static final byte VERSION = 2;

    private static final byte EARLIER = 1;

    private static final byte DOUBLE = 0;
    private static final byte LONG = 1;
    private static final byte BOOLEAN = 2;
    static final byte TEXT = 3;

    private static final int POINT = 16;
    /** Before the times, the type, and its bytes or the length of a text. */
    private static final int HEAD = 1 + 4;

    private static final int EARLIER_HEAD = 1;
    private static final byte[] NOTHING = {};
    private static final int NEWEST = 8 + 8 + 1 + 8;

    /** A number at an instant. */
    record Point(Instant observedAt, double value) {}

    MetricHistory {
        points = List.copyOf(points);
    }

    /**
     * What is stored, and what came since.
     *
     * @param stored null where there is none yet
     */
    static MetricHistory of(byte @Nullable [] stored, Recent recent, HotConfig bounds) {
        if (stored != null && writes(stored) > recent.writes()) {
            return ofStored(stored); // it was written after the page was read, and has all of it
        }
        MetricHistory before = stored == null ? null : ofStored(stored);
        List<Point> points = before == null ? List.of() : before.points;
        for (int i = 0; i < recent.size(); i++) {
            points = plus(points, new Point(instant(recent.time(i)), recent.number(i)), recent.keepMs(), bounds);
        }
        Object value = recent.value();
        if (value != null) {
            return new MetricHistory(value, instant(recent.observedAt()), instant(recent.receivedAt()), points);
        }
        if (before == null) {
            throw new IllegalStateException("the newest value of " + recent.metric() + " isn't stored");
        }
        return new MetricHistory(before.value, before.observedAt, before.receivedAt, points);
    }

    /** With one more point, wherever its time puts it; of equal times the later to arrive is the newer. */
    private static List<Point> plus(List<Point> points, Point point, long keepMs, HotConfig bounds) {
        int at = points.size();
        while (at > 0 && points.get(at - 1).observedAt().isAfter(point.observedAt())) {
            at--;
        }
        List<Point> all = new ArrayList<>(points.size() + 1);
        all.addAll(points);
        all.add(at, point);
        Instant oldest = all.getLast().observedAt().minusMillis(keepMs);
        int from = Math.max(0, all.size() - bounds.points());
        while (all.get(from).observedAt().isBefore(oldest)) {
            from++;
        }
        return all.subList(from, all.size());
    }

    /**
     * As {@link #of(byte[], Recent, HotConfig)}, to be stored. What came in order, as nearly all does, is put behind the
     * points as they are: nobody makes objects of a hundred of them.
     */
    static byte[] written(byte @Nullable [] stored, Recent recent, HotConfig bounds) {
        byte[] before = stored == null ? NOTHING : stored;
        int begin = points(before);
        if (recent.type() > BOOLEAN || begin < 0 || !isInOrder(before, begin, recent)) {
            return of(stored, recent, bounds).stored(recent.writes() + 1);
        }
        int size = recent.size();
        int from = begin;
        int first = 0;
        if (size > 0) {
            long oldest = recent.time(size - 1) - recent.keepMs() * 1_000;
            int surplus = Math.max(0, (before.length - begin) / POINT + size - bounds.points());
            from = Math.min(before.length, begin + surplus * POINT);
            first = surplus - (from - begin) / POINT;
            while (from < before.length && time(before, from) < oldest) {
                from += POINT;
            }
            while (from == before.length && recent.time(first) < oldest) {
                first++;
            }
        }
        ByteBuffer out = ByteBuffer.allocate(HEAD + NEWEST + before.length - from + (size - first) * POINT)
                .put(VERSION)
                .putInt(recent.writes() + 1)
                .putLong(recent.observedAt())
                .putLong(recent.receivedAt())
                .put(recent.type())
                .putLong(recent.bits())
                .put(before, from, before.length - from);
        for (int i = first; i < size; i++) {
            out.putLong(recent.time(i)).putDouble(recent.number(i));
        }
        return out.array();
    }

    private static boolean isInOrder(byte[] before, int begin, Recent recent) {
        long last = begin == before.length ? Long.MIN_VALUE : time(before, before.length - POINT);
        for (int i = 0; i < recent.size(); i++) {
            if (recent.time(i) < last) {
                return false;
            }
            last = recent.time(i);
        }
        return true;
    }

    private static long time(byte[] stored, int at) {
        return ByteBuffer.wrap(stored).getLong(at);
    }

    /** Where points begin; below 0 where that takes a closer look. */
    private static int points(byte[] stored) {
        if (stored.length == 0) {
            return 0;
        }
        int head = stored[0] == EARLIER ? EARLIER_HEAD : HEAD;
        requireKnown(stored[0]);
        return stored[head + 8 + 8] == TEXT ? -1 : head + NEWEST;
    }

    private static void requireKnown(byte version) {
        if (version != VERSION && version != EARLIER) {
            throw new IllegalStateException("hot values of version " + version + " where " + VERSION + " is known");
        }
    }

    /** How often it was written since there are pages. */
    private static int writes(byte[] stored) {
        return stored[0] == EARLIER ? 0 : ByteBuffer.wrap(stored).getInt(1);
    }

    /** Points of at most this long before the newest of them. */
    List<Point> within(Duration back) {
        if (points.isEmpty()) {
            return points;
        }
        Instant from = points.getLast().observedAt().minus(back);
        return points.stream()
                .filter(point -> !point.observedAt().isBefore(from))
                .toList();
    }

    /** @param writes how often it was written, this time included */
    byte[] stored(int writes) {
        byte[] text = value instanceof String string ? string.getBytes(StandardCharsets.UTF_8) : new byte[0];
        ByteBuffer out = ByteBuffer.allocate(HEAD + NEWEST + text.length + points.size() * POINT)
                .put(VERSION)
                .putInt(writes)
                .putLong(micros(observedAt))
                .putLong(micros(receivedAt))
                .put(type(value))
                .putLong(value instanceof String ? text.length : bits(value))
                .put(text);
        for (Point point : points) {
            out.putLong(micros(point.observedAt())).putDouble(point.value());
        }
        return out.array();
    }

    static MetricHistory ofStored(byte[] stored) {
        ByteBuffer in = ByteBuffer.wrap(stored);
        byte version = in.get();
        requireKnown(version);
        if (version == VERSION) {
            in.getInt();
        }
        Instant observedAt = instant(in.getLong());
        Instant receivedAt = instant(in.getLong());
        byte type = in.get();
        long bits = in.getLong();
        Object value = type == TEXT ? text(in, (int) bits) : value(type, bits);
        List<Point> points = new ArrayList<>(in.remaining() / POINT);
        while (in.hasRemaining()) {
            points.add(new Point(instant(in.getLong()), in.getDouble()));
        }
        return new MetricHistory(value, observedAt, receivedAt, points);
    }

    private static String text(ByteBuffer in, int length) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    static byte type(Object value) {
        return switch (value) {
            case Double _ -> DOUBLE;
            case Long _ -> LONG;
            case Boolean _ -> BOOLEAN;
            default -> TEXT;
        };
    }

    /** Of a number or a truth. */
    static long bits(Object value) {
        return switch (value) {
            case Double number -> Double.doubleToRawLongBits(number);
            case Long number -> number;
            default -> number(value) == 0 ? 0 : 1;
        };
    }

    static Object value(byte type, long bits) {
        return switch (type) {
            case DOUBLE -> Double.longBitsToDouble(bits);
            case LONG -> (Object) bits;
            default -> bits == 1;
        };
    }

    static double number(Object value) {
        return switch (value) {
            case Boolean flag -> flag ? 1 : 0;
            case Number number -> number.doubleValue();
            default -> throw new IllegalArgumentException("no number: " + value.getClass());
        };
    }

    static long micros(Instant instant) {
        return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1_000;
    }

    static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
