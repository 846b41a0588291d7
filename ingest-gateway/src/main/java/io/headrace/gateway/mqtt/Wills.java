package io.headrace.gateway.mqtt;

import io.headrace.gateway.edge.Ports;
import io.headrace.gateway.ingest.Message;
import io.headrace.gateway.ingest.NotStoredException;
import io.headrace.gateway.mqtt.session.LastWill;
import io.headrace.gateway.mqtt.session.Sessions;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wills of all connections, from CONNECT until they are stored or forgotten, within one budget of bytes. Nobody sends a
 * will again, so one that Kafka doesn't take now is kept, in its order, and tried every second. Safe for use by several
 * threads.
 */
final class Wills {
    private static final Logger LOG = LoggerFactory.getLogger(Wills.class);
    private static final long RETRY_MILLIS = 1_000;
    /** A device that is deeper in debt than this sprays wills: connects and vanishes again and again. */
    private static final long DEEP_DEBT_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Ports ports;
    private final MqttMeters meters;
    private final long budget;
    private final EventExecutor timers;
    private final AtomicLong held = new AtomicLong();
    private final Set<Delayed> delayed = ConcurrentHashMap.newKeySet();
    /** Due, not handed over to Kafka, by their order; guarded by this object. */
    private final TreeMap<Long, Due> waiting = new TreeMap<>();

    private long nextNumber;
    private boolean waitsToRetry;
    private volatile boolean isClosed;

    /**
     * @param budget bytes of all wills together
     * @param timers for delays and further attempts; outlives the connections
     */
    Wills(Ports ports, MqttMeters meters, long budget, EventExecutor timers) {
        this.ports = ports;
        this.meters = meters;
        this.budget = budget;
        this.timers = timers;
        meters.watch(held);
    }

    private record Due(long number, LastWill will, Message message) {}

    /** Whether there is a place for a connection's will; it is given back by {@link #forget}, or once it is stored. */
    boolean hold(LastWill will) {
        if (held.addAndGet(will.size()) <= budget) {
            return true;
        }
        held.addAndGet(-will.size());
        return false;
    }

    /** The device has discarded its will. */
    void forget(LastWill will) {
        held.addAndGet(-will.size());
    }

    /** Publishes a will that is held, as a message of its device. */
    void publish(LastWill will) {
        if (!mayPublish(will)) {
            lost(will);
            return;
        }
        Message message = will.message(ports.clock().millis());
        synchronized (this) {
            waiting.put(nextNumber, new Due(nextNumber, will, message));
            nextNumber++;
        }
        handOver();
    }

    private boolean mayPublish(LastWill will) {
        int bytes = will.will().payload().length;
        var allowance = ports.quotas().of(will.device());
        long wait = allowance.take(bytes);
        if (wait == 0) {
            return ports.identities().isEnabled(will.device());
        }
        if (wait > DEEP_DEBT_NANOS) {
            return false;
        }
        allowance.charge(bytes);
        return ports.identities().isEnabled(will.device());
    }

    private void handOver() {
        for (Due next = next(); next != null; next = next()) {
            Due due = next;
            ports.ingest().accept(due.message()).whenComplete((_, problem) -> settled(due, problem));
        }
    }

    private synchronized @Nullable Due next() {
        Map.Entry<Long, Due> first = waitsToRetry ? null : waiting.pollFirstEntry();
        return first == null ? null : first.getValue();
    }

    private void settled(Due due, @Nullable Throwable problem) {
        if (problem == null) {
            forget(due.will());
            meters.willsPublished.increment();
        } else if (isClosed || isHopeless(problem)) {
            lost(due.will());
        } else {
            retry(due);
        }
    }

    private static boolean isHopeless(Throwable problem) {
        Throwable cause =
                problem instanceof CompletionException && problem.getCause() != null ? problem.getCause() : problem;
        return !(cause instanceof NotStoredException known) || known.kind() == NotStoredException.Cause.TOO_LARGE;
    }

    private void retry(Due due) {
        synchronized (this) {
            waiting.put(due.number(), due);
            if (waitsToRetry) {
                return;
            }
            waitsToRetry = true;
        }
        timers.schedule(this::tryAgain, RETRY_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void tryAgain() {
        synchronized (this) {
            waitsToRetry = false;
        }
        handOver();
    }

    private void lost(LastWill will) {
        forget(will);
        meters.willsLost.increment();
        LOG.debug("the will of {} is lost", will.device().value());
    }

    /** Keeps a will that is held until its delay is over. */
    Sessions.WaitingWill delay(LastWill will, Duration delay) {
        Delayed waits = new Delayed(will);
        delayed.add(waits);
        waits.timer = timers.schedule(waits::sessionEnded, delay.toMillis(), TimeUnit.MILLISECONDS);
        if (isClosed) {
            waits.sessionEnded();
        }
        return waits;
    }

    /** The sessions end with the gateway, and so do the delays of their wills: publishes what waits, once. */
    void close() {
        isClosed = true;
        List.copyOf(delayed).forEach(Delayed::sessionEnded);
        List<Due> rest;
        synchronized (this) {
            waitsToRetry = false;
            rest = new ArrayList<>(waiting.values());
        }
        if (!rest.isEmpty()) {
            LOG.info("{} wills wait for Kafka, and are tried a last time", rest.size());
        }
        handOver();
    }

    private final class Delayed implements Sessions.WaitingWill {
        private final LastWill will;
        private final AtomicBoolean isDecided = new AtomicBoolean();
        private volatile @Nullable Future<?> timer;

        private Delayed(LastWill will) {
            this.will = will;
        }

        @Override
        public void sessionEnded() {
            if (decide()) {
                publish(will);
            }
        }

        @Override
        public void sessionResumed() {
            if (decide()) {
                forget(will);
                meters.willsForgotten.increment();
            }
        }

        private boolean decide() {
            if (!isDecided.compareAndSet(false, true)) {
                return false;
            }
            delayed.remove(this);
            Future<?> running = timer;
            if (running != null) {
                running.cancel(false);
            }
            return true;
        }
    }
}
