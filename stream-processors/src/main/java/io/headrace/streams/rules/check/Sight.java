package io.headrace.streams.rules.check;

import io.headrace.condition.Condition;
import io.headrace.condition.Subject;
import io.headrace.condition.WindowUse;
import io.headrace.record.Reading;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** A reading as rules see it. For one thread. */
public final class Sight implements Subject {
    private final Reading reading;
    private final long at;
    private final ToDoubleFunction<WindowUse> windows;
    private @Nullable Map<String, Object> variables;

    /** @param windows what a window holds, the reading included; NaN for one without values */
    public Sight(Reading reading, ToDoubleFunction<WindowUse> windows) {
        this.reading = reading;
        this.at = micros(reading.getObservedAt());
        this.windows = windows;
    }

    /** Since the epoch. */
    public static long micros(Instant time) {
        return Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000L), time.getNano() / 1_000);
    }

    /** As {@link #micros} takes it. */
    public static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    @Override
    public Reading reading() {
        return reading;
    }

    /** Event time, epoch microseconds. */
    public long at() {
        return at;
    }

    /** A value as a number, of a boolean 1 or 0; NaN where it isn't there, no number, or not finite. */
    public double number(String metric) {
        return number(reading.getValues().get(metric));
    }

    /** As {@link #number(String)}. */
    public static double number(@Nullable Object value) {
        return switch (value) {
            case Double number -> Double.isFinite(number) ? number : Double.NaN;
            case Long number -> number;
            case Boolean met -> met ? 1 : 0;
            case null, default -> Double.NaN;
        };
    }

    @Override
    public Map<String, Object> variables() {
        Map<String, Object> made = variables;
        if (made == null) {
            made = Condition.variables(reading);
            variables = made;
        }
        return made;
    }

    @Override
    public double window(WindowUse use) {
        return windows.applyAsDouble(use);
    }
}
