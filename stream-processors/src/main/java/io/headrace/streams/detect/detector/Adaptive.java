package io.headrace.streams.detect.detector;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Several detectors at once. The first one's word counts in full; that of another by half, and by less where it has cried
 * out on this metric more often than the first did: a detector that doesn't suit a metric tells by its own alarms, nobody has to
 * say so.
 */
final class Adaptive implements Memory {
    /** Values after which a third is left of the memory of an alarm. */
    private static final double FORGOTTEN = 4000;

    /** Part of what another than the first one says that counts at best: they look at the same values. */
    private static final double OTHERS = 0.5;

    /** Values without anything strange that end an episode. */
    private static final int EPISODE = 50;

    private final double strange;
    private final Layout layout;
    private final Memory[] members;
    private final double[] alarms;
    private int quiet;

    private Adaptive(double threshold, Layout layout, List<Detector> detectors, ByteBuffer in) {
        this.strange = odds(threshold);
        this.layout = layout;
        this.members = new Memory[detectors.size()];
        this.alarms = new double[members.length];
        quiet = in.getInt();
        for (int i = 0; i < members.length; i++) {
            alarms[i] = in.getDouble();
            byte[] stored = new byte[in.getInt()];
            in.get(stored);
            members[i] = stored.length == 0
                    ? detectors.get(i).fresh()
                    : detectors.get(i).read(stored);
        }
    }

    /** @param detectors in whom it trusts, the first one most */
    static Detector detector(double threshold, List<Detector> detectors) {
        int bytes = Integer.BYTES + detectors.size() * (Double.BYTES + Integer.BYTES);
        for (Detector detector : detectors) {
            bytes += detector.fresh().stored().length;
        }
        Layout layout = new Layout((byte) 19, bytes);
        return new Fold("adaptive", layout, in -> new Adaptive(threshold, layout, detectors, in));
    }

    @Override
    public byte[] stored() {
        return layout.write(this::save);
    }

    private void save(ByteBuffer out) {
        out.putInt(quiet);
        for (int i = 0; i < members.length; i++) {
            byte[] stored = members[i].stored();
            out.putDouble(alarms[i]).putInt(stored.length).put(stored);
        }
    }

    @Override
    public Finding observe(long time, double value) {
        if (!Double.isFinite(value)) {
            return Finding.nothing(value);
        }
        Finding strangest = members[0].observe(time, value);
        double first = alarms[0];
        double most = odds(strangest.score());
        double mostStrange = odds(strangest.strangeness());
        count(0, strangest);
        for (int i = 1; i < members.length; i++) {
            Finding finding = members[i].observe(time, value);
            double weight = OTHERS * Math.min(1, (1 + first) / (1 + alarms[i]));
            most = Math.max(most, weight * odds(finding.score()));
            double itsStrangeness = weight * odds(finding.strangeness());
            if (itsStrangeness > mostStrange) {
                mostStrange = itsStrangeness;
                strangest = finding;
            }
            count(i, finding);
        }
        return ended(strangest, most, mostStrange);
    }

    private void count(int member, Finding finding) {
        alarms[member] -= alarms[member] / FORGOTTEN;
        if (odds(finding.score()) >= strange) {
            alarms[member]++;
        }
    }

    private Finding ended(Finding finding, double most, double mostStrange) {
        boolean isStrange = most >= strange;
        quiet = Math.max(0, quiet - 1);
        boolean isRepeat = isStrange && quiet > 0;
        quiet = isStrange ? EPISODE : quiet;
        return new Finding(
                isRepeat ? 0 : score(most),
                Math.max(score(most), score(mostStrange)),
                finding.value(),
                finding.expected(),
                finding.low(),
                finding.high(),
                finding.cause());
    }

    private static double odds(double score) {
        return Math.min(score / (1 - score), Departures.HIGHEST);
    }

    private static double score(double odds) {
        return odds / (1 + odds);
    }
}
