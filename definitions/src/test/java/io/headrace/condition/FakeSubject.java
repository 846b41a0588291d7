package io.headrace.condition;

import io.headrace.record.Clock;
import io.headrace.record.Origin;
import io.headrace.record.Reading;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** A reading, and windows that a test says. */
final class FakeSubject implements Subject {
    private final Reading reading;
    private final Map<String, Double> windows = new HashMap<>();

    FakeSubject(String device) {
        reading = Reading.newBuilder()
                .setDeviceId(device)
                .setObservedAt(Instant.EPOCH)
                .setReceivedAt(Instant.EPOCH)
                .setClock(Clock.DEVICE)
                .setOrigin(new Origin(0, 0L, 0))
                .setValues(new HashMap<>())
                .setTags(new HashMap<>())
                .build();
    }

    Map<String, Object> values() {
        return reading.getValues();
    }

    void tag(String name, String value) {
        reading.getTags().put(name, value);
    }

    /** All functions of a window give this. */
    void window(String size, String metric, double value) {
        windows.put(size + metric, value);
    }

    /** What the evaluator is given. */
    Map<String, Object> all(Condition condition) {
        return condition.variables(this);
    }

    @Override
    public Reading reading() {
        return reading;
    }

    @Override
    public Map<String, Object> variables() {
        return Condition.variables(reading);
    }

    @Override
    public double window(WindowUse use) {
        return windows.getOrDefault(use.size() + use.metric(), Double.NaN);
    }

    @Override
    public String toString() {
        return reading.getTags() + " " + windows;
    }
}
