package io.headrace.prognosis;

import io.headrace.wear.Estimate;
import io.headrace.wear.fit.Life;
import io.headrace.wear.fit.Trained;
import io.headrace.wear.fit.Training;
import io.headrace.wear.fit.UnfitException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The model beside plain ways, on each part of the set that a folder has: fitted to the training engines, asked once of each
 * test engine after its last flight.
 */
public final class TurbofanBench {
    /** Flights at which what remains is cut: customary for this set. */
    private static final double LIMIT = 125;

    private TurbofanBench() {}

    /**
     * What one way did on one part. Errors are in flights.
     *
     * @param part such as FD001
     * @param test {@code official}, or {@code own} where engines of the training set stand in
     * @param way name of the way
     * @param engines that were asked about
     * @param rmse root mean square of the errors, truths above the limit cut as predictions are
     * @param rmseUncut the same against the whole truths
     * @param score the challenge's (PHM 2008): sum over engines, where late predictions cost more than early ones; truths cut
     * @param coverage part of the whole truths within the interval that claims nine of ten; NaN where there is none
     * @param width mean width of the intervals that have an upper end; NaN where none has
     * @param open part of the intervals without an upper end
     * @param microsPerMessage processor time; NaN where it wasn't measured
     * @param bytes of memory of an engine; 0 where it wasn't measured
     * @param heldOut error on training engines that were kept apart from the fit; NaN where it wasn't measured
     */
    public record Row(
            String part,
            String test,
            String way,
            int engines,
            double rmse,
            double rmseUncut,
            double score,
            double coverage,
            double width,
            double open,
            double microsPerMessage,
            int bytes,
            double heldOut) {}

    /** @throws IOException where a file can't be read, or the folder has none of the set */
    public static List<Row> run(Path folder) throws IOException, UnfitException {
        List<Row> rows = new ArrayList<>();
        for (Turbofans part : Turbofans.in(folder)) {
            rows.addAll(run(part));
        }
        if (rows.isEmpty()) {
            throw new IOException(folder + " has no train_FD001.txt to train_FD004.txt");
        }
        return rows;
    }

    private static List<Row> run(Turbofans part) throws UnfitException {
        Trained trained = Training.of(Turbofans.SHAPE, part.train(), LIMIT);
        int[] columns = columns(trained);
        Applied applied = new Applied(trained.model(), columns);
        Plain plain = new Plain(trained.model(), columns, part.train());
        Map<String, Predictor> ways = new LinkedHashMap<>();
        ways.put("wear", applied);
        ways.put("similarity", plain.similarity());
        ways.put("trend", plain.trend());
        ways.put("constant", plain.constant());
        List<Row> rows = new ArrayList<>();
        ways.forEach((name, way) -> rows.add(row(part, name, way, trained)));
        return rows;
    }

    private static int[] columns(Trained trained) {
        List<String> all = new ArrayList<>(Turbofans.SHAPE.metrics());
        all.addAll(Turbofans.SHAPE.operating());
        int[] columns = new int[trained.model().shape().columns()];
        for (int column = 0; column < columns.length; column++) {
            columns[column] = all.indexOf(trained.model().shape().column(column));
        }
        return columns;
    }

    private static Row row(Turbofans part, String name, Predictor way, Trained trained) {
        double squares = 0;
        double squaresUncut = 0;
        double score = 0;
        double within = 0;
        double width = 0;
        int closed = 0;
        int bounded = 0;
        for (Life life : part.test()) {
            Estimate estimate = way.after(life);
            double truth = Turbofans.truth(life);
            double error = estimate.remaining() - Math.min(LIMIT, truth);
            squares += error * error;
            squaresUncut += (estimate.remaining() - truth) * (estimate.remaining() - truth);
            score += Math.expm1(error < 0 ? -error / 13 : error / 10);
            bounded += Double.isNaN(estimate.low()) ? 0 : 1;
            within += truth >= estimate.low() && (Double.isNaN(estimate.high()) || truth <= estimate.high()) ? 1 : 0;
            if (!Double.isNaN(estimate.high())) {
                closed++;
                width += estimate.high() - estimate.low();
            }
        }
        int engines = part.test().size();
        boolean isModel = way instanceof Applied;
        return new Row(
                part.name(),
                part.isOfficial() ? "official" : "own",
                name,
                engines,
                Math.sqrt(squares / engines),
                Math.sqrt(squaresUncut / engines),
                score,
                bounded == 0 ? Double.NaN : within / engines,
                closed == 0 ? Double.NaN : width / closed,
                bounded == 0 ? Double.NaN : 1 - (double) closed / engines,
                way instanceof Applied applied ? applied.microsPerMessage() : Double.NaN,
                way instanceof Applied applied ? applied.bytes() : 0,
                isModel ? trained.accuracy().rootMeanSquare() : Double.NaN);
    }
}
