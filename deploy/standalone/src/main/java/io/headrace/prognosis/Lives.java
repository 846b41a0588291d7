package io.headrace.prognosis;

import io.headrace.config.ConfigException;
import io.headrace.prognosis.StepMeans.Span;
import io.headrace.wear.Shape;
import io.headrace.wear.WearModel;
import io.headrace.wear.fit.Life;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Cuts the history of devices into lives: each ends with a failure, and begins with the one before it, or with the first
 * reading. What came after a device's last failure isn't over yet, and is left out.
 *
 * @param all in the order of devices and times
 * @param passedOver in words: failures that have too little history
 */
public record Lives(Shape shape, List<Life> all, List<String> passedOver) {
    /** Steps of a life in the middle that are aimed at: what the averages of a model are made for. */
    private static final int STEPS = 200;

    /** Devices asked for at once. */
    private static final int AT_ONCE = 50;

    /** Most means of a step and metric: some 200 MB. */
    private static final long MOST_MEANS = 10_000_000;

    private static final List<Duration> ROUND = List.of(
            Duration.ofSeconds(1),
            Duration.ofSeconds(10),
            Duration.ofMinutes(1),
            Duration.ofMinutes(5),
            Duration.ofMinutes(15),
            Duration.ofHours(1),
            Duration.ofHours(3),
            Duration.ofHours(6),
            Duration.ofHours(12),
            Duration.ofDays(1),
            Duration.ofDays(2),
            Duration.ofDays(7));

    /** @throws ConfigException where it is more than memory holds */
    static void requireRoom(long means, long most) {
        if (means > most) {
            throw new ConfigException("the history has more than " + most
                    + " means of steps: take a longer --step, fewer --metrics, or bound it with --from and --to");
        }
    }

    /** The round duration of which a life in the middle has some two hundred. */
    public static Duration step(StepMeans history, Failures failures, Span span) {
        Map<String, Instant> beginnings = history.beginnings(span);
        long[] lengths = beginnings.entrySet().stream()
                .flatMap(each ->
                        lengths(each.getValue(), failures.byDevice().getOrDefault(each.getKey(), List.of())).stream())
                .mapToLong(Long::longValue)
                .sorted()
                .toArray();
        if (lengths.length == 0) {
            throw new ConfigException("none of the devices that failed has readings of these metrics before it did");
        }
        double wanted = lengths[lengths.length / 2] / (double) STEPS;
        return ROUND.stream()
                .min((one, other) -> Double.compare(far(one, wanted), far(other, wanted)))
                .orElseThrow();
    }

    private static double far(Duration step, double wantedMillis) {
        return Math.abs(Math.log(step.toMillis() / wantedMillis));
    }

    private static List<Long> lengths(Instant beginning, List<Instant> failures) {
        List<Long> lengths = new ArrayList<>();
        Instant from = beginning;
        for (Instant failure : failures) {
            if (failure.isAfter(from)) {
                lengths.add(Duration.between(from, failure).toMillis());
                from = failure;
            }
        }
        return lengths;
    }

    /** Reads what there is about the devices that failed. */
    public static Lives read(StepMeans history, Failures failures, Shape shape, Span span) {
        Map<String, Integer> columns = new HashMap<>();
        for (int column = 0; column < shape.columns(); column++) {
            columns.put(shape.column(column), column);
        }
        Cutter cutter = new Cutter(failures, shape);
        long[] means = new long[1];
        for (int from = 0; from < span.devices().size(); from += AT_ONCE) {
            List<String> some = span.devices()
                    .subList(from, Math.min(from + AT_ONCE, span.devices().size()));
            history.means(
                    new Span(some, span.metrics(), span.from(), span.to()),
                    shape.stepMicros(),
                    (device, step, metric, mean) -> {
                        requireRoom(++means[0], MOST_MEANS);
                        Integer column = columns.get(metric);
                        if (column != null) {
                            cutter.add(device, step, column, mean);
                        }
                    });
        }
        cutter.end();
        return new Lives(shape, cutter.lives, cutter.passedOver());
    }

    /** Takes the means of one device after the other. */
    private static final class Cutter {
        private final Failures failures;
        private final Shape shape;
        private final List<Life> lives = new ArrayList<>();
        private final Map<String, Integer> found = new HashMap<>();
        private String device = "";
        private final List<Long> steps = new ArrayList<>();
        private final List<double[]> rows = new ArrayList<>();

        private Cutter(Failures failures, Shape shape) {
            this.failures = failures;
            this.shape = shape;
        }

        void add(String other, long step, int column, double mean) {
            if (!other.equals(device)) {
                end();
                device = other;
            }
            if (steps.isEmpty() || steps.getLast() != step) {
                steps.add(step);
                double[] row = new double[shape.columns()];
                Arrays.fill(row, Double.NaN);
                rows.add(row);
            }
            rows.getLast()[column] = mean;
        }

        void end() {
            int from = 0;
            for (Instant failure : failures.byDevice().getOrDefault(device, List.of())) {
                double failedAt = ChronoUnit.MICROS.between(Instant.EPOCH, failure) / (double) shape.stepMicros();
                int to = from;
                while (to < steps.size() && steps.get(to) < failedAt) {
                    to++;
                }
                if (to - from >= WearModel.LEAST_STEPS) {
                    found.merge(device, 1, Integer::sum);
                    lives.add(new Life(
                            device,
                            steps.subList(from, to).stream()
                                    .mapToLong(Long::longValue)
                                    .toArray(),
                            rows.subList(from, to).toArray(double[][]::new),
                            failedAt));
                }
                from = to;
            }
            steps.clear();
            rows.clear();
        }

        List<String> passedOver() {
            List<String> said = new ArrayList<>();
            failures.byDevice().forEach((each, times) -> {
                int used = found.getOrDefault(each, 0);
                if (used < times.size()) {
                    said.add((times.size() - used) + " of " + times.size() + " failures of " + each + " have less than "
                            + WearModel.LEAST_STEPS + " steps of history before them");
                }
            });
            return said;
        }
    }
}
