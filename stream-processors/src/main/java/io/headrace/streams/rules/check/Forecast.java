package io.headrace.streams.rules.check;

import io.headrace.record.ForecastCheck;
import java.util.Optional;
import java.util.Set;

/**
 * A metric whose trend crosses a limit within a horizon. Remembered are the means of each of the last 32 parts of the
 * past that the trend is taken of; it is drawn when a part ends, not with every value. Silent where the values don't
 * surely rise, or fall, towards the limit.
 */
final class Forecast implements Check {
    private static final int PARTS = 32;
    /** Number of the part from the epoch on, and 1 more, so that 0 is none; mean time in it; mean value; values. */
    private static final int WIDTH = 4;

    private static final int LEAST = 8;
    private static final double HYSTERESIS = 1.25;
    private static final double FOR_EVER = 10;

    private final String metric;
    private final double limit;
    private final boolean rising;
    private final long partMicros;
    private final double horizonMicros;

    Forecast(ForecastCheck check) {
        metric = check.getMetric();
        rising = check.getAbove() != null;
        limit = rising ? check.getAbove() : check.getBelow();
        horizonMicros = check.getHorizonMs() * 1e3;
        long over = check.getOverMs() == 0 ? check.getHorizonMs() : check.getOverMs();
        partMicros = Math.max(1, over * 1_000 / PARTS);
    }

    @Override
    public byte code() {
        return 8;
    }

    @Override
    public Set<String> metrics() {
        return Set.of(metric);
    }

    @Override
    public int slots() {
        return PARTS * WIDTH;
    }

    @Override
    public Verdict judge(Sight sight, double[] memory) {
        double value = sight.number(metric);
        if (Double.isNaN(value)) {
            return Verdict.NOTHING;
        }
        long part = Math.floorDiv(sight.at(), partMicros);
        if (!learn(memory, part, sight.at(), value)) {
            return Verdict.NOTHING;
        }
        Optional<Outlook> outlook = outlook(sight, memory);
        if (outlook.isEmpty()) {
            return Verdict.CLEARS;
        }
        double ahead = outlook.get().at() - sight.at();
        if (ahead <= horizonMicros) {
            return Verdict.HOLDS;
        }
        return ahead <= HYSTERESIS * horizonMicros ? Verdict.BETWEEN : Verdict.CLEARS;
    }

    /** @return whether a part has begun, so that those before it are whole */
    private static boolean learn(double[] memory, long part, long at, double value) {
        int slot = (int) Math.floorMod(part, (long) PARTS) * WIDTH;
        boolean begins = memory[slot] != part + 1;
        if (begins) {
            memory[slot] = part + 1;
            memory[slot + 1] = at;
            memory[slot + 2] = value;
            memory[slot + 3] = 1;
        } else {
            double count = ++memory[slot + 3];
            memory[slot + 1] += (at - memory[slot + 1]) / count;
            memory[slot + 2] += value / count - memory[slot + 2] / count;
        }
        return begins;
    }

    /** By the parts before the reading's own. */
    @Override
    public Optional<Outlook> outlook(Sight sight, double[] memory) {
        long part = Math.floorDiv(sight.at(), partMicros);
        double[] times = new double[PARTS];
        double[] values = new double[PARTS];
        int count = 0;
        for (long each = part - PARTS + 1; each < part; each++) {
            int slot = (int) Math.floorMod(each, (long) PARTS) * WIDTH;
            if (memory[slot] == each + 1) {
                times[count] = memory[slot + 1] - sight.at();
                values[count++] = memory[slot + 2];
            }
        }
        if (count < LEAST || Trend.direction(values, count) != (rising ? 1 : -1)) {
            return Optional.empty();
        }
        return crossing(Trend.of(times, values, count), sight.at());
    }

    private Optional<Outlook> crossing(Trend trend, long at) {
        double way = limit - trend.level();
        if (rising ? way <= 0 : way >= 0) {
            return Optional.of(new Outlook(at, at, at));
        }
        double soonest = way / (rising ? trend.most() : trend.least());
        double latest = way / (rising ? trend.least() : trend.most());
        double likely = way / trend.slope();
        double most = FOR_EVER * horizonMicros;
        return likely > most
                ? Optional.empty()
                : Optional.of(new Outlook(
                        at + (long) likely, at + (long) soonest, latest > most ? Long.MAX_VALUE : at + (long) latest));
    }

    @Override
    public String words(Sight sight, double[] memory) {
        Optional<Outlook> outlook = outlook(sight, memory);
        String when = outlook.map(ahead -> "in about " + Words.time(ahead.at() - sight.at()) + ", "
                        + Words.time(ahead.earliest() - sight.at()) + " at the earliest"
                        + (ahead.latest() == Long.MAX_VALUE
                                ? ""
                                : " and " + Words.time(ahead.latest() - sight.at()) + " at the latest"))
                .orElse("soon");
        return metric + " will be " + (rising ? "above " : "below ") + Words.number(limit) + " " + when;
    }
}
