package io.headrace.streams.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
import java.util.Random;
import java.util.Set;
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

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
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
    @ValueSource(longs = {11, 12, 13, 14})
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
        WindowAccount account = new WindowAccount(SIZES);
        aggregates.forEach(account::aggregate);
        late.forEach(record -> account.late(record.value(), record.headers()));
        account.assertComplete(sent);
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

    @Test
    void callsLateExactlyWhatIsFurtherBehindThanWindowsAreKept() {
        // Given
        Random random = new Random(21);
        long keepMs = Duration.ofHours(3).toMillis();
        Map<Long, Set<Duration>> expected = new HashMap<>();
        WindowAccount account = new WindowAccount(SIZES);

        // When
        try (WindowDriver windows = new WindowDriver(folder, Map.of("processors.window.keep", "3h"))) {
            Instant watermark = START;
            for (int i = 0; i < 3_000; i++) {
                Instant at = random.nextInt(4) == 0
                        ? watermark.minusMillis(random.nextLong(5 * 3_600_000L))
                        : watermark.plusMillis(random.nextLong(20_000));
                Reading sent = windows.send("d", at, Clock.GATEWAY, Map.of("a", 1.0));
                for (Duration size : SIZES) {
                    Instant end = WindowAccount.Key.of(sent, "a", size).start().plus(size);
                    if (end.isBefore(watermark.minusMillis(keepMs))) {
                        expected.computeIfAbsent(sent.getOrigin().getOffset(), offset -> new HashSet<>())
                                .add(size);
                    }
                }
                watermark = at.isAfter(watermark) ? at : watermark;
            }
            windows.late().forEach(record -> account.late(record.value(), record.headers()));
        }

        // Then
        assertThat(account.missed()).isEqualTo(expected).hasSizeGreaterThan(100);
    }
}
