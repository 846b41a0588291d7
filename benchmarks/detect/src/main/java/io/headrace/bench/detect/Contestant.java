package io.headrace.bench.detect;

/** Scores series, each by itself and in the order of its rows. */
interface Contestant {
    String name();

    /** Of a row for each row of the series. */
    Scores score(Series series);

    /**
     * @param scores 0 to 1
     * @param nanos processor time
     * @param bytes of what was remembered in the end
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Scores(double[] scores, long nanos, int bytes) {}
}
