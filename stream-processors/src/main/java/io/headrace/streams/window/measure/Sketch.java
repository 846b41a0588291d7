package io.headrace.streams.window.measure;

import com.datadoghq.sketch.ddsketch.mapping.CubicallyInterpolatedMapping;
import com.datadoghq.sketch.ddsketch.mapping.IndexMapping;
import java.util.Arrays;

/**
 * DDSketch (Masson, Rim, Lee, VLDB 2019): counts per bin of a logarithmic scale, so that a percentile is within 1 % of
 * the true value, for negative values as well. The mapping to bins is the sketches library's, one that uses plain
 * arithmetic only and so gives the same bins on every machine; the bins are ours: sparse, signed and a few bytes each
 * when stored, where the library's dense stores of doubles are made for one sketch in memory.
 *
 * <p>At most {@link #MAX_BINS} bins are occupied; beyond that the bins nearest to zero are counted as zero. That is the
 * same bins whatever the order of the values, since the ones farthest from zero always stay. Neither order nor a merge
 * shows in a sketch.
 */
final class Sketch {
    /** Readings of one sensor occupy some tens. Two thousand hold values spread evenly over 17 powers of ten. */
    static final int MAX_BINS = 2_048;

    private static final IndexMapping MAPPING = new CubicallyInterpolatedMapping(0.01);
    private static final double SMALLEST = MAPPING.minIndexableValue();
    private static final double LARGEST = MAPPING.maxIndexableValue();
    private static final int BELOW_FIRST = MAPPING.index(SMALLEST) - 1;

    /** Ascending, and so are the values they stand for: negative bins below 0, which is the value zero, positive above. */
    private int[] bins = new int[4];

    private long[] counts = new long[4];
    private int size;

    /** @param value finite; nearer to zero than {@code 2.3e-308} counts as zero */
    void add(double value) {
        add(bin(value), 1);
    }

    void add(Sketch other) {
        for (int i = 0; i < other.size; i++) {
            add(other.bins[i], other.counts[i]);
        }
    }

    /**
     * The value at a rank.
     *
     * @param rank 0 for the smallest, count - 1 for the largest
     */
    double valueAt(long rank) {
        long passed = 0;
        for (int i = 0; i < size; i++) {
            passed += counts[i];
            if (passed > rank) {
                return value(bins[i]);
            }
        }
        throw new IllegalArgumentException("rank " + rank + " of " + passed);
    }

    void write(StateWriter out) {
        out.number(size);
        int before = 0;
        for (int i = 0; i < size; i++) {
            out.signed((long) bins[i] - before);
            out.number(counts[i]);
            before = bins[i];
        }
    }

    static Sketch read(StateReader in) {
        Sketch sketch = new Sketch();
        sketch.size = in.count();
        sketch.bins = new int[sketch.size + 2];
        sketch.counts = new long[sketch.size + 2];
        int before = 0;
        for (int i = 0; i < sketch.size; i++) {
            before += (int) in.signed();
            sketch.bins[i] = before;
            sketch.counts[i] = in.number();
        }
        return sketch;
    }

    private static int bin(double value) {
        double magnitude = Math.abs(value);
        if (magnitude < SMALLEST) {
            return 0;
        }
        int bin = MAPPING.index(Math.min(magnitude, LARGEST)) - BELOW_FIRST;
        return value < 0 ? -bin : bin;
    }

    private static double value(int bin) {
        return bin == 0 ? 0 : Math.copySign(MAPPING.value(Math.abs(bin) + BELOW_FIRST), bin);
    }

    private void add(int bin, long count) {
        int at = Arrays.binarySearch(bins, 0, size, bin);
        if (at >= 0) {
            counts[at] += count;
            return;
        }
        insert(-at - 1, bin, count);
        if (size > MAX_BINS) {
            collapse();
        }
    }

    private void insert(int at, int bin, long count) {
        if (size == bins.length) {
            bins = Arrays.copyOf(bins, size * 2);
            counts = Arrays.copyOf(counts, size * 2);
        }
        System.arraycopy(bins, at, bins, at + 1, size - at);
        System.arraycopy(counts, at, counts, at + 1, size - at);
        bins[at] = bin;
        counts[at] = count;
        size++;
    }

    /** Counts the bin nearest to zero, of two equally near the negative one, as zero. */
    private void collapse() {
        int up = Arrays.binarySearch(bins, 0, size, 1);
        int positive = up >= 0 ? up : -up - 1;
        boolean hasZero = positive > 0 && bins[positive - 1] == 0;
        int negative = positive - (hasZero ? 2 : 1);
        boolean takeNegative = negative >= 0 && (positive == size || -bins[negative] <= bins[positive]);
        int nearest = takeNegative ? negative : positive;
        long count = counts[nearest];
        System.arraycopy(bins, nearest + 1, bins, nearest, size - nearest - 1);
        System.arraycopy(counts, nearest + 1, counts, nearest, size - nearest - 1);
        size--;
        add(0, count);
    }
}
