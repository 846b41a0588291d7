package io.headrace.control.alerts;

import io.headrace.record.Alert;
import io.headrace.record.AlertState;
import java.util.ArrayList;
import java.util.HashMap;
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
 * The newest record of each alert, bounded: the oldest that is cleared goes first, the oldest of all where every one
 * stands. Safe for use by several threads.
 */
final class Alerts {
    private final int limit;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** Those that stand, and those that are cleared; each the last to change last. */
    private final Map<String, Alert> standing = new LinkedHashMap<>();

    private final Map<String, Alert> cleared = new LinkedHashMap<>();
    private final Map<String, RuleStats> byRule = new HashMap<>();

    Alerts(int limit) {
        this.limit = limit;
    }

    void plus(Alert alert) {
        lock.lock();
        try {
            Alert stood = standing.remove(alert.getId());
            Alert ended = cleared.remove(alert.getId());
            byRule.put(alert.getRuleId(), stats(alert.getRuleId()).plus(alert, stood == null ? ended : stood));
            (alert.getState() == AlertState.CLEARED ? cleared : standing).put(alert.getId(), alert);
            if (standing.size() + cleared.size() > limit) {
                Iterator<Alert> oldest =
                        (cleared.isEmpty() ? standing : cleared).values().iterator();
                oldest.next();
                oldest.remove();
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** What became of a rule's alerts, as far back as their topic goes. */
    RuleStats stats(String rule) {
        lock.lock();
        try {
            return byRule.getOrDefault(rule, RuleStats.NONE);
        } finally {
            lock.unlock();
        }
    }

    Optional<Alert> find(String id) {
        lock.lock();
        try {
            return Optional.ofNullable(standing.get(id)).or(() -> Optional.ofNullable(cleared.get(id)));
        } finally {
            lock.unlock();
        }
    }

    /** Those that stand first, then the cleared ones, of both the newest first. */
    List<Alert> newest(Predicate<Alert> wanted, int atMost) {
        List<Alert> all = new ArrayList<>();
        lock.lock();
        try {
            all.addAll(cleared.values());
            all.addAll(standing.values());
        } finally {
            lock.unlock();
        }
        return all.reversed().stream().filter(wanted).limit(atMost).toList();
    }

    /** Waits until an alert is as it is wanted; empty where it isn't in time. */
    Optional<Alert> await(String id, Predicate<Alert> wanted, long millis) throws InterruptedException {
        long left = TimeUnit.MILLISECONDS.toNanos(millis);
        lock.lock();
        try {
            while (true) {
                Optional<Alert> now = find(id).filter(wanted);
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
