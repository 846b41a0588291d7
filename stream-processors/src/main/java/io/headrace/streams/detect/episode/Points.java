package io.headrace.streams.detect.episode;

import io.headrace.record.AnomalyPoint;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A few values with their event times, in the order in which they came; of more than fit, the newest. */
final class Points {
    private final long[] times;
    private final double[] values;
    private int size;
    /** Where the next one goes. */
    private int next;

    Points(int most) {
        times = new long[most];
        values = new double[most];
    }

    void add(long at, double value) {
        times[next] = at;
        values[next] = value;
        next = next + 1 == times.length ? 0 : next + 1;
        size = Math.min(size + 1, times.length);
    }

    boolean isFull() {
        return size == times.length;
    }

    int size() {
        return size;
    }

    List<AnomalyPoint> list() {
        List<AnomalyPoint> points = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            int place = place(i);
            points.add(new AnomalyPoint(Moment.instant(times[place]), values[place]));
        }
        return points;
    }

    int bytes() {
        return 1 + size * (Long.BYTES + Double.BYTES);
    }

    void save(ByteBuffer out) {
        out.put((byte) size);
        for (int i = 0; i < size; i++) {
            out.putLong(times[place(i)]).putDouble(values[place(i)]);
        }
    }

    static Points load(ByteBuffer in, int most) {
        Points points = new Points(most);
        for (int left = in.get(); left > 0; left--) {
            points.add(in.getLong(), in.getDouble());
        }
        return points;
    }

    private int place(int position) {
        return (next - size + position + times.length) % times.length;
    }
}
