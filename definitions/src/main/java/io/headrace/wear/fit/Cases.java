package io.headrace.wear.fit;

import io.headrace.wear.Spreads;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Predictions about devices that the model hadn't seen, beside what came. Each life weighs the same. */
final class Cases {
    /** Fewest lives and cases that a bound is drawn from. */
    private static final int LEAST_LIVES = 5;

    private static final int LEAST = 50;

    private final List<Case> all = new ArrayList<>();

    /**
     * One prediction.
     *
     * @param life number of the life
     * @param weight 1 by the cases of its life
     * @param predicted steps
     * @param remaining steps, not cut
     */
    private record Case(int life, double weight, double predicted, double remaining) {}

    void add(int life, double weight, double predicted, double remaining) {
        all.add(new Case(life, weight, predicted, remaining));
    }

    /**
     * Bounds between which nine of ten cases lie, of each size of prediction; of a size that is rare, with the sizes
     * beside it.
     *
     * @param limit of predictions
     */
    Spreads spreads(double limit) {
        double[] below = new double[Spreads.PARTS];
        double[] above = new double[Spreads.PARTS];
        for (int part = 0; part < Spreads.PARTS; part++) {
            List<Case> around = around(part, limit);
            // as if one more life were farther off than any: so many lives say no more (split conformal prediction)
            double lives = around.stream().mapToInt(Case::life).distinct().count();
            double outside = Math.max(0, (1 - Spreads.LEVEL) / 2 - 1 / (lives + 1) / 2);
            below[part] = quantile(around, outside);
            above[part] = quantile(around, 1 - outside);
        }
        return new Spreads(below, above);
    }

    private List<Case> around(int part, double limit) {
        List<Case> found = List.of();
        for (int reach = 0; reach < Spreads.PARTS; reach++) {
            int within = reach;
            found = all.stream()
                    .filter(each -> Math.abs(Spreads.part(each.predicted, limit) - part) <= within)
                    .toList();
            if (found.size() >= LEAST
                    && found.stream().mapToInt(Case::life).distinct().count() >= LEAST_LIVES) {
                return found;
            }
        }
        return found;
    }

    private static double quantile(List<Case> cases, double share) {
        double[][] errors = cases.stream()
                .map(each -> new double[] {each.remaining - each.predicted, each.weight})
                .toArray(double[][]::new);
        Arrays.sort(errors, (one, other) -> Double.compare(one[0], other[0]));
        double total = Arrays.stream(errors).mapToDouble(each -> each[1]).sum();
        double sum = 0;
        for (double[] each : errors) {
            sum += each[1];
            if (sum >= share * total) {
                return each[0];
            }
        }
        return errors[errors.length - 1][0];
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** Root mean square of the errors, where no truth is above the limit. */
    double error(double limit) {
        return rootMeanSquare(limit, Double.NaN);
    }

    /** Error of one number for all: the mean of all truths. */
    double errorOfMean(double limit) {
        double weight = all.stream().mapToDouble(Case::weight).sum();
        double mean = all.stream()
                        .mapToDouble(each -> each.weight * Math.min(limit, each.remaining))
                        .sum()
                / weight;
        return rootMeanSquare(limit, mean);
    }

    private double rootMeanSquare(double limit, double instead) {
        double sum = 0;
        double weight = 0;
        for (Case each : all) {
            double predicted = Double.isNaN(instead) ? each.predicted : instead;
            double error = predicted - Math.min(limit, each.remaining);
            sum += each.weight * error * error;
            weight += each.weight;
        }
        return Math.sqrt(sum / weight);
    }

    /** Part of the cases within bounds that were drawn from the lives of the other half. */
    double coverage(double limit) {
        Cases even = new Cases();
        Cases odd = new Cases();
        all.forEach(each -> (each.life % 2 == 0 ? even : odd).all.add(each));
        double within = even.within(odd.spreads(limit), limit) + odd.within(even.spreads(limit), limit);
        return within / all.stream().mapToDouble(Case::weight).sum();
    }

    /** Part of the cases within bounds. */
    double coverage(Spreads spreads, double limit) {
        return within(spreads, limit) / all.stream().mapToDouble(Case::weight).sum();
    }

    private double within(Spreads spreads, double limit) {
        double weight = 0;
        for (Case each : all) {
            int part = Spreads.part(each.predicted, limit);
            double low = Math.clamp(each.predicted + spreads.below()[part], 0, each.predicted);
            double high = Math.max(each.predicted, each.predicted + spreads.above()[part]);
            weight += each.remaining >= low && (high >= limit || each.remaining <= high) ? each.weight : 0;
        }
        return weight;
    }
}
