package io.headrace.prognosis;

import io.headrace.wear.Shape;
import io.headrace.wear.fit.Life;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One of the four parts of NASA's C-MAPSS set of simulated turbofan engines (A. Saxena, K. Goebel, D. Simon, N. Eklund,
 * "Damage propagation modeling for aircraft engine run-to-failure simulation", 2008), in which a step is a flight. Engines of
 * the training set run to failure, those of the test set stop before it, and a third file says how many flights they had
 * left. Where there is no test set, a fifth of the training engines is one: each cut at a random flight, before anything is
 * fitted.
 *
 * @param train whole lives
 * @param test lives up to where they are cut
 * @param isOfficial whether the test set is the one that others report errors of
 */
record Turbofans(String name, List<Life> train, List<Life> test, boolean isOfficial) {
    private static final long HOUR = 3_600_000_000L;
    private static final int SETTINGS = 3;
    private static final int SENSORS = 21;
    private static final int FEWEST_FLIGHTS = 20;
    private static final int APART = 5;

    /** A flight is an hour. */
    static final Shape SHAPE = new Shape(
            IntStream.rangeClosed(1, SENSORS).mapToObj(i -> "s" + i).toList(),
            IntStream.rangeClosed(1, SETTINGS).mapToObj(i -> "setting" + i).toList(),
            HOUR);

    /** Parts that a folder has the training set of. */
    static List<Turbofans> in(Path folder) throws IOException {
        List<Turbofans> parts = new ArrayList<>();
        for (int part = 1; part <= 4; part++) {
            String name = "FD00" + part;
            if (Files.exists(folder.resolve("train_" + name + ".txt"))) {
                parts.add(of(folder, name));
            }
        }
        return parts;
    }

    private static Turbofans of(Path folder, String name) throws IOException {
        List<Life> lives = read(folder.resolve("train_" + name + ".txt"), List.of());
        Path test = folder.resolve("test_" + name + ".txt");
        Path left = folder.resolve("RUL_" + name + ".txt");
        if (Files.exists(test) && Files.exists(left)) {
            List<Double> remaining = Files.readAllLines(left).stream()
                    .filter(line -> !line.isBlank())
                    .map(line -> Double.valueOf(line.strip()))
                    .toList();
            return new Turbofans(name, lives, read(test, remaining), true);
        }
        RandomGenerator random = new SplittableRandom(1);
        List<Life> train = new ArrayList<>();
        List<Life> cut = new ArrayList<>();
        for (int i = 0; i < lives.size(); i++) {
            Life life = lives.get(i);
            if (i % APART == 0) {
                cut.add(cut(life, random.nextInt(FEWEST_FLIGHTS, life.steps().length)));
            } else {
                train.add(life);
            }
        }
        return new Turbofans(name, train, cut, false);
    }

    private static Life cut(Life life, int flights) {
        long[] steps = java.util.Arrays.copyOf(life.steps(), flights);
        return new Life(life.device(), steps, java.util.Arrays.copyOf(life.rows(), flights), life.failedAt());
    }

    /** @param remaining flights after the last one, by engine; empty where that is none */
    private static List<Life> read(Path file, List<Double> remaining) throws IOException {
        Map<String, List<double[]>> engines = new LinkedHashMap<>();
        try (Stream<String> lines = Files.lines(file)) {
            lines.filter(line -> !line.isBlank()).forEach(line -> {
                String[] cells = line.strip().split("\\s+");
                double[] row = new double[SENSORS + SETTINGS];
                for (int i = 0; i < row.length; i++) {
                    int cell = i < SENSORS ? 2 + SETTINGS + i : 2 + i - SENSORS;
                    row[i] = Double.parseDouble(cells[cell]);
                }
                engines.computeIfAbsent(cells[0], any -> new ArrayList<>()).add(row);
            });
        }
        List<Life> lives = new ArrayList<>();
        engines.forEach((engine, rows) -> {
            long[] steps = IntStream.range(0, rows.size()).asLongStream().toArray();
            double left = remaining.isEmpty() ? 0 : remaining.get(lives.size());
            lives.add(new Life(engine, steps, rows.toArray(double[][]::new), rows.size() + left));
        });
        return lives;
    }

    /** Flights that a test engine had left after its last one. */
    static double truth(Life life) {
        return life.failedAt() - life.steps()[life.steps().length - 1] - 1;
    }
}
