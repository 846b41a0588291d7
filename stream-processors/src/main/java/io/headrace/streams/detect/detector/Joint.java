package io.headrace.streams.detect.detector;

import io.headrace.streams.detect.detector.Finding.Cause;
import io.headrace.streams.detect.detector.JointDetector.JointMemory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * How the metrics of a device go together: their means and covariances over a long time. For each value of a message it
 * knows what the others lead one to expect, and finds strange what differs from that more than anything lately.
 *
 * <p>It speaks only of metrics of which the others tell at least half, and only of messages none of whose values is far by
 * itself: those are each metric's own detector's to find. Of a device with more than {@value Covariances#MOST} metrics the
 * first ones seen count, of one message in the order of their names.
 */
final class Joint implements JointMemory {
    /** Of the layout, as in {@link Layout}, whose size goes by the metrics. */
    private static final byte MARK = 33;

    private static final int FIXED = 1 + Verdict.BYTES + Departures.BYTES + Before.BYTES;

    /** Larger values count as this: their squares must stay finite. */
    private static final double LARGEST = 1e150;

    private final Relations relations;
    private final Verdict verdict;
    private final Departures departures;
    private final Covariances past;
    /** Of the message that was judged last. */
    private double strangeness;

    private Joint(double threshold, Relations relations, ByteBuffer in) {
        this.relations = relations;
        verdict = Verdict.load(threshold, in);
        departures = Departures.load(in, Covariances.SETTLED);
        departures.habitual().load(in);
        past = Covariances.load(in);
    }

    static JointDetector detector(double threshold) {
        Relations relations = new Relations();
        return new JointDetector() {
            @Override
            public String name() {
                return Detectors.JOINT;
            }

            @Override
            public JointMemory fresh() {
                return new Joint(threshold, relations, ByteBuffer.allocate(FIXED - 1 + Covariances.bytes(0)));
            }

            @Override
            public JointMemory read(byte[] stored) {
                return isOurs(stored)
                        ? new Joint(threshold, relations, ByteBuffer.wrap(stored, 1, stored.length - 1))
                        : fresh();
            }
        };
    }

    private static boolean isOurs(byte[] stored) {
        return stored.length > FIXED
                && stored[0] == MARK
                && stored[FIXED] <= Covariances.MOST
                && stored.length == FIXED + Covariances.bytes(stored[FIXED]);
    }

    @Override
    public byte[] stored() {
        ByteBuffer out = ByteBuffer.allocate(FIXED + past.bytes()).put(MARK);
        verdict.save(out);
        departures.save(out);
        departures.habitual().save(out);
        past.save(out);
        return out.array();
    }

    @Override
    public Finding observe(Map<String, Object> values) {
        admit(values);
        relations.clear();
        for (Map.Entry<String, Object> each : values.entrySet()) {
            int at = past.find(each.getKey());
            if (at >= 0 && each.getValue() instanceof Number number && Double.isFinite(number.doubleValue())) {
                double value = Math.clamp(number.doubleValue(), -LARGEST, LARGEST);
                relations.put(at, value, past.difference(at, value));
            }
        }
        Finding finding = judge(values);
        past.learn(relations.differences(), relations.presence());
        strangeness = finding.strangeness();
        return finding;
    }

    private void admit(Map<String, Object> values) {
        if (past.known() == Covariances.MOST) {
            return;
        }
        TreeSet<String> others = new TreeSet<>();
        values.forEach((metric, value) -> {
            if (value instanceof Number && past.find(metric) < 0) {
                others.add(metric);
            }
        });
        while (past.known() < Covariances.MOST && !others.isEmpty()) {
            past.admit(others.removeFirst());
        }
    }

    private Finding judge(Map<String, Object> values) {
        boolean isFar = relations.begin(past);
        int worst = relations.solve();
        if (worst < 0 || isFar) {
            return Finding.nothing(Double.NaN);
        }
        double bar = verdict.begin();
        double excess = departures.excess(relations.strangeness(worst), 0, bar);
        relations.limit(departures.limit());
        verdict.found(
                excess,
                Cause.JOINT,
                departures.strangest(),
                relations.expected(worst),
                relations.low(worst),
                relations.high(worst));
        Finding finding = verdict.of(relations.value(worst));
        return finding.strangeness() == 0
                ? finding
                : finding.about(name(values, relations.metric(worst)), others(values, worst));
    }

    private String name(Map<String, Object> values, int metric) {
        for (String name : values.keySet()) {
            if (past.isNamed(metric, name)) {
                return name;
            }
        }
        return "";
    }

    private List<String> others(Map<String, Object> values, int row) {
        List<String> others = new ArrayList<>(Relations.TOLD);
        for (int metric : relations.telling(row)) {
            others.add(name(values, metric));
        }
        return List.copyOf(others);
    }

    @Override
    public Finding of(String metric) {
        int row = relations.row(past.find(metric));
        return row < 0
                ? Finding.nothing(Double.NaN)
                : new Finding(
                        0,
                        strangeness,
                        relations.value(row),
                        relations.expected(row),
                        relations.low(row),
                        relations.high(row),
                        Cause.JOINT);
    }
}
