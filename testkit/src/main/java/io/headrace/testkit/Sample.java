package io.headrace.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What a device measured.
 *
 * @param device id
 * @param observedAt when, by the device's clock
 * @param values doubles, longs, booleans and strings by metric
 */
public record Sample(String device, Instant observedAt, Map<String, Object> values) {
    public Sample {
        values = Map.copyOf(values);
    }

    /** Of one metric. */
    public static Sample of(String device, Instant observedAt, String metric, double value) {
        return new Sample(device, observedAt, Map.of(metric, value));
    }

    /**
     * The samples in the order in which they might come in, when each takes up to so long on its way: the order of devices
     * that retry, or send over several gateways.
     *
     * @param seed the same one gives the same order
     */
    public static List<Sample> outOfOrder(List<Sample> samples, Duration upTo, long seed) {
        Random random = new Random(seed);
        record Arriving(Instant at, Sample sample) {}
        List<Arriving> arriving = new ArrayList<>();
        for (Sample sample : samples) {
            Duration onItsWay = Duration.ofMillis(random.nextLong(upTo.toMillis() + 1));
            arriving.add(new Arriving(sample.observedAt().plus(onItsWay), sample));
        }
        return arriving.stream()
                .sorted(Comparator.comparing(Arriving::at))
                .map(Arriving::sample)
                .toList();
    }
}
