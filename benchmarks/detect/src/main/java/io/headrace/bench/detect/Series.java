package io.headrace.bench.detect;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Values of one file.
 *
 * @param file below the folder of all series
 * @param cells {@code timestamp,value} as the file has them
 * @param times epoch milliseconds
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Series(Path file, String[] cells, long[] times, double[] values) {
    /** Noise that a copy gets, as part of the values' standard deviation. */
    private static final double NOISE = 0.05;

    /**
     * All CSV files of a folder that have a header line, in the order of their names.
     *
     * @throws WrongInputException where there are none, or one can't be read
     */
    static List<Series> all(Path folder) {
        List<Series> all;
        try (Stream<Path> found = Files.walk(folder)) {
            all = found.filter(file -> file.toString().endsWith(".csv"))
                    .sorted()
                    .map(file -> read(folder, file))
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw new WrongInputException("--series: can't be read: " + e.getMessage(), e);
        }
        if (all.isEmpty()) {
            throw new WrongInputException("--series: no .csv below " + folder);
        }
        return all;
    }

    private static Series read(Path folder, Path file) {
        String[] cells;
        try {
            cells = Files.readAllLines(file).stream()
                    .skip(1)
                    .filter(line -> !line.isBlank())
                    .toArray(String[]::new);
        } catch (IOException e) {
            throw new WrongInputException("--series: " + file + " can't be read: " + e.getMessage(), e);
        }
        if (cells.length == 0) {
            throw new WrongInputException("--series: " + file + " has no rows below its header");
        }
        long[] times = new long[cells.length];
        double[] values = new double[cells.length];
        for (int row = 0; row < cells.length; row++) {
            String[] cell = cells[row].split(",", -1);
            try {
                times[row] = LocalDateTime.parse(cell[0].strip().replace(' ', 'T'))
                        .toInstant(ZoneOffset.UTC)
                        .toEpochMilli();
                values[row] = Double.parseDouble(cell[1]);
            } catch (DateTimeParseException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
                throw new WrongInputException("--series: " + file + ": no timestamp,value: " + cells[row], e);
            }
        }
        return new Series(folder.relativize(file), cells, times, values);
    }

    Series rescaled(double factor, double offset) {
        double[] scaled = new double[values.length];
        for (int row = 0; row < scaled.length; row++) {
            scaled[row] = factor * values[row] + offset;
        }
        return new Series(file, cells, times, scaled);
    }

    Series shifted(long millis) {
        long[] moved = new long[times.length];
        for (int row = 0; row < moved.length; row++) {
            moved[row] = times[row] + millis;
        }
        return new Series(file, cells, moved, values);
    }

    Series noisy(Random random) {
        double mean = 0;
        for (double value : values) {
            mean += value / values.length;
        }
        double variance = 0;
        for (double value : values) {
            variance += (value - mean) * (value - mean) / values.length;
        }
        double[] noisy = new double[values.length];
        for (int row = 0; row < noisy.length; row++) {
            noisy[row] = values[row] + NOISE * Math.sqrt(variance) * random.nextGaussian();
        }
        return new Series(file, cells, times, noisy);
    }
}
