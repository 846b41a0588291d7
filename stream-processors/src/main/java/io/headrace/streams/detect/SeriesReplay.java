package io.headrace.streams.detect;

import io.headrace.streams.detect.detector.Detector;
import io.headrace.streams.detect.detector.Detectors;
import io.headrace.streams.detect.detector.Memory;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Replays a folder of {@code timestamp,value} series, each through a detector of its own, and writes what it scores in
 * the layout of the Numenta Anomaly Benchmark: {@code default/<subfolder>/default_<file>.csv}.
 */
public final class SeriesReplay {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Path series;
    private final Path results;
    private long rows;
    private long nanos;
    private int largestMemory;

    private SeriesReplay(Path series, Path results) {
        this.series = series;
        this.results = results.resolve("default");
    }

    /**
     * What a replay cost.
     *
     * @param files series replayed
     * @param rows values of all of them
     * @param microsPerValue mean processor time to judge a value, memory loaded and saved each time, the just-in-time compiler's
     *     warming up included
     * @param bytes largest memory of any series
     */
    public record Cost(int files, long rows, double microsPerValue, int bytes) {}

    /**
     * @param series folder whose subfolders hold CSV files with a header line
     * @param results folder in which {@code default} is written, made if need be
     */
    public static Cost run(Path series, Path results) throws IOException {
        SeriesReplay replay = new SeriesReplay(series, results);
        List<Path> files;
        try (Stream<Path> found = Files.walk(series)) {
            files = found.filter(file -> file.toString().endsWith(".csv"))
                    .sorted()
                    .toList();
        }
        for (Path file : files) {
            replay.replay(file);
        }
        return new Cost(files.size(), replay.rows, replay.nanos / 1e3 / Math.max(1, replay.rows), replay.largestMemory);
    }

    private void replay(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        String[] cells = lines.stream().skip(1).filter(line -> !line.isBlank()).toArray(String[]::new);
        long[] times = new long[cells.length];
        double[] values = new double[cells.length];
        for (int row = 0; row < cells.length; row++) {
            String[] cell = cells[row].split(",", -1);
            times[row] = LocalDateTime.parse(cell[0].strip().replace(' ', 'T'))
                    .toInstant(ZoneOffset.UTC)
                    .toEpochMilli();
            values[row] = Double.parseDouble(cell[1]);
        }
        write(file, cells, score(times, values));
    }

    private double[] score(long[] times, double[] values) {
        Detector detector = Detectors.named(Detectors.DEFAULT, DetectConfig.THRESHOLD);
        double[] scores = new double[values.length];
        byte[] memory = detector.fresh().stored();
        long began = THREADS.getCurrentThreadCpuTime();
        for (int row = 0; row < values.length; row++) {
            Memory known = detector.read(memory);
            scores[row] = known.observe(times[row], values[row]).score();
            memory = known.stored();
        }
        nanos += THREADS.getCurrentThreadCpuTime() - began;
        rows += values.length;
        largestMemory = Math.max(largestMemory, memory.length);
        return scores;
    }

    private void write(Path file, String[] cells, double[] scores) throws IOException {
        Path target = results.resolve(series.relativize(file)).resolveSibling("default_" + file.getFileName());
        Files.createDirectories(target.getParent());
        try (BufferedWriter out = Files.newBufferedWriter(target)) {
            out.write("timestamp,value,anomaly_score\n");
            for (int row = 0; row < scores.length; row++) {
                out.write(String.format(Locale.ROOT, "%s,%.6f%n", cells[row], scores[row]));
            }
        }
    }

    /** Replays the folder of the first argument, writes to that of the second, prints what it cost. */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 2) {
            System.err.println("two arguments: the folder of the series, and the folder for the results");
            System.exit(2);
        }
        Cost cost = run(Path.of(arguments[0]), Path.of(arguments[1]));
        System.out.printf(
                Locale.ROOT,
                "%d series, %d values, %.2f processor microseconds a value, %d bytes of memory%n",
                cost.files(),
                cost.rows(),
                cost.microsPerValue(),
                cost.bytes());
    }
}
