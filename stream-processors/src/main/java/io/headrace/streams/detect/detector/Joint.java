package io.headrace.streams.detect.detector;

import io.headrace.streams.detect.detector.Finding.Cause;
import io.headrace.streams.detect.detector.JointDetector.JointMemory;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeSet;

/**
 * How the metrics of a device go together: their means and covariances over a long time. For each value of a message it
 * knows what the others lead one to expect, and finds strange what differs from that more than anything lately.
 *
 * <p>It speaks only of metrics of which the others tell at least half, and only of messages none of whose values is far by
 * itself: those are each metric's own detector's to find. Of a device with more than {@value #MOST} metrics the first ones
 * seen count, of one message in the order of their names.
 */
final class Joint implements JointMemory {
    static final int MOST = 16;

    private static final int PAIRS = MOST * (MOST + 1) / 2;
    private static final Layout LAYOUT = new Layout(
            (byte) 32,
            Verdict.BYTES
                    + Departures.BYTES
                    + Before.BYTES
                    + Integer.BYTES
                    + MOST * (2 * Integer.BYTES + Double.BYTES)
                    + PAIRS * Double.BYTES);

    /** Values of a metric after which its mean and spread mean something. */
    private static final int SETTLED = 100;

    /** Standard deviations from which a value is far by itself; it isn't learnt as any further. */
    private static final double FAR = 4;

    /** Larger values count as this: their squares must stay finite. */
    private static final double LARGEST = 1e150;

    private final Relations relations;
    private final Verdict verdict;
    private final Departures departures;
    /** Hashes of the names: the names themselves come with each message. */
    private final int[] names = new int[MOST];

    private final int[] counts = new int[MOST];
    private final double[] means = new double[MOST];
    private final double[] covariances = new double[PAIRS];
    private int known;

    private Joint(double threshold, Relations relations, ByteBuffer in) {
        this.relations = relations;
        verdict = Verdict.load(threshold, in);
        departures = Departures.load(in, SETTLED);
        departures.load(Before.load(in));
        known = in.getInt();
        for (int i = 0; i < MOST; i++) {
            names[i] = in.getInt();
            counts[i] = in.getInt();
            means[i] = in.getDouble();
        }
        for (int i = 0; i < PAIRS; i++) {
            covariances[i] = in.getDouble();
        }
    }

    static JointDetector detector(double threshold) {
        Relations relations = new Relations();
        return new JointDetector() {
            @Override
            public String name() {
                return "joint";
            }

            @Override
            public JointMemory fresh() {
                return new Joint(threshold, relations, LAYOUT.fresh());
            }

            @Override
            public JointMemory read(byte[] stored) {
                return new Joint(threshold, relations, LAYOUT.read(stored).orElseGet(LAYOUT::fresh));
            }
        };
    }

    @Override
    public byte[] stored() {
        return LAYOUT.write(this::save);
    }

    private void save(ByteBuffer out) {
        verdict.save(out);
        departures.save(out);
        departures.habitual().save(out);
        out.putInt(known);
        for (int i = 0; i < MOST; i++) {
            out.putInt(names[i]).putInt(counts[i]).putDouble(means[i]);
        }
        for (double covariance : covariances) {
            out.putDouble(covariance);
        }
    }

    @Override
    public Finding observe(Map<String, Object> values) {
        admit(values);
        double[] differences = relations.differences();
        boolean[] isPresent = relations.presence();
        for (Map.Entry<String, Object> each : values.entrySet()) {
            int at = find(each.getKey());
            if (at >= 0 && each.getValue() instanceof Number number && Double.isFinite(number.doubleValue())) {
                double value = Math.clamp(number.doubleValue(), -LARGEST, LARGEST);
                means[at] = counts[at] == 0 ? value : means[at];
                differences[at] = value - means[at];
                isPresent[at] = true;
            }
        }
        Finding finding = judge(values, differences, isPresent);
        learn(differences, isPresent);
        return finding;
    }

    private void admit(Map<String, Object> values) {
        if (known == MOST) {
            return;
        }
        TreeSet<String> others = new TreeSet<>();
        values.forEach((metric, value) -> {
            if (value instanceof Number && find(metric) < 0) {
                others.add(metric);
            }
        });
        while (known < MOST && !others.isEmpty()) {
            names[known++] = others.removeFirst().hashCode();
        }
    }

    private int find(String metric) {
        int hash = metric.hashCode();
        for (int i = 0; i < known; i++) {
            if (names[i] == hash) {
                return i;
            }
        }
        return -1;
    }

    private Finding judge(Map<String, Object> values, double[] differences, boolean[] isPresent) {
        int count = 0;
        for (int i = 0; i < known; i++) {
            double deviation = deviation(i);
            if (!isPresent[i] || counts[i] < SETTLED || deviation == 0) {
                continue;
            }
            if (Math.abs(differences[i]) > FAR * deviation) {
                return Finding.nothing(Double.NaN);
            }
            relations.add(count++, i, differences[i] / deviation);
        }
        if (count < 2) {
            return Finding.nothing(Double.NaN);
        }
        for (int row = 0; row < count; row++) {
            for (int column = 0; column < row; column++) {
                int i = relations.metric(row);
                int j = relations.metric(column);
                relations.correlate(row, column, covariances[pair(i, j)] / (deviation(i) * deviation(j)));
            }
        }
        int worst = relations.solve(count);
        return worst < 0 ? Finding.nothing(Double.NaN) : verdict(values, relations.metric(worst), worst);
    }

    private Finding verdict(Map<String, Object> values, int metric, int row) {
        double bar = verdict.begin();
        double deviation = deviation(metric);
        double value = means[metric] + relations.value(row) * deviation;
        double expected = value - relations.residual(row) * deviation;
        double excess = departures.excess(relations.strangeness(row), 0, bar);
        double limit = departures.limit() * relations.left(row) * deviation;
        verdict.found(excess, Cause.JOINT, departures.strangest(), expected, expected - limit, expected + limit);
        return verdict.of(value).about(name(values, metric));
    }

    private String name(Map<String, Object> values, int metric) {
        for (String name : values.keySet()) {
            if (name.hashCode() == names[metric]) {
                return name;
            }
        }
        return "";
    }

    private void learn(double[] differences, boolean[] isPresent) {
        for (int i = 0; i < known; i++) {
            if (isPresent[i] && counts[i] >= SETTLED && deviation(i) > 0) {
                double most = FAR * deviation(i);
                differences[i] = Math.clamp(differences[i], -most, most);
            }
        }
        for (int i = 0; i < known; i++) {
            for (int j = 0; j <= i; j++) {
                if (isPresent[i] && isPresent[j]) {
                    int together = Math.min(Math.min(counts[i], counts[j]) + 1, Habits.LONG);
                    int pair = pair(i, j);
                    covariances[pair] += (differences[i] * differences[j] - covariances[pair]) / together;
                }
            }
        }
        for (int i = 0; i < known; i++) {
            if (isPresent[i]) {
                counts[i] = Math.min(counts[i] + 1, Habits.LONG);
                means[i] += differences[i] / counts[i];
            }
        }
    }

    /** 0 where it is no more than what numbers are precise to. */
    private double deviation(int metric) {
        double deviation = Math.sqrt(covariances[pair(metric, metric)]);
        return deviation > Departures.PRECISION * Math.abs(means[metric]) ? deviation : 0;
    }

    /** @param column at most the row */
    private static int pair(int row, int column) {
        return row * (row + 1) / 2 + column;
    }
}
