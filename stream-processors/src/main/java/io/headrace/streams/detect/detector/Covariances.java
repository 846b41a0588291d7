package io.headrace.streams.detect.detector;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Means and covariances of some metrics of a device, over a long time. Room for those that were seen and no others: a device
 * of two metrics costs a tenth of one of sixteen.
 */
final class Covariances {
    /** Most metrics. */
    static final int MOST = 16;

    /** Values of a metric after which its mean and spread mean something. */
    static final int SETTLED = 100;

    /** Standard deviations from which a value is far by itself; it isn't learnt as any further. */
    static final double FAR = 4;

    private static final int METRIC_BYTES = 2 * Integer.BYTES + Double.BYTES;

    /** Hashes of the names: the names themselves come with each message. */
    private int[] names;

    private int[] counts;
    private double[] means;
    private double[] covariances;

    private Covariances(int known) {
        names = new int[known];
        counts = new int[known];
        means = new double[known];
        covariances = new double[pairs(known)];
    }

    static Covariances load(ByteBuffer in) {
        Covariances loaded = new Covariances(in.get());
        for (int i = 0; i < loaded.known(); i++) {
            loaded.names[i] = in.getInt();
            loaded.counts[i] = in.getInt();
            loaded.means[i] = in.getDouble();
        }
        for (int i = 0; i < loaded.covariances.length; i++) {
            loaded.covariances[i] = in.getDouble();
        }
        return loaded;
    }

    void save(ByteBuffer out) {
        out.put((byte) known());
        for (int i = 0; i < known(); i++) {
            out.putInt(names[i]).putInt(counts[i]).putDouble(means[i]);
        }
        for (double covariance : covariances) {
            out.putDouble(covariance);
        }
    }

    int bytes() {
        return bytes(known());
    }

    /** Bytes of so many metrics; the first of them is how many. */
    static int bytes(int known) {
        return 1 + known * METRIC_BYTES + pairs(known) * Double.BYTES;
    }

    int known() {
        return names.length;
    }

    /** A metric that isn't known yet; there must be room. */
    void admit(String metric) {
        int known = known();
        names = Arrays.copyOf(names, known + 1);
        names[known] = metric.hashCode();
        counts = Arrays.copyOf(counts, known + 1);
        means = Arrays.copyOf(means, known + 1);
        covariances = Arrays.copyOf(covariances, pairs(known + 1));
    }

    /** Its place; -1 where it isn't known. */
    int find(String metric) {
        int hash = metric.hashCode();
        for (int i = 0; i < names.length; i++) {
            if (names[i] == hash) {
                return i;
            }
        }
        return -1;
    }

    boolean isNamed(int metric, String name) {
        return names[metric] == name.hashCode();
    }

    /** Of a value from its mean; of the first one 0. */
    double difference(int metric, double value) {
        means[metric] = counts[metric] == 0 ? value : means[metric];
        return value - means[metric];
    }

    /** 0 where it is no more than what numbers are precise to, or too little is known. */
    double deviation(int metric) {
        if (counts[metric] < SETTLED) {
            return 0;
        }
        double deviation = Math.sqrt(covariances[pair(metric, metric)]);
        return deviation > Departures.PRECISION * Math.abs(means[metric]) ? deviation : 0;
    }

    /** @param j at most i */
    double covariance(int i, int j) {
        return covariances[pair(i, j)];
    }

    /**
     * Learns the values of a message.
     *
     * @param differences from the means; cut where they are far
     * @param isPresent which metrics have one
     */
    void learn(double[] differences, boolean[] isPresent) {
        for (int i = 0; i < names.length; i++) {
            double deviation = isPresent[i] ? deviation(i) : 0;
            if (deviation > 0) {
                differences[i] = Math.clamp(differences[i], -FAR * deviation, FAR * deviation);
            }
        }
        for (int i = 0; i < names.length; i++) {
            for (int j = 0; j <= i; j++) {
                if (isPresent[i] && isPresent[j]) {
                    int together = Math.min(Math.min(counts[i], counts[j]) + 1, Habits.LONG);
                    int pair = pair(i, j);
                    covariances[pair] += (differences[i] * differences[j] - covariances[pair]) / together;
                }
            }
        }
        for (int i = 0; i < names.length; i++) {
            if (isPresent[i]) {
                counts[i] = Math.min(counts[i] + 1, Habits.LONG);
                means[i] += differences[i] / counts[i];
            }
        }
    }

    private static int pair(int row, int column) {
        return row * (row + 1) / 2 + column;
    }

    private static int pairs(int known) {
        return known * (known + 1) / 2;
    }
}
