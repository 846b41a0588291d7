package io.headrace.streams.window.shape;

import io.headrace.streams.window.measure.Cell;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A definition of windows: a shape, and whose readings are counted. Two definitions are the same where stored state of the
 * one is good for the other: that is their {@link #id}.
 */
public final class WindowSpec {
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private final String name;
    private final Shape shape;
    private final Optional<String> groupBy;
    private final Map<String, String> when;
    private final long provisionalMs;
    private final long id;

    private WindowSpec(
            String name, Shape shape, Optional<String> groupBy, Map<String, String> when, long provisionalMs, long id) {
        this.name = name;
        this.shape = shape;
        this.groupBy = groupBy;
        this.when = Map.copyOf(when);
        this.provisionalMs = provisionalMs;
        this.id = id;
    }

    /**
     * A tumbling window of every device, without a name.
     *
     * @param provisionalMs shortest time between two provisional results, wall clock; 0 for none
     */
    public static WindowSpec plain(long sizeMs, long provisionalMs) {
        return new WindowSpec("", Steps.tumbling(sizeMs), Optional.empty(), Map.of(), provisionalMs, sizeMs);
    }

    /**
     * @param groupBy tag by whose value devices are counted together; empty for each device by itself
     * @param when tags with these values only; all devices where there is none
     */
    public static WindowSpec named(
            String name, Shape shape, Optional<String> groupBy, Map<String, String> when, long provisionalMs) {
        return new WindowSpec(name, shape, groupBy, when, provisionalMs, Long.MIN_VALUE | hash(name + "=" + shape));
    }

    /** Fowler, Noll and Vo's FNV-1a. */
    private static long hash(String text) {
        long hash = FNV_OFFSET;
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (octet & 0xFF)) * FNV_PRIME;
        }
        return hash;
    }

    /** Whether an id is one of a window without a name, and so its size in milliseconds. */
    public static boolean isPlain(long id) {
        return id >= 0;
    }

    /** Empty for one without a name. */
    public String name() {
        return name;
    }

    public Shape shape() {
        return shape;
    }

    public Optional<String> groupBy() {
        return groupBy;
    }

    /** Shortest time between two provisional results, in milliseconds of wall-clock time; 0 for none. */
    public long provisionalMs() {
        return provisionalMs;
    }

    /** Negative for one with a name: made of name and shape, so that another shape finds none of this one's state. */
    public long id() {
        return id;
    }

    /** Whether every device's readings are counted. */
    public boolean isForAll() {
        return when.isEmpty();
    }

    /** Whether the readings of a device with these tags are counted. */
    public boolean takes(Map<String, String> tags) {
        for (Map.Entry<String, String> tag : when.entrySet()) {
            if (!tag.getValue().equals(tags.get(tag.getKey()))) {
                return false;
            }
        }
        return true;
    }

    /** Where the accumulator of a window or pane stands that starts there. */
    public Cell cellAt(long start) {
        return switch (shape) {
            case Session session -> new Cell(start, 0);
            case Grid grid -> cell(start, grid.next(start));
        };
    }

    private Cell cell(long start, long end) {
        long slot = (end - start + Cell.SLOTS - 1) / Cell.SLOTS;
        if (shape instanceof Grid grid && grid.isPaned()) {
            slot = Math.min(end - start, Math.max(slot, shape.sizeMs() * 1_000 / Cell.SLOTS));
        }
        return new Cell(start, slot);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WindowSpec spec && spec.id == id;
    }

    @Override
    public int hashCode() {
        return Objects.hash(id);
    }

    @Override
    public String toString() {
        return (name.isEmpty() ? "" : name + "=") + shape;
    }
}
