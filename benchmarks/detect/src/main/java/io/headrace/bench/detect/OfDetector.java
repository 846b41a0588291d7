package io.headrace.bench.detect;

import io.headrace.streams.detect.detector.Detector;
import io.headrace.streams.detect.detector.Memory;

/** A detector of ours by itself. */
record OfDetector(Detector detector) implements Contestant {
    @Override
    public String name() {
        return detector.name();
    }

    @Override
    public Scores score(Series series) {
        double[] scores = new double[series.values().length];
        Memory memory = detector.fresh();
        long began = Processor.nanos();
        for (int row = 0; row < scores.length; row++) {
            scores[row] =
                    memory.observe(series.times()[row], series.values()[row]).score();
        }
        return new Scores(scores, Processor.nanos() - began, memory.stored().length);
    }
}
