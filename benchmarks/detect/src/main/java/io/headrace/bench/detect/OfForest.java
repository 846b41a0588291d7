package io.headrace.bench.detect;

import com.amazon.randomcutforest.parkservices.ThresholdedRandomCutForest;
import com.amazon.randomcutforest.parkservices.state.ThresholdedRandomCutForestMapper;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * Amazon's random cut forest as its library comes, a shingle of 8 apart. Its state is counted as JSON: the library has no
 * bytes of its own.
 */
final class OfForest implements Contestant {
    private static final int SHINGLE = 8;
    private static final long SEED = 42;

    @Override
    public String name() {
        return "random-cut-forest";
    }

    @Override
    public Scores score(Series series) {
        ThresholdedRandomCutForest forest = ThresholdedRandomCutForest.builder()
                .dimensions(SHINGLE)
                .shingleSize(SHINGLE)
                .randomSeed(SEED)
                .build();
        double[] scores = new double[series.values().length];
        long began = Processor.nanos();
        for (int row = 0; row < scores.length; row++) {
            double[] point = {series.values()[row]};
            scores[row] = forest.process(point, series.times()[row] / 1_000).getAnomalyGrade();
        }
        return new Scores(scores, Processor.nanos() - began, bytes(forest));
    }

    private static int bytes(ThresholdedRandomCutForest forest) {
        ThresholdedRandomCutForestMapper mapper = new ThresholdedRandomCutForestMapper();
        try {
            return new ObjectMapper().writeValueAsBytes(mapper.toState(forest)).length;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
