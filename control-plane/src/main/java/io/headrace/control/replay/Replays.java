package io.headrace.control.replay;

import io.headrace.catalogue.Erased;
import io.headrace.control.compacted.CompactedTopic;
import io.headrace.control.http.UnavailableException;
import io.headrace.control.kafka.KafkaClients;
import io.headrace.record.Replay;
import io.headrace.record.ReplayState;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries on the replays that aren't over, one at a time, the oldest first: those that are asked for here, and those that
 * were left when a control plane ended. While Kafka is away it waits; where another control plane carries them on, this
 * one leaves them to it for a while. Owns a thread.
 */
final class Replays implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Replays.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
    private static final Duration ENOUGH = Duration.ofSeconds(3);
    private static final Duration LEAVE_TO_OTHERS = Duration.ofMinutes(5);

    private final KafkaClients clients;
    private final CompactedTopic<Replay> table;
    private final Supplier<Erased> erased;
    private final Clock clock;
    private final Set<String> cancelled = ConcurrentHashMap.newKeySet();
    private final Semaphore news = new Semaphore(0);
    private final Thread thread;
    private Duration wait = FIRST_WAIT;
    private volatile boolean stopping;

    /** Starts at once. */
    Replays(KafkaClients clients, CompactedTopic<Replay> table, Supplier<Erased> erased, Clock clock) {
        this.clients = clients;
        this.table = table;
        this.erased = erased;
        this.clock = clock;
        this.thread = Thread.ofPlatform().daemon().name("replays").start(this::work);
    }

    /** Makes it durable; from then on it is carried on, by this control plane or the next. */
    void add(Replay replay) {
        table.put(replay.getId(), replay);
        news.release();
    }

    /** Ends it soon; what is on its way stays on its way. */
    void cancel(String id) {
        cancelled.add(id);
        news.release();
    }

    private void work() {
        try {
            while (!stopping) {
                Optional<Replay> next = next();
                if (next.isPresent()) {
                    carryOn(next.get());
                }
                if (news.tryAcquire(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                    news.drainPermits();
                }
            }
        } catch (InterruptedException | InterruptException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private Optional<Replay> next() {
        return table.isCurrent()
                ? table.values().stream()
                        .filter(replay -> replay.getState() == ReplayState.RUNNING)
                        .min(Comparator.comparing(Replay::getCreatedAt).thenComparing(Replay::getId))
                : Optional.empty();
    }

    private void carryOn(Replay replay) throws InterruptedException {
        String id = replay.getId();
        try {
            new ReplayRun(clients, erased, clock, () -> cancelled.contains(id), () -> stopping).run(id);
            wait = FIRST_WAIT;
        } catch (ProducerFencedException | InvalidProducerEpochException taken) {
            LOG.warn("another control plane carries on replay {}", id);
            TimeUnit.MILLISECONDS.sleep(LEAVE_TO_OTHERS.toMillis());
        } catch (InterruptException stopping) {
            throw stopping;
        } catch (KafkaException | UnavailableException away) {
            LOG.warn("replay {} waits for Kafka: {}", id, away.getMessage());
            TimeUnit.MILLISECONDS.sleep(wait.toMillis());
            wait = wait.multipliedBy(2).compareTo(LONGEST_WAIT) < 0 ? wait.multipliedBy(2) : LONGEST_WAIT;
        } catch (RuntimeException bug) {
            LOG.error("replay {} has failed", id, bug);
            fail(replay, bug);
        }
    }

    private void fail(Replay replay, RuntimeException bug) {
        Replay failed = Replay.newBuilder(table.find(replay.getId()).orElse(replay))
                .setState(ReplayState.FAILED)
                .setFailure(bug.toString().lines().findFirst().orElse(""))
                .build();
        try {
            table.put(failed.getId(), failed);
        } catch (UnavailableException away) {
            LOG.warn("that replay {} has failed couldn't be noted: {}", replay.getId(), away.getMessage());
        }
    }

    /** Leaves what isn't over to the next control plane. */
    @Override
    public void close() {
        stopping = true;
        news.release();
        try {
            if (!thread.join(ENOUGH)) {
                thread.interrupt();
                thread.join(ENOUGH);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
