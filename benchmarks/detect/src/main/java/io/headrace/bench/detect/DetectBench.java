package io.headrace.bench.detect;

import io.headrace.bench.detect.Contestant.Scores;
import io.headrace.streams.detect.detector.Detectors;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * {@code ./headrace bench detect}: every detector over a folder of series, each series in the order of its rows and by
 * itself; results in the layout of the Numenta Anomaly Benchmark. What ships goes through the whole fragment.
 */
public final class DetectBench {
    /** As shipped. */
    private static final double THRESHOLD = 0.5;

    private static final int SEED = 1;

    private static final int WRONG_INPUT = 2;

    private final List<Contestant> contestants;
    private final BenchOptions options;
    private final List<Series> series;
    private final @Nullable Scorer scorer;
    private final List<Outcome> outcomes = new ArrayList<>();

    private DetectBench(List<Contestant> contestants, BenchOptions options) {
        this.contestants = contestants;
        this.options = options;
        this.series = Series.all(options.series());
        this.scorer = options.score()
                .map(program -> new Scorer(program, options.labels(), options.series()))
                .orElse(null);
        if (scorer != null) {
            scorer.requireWindowsOf(series);
        }
    }

    /** See {@link BenchOptions}. */
    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments), System.out, System.err));
    }

    /** @return 0, or 2 where something can't be done with what was given */
    static int run(List<String> arguments, PrintStream out, PrintStream err) {
        try {
            List<Contestant> contestants = contestants();
            List<String> names = contestants.stream().map(Contestant::name).toList();
            new DetectBench(contestants, BenchOptions.parse(arguments, names)).run(out, err);
            return 0;
        } catch (WrongInputException e) {
            err.println("headrace: " + String.valueOf(e.getMessage()).replaceAll("\\s*\\R\\s*", "; "));
        } catch (IOException e) {
            err.println("headrace: can't go on: " + e.getMessage());
        }
        return WRONG_INPUT;
    }

    private static List<Contestant> contestants() throws IOException {
        Path state = Files.createTempDirectory("bench-detect");
        List<Contestant> contestants = new ArrayList<>(List.of(new OfFragment(state)));
        Detectors.all(THRESHOLD).forEach(detector -> contestants.add(new OfDetector(detector)));
        contestants.add(new OfForest());
        return contestants;
    }

    private void run(PrintStream out, PrintStream err) throws IOException {
        for (Contestant contestant : contestants) {
            if (options.wants(contestant.name())) {
                compete(contestant, "", UnaryOperator.identity(), err);
            }
        }
        if (options.withVariants()) {
            variants(err);
        }
        Report report = new Report(outcomes);
        if (options.isJson()) {
            report.json(out);
        } else {
            report.table(out);
        }
        if (scorer == null) {
            Scorer shown = new Scorer(Path.of("score.py"), options.labels(), options.series());
            err.println("to score: " + shown.command(options.results().resolve("default")));
        }
    }

    /** Copies that should change nothing, and the default without one of its sides. */
    private void variants(PrintStream err) throws IOException {
        Contestant shipped = new OfDetector(Detectors.named(Detectors.DEFAULT, THRESHOLD));
        compete(shipped, "value*-3+1000", each -> each.rescaled(-3, 1_000), err);
        for (long minutes : new long[] {10, 150, 437, 1_000}) {
            compete(shipped, "clock+" + minutes + "min", each -> each.shifted(minutes * 60_000), err);
        }
        for (int seed = SEED; seed < SEED + 4; seed++) {
            Random random = new Random(seed);
            compete(shipped, "noise-5%-" + seed, each -> each.noisy(random), err);
        }
        compete(new OfDetector(Detectors.defaultWithoutRange(THRESHOLD)), "", UnaryOperator.identity(), err);
    }

    private void compete(Contestant contestant, String variant, UnaryOperator<Series> change, PrintStream err)
            throws IOException {
        err.println(contestant.name() + (variant.isEmpty() ? "" : " on " + variant));
        String folder = contestant.name() + (variant.isEmpty() ? "" : "-" + variant);
        Path results = options.results().resolve(folder);
        long values = 0;
        long nanos = 0;
        int bytes = 0;
        for (Series each : series) {
            Scores scores = contestant.score(change.apply(each));
            write(results, folder, each, scores.scores());
            values += scores.scores().length;
            nanos += scores.nanos();
            bytes = Math.max(bytes, scores.bytes());
        }
        outcomes.add(new Outcome(
                contestant.name(),
                variant,
                series.size(),
                values,
                nanos / 1e3 / Math.max(1, values),
                bytes,
                scorer == null ? null : scorer.at(THRESHOLD, results),
                scorer == null ? null : scorer.atBest(results)));
    }

    private static void write(Path results, String name, Series series, double[] scores) throws IOException {
        Path file = results.resolve(series.file());
        Path target = file.resolveSibling(name + "_" + file.getFileName());
        Files.createDirectories(target.getParent());
        try (BufferedWriter out = Files.newBufferedWriter(target)) {
            out.write("timestamp,value,anomaly_score\n");
            for (int row = 0; row < scores.length; row++) {
                out.write(String.format(Locale.ROOT, "%s,%.6f%n", series.cells()[row], scores[row]));
            }
        }
    }
}
