package io.headrace.control.reconcile;

import io.headrace.control.reconcile.SeriesIndex.DeviceClock;
import io.headrace.control.reconcile.SeriesIndex.DeviceMetric;
import io.headrace.record.WindowAggregate;
import io.headrace.record.WindowKind;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Which windows a stored value is to be counted in, and when that must have happened: the one place that both accounts of
 * values go by. Sizes are told by their index in the configuration; a window is numbered by its start divided by its size.
 */
public final class WindowRule {
    private final ReconcileConfig config;
    private final long[] sizes;

    public WindowRule(ReconcileConfig config) {
        this.config = config;
        this.sizes = config.windowSizes().stream().mapToLong(WindowRule::micros).toArray();
    }

    /** How many sizes there are. */
    public int sizes() {
        return sizes.length;
    }

    /** As ISO 8601 writes a duration. */
    public String name(int size) {
        return config.windowSizes().get(size).toString();
    }

    /** Whether windows count a value: they count numbers. */
    public boolean counts(Object value) {
        return value instanceof Number;
    }

    /** Number of the window that a time in epoch microseconds is in. */
    public long windowOf(int size, long at) {
        return Math.floorDiv(at, sizes[size]);
    }

    /** Epoch microseconds. */
    public long startOf(int size, long number) {
        return number * sizes[size];
    }

    /** A window by its number. */
    public Window window(DeviceMetric metric, int size, long number) {
        return new Window(metric.device(), metric.metric(), startOf(size, number), sizes[size]);
    }

    /**
     * Which size a result is of; -1 for what isn't accounted: windows with a name, of whatever kind or of groups, and
     * provisional results. Each value is in one window of each size without a name, and that is what adds up.
     */
    public int sizeOf(WindowAggregate aggregate) {
        if (aggregate.getKind() != WindowKind.TUMBLING
                || !aggregate.getWindow().isEmpty()
                || aggregate.getProvisional()) {
            return -1;
        }
        long span = micros(aggregate.getEnd()) - micros(aggregate.getStart());
        return IntStream.range(0, sizes.length)
                .filter(size -> sizes[size] == span)
                .findFirst()
                .orElse(-1);
    }

    /**
     * The sizes whose windows a late reading has missed.
     *
     * @param header milliseconds parted by commas; empty for all sizes, and for none of them where there are names
     * @param names of windows with a name that it has missed, which are no part of the sum
     * @throws NumberFormatException where it is something else
     */
    public List<Integer> missed(Optional<String> header, Optional<String> names) {
        if (header.isEmpty() && names.isPresent()) {
            return List.of();
        }
        List<Duration> told = header.stream()
                .flatMap(text -> Arrays.stream(text.split(",")))
                .map(size -> Duration.ofMillis(Long.parseLong(size.strip())))
                .toList();
        return IntStream.range(0, sizes.length)
                .filter(size ->
                        told.isEmpty() || told.contains(config.windowSizes().get(size)))
                .boxed()
                .toList();
    }

    /** Whether a window's result is due: its device's time has passed it, or the device has been silent. */
    public boolean isClosed(DeviceClock clock, int size, long number, long now) {
        long end = startOf(size, number + 1);
        return clock.watermark() >= end + micros(config.windowGrace())
                || clock.lastReceived() < now - micros(config.idleClose()) - micros(config.pendingGrace());
    }

    /** Whether what came then must have been processed by now. */
    public boolean isOld(long then, long now) {
        return then <= now - micros(config.pendingGrace());
    }

    /** Of the epoch. */
    public static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    static long micros(Duration duration) {
        return duration.toNanos() / 1_000;
    }
}
