package io.headrace.control.live;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** The newest anomalies in the order in which they were found. Safe for use by several threads. */
final class RecentAnomalies {
    private final int limit;
    private final Deque<AnomalyView> newestLast = new ArrayDeque<>();
    private long total;

    RecentAnomalies(int limit) {
        this.limit = limit;
    }

    synchronized void plus(AnomalyView anomaly) {
        newestLast.addLast(anomaly);
        total++;
        if (newestLast.size() > limit) {
            newestLast.removeFirst();
        }
    }

    /** All that came by, kept or not. */
    synchronized long total() {
        return total;
    }

    /** Newest first. */
    synchronized List<AnomalyView> newest(Optional<String> device, Optional<String> metric, int atMost) {
        List<AnomalyView> found = new ArrayList<>();
        Iterator<AnomalyView> each = newestLast.descendingIterator();
        while (each.hasNext() && found.size() < atMost) {
            AnomalyView anomaly = each.next();
            if (device.map(anomaly.device()::equals).orElse(true)
                    && metric.map(anomaly.metric()::equals).orElse(true)) {
                found.add(anomaly);
            }
        }
        return found;
    }
}
