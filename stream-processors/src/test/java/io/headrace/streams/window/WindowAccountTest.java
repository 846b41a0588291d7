package io.headrace.streams.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.headrace.catalogue.Headers;
import io.headrace.record.Clock;
import io.headrace.record.Reading;
import io.headrace.record.WindowAggregate;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for any readings in any order, against a reference that knows nothing of watermarks or accumulators. */
class WindowAccountTest {
    private static final Instant START = Instant.parse("2014-05-01T10:00:00Z");
    private static final List<Duration> SIZES = List.of(Duration.ofMinutes(1), Duration.ofHours(1));

    @TempDir
    private Path folder;

    /** A window of one metric of one device. */
    private record Key(String device, String metric, Instant start, Duration size) {
        static Key of(WindowAggregate aggregate) {
            Duration size = Duration.between(aggregate.getStart(), aggregate.getEnd());
            return new Key(aggregate.getDeviceId(), aggregate.getMetric(), aggregate.getStart(), size);
        }

        static Key of(Reading reading, String metric, Duration size) {
            long ms = reading.getObservedAt().toEpochMilli();
            return new Key(reading.getDeviceId(), metric, Instant.ofEpochMilli(ms - ms % size.toMillis()), size);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void givesTheSameResultsInAnyOrderWithinGrace(long seed) {
        // Given
        Random random = new Random(seed);
        List<Instant> times = new ArrayList<>();
        Instant at = START;
        for (int i = 0; i < 1_500; i++) {
            at = at.plus(1 + random.nextLong(8_000_000), ChronoUnit.MICROS);
            times.add(at);
        }
        Map<Instant, Double> values = new HashMap<>();
        times.forEach(time -> values.put(time, 20 + random.nextGaussian()));
        Map<Instant, Long> delays = new HashMap<>();
        times.forEach(time -> delays.put(time, random.nextLong(30_000_000)));
        List<Instant> disordered = new ArrayList<>(times);
        disordered.sort(Comparator.comparing(time -> time.plus(delays.getOrDefault(time, 0L), ChronoUnit.MICROS)));

        // When
        List<WindowAggregate> inOrder = run("a", times, values);
        List<WindowAggregate> outOfOrder = run("b", disordered, values);

        // Then
        assertThat(disordered).isNotEqualTo(times);
        assertThat(outOfOrder).hasSameSizeAs(inOrder).allMatch(closed -> closed.getRevision() == 0);
        for (int i = 0; i < inOrder.size(); i++) {
            WindowAggregate expected = inOrder.get(i);
            WindowAggregate result = outOfOrder.get(i);
            assertThat(result.getStddev()).isCloseTo(expected.getStddev(), within(1e-12 * expected.getMax()));
            result.setStddev(expected.getStddev());
            result.setReceivedAt(expected.getReceivedAt());
            assertThat(result).isEqualTo(expected);
        }
    }

    private List<WindowAggregate> run(String run, List<Instant> times, Map<Instant, Double> values) {
        try (WindowDriver windows = new WindowDriver(folder.resolve(run), Map.of())) {
            for (Instant time : times) {
                windows.send("d", time, values.getOrDefault(time, Double.NaN));
            }
            windows.pass(Duration.ofMinutes(2));
            assertThat(windows.late()).isEmpty();
            return windows.aggregates();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15, 16})
    void accountsForEachValueOncePerSizeHoweverLate(long seed) {
        // Given
        Random random = new Random(seed);
        List<Reading> sent = new ArrayList<>();
        List<WindowAggregate> aggregates = new ArrayList<>();
        List<TestRecord<String, Reading>> late = new ArrayList<>();

        // When
        try (WindowDriver windows = new WindowDriver(folder, Map.of("processors.window.keep", "3h"))) {
            Map<String, Instant> clocks = new HashMap<>();
            for (int i = 0; i < 1_500; i++) {
                sent.add(sendAny(windows, random, clocks));
                if (random.nextInt(100) == 0) {
                    windows.pass(Duration.ofMillis(random.nextInt(150_000)));
                }
            }
            windows.pass(Duration.ofMinutes(3));
            aggregates.addAll(windows.aggregates());
            late.addAll(windows.late());
        }

        // Then
        assertThat(late).isNotEmpty();
        assertThat(aggregates).anyMatch(aggregate -> aggregate.getRevision() > 0);
        assertEqual(highestRevisions(aggregates), truth(sent, missedSizes(late)));
    }

    private static Reading sendAny(WindowDriver windows, Random random, Map<String, Instant> clocks) {
        String device = random.nextBoolean() ? "d1" : "d10";
        Map<String, Object> values = new HashMap<>(Map.of("mode", "auto", "a", random.nextGaussian()));
        if (random.nextBoolean()) {
            values.put("b", random.nextLong(1_000));
        }
        if (random.nextInt(20) == 0) {
            return windows.send(device, windows.now(), Clock.CORRECTED, values);
        }
        Instant clock = clocks.merge(
                device, START, (before, start) -> before.plus(random.nextLong(40_000_000), ChronoUnit.MICROS));
        long behind =
                switch (random.nextInt(10)) {
                    case 0 -> random.nextLong(5 * 3_600_000_000L);
                    case 1 -> random.nextLong(120_000_000);
                    default -> 0;
                };
        return windows.send(device, clock.minus(behind, ChronoUnit.MICROS), Clock.DEVICE, values);
    }

    /** By origin, the sizes that a late record says its values are missing from. */
    private static Map<Long, Set<Duration>> missedSizes(List<TestRecord<String, Reading>> late) {
        Map<Long, Set<Duration>> missed = new HashMap<>();
        for (TestRecord<String, Reading> record : late) {
            Set<Duration> sizes = new HashSet<>();
            for (String size : Headers.find(record.headers(), Headers.LATE_SIZES)
                    .orElseThrow()
                    .split(",", -1)) {
                sizes.add(Duration.ofMillis(Long.parseLong(size)));
            }
            assertThat(missed.put(record.value().getOrigin().getOffset(), sizes))
                    .isNull();
            assertThat(record.value().getValues()).doesNotContainKey("mode").containsKey("a");
        }
        return missed;
    }

    /** Also checks that the revisions of each window are 0, 1, 2… and that none lost values. */
    private static Map<Key, WindowAggregate> highestRevisions(List<WindowAggregate> aggregates) {
        Map<Key, WindowAggregate> highest = new HashMap<>();
        for (WindowAggregate aggregate : aggregates) {
            WindowAggregate before = highest.put(Key.of(aggregate), aggregate);
            assertThat(aggregate.getRevision()).isEqualTo(before == null ? 0 : before.getRevision() + 1);
            assertThat(aggregate.getCount()).isGreaterThan(before == null ? 0 : before.getCount());
        }
        return highest;
    }

    private static Map<Key, Map<Long, Double>> truth(List<Reading> sent, Map<Long, Set<Duration>> missed) {
        Map<Key, Map<Long, Double>> truth = new HashMap<>();
        for (Reading reading : sent) {
            long offset = reading.getOrigin().getOffset();
            for (Duration size : SIZES) {
                if (missed.getOrDefault(offset, Set.of()).contains(size)) {
                    continue;
                }
                reading.getValues().forEach((metric, value) -> {
                    if (value instanceof Number number) {
                        truth.computeIfAbsent(Key.of(reading, metric, size), key -> new TreeMap<>())
                                .put(offset, number.doubleValue());
                    }
                });
            }
        }
        return truth;
    }

    private static void assertEqual(Map<Key, WindowAggregate> results, Map<Key, Map<Long, Double>> truth) {
        assertThat(results.keySet()).isEqualTo(truth.keySet());
        truth.forEach((key, values) -> {
            WindowAggregate result = Objects.requireNonNull(results.get(key));
            assertThat(result.getCount()).as("count of %s", key).isEqualTo(values.size());
            assertThat(result.getSum())
                    .isCloseTo(values.values().stream().mapToDouble(v -> v).sum(), within(1e-9));
            assertThat(result.getMin())
                    .isEqualTo(
                            values.values().stream().mapToDouble(v -> v).min().orElseThrow());
            assertThat(result.getMax())
                    .isEqualTo(
                            values.values().stream().mapToDouble(v -> v).max().orElseThrow());
        });
    }

    @Test
    void callsLateExactlyWhatIsFurtherBehindThanWindowsAreKept() {
        // Given
        Random random = new Random(21);
        long keepMs = Duration.ofHours(3).toMillis();
        Map<Long, Set<Duration>> expected = new HashMap<>();
        Map<Long, Set<Duration>> missed;

        // When
        try (WindowDriver windows = new WindowDriver(folder, Map.of("processors.window.keep", "3h"))) {
            Instant watermark = START;
            for (int i = 0; i < 3_000; i++) {
                Instant at = random.nextInt(4) == 0
                        ? watermark.minusMillis(random.nextLong(5 * 3_600_000L))
                        : watermark.plusMillis(random.nextLong(20_000));
                Reading sent = windows.send("d", at, Clock.GATEWAY, Map.of("a", 1.0));
                for (Duration size : SIZES) {
                    Instant end = Key.of(sent, "a", size).start().plus(size);
                    if (end.isBefore(watermark.minusMillis(keepMs))) {
                        expected.computeIfAbsent(sent.getOrigin().getOffset(), offset -> new HashSet<>())
                                .add(size);
                    }
                }
                watermark = at.isAfter(watermark) ? at : watermark;
            }
            missed = missedSizes(windows.late());
        }

        // Then
        assertThat(missed).isEqualTo(expected).hasSizeGreaterThan(100);
    }
}
