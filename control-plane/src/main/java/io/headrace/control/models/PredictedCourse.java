package io.headrace.control.models;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.headrace.record.Prediction;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one model told of one device of late, oldest first: the last 256 predictions. For one thread at a time. */
final class PredictedCourse {
    static final int MOST = 256;

    private static final int WIDTH = 4;
    private static final long UNKNOWN = -1;

    /** At in epoch microseconds; remaining, low and high in microseconds. */
    private long[] points = new long[WIDTH];

    private int count;

    /** @param points oldest first */
    record Seen(List<Point> points) {}

    /** @param highMs null where it is unknown */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Point(
            Instant at,
            long remainingMs,
            long lowMs,
            @Nullable Long highMs) {}

    int size() {
        return Math.min(count, MOST);
    }

    /** @return by how many points it has grown */
    int add(Prediction prediction) {
        int before = size();
        int slot = count++ % MOST * WIDTH;
        if (slot >= points.length) {
            points = Arrays.copyOf(points, Math.min(2 * points.length, MOST * WIDTH));
        }
        points[slot] = ChronoUnit.MICROS.between(Instant.EPOCH, prediction.getAt());
        points[slot + 1] = orUnknown(prediction.getRemainingUs());
        points[slot + 2] = orUnknown(prediction.getLowUs());
        points[slot + 3] = orUnknown(prediction.getHighUs());
        return size() - before;
    }

    Seen seen() {
        List<Point> seen = new ArrayList<>(size());
        for (int i = count - size(); i < count; i++) {
            int slot = i % MOST * WIDTH;
            seen.add(new Point(
                    Instant.EPOCH.plus(points[slot], ChronoUnit.MICROS),
                    points[slot + 1] / 1_000,
                    points[slot + 2] / 1_000,
                    points[slot + 3] == UNKNOWN ? null : points[slot + 3] / 1_000));
        }
        return new Seen(seen);
    }

    private static long orUnknown(@Nullable Long micros) {
        return micros == null ? UNKNOWN : micros;
    }
}
