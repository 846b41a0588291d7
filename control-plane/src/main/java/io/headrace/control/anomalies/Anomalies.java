package io.headrace.control.anomalies;

import io.headrace.catalogue.OriginHeader;
import io.headrace.record.Anomaly;
import io.headrace.record.AnomalyState;
import io.headrace.record.Origin;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * The newest record of each of the latest anomalies, in the order in which they began, bounded: of more than that the
 * oldest that is closed goes first, the oldest of all where every one is open. Safe for use by several threads.
 */
public final class Anomalies {
    private final int limit;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<String, Anomaly> newest = new LinkedHashMap<>();
    private long begun;

    public Anomalies(int limit) {
        this.limit = limit;
    }

    /** @return as it is kept: one from before anomalies had ids has got its own */
    public Anomaly plus(Anomaly record) {
        Anomaly anomaly = record.getId().isEmpty()
                ? Anomaly.newBuilder(record).setId(id(record)).build()
                : record;
        lock.lock();
        try {
            begun += anomaly.getRevision() == 0 ? 1 : 0;
            newest.put(anomaly.getId(), anomaly);
            if (newest.size() > limit) {
                removeOne();
            }
            changed.signalAll();
            return anomaly;
        } finally {
            lock.unlock();
        }
    }

    /** As the processors make it. */
    private static String id(Anomaly anomaly) {
        Origin origin = anomaly.getOrigin();
        return anomaly.getDeviceId() + "/" + anomaly.getMetric() + "/"
                + (origin.getIndex() > 0 ? OriginHeader.ofElement(origin) : OriginHeader.ofMessage(origin));
    }

    private void removeOne() {
        Iterator<Anomaly> each = newest.values().iterator();
        while (each.hasNext()) {
            if (each.next().getState() == AnomalyState.CLOSED) {
                each.remove();
                return;
            }
        }
        newest.remove(newest.keySet().iterator().next());
    }

    /** How many began, kept or not. */
    public long begun() {
        lock.lock();
        try {
            return begun;
        } finally {
            lock.unlock();
        }
    }

    Optional<Anomaly> find(String id) {
        lock.lock();
        try {
            return Optional.ofNullable(newest.get(id));
        } finally {
            lock.unlock();
        }
    }

    /** The last to begin first. */
    List<Anomaly> newest(Predicate<Anomaly> wanted, int atMost) {
        List<Anomaly> all;
        lock.lock();
        try {
            all = new ArrayList<>(newest.values());
        } finally {
            lock.unlock();
        }
        return all.reversed().stream().filter(wanted).limit(atMost).toList();
    }

    /** Waits until an anomaly is as it is wanted; empty where it isn't in time. */
    Optional<Anomaly> await(String id, Predicate<Anomaly> wanted, long millis) throws InterruptedException {
        long left = TimeUnit.MILLISECONDS.toNanos(millis);
        lock.lock();
        try {
            while (true) {
                Optional<Anomaly> now = find(id).filter(wanted);
                if (now.isPresent() || left <= 0) {
                    return now;
                }
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
