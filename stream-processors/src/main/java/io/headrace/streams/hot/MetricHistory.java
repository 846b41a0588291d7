package io.headrace.streams.hot;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The newest value of one metric of one device and the numeric points before it, by event time.
 *
 * @param value {@code Double}, {@code Long}, {@code Boolean} or {@code String}
 * @param points by rising time
 */
record MetricHistory(Object value, Instant observedAt, Instant receivedAt, List<Point> points) {
    /** Layout 1: version, times of the newest value in µs, its type and bytes, then time and value of each point. */
    private static final byte VERSION = 1;

    private static final byte DOUBLE = 0;
    private static final byte LONG = 1;
    private static final byte BOOLEAN = 2;
    private static final byte TEXT = 3;
    private static final int POINT = 16;
    private static final int TYPE = 1 + 8 + 8;
    /** Where points begin, but for a text. */
    private static final int POINTS = TYPE + 1 + 8;

    /** A number at an instant. */
    record Point(Instant observedAt, double value) {}

    MetricHistory {
        points = List.copyOf(points);
    }

    /** Of a metric seen for the first time. */
    static MetricHistory first(Object value, Instant observedAt, Instant receivedAt) {
        List<Point> points = value instanceof String ? List.of() : List.of(new Point(observedAt, number(value)));
        return new MetricHistory(value, observedAt, receivedAt, points);
    }

    /** With one more value, wherever its time puts it; of equal times the later to arrive is the newer. */
    MetricHistory plus(Object more, Instant at, Instant received, HotConfig bounds) {
        boolean newest = !at.isBefore(observedAt);
        List<Point> all = points;
        if (!(more instanceof String)) {
            all = inserted(new Point(at, number(more)));
            Instant oldest = all.getLast().observedAt().minus(bounds.keep());
            int from = Math.max(0, all.size() - bounds.points());
            while (all.get(from).observedAt().isBefore(oldest)) {
                from++;
            }
            all = all.subList(from, all.size());
        }
        return newest
                ? new MetricHistory(more, at, received, all)
                : new MetricHistory(value, observedAt, receivedAt, all);
    }

    /**
     * As {@link #plus(Object, Instant, Instant, HotConfig)}, from what is stored to what is to be. What comes in order, as
     * nearly all does, is put behind the points as they are: nobody makes objects of a hundred of them for each value.
     */
    static byte[] plus(byte[] stored, Object more, Instant at, Instant received, HotConfig bounds) {
        ByteBuffer in = ByteBuffer.wrap(stored);
        int end = stored.length;
        long time = micros(at);
        boolean isNext = stored[0] == VERSION
                && stored[TYPE] != TEXT
                && !(more instanceof String)
                && end > POINTS
                && time >= in.getLong(1)
                && time >= in.getLong(end - POINT);
        if (!isNext) {
            return ofStored(stored).plus(more, at, received, bounds).stored();
        }
        long oldest = time - TimeUnit.MILLISECONDS.toMicros(bounds.keep().toMillis());
        int from = Math.max(POINTS, end - (bounds.points() - 1) * POINT);
        while (from < end && in.getLong(from) < oldest) {
            from += POINT;
        }
        ByteBuffer out = ByteBuffer.allocate(POINTS + end - from + POINT);
        out.put(VERSION).putLong(time).putLong(micros(received));
        putNumber(out, more);
        return out.put(stored, from, end - from)
                .putLong(time)
                .putDouble(number(more))
                .array();
    }

    private static void putNumber(ByteBuffer out, Object value) {
        switch (value) {
            case Double number -> out.put(DOUBLE).putDouble(number);
            case Long number -> out.put(LONG).putLong(number);
            default -> out.put(BOOLEAN).putLong(number(value) == 0 ? 0 : 1);
        }
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

    private List<Point> inserted(Point point) {
        int at = points.size();
        while (at > 0 && points.get(at - 1).observedAt().isAfter(point.observedAt())) {
            at--;
        }
        List<Point> all = new ArrayList<>(points.size() + 1);
        all.addAll(points);
        all.add(at, point);
        return all;
    }

    private static double number(Object value) {
        return switch (value) {
            case Boolean flag -> flag ? 1 : 0;
            case Number number -> number.doubleValue();
            default -> throw new IllegalArgumentException("no number: " + value.getClass());
        };
    }

    byte[] stored() {
        byte[] text = value instanceof String string ? string.getBytes(StandardCharsets.UTF_8) : new byte[0];
        ByteBuffer out = ByteBuffer.allocate(1 + 8 + 8 + 1 + 8 + text.length + points.size() * POINT)
                .put(VERSION)
                .putLong(micros(observedAt))
                .putLong(micros(receivedAt));
        if (value instanceof String) {
            out.put(TEXT).putLong(text.length).put(text);
        } else {
            putNumber(out, value);
        }
        for (Point point : points) {
            out.putLong(micros(point.observedAt())).putDouble(point.value());
        }
        return out.array();
    }

    static MetricHistory ofStored(byte[] stored) {
        ByteBuffer in = ByteBuffer.wrap(stored);
        byte version = in.get();
        if (version != VERSION) {
            throw new IllegalStateException("hot values of version " + version + " where " + VERSION + " is known");
        }
        Instant observedAt = instant(in.getLong());
        Instant receivedAt = instant(in.getLong());
        Object value =
                switch (in.get()) {
                    case DOUBLE -> in.getDouble();
                    case LONG -> (Object) in.getLong();
                    case BOOLEAN -> in.getLong() == 1;
                    default -> text(in);
                };
        List<Point> points = new ArrayList<>(in.remaining() / POINT);
        while (in.hasRemaining()) {
            points.add(new Point(instant(in.getLong()), in.getDouble()));
        }
        return new MetricHistory(value, observedAt, receivedAt, points);
    }

    private static String text(ByteBuffer in) {
        byte[] bytes = new byte[(int) in.getLong()];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
