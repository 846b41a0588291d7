package io.headrace.streams.detect.detector;

/**
 * Learns the habits of a metric from four sides, and finds strange what clearly breaks the record of any of them, so far
 * as records haven't faded:
 *
 * <ul>
 *   <li>the range of its values ({@link Range});
 *   <li>how far a value jumps from the mean of those before it;
 *   <li>how far that recent mean strays from the long mean;
 *   <li>how far the values stray from what the hour of the day led one to expect ({@link Daily}).
 * </ul>
 *
 * <p>Breaking a record is what ordinary values do ever more rarely, whatever their distribution: no scale, no normal
 * distribution and no setting of the metric's own has to be assumed. Everything is measured in the metric's own usual
 * distances, so neither unit nor offset matter. Time but for the hour of the day is counted in values, so neither does
 * the sampling interval. {@code benchmarks/detect.md} has the figures, and what else was tried.
 */
final class HabitDetector implements Detector {
    /** Values over which a metric's usual distances are learnt. */
    static final int LONG = 4000;

    /** Part by which a record must be broken for a score of a half. */
    private static final double MARGIN = 0.075;

    /** Young records are broken often: after this many values they must be broken twice as clearly as old ones. */
    private static final double YOUNG = 500;

    /** Values without anything strange that end an episode. */
    private static final int EPISODE = 50;

    /** Larger values count as this: their differences must stay finite. */
    private static final double LARGEST = 1e300;

    private final double strange;

    /** @param threshold score from which a value begins an episode, between 0 and 1 */
    HabitDetector(double threshold) {
        strange = MARGIN * threshold / (1 - threshold);
    }

    @Override
    public String name() {
        return "habit";
    }

    @Override
    public Memory fresh() {
        return Habits.fresh(this);
    }

    @Override
    public Memory read(byte[] stored) {
        return Habits.ofStored(this, stored);
    }

    Finding judge(Habits habits, long time, double value) {
        if (!Double.isFinite(value)) {
            return Finding.nothing(value);
        }
        double young = 1 + YOUNG / (habits.count() + 1);
        double excess = habits.excess(time, Math.clamp(value, -LARGEST, LARGEST), strange * young) / young;
        boolean isStrange = excess >= strange;
        boolean onset = habits.begins(isStrange, EPISODE);
        double score = isStrange && !onset ? 0 : score(excess);
        double strangeness = score(Math.max(excess, habits.strangest() / young));
        return new Finding(score, strangeness, value, habits.expected(), habits.low(), habits.high(), habits.cause());
    }

    private static double score(double excess) {
        return excess / (excess + MARGIN);
    }
}
