package io.headrace.prognosis;

import io.headrace.config.ConfigException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Readings in CSV files of a folder, with the columns {@code device_id}, {@code observed_at}, {@code metric} and
 * {@code value}, as {@code ./headrace query --output csv} writes them. Each file is read line by line.
 */
public record CsvMeans(Path folder) implements StepMeans {
    /** Most means of a step and metric, which are kept until all files are read: some 300 MB. */
    private static final long MOST_MEANS = 2_000_000;

    /** A line's facts. */
    @FunctionalInterface
    private interface Line {
        void take(String device, Instant at, String metric, double value);
    }

    @Override
    public String source() {
        return "csv";
    }

    @Override
    public Map<String, Instant> beginnings(Span span) {
        Map<String, Instant> first = new HashMap<>();
        read(span, (device, at, metric, value) -> first.merge(device, at, (a, b) -> a.isBefore(b) ? a : b));
        return first;
    }

    @Override
    public void means(Span span, long stepMicros, Taker taker) {
        Map<String, TreeMap<Long, Map<String, double[]>>> sums = new TreeMap<>();
        long[] means = new long[1];
        read(span, (device, at, metric, value) -> {
            long step = Math.floorDiv(ChronoUnit.MICROS.between(Instant.EPOCH, at), stepMicros);
            double[] sum = sums.computeIfAbsent(device, any -> new TreeMap<>())
                    .computeIfAbsent(step, any -> new TreeMap<>())
                    .computeIfAbsent(metric, any -> {
                        Lives.requireRoom(++means[0], MOST_MEANS);
                        return new double[2];
                    });
            sum[0] += value;
            sum[1]++;
        });
        sums.forEach((device, byStep) -> byStep.forEach((step, byMetric) ->
                byMetric.forEach((metric, sum) -> taker.mean(device, step, metric, sum[0] / sum[1]))));
    }

    private void read(Span span, Line taker) {
        Set<String> devices = new HashSet<>(span.devices());
        Set<String> metrics = new HashSet<>(span.metrics());
        for (Path file : files()) {
            read(file, (device, at, metric, value) -> {
                if (devices.contains(device)
                        && metrics.contains(metric)
                        && Double.isFinite(value)
                        && !at.isBefore(span.from())
                        && at.isBefore(span.to())) {
                    taker.take(device, at, metric, value);
                }
            });
        }
    }

    private List<Path> files() {
        try (Stream<Path> found = Files.list(folder)) {
            List<Path> files = found.filter(file -> file.toString().endsWith(".csv"))
                    .sorted()
                    .toList();
            if (files.isEmpty()) {
                throw new ConfigException(folder + " has no .csv files");
            }
            return files;
        } catch (IOException e) {
            throw new ConfigException("can't read " + folder + ": " + e.getMessage());
        }
    }

    private static void read(Path file, Line taker) {
        String name = String.valueOf(file.getFileName());
        try (BufferedReader in = Files.newBufferedReader(file)) {
            String header = in.readLine();
            Csv csv = Csv.of(name, header == null ? "" : header, "device_id", "observed_at", "metric", "value");
            int number = 1;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                number++;
                List<String> cells = csv.cells(line, number);
                if (!cells.get(3).isEmpty()) {
                    Instant at = Failures.time(name, cells.get(1), number);
                    taker.take(cells.get(0), at, cells.get(2), value(name, cells.get(3), number));
                }
            }
        } catch (IOException e) {
            throw new ConfigException("can't read " + file + ": " + e.getMessage());
        }
    }

    private static double value(String name, String text, int line) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new ConfigException(name + ", line " + line + ": " + text + " isn't a number");
        }
    }
}
