package io.headrace.streams.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.headrace.catalogue.Headers;
import io.headrace.record.Clock;
import io.headrace.record.WindowAggregate;
import io.headrace.streams.window.NaiveWindows.KindKey;
import io.headrace.streams.window.tally.WindowStores;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows of every kind side by side, against a reference that has all values at once. */
class WindowKindsTest {
    /** Shortly before a night in which Berlin has 25 hours. */
    private static final Instant START = Instant.parse("2014-10-25T20:00:00Z");

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final Map<String, String> SETTINGS = Map.ofEntries(
            Map.entry("processors.window.sizes", "1min"),
            Map.entry("processors.window.keep", "60d"),
            Map.entry("processors.window.counters", "*_total"),
            Map.entry("processors.windows.hop.kind", "hopping"),
            Map.entry("processors.windows.hop.size", "5min"),
            Map.entry("processors.windows.hop.hop", "1min"),
            Map.entry("processors.windows.slide.kind", "sliding"),
            Map.entry("processors.windows.slide.size", "2min"),
            Map.entry("processors.windows.slide.step", "2s"),
            Map.entry("processors.windows.run.kind", "session"),
            Map.entry("processors.windows.run.gap", "20s"),
            Map.entry("processors.windows.day.size", "day"),
            Map.entry("processors.windows.day.zone", "Europe/Berlin"));

    /** Fewer than are open at once, so that they come and go. */
    private static final int FEW = 12;

    @TempDir
    private Path folder;

    /** A reading, and how long it takes to arrive. */
    private record Sent(Instant at, Map<String, Object> values, long delayMicros) {}

    /** With pauses of every length, so that there are many sessions; a counter that is reset, and a metric now and then. */
    private static List<Sent> readings(Random random, int count, long mostDelay) {
        List<Sent> sent = new ArrayList<>();
        Instant at = START;
        long counter = 100;
        for (int i = 0; i < count; i++) {
            long pause =
                    switch (random.nextInt(25)) {
                        case 0 -> random.nextLong(80_000_000);
                        case 1 -> random.nextLong(25_000_000);
                        case 2 -> random.nextInt(20) == 0 ? random.nextLong(40_000_000_000L) : 0;
                        default -> random.nextLong(6_000_000);
                    };
            at = at.plus(1 + pause, ChronoUnit.MICROS);
            counter = random.nextInt(40) == 0 ? random.nextInt(3) : counter + random.nextInt(20);
            Map<String, Object> values = new HashMap<>(Map.of("a", 20 + random.nextGaussian(), "n_total", counter));
            if (random.nextInt(3) == 0) {
                values.put("b", random.nextLong(1_000));
            }
            sent.add(new Sent(at, values, random.nextLong(mostDelay)));
        }
        return sent;
    }

    private static List<Sent> disordered(List<Sent> sent) {
        List<Sent> disordered = new ArrayList<>(sent);
        disordered.sort(Comparator.comparing(each -> each.at.plus(each.delayMicros, ChronoUnit.MICROS)));
        return disordered;
    }

    private WindowTask run(List<Sent> sent, int restartEach, int inMemory) {
        WindowTask task = new WindowTask(SETTINGS, false, folder, inMemory);
        int count = 0;
        for (Sent each : sent) {
            task.send("d", "d", each.at, Clock.DEVICE, each.values);
            if (++count % restartEach == 0) {
                task.restart();
            }
        }
        task.pass(Duration.ofMinutes(3));
        return task;
    }

    private static NaiveWindows naive(List<Sent> sent) {
        NaiveWindows naive = new NaiveWindows();
        sent.forEach(each ->
                each.values.forEach((metric, value) -> naive.add(metric, each.at, ((Number) value).doubleValue())));
        return naive;
    }

    private static Set<KindKey> keys(NaiveWindows naive) {
        Set<KindKey> keys = new HashSet<>();
        keys.addAll(naive.hopping("", Duration.ofMinutes(1), Duration.ofMinutes(1)));
        keys.addAll(naive.hopping("hop", Duration.ofMinutes(5), Duration.ofMinutes(1)));
        keys.addAll(naive.sliding("slide", Duration.ofMinutes(2), Duration.ofSeconds(2)));
        keys.addAll(naive.sessions("run", Duration.ofSeconds(20)));
        keys.addAll(naive.days("day", BERLIN));
        return keys;
    }

    /** The highest revision of each window, as a table keyed by it would have them; a session by its start. */
    private static Map<KindKey, WindowAggregate> table(List<WindowAggregate> results) {
        Map<List<Object>, WindowAggregate> newest = new HashMap<>();
        for (WindowAggregate each : results) {
            List<Object> identity = List.of(each.getWindow(), each.getMetric(), each.getStart());
            WindowAggregate before = newest.put(identity, each);
            if (before != null) {
                assertThat(each.getRevision()).as("%s", each).isEqualTo(before.getRevision() + 1);
            }
        }
        Map<KindKey, WindowAggregate> table = new HashMap<>();
        newest.values().stream()
                .filter(each -> !each.getRetracted())
                .forEach(each -> table.put(KindKey.of(each), each));
        return table;
    }

    private static void assertAgrees(NaiveWindows naive, Map<KindKey, WindowAggregate> table) {
        assertThat(table.keySet()).isEqualTo(keys(naive));
        table.forEach((key, result) -> {
            naive.assertRight(key, result);
            if (key.metric().equals("n_total")) {
                naive.assertIncrease(key, result);
            } else {
                assertThat(result.getIncrease()).isNull();
            }
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void givesWhatTheReferenceGivesInOrder(long seed) {
        List<Sent> sent = readings(new Random(seed), 1_000, 1);

        WindowTask task = run(sent, 70, FEW);

        assertThat(task.late()).isEmpty();
        assertThat(task.results()).allMatch(result -> result.getRevision() == 0 && !result.getRetracted());
        assertAgrees(naive(sent), table(task.results()));
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void givesExactlyTheSameOutOfOrderWithinGrace(long seed) {
        // Given
        List<Sent> sent = readings(new Random(seed), 1_000, 29_999_999);
        List<Sent> disordered = disordered(sent);

        // When
        WindowTask inOrder = run(sent, Integer.MAX_VALUE, WindowStores.MOST_IN_MEMORY);
        WindowTask outOfOrder = run(disordered, 70, FEW);

        // Then
        assertThat(disordered).isNotEqualTo(sent);
        assertThat(outOfOrder.late()).isEmpty();
        assertThat(outOfOrder.results())
                .hasSameSizeAs(inOrder.results())
                .allMatch(result -> result.getRevision() == 0 && !result.getRetracted());
        Map<KindKey, WindowAggregate> results = table(outOfOrder.results());
        table(inOrder.results()).forEach((key, expected) -> {
            WindowAggregate result = Objects.requireNonNull(results.get(key));
            assertThat(result.getStddev()).isCloseTo(expected.getStddev(), within(1e-12 * expected.getMax()));
            result.setStddev(expected.getStddev());
            result.setReceivedAt(expected.getReceivedAt());
            assertThat(result).isEqualTo(expected);
        });
        assertAgrees(naive(sent), results);
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24})
    void comesToTheSameHoweverLate(long seed) {
        // Given
        Random random = new Random(seed);
        List<Sent> sent = new ArrayList<>(readings(random, 600, 1));
        sent.replaceAll(
                each -> new Sent(each.at, each.values, random.nextInt(8) == 0 ? random.nextLong(7_200_000_000L) : 0));

        // When
        WindowTask task = new WindowTask(SETTINGS, false, folder, seed % 2 == 0 ? FEW : WindowStores.MOST_IN_MEMORY);
        for (Sent each : disordered(sent)) {
            task.send("d", "d", each.at, Clock.DEVICE, each.values);
            if (random.nextInt(40) == 0) {
                task.pass(Duration.ofMillis(random.nextInt(4) == 0 ? 125_000 : 1_500));
            }
            if (random.nextInt(60) == 0) {
                task.restart();
            }
        }
        task.pass(Duration.ofMinutes(3));

        // Then
        assertThat(task.late()).isEmpty();
        assertThat(task.results()).anyMatch(result -> result.getRevision() > 0);
        assertAgrees(naive(sent), table(task.results()));
    }

    @ParameterizedTest
    @ValueSource(longs = {31, 32})
    void countsOrCallsLateEachValueOfSessionsAndDays(long seed) {
        // Given
        Random random = new Random(seed);
        Map<String, String> settings = new HashMap<>(SETTINGS);
        settings.put("processors.window.keep", "30min");
        List<Sent> sent = new ArrayList<>(readings(random, 1_000, 1));
        sent.replaceAll(
                each -> new Sent(each.at, each.values, random.nextInt(6) == 0 ? random.nextLong(7_200_000_000L) : 0));

        // When
        WindowTask task = new WindowTask(settings, false, folder);
        disordered(sent).forEach(each -> task.send("d", "d", each.at, Clock.DEVICE, each.values));
        task.pass(Duration.ofMinutes(3));

        // Then
        for (String window : List.of("run", "day")) {
            long counted = table(task.results()).values().stream()
                    .filter(result -> result.getWindow().equals(window))
                    .mapToLong(WindowAggregate::getCount)
                    .sum();
            long late = task.late().stream()
                    .filter(record -> List.of(Headers.find(record.headers(), Headers.LATE_WINDOWS)
                                    .orElse("")
                                    .split(",", -1))
                            .contains(window))
                    .mapToLong(record -> record.reading().getValues().size())
                    .sum();
            assertThat(counted + late)
                    .as(window)
                    .isEqualTo(
                            sent.stream().mapToLong(each -> each.values.size()).sum());
        }
        assertThat(task.late()).isNotEmpty();
    }
}
