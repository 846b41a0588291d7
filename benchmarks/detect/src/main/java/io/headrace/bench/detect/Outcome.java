package io.headrace.bench.detect;

import io.headrace.bench.detect.Scorer.Worth;
import org.jspecify.annotations.Nullable;

/**
 * What a detector made of all series.
 *
 * @param variant how the series were changed; empty where they weren't
 * @param micros mean processor time to judge a value
 * @param bytes of the largest memory; 0 where that was not asked
 * @param worth at the shipped threshold; null where nobody scored it
 * @param best at the threshold that is best for these labels
 */
record Outcome(
        String detector,
        String variant,
        int series,
        long values,
        double micros,
        int bytes,
        @Nullable Worth worth,
        @Nullable Worth best) {}
