package io.headrace.streams.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.headrace.record.Reading;
import io.headrace.record.WindowAggregate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.header.Headers;

/**
 * Watches what windows gave out, and holds it against what was sent: for each size, each value is in the highest
 * revision of its window or in a late record that names the size. Knows nothing of watermarks or accumulators.
 */
final class WindowAccount {
    private final List<Duration> sizes;
    private final Map<Key, WindowAggregate> highest = new HashMap<>();
    private final Map<Long, Set<Duration>> missed = new HashMap<>();

    WindowAccount(List<Duration> sizes) {
        this.sizes = sizes;
    }

    /** A window of one metric of one device. */
    record Key(String device, String metric, Instant start, Duration size) {
        static Key of(WindowAggregate aggregate) {
            Duration size = Duration.between(aggregate.getStart(), aggregate.getEnd());
            return new Key(aggregate.getDeviceId(), aggregate.getMetric(), aggregate.getStart(), size);
        }

        static Key of(Reading reading, String metric, Duration size) {
            long ms = reading.getObservedAt().toEpochMilli();
            return new Key(reading.getDeviceId(), metric, Instant.ofEpochMilli(ms - ms % size.toMillis()), size);
        }
    }

    /** The revisions of a window must come as 0, 1, 2… and each must hold more than the one before. */
    void aggregate(WindowAggregate aggregate) {
        WindowAggregate before = highest.put(Key.of(aggregate), aggregate);
        assertThat(aggregate.getRevision()).isEqualTo(before == null ? 0 : before.getRevision() + 1);
        assertThat(aggregate.getCount()).isGreaterThan(before == null ? 0 : before.getCount());
    }

    /** A reading may come once, with nothing but numbers in it. */
    void late(Reading reading, Headers headers) {
        String named = io.headrace.catalogue.Headers.find(headers, io.headrace.catalogue.Headers.LATE_SIZES)
                .orElseThrow();
        Set<Duration> late = Arrays.stream(named.split(",", -1))
                .map(size -> Duration.ofMillis(Long.parseLong(size)))
                .collect(Collectors.toSet());
        assertThat(missed.put(reading.getOrigin().getOffset(), late)).isNull();
        assertThat(reading.getValues().values()).isNotEmpty().allMatch(Number.class::isInstance);
    }

    /** By offset of the reading, the sizes that its values are missing from. */
    Map<Long, Set<Duration>> missed() {
        return missed;
    }

    /** How many values of windows and of late records there are, over all sizes. */
    long values() {
        return highest.values().stream().mapToLong(WindowAggregate::getCount).sum()
                + missed.values().stream().mapToLong(Set::size).sum();
    }

    void assertComplete(List<Reading> sent) {
        Map<Key, Map<Long, Double>> truth = truth(sent);
        assertThat(highest.keySet()).isEqualTo(truth.keySet());
        truth.forEach((key, values) -> {
            WindowAggregate result = Objects.requireNonNull(highest.get(key));
            double[] sorted = values.values().stream()
                    .mapToDouble(value -> value)
                    .sorted()
                    .toArray();
            assertThat(result.getCount()).as("count of %s", key).isEqualTo(sorted.length);
            assertThat(result.getSum()).isCloseTo(Arrays.stream(sorted).sum(), within(1e-9));
            assertThat(result.getMin()).isEqualTo(sorted[0]);
            assertThat(result.getMax()).isEqualTo(sorted[sorted.length - 1]);
        });
    }

    private Map<Key, Map<Long, Double>> truth(List<Reading> sent) {
        Map<Key, Map<Long, Double>> truth = new HashMap<>();
        for (Reading reading : sent) {
            long offset = reading.getOrigin().getOffset();
            for (Duration size : sizes) {
                if (!missed.getOrDefault(offset, Set.of()).contains(size)) {
                    reading.getValues().forEach((metric, value) -> {
                        if (value instanceof Number number) {
                            truth.computeIfAbsent(Key.of(reading, metric, size), key -> new TreeMap<>())
                                    .put(offset, number.doubleValue());
                        }
                    });
                }
            }
        }
        return truth;
    }
}
