package io.headrace.wear.fit;

import io.headrace.wear.Normal;
import io.headrace.wear.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Finds in how many ways devices are run, and what is usual in each: clusters of the operating metrics by k-means, as many
 * as it takes until a twentieth of their variance is left, at most {@link #MOST}; one, where the metrics hardly differ
 * between them. The same for the same lives.
 */
final class Regimes {
    static final int MOST = 8;
    private static final double LEFT = 0.05;
    /** Part of the metrics' variance that regimes must leave less of to be worth having. */
    private static final double WORTH = 0.9;

    private static final int ROUNDS = 30;
    private static final int SAMPLE = 20_000;

    private final int ways;
    private final double[] center;
    private final double[] width;

    private Regimes(int ways) {
        this.ways = ways;
        this.center = new double[ways];
        this.width = new double[ways];
    }

    static Normal normal(Shape shape, List<Life> lives) {
        Regimes regimes = new Regimes(shape.operating().size());
        Normal found = regimes.usual(shape, lives, regimes.middles(shape, lives));
        double[] one = new double[shape.operating().size()];
        Normal alike = regimes.usual(shape, lives, one);
        return share(found, alike) < WORTH ? found : alike;
    }

    /** Of the metrics' variance, how much is left within regimes, on average. */
    private static double share(Normal found, Normal alike) {
        double sum = 0;
        for (int metric = 0; metric < alike.spread().length; metric++) {
            double part = found.spread()[metric] / alike.spread()[metric];
            sum += Math.min(1, part * part);
        }
        return sum / alike.spread().length;
    }

    private double[] middles(Shape shape, List<Life> lives) {
        int first = shape.metrics().size();
        for (int way = 0; way < ways; way++) {
            Moments moments = new Moments();
            for (Life life : lives) {
                for (double[] row : life.rows()) {
                    moments.add(row[first + way]);
                }
            }
            center[way] = moments.mean();
            width[way] = moments.deviation() > 0 ? moments.deviation() : 1;
        }
        double[][] points = sample(lives, first);
        double[][] found = {new double[ways]};
        double total = spread(points, found);
        for (int count = 2; count <= MOST && total > 0 && spread(points, found) > LEFT * total; count++) {
            found = means(points, count);
        }
        return Arrays.stream(found).flatMapToDouble(Arrays::stream).toArray();
    }

    /** Evenly spaced steps; those that lack anything are left out. */
    private double[][] sample(List<Life> lives, int first) {
        double[][] all = lives.stream()
                .flatMap(life -> Arrays.stream(life.rows()))
                .map(row -> scaled(row, first))
                .filter(point -> Arrays.stream(point).allMatch(Double::isFinite))
                .toArray(double[][]::new);
        int every = all.length / SAMPLE + 1;
        double[][] points = new double[(all.length + every - 1) / every][];
        for (int i = 0; i < points.length; i++) {
            points[i] = all[i * every];
        }
        return points;
    }

    private double[] scaled(double[] row, int first) {
        double[] point = new double[ways];
        for (int way = 0; way < ways; way++) {
            point[way] = (row[first + way] - center[way]) / width[way];
        }
        return point;
    }

    /** Farther points are likelier to be the next middle (D. Arthur and S. Vassilvitskii, k-means++, 2007). */
    private double[][] means(double[][] points, int count) {
        SplittableRandom random = new SplittableRandom(count);
        double[][] middles = new double[count][];
        middles[0] = points[random.nextInt(points.length)].clone();
        for (int next = 1; next < count; next++) {
            double[][] chosen = Arrays.copyOf(middles, next);
            double far = random.nextDouble() * spread(points, chosen);
            int at = 0;
            while (at < points.length - 1 && (far -= distance(points[at], chosen)) > 0) {
                at++;
            }
            middles[next] = points[at].clone();
        }
        for (int round = 0; round < ROUNDS; round++) {
            move(points, middles);
        }
        return middles;
    }

    private void move(double[][] points, double[][] middles) {
        double[][] sums = new double[middles.length][ways];
        int[] counts = new int[middles.length];
        for (double[] point : points) {
            int nearest = nearest(point, middles);
            counts[nearest]++;
            for (int way = 0; way < ways; way++) {
                sums[nearest][way] += point[way];
            }
        }
        for (int i = 0; i < middles.length; i++) {
            for (int way = 0; way < ways && counts[i] > 0; way++) {
                middles[i][way] = sums[i][way] / counts[i];
            }
        }
    }

    private static int nearest(double[] point, double[][] middles) {
        int nearest = 0;
        for (int i = 1; i < middles.length; i++) {
            if (between(point, middles[i]) < between(point, middles[nearest])) {
                nearest = i;
            }
        }
        return nearest;
    }

    private static double distance(double[] point, double[][] middles) {
        return between(point, middles[nearest(point, middles)]);
    }

    private static double between(double[] one, double[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += (one[i] - other[i]) * (one[i] - other[i]);
        }
        return sum;
    }

    private static double spread(double[][] points, double[][] middles) {
        return Arrays.stream(points)
                .mapToDouble(point -> distance(point, middles))
                .sum();
    }

    private Normal usual(Shape shape, List<Life> lives, double[] middles) {
        int metrics = shape.metrics().size();
        int regimes = ways == 0 ? 1 : middles.length / ways;
        Moments[] each = Moments.array(regimes * metrics);
        Moments[] all = Moments.array(metrics);
        Normal finder = new Normal(center, width, middles, new double[0], new double[0], new double[0], new double[0]);
        for (Life life : lives) {
            for (double[] row : life.rows()) {
                int regime = finder.regime(Arrays.copyOfRange(row, metrics, row.length));
                for (int metric = 0; metric < metrics; metric++) {
                    each[regime * metrics + metric].add(row[metric]);
                    all[metric].add(row[metric]);
                }
            }
        }
        double[] spread = new double[metrics];
        for (int metric = 0; metric < metrics; metric++) {
            // within regimes, so that a metric's scale isn't that of how devices are run
            Moments within = new Moments();
            for (int regime = 0; regime < regimes; regime++) {
                within.add(each[regime * metrics + metric].deviation());
            }
            spread[metric] = within.mean() > 0 ? within.mean() : 1;
        }
        return new Normal(
                center,
                width,
                middles,
                Arrays.stream(each).mapToDouble(Moments::mean).toArray(),
                Arrays.stream(each).mapToDouble(Moments::deviation).toArray(),
                Arrays.stream(all).mapToDouble(Moments::mean).toArray(),
                spread);
    }
}
