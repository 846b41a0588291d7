package io.headrace.streams.decode;

import io.headrace.catalogue.Reason;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Collects one sample and holds it to the limits. */
public final class SampleBuilder {
    private static final int MAX_TAGS = 64;

    private final Limits limits;
    private final Map<String, Object> values = new LinkedHashMap<>();
    private Map<String, String> units = Map.of();
    private Map<String, String> tags = Map.of();
    private @Nullable Instant time;
    private @Nullable Long sequence;
    private boolean numeric;

    public SampleBuilder(Limits limits) {
        this.limits = limits;
    }

    public void time(@Nullable Instant given) throws Rejection {
        if (time != null) {
            throw new Rejection(Reason.DUPLICATE_NAME, "two times in one reading");
        }
        time = given;
    }

    public void sequence(long given) throws Rejection {
        if (sequence != null) {
            throw new Rejection(Reason.DUPLICATE_NAME, "the name seq twice in one reading");
        }
        sequence = given;
    }

    public void add(String name, long value) throws Rejection {
        put(name, value);
        numeric = true;
    }

    public void add(String name, double value) throws Rejection {
        if (!Double.isFinite(value)) {
            throw new Rejection(
                    Reason.NUMBER_OUT_OF_RANGE, "the value of " + Text.shown(name) + " is no finite number");
        }
        put(name, value);
        numeric = true;
    }

    public void add(String name, boolean value) throws Rejection {
        put(name, value);
        numeric = true;
    }

    public void add(String name, String value) throws Rejection {
        if (value.length() > limits.textLength()) {
            throw new Rejection(
                    Reason.TEXT_TOO_LONG,
                    "the text of " + Text.shown(name) + " is longer than " + limits.textLength() + " characters");
        }
        put(name, Text.wellFormed(value));
    }

    public void unit(String name, String unit) throws Rejection {
        if (unit.length() > limits.nameLength()) {
            throw new Rejection(
                    Reason.TEXT_TOO_LONG,
                    "the unit of " + Text.shown(name) + " is longer than " + limits.nameLength() + " characters");
        }
        if (units.isEmpty()) {
            units = new LinkedHashMap<>();
        }
        units.put(Text.wellFormed(name), Text.wellFormed(unit));
    }

    /** Something that the payload says of all values of this sample. */
    public void tag(String name, String value) throws Rejection {
        if (name.length() > limits.nameLength() || value.length() > limits.nameLength()) {
            throw new Rejection(
                    Reason.TEXT_TOO_LONG,
                    "the tag " + Text.shown(name) + " is longer than " + limits.nameLength() + " characters");
        }
        if (tags.isEmpty()) {
            tags = new LinkedHashMap<>();
        }
        if (tags.putIfAbsent(Text.wellFormed(name), Text.wellFormed(value)) != null) {
            throw new Rejection(Reason.DUPLICATE_NAME, "the tag " + Text.shown(name) + " twice in one reading");
        }
        if (tags.size() > MAX_TAGS) {
            throw new Rejection(Reason.TOO_MANY_VALUES, "more than " + MAX_TAGS + " tags of one reading");
        }
    }

    /** Whether it holds as many values as it may. */
    public boolean isFull() {
        return values.size() >= limits.values();
    }

    private void put(String name, Object value) throws Rejection {
        if (name.isEmpty()) {
            throw new Rejection(Reason.UNEXPECTED_SHAPE, "a value has no name");
        }
        if (name.length() > limits.nameLength()) {
            throw new Rejection(
                    Reason.TEXT_TOO_LONG,
                    "the name " + Text.shown(name) + " is longer than " + limits.nameLength() + " characters");
        }
        if (values.putIfAbsent(Text.wellFormed(name), value) != null) {
            throw new Rejection(Reason.DUPLICATE_NAME, "the name " + Text.shown(name) + " twice in one reading");
        }
        if (values.size() > limits.values()) {
            throw new Rejection(Reason.TOO_MANY_VALUES, "more than " + limits.values() + " values in one reading");
        }
    }

    /** Of a payload whose texts may be anything: one that says nothing in numbers is no measurement. */
    public Sample build() throws Rejection {
        if (!numeric) {
            throw new Rejection(Reason.NO_NUMERIC_VALUE, "no number and no boolean in a reading");
        }
        return buildOfAny();
    }

    /** Of a format in which a text is declared to be a value, and may be the only one. */
    public Sample buildOfAny() throws Rejection {
        if (values.isEmpty()) {
            throw new Rejection(Reason.NO_NUMERIC_VALUE, "a reading without a value");
        }
        return new Sample(Optional.ofNullable(time), Optional.ofNullable(sequence), values, units, tags);
    }
}
