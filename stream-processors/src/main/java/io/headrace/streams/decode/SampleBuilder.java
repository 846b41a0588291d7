package io.headrace.streams.decode;

import io.headrace.catalogue.Reason;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Collects one sample and holds it to the limits. */
final class SampleBuilder {
    private final Limits limits;
    private final Map<String, Object> values = new LinkedHashMap<>();
    private final Map<String, String> units = new LinkedHashMap<>();
    private @Nullable Instant time;
    private @Nullable Long sequence;
    private boolean numeric;

    SampleBuilder(Limits limits) {
        this.limits = limits;
    }

    void time(@Nullable Instant given) throws Rejection {
        if (time != null) {
            throw new Rejection(Reason.DUPLICATE_NAME, "two times in one reading");
        }
        time = given;
    }

    void sequence(long given) throws Rejection {
        if (sequence != null) {
            throw new Rejection(Reason.DUPLICATE_NAME, "the name seq twice in one reading");
        }
        sequence = given;
    }

    void add(String name, long value) throws Rejection {
        put(name, value);
        numeric = true;
    }

    void add(String name, double value) throws Rejection {
        if (!Double.isFinite(value)) {
            throw new Rejection(
                    Reason.NUMBER_OUT_OF_RANGE, "the value of " + Text.shown(name) + " is no finite number");
        }
        put(name, value);
        numeric = true;
    }

    void add(String name, boolean value) throws Rejection {
        put(name, value);
        numeric = true;
    }

    void add(String name, String value) throws Rejection {
        if (value.length() > limits.textLength()) {
            throw new Rejection(
                    Reason.TEXT_TOO_LONG,
                    "the text of " + Text.shown(name) + " is longer than " + limits.textLength() + " characters");
        }
        put(name, Text.wellFormed(value));
    }

    void unit(String name, String unit) throws Rejection {
        if (unit.length() > limits.nameLength()) {
            throw new Rejection(
                    Reason.TEXT_TOO_LONG,
                    "the unit of " + Text.shown(name) + " is longer than " + limits.nameLength() + " characters");
        }
        units.put(Text.wellFormed(name), Text.wellFormed(unit));
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

    Sample build() throws Rejection {
        if (!numeric) {
            throw new Rejection(Reason.NO_NUMERIC_VALUE, "no number and no boolean in a reading");
        }
        return new Sample(Optional.ofNullable(time), Optional.ofNullable(sequence), values, units);
    }
}
