package io.headrace.streams.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.headrace.record.WindowAggregate;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What windows of each kind must give, from all values at once: sorts, cuts, and adds up with unlimited precision. Shares
 * no code and no idea with what it judges.
 */
final class NaiveWindows {
    private final Map<String, TreeMap<Instant, Double>> series = new HashMap<>();

    /** A window of one metric. */
    record KindKey(String window, String metric, Instant start, Instant end) {
        static KindKey of(WindowAggregate aggregate) {
            return new KindKey(aggregate.getWindow(), aggregate.getMetric(), aggregate.getStart(), aggregate.getEnd());
        }
    }

    void add(String metric, Instant at, double value) {
        series.computeIfAbsent(metric, fresh -> new TreeMap<>()).put(at, value);
    }

    private List<Instant> times() {
        return series.values().stream()
                .flatMap(values -> values.keySet().stream())
                .distinct()
                .sorted()
                .toList();
    }

    /** Every window of a length that starts with a multiple of a step and holds a value. */
    List<KindKey> hopping(String name, Duration size, Duration hop) {
        List<KindKey> keys = new ArrayList<>();
        series.forEach((metric, values) -> {
            long step = hop.toMillis();
            long from = Math.floorDiv(values.firstKey().toEpochMilli() - size.toMillis(), step) * step;
            for (long start = from; start <= values.lastKey().toEpochMilli(); start += step) {
                keys.add(key(name, metric, Instant.ofEpochMilli(start), size));
            }
        });
        keys.removeIf(key -> values(key).isEmpty());
        return keys;
    }

    /** For each step that holds a value, the window that ends with it. */
    List<KindKey> sliding(String name, Duration size, Duration step) {
        List<KindKey> keys = new ArrayList<>();
        series.forEach((metric, values) -> values.keySet().stream()
                .map(at -> Math.floorDiv(at.toEpochMilli(), step.toMillis()) + 1)
                .distinct()
                .forEach(end -> keys.add(key(
                        name,
                        metric,
                        Instant.ofEpochMilli(end * step.toMillis()).minus(size),
                        size))));
        return keys;
    }

    /** Runs of readings, of whatever metric, that are no further apart than a gap. */
    List<KindKey> sessions(String name, Duration gap) {
        List<KindKey> keys = new ArrayList<>();
        List<Instant> times = times();
        int from = 0;
        for (int i = 1; i <= times.size(); i++) {
            if (i == times.size() || times.get(i - 1).plus(gap).isBefore(times.get(i))) {
                for (String metric : series.keySet()) {
                    keys.add(new KindKey(
                            name, metric, times.get(from), times.get(i - 1).plus(gap)));
                }
                from = i;
            }
        }
        keys.removeIf(key -> values(key).isEmpty());
        return keys;
    }

    /** Local days. */
    List<KindKey> days(String name, ZoneId zone) {
        List<KindKey> keys = new ArrayList<>();
        series.forEach((metric, values) -> values.keySet().stream()
                .map(at -> at.atZone(zone).toLocalDate())
                .distinct()
                .forEach(day -> keys.add(new KindKey(
                        name,
                        metric,
                        day.atStartOfDay(zone).toInstant(),
                        day.plusDays(1).atStartOfDay(zone).toInstant()))));
        return keys;
    }

    private static KindKey key(String name, String metric, Instant start, Duration size) {
        return new KindKey(name, metric, start, start.plus(size));
    }

    private Map<Instant, Double> values(KindKey key) {
        return Objects.requireNonNull(series.get(key.metric)).subMap(key.start, key.end);
    }

    void assertRight(KindKey key, WindowAggregate result) {
        TreeMap<Instant, Double> values = new TreeMap<>(values(key));
        BigDecimal sum = values.values().stream().map(BigDecimal::new).reduce(BigDecimal.ZERO, BigDecimal::add);
        double[] sorted =
                values.values().stream().mapToDouble(value -> value).sorted().toArray();
        assertThat(result.getCount()).as("count of %s", key).isEqualTo(values.size());
        assertThat(result.getSum()).as("sum of %s", key).isEqualTo(sum.doubleValue());
        assertThat(List.of(result.getMin(), result.getMax()))
                .as("least and greatest of %s", key)
                .containsExactly(sorted[0], sorted[sorted.length - 1]);
        assertThat(List.of(result.getFirst(), result.getLast()))
                .as("first and last of %s", key)
                .containsExactly(
                        values.firstEntry().getValue(), values.lastEntry().getValue());
        double median = sorted[(sorted.length - 1) / 2];
        assertThat(result.getP50()).as("median of %s", key).isCloseTo(median, within(Math.abs(median) * 0.0101));
    }

    /** Of a counter that is reset to zero now and then. */
    void assertIncrease(KindKey key, WindowAggregate result) {
        TreeMap<Instant, Double> all = Objects.requireNonNull(series.get(key.metric));
        Instant since = null;
        Instant last = null;
        double increase = 0;
        Map.Entry<Instant, Double> before = all.lowerEntry(key.start);
        for (Map.Entry<Instant, Double> each : values(key).entrySet()) {
            since = since == null ? (before == null ? each : before).getKey() : since;
            last = each.getKey();
            if (before != null) {
                increase +=
                        each.getValue() >= before.getValue() ? each.getValue() - before.getValue() : each.getValue();
            }
            before = each;
        }
        assertThat(result.getIncrease()).as("increase of %s", key).isEqualTo(increase);
        long micros = ChronoUnit.MICROS.between(Objects.requireNonNull(since), Objects.requireNonNull(last));
        if (micros == 0) {
            assertThat(result.getRate()).as("rate of %s", key).isNull();
        } else {
            assertThat(result.getRate()).as("rate of %s", key).isCloseTo(increase * 1e6 / micros, within(1e-9));
        }
    }
}
