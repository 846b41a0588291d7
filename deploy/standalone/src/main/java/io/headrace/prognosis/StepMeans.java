package io.headrace.prognosis;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Where readings of the past are read from. */
public interface StepMeans {
    /**
     * What is wanted.
     *
     * @param devices one or more
     * @param metrics one or more
     * @param from inclusive, event time
     * @param to exclusive
     */
    record Span(List<String> devices, List<String> metrics, Instant from, Instant to) {}

    /** Takes means of steps: device by device, and of each in the order of the steps. */
    @FunctionalInterface
    interface Taker {
        void mean(String device, long step, String metric, double mean);
    }

    /** In one word, as a model says what it was trained on. */
    String source();

    /** When each device was first heard of; without those that never were. */
    Map<String, Instant> beginnings(Span span);

    /** Means of finite values. */
    void means(Span span, long stepMicros, Taker taker);
}
