package io.headrace.control.erase;

import io.headrace.control.compacted.CompactedTopic;
import io.headrace.control.compacted.Table;
import io.headrace.control.http.UnavailableException;
import io.headrace.record.Device;
import io.headrace.record.Erasure;
import io.headrace.record.ErasureState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out the erasures that aren't done, one at a time, the oldest first: those that are asked for here, and those
 * that were left when a control plane ended. What is away is waited for. Every so often it looks whether something of an
 * erased device has come back, from a sink that reads anew what Kafka still has, say, and erases it again; and deletes
 * what routes have kept for long enough. Owns a thread.
 */
final class Erasures implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Erasures.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
    private static final Duration ENOUGH = Duration.ofSeconds(3);

    private final CompactedTopic<Erasure> table;
    private final Table<Device> devices;
    private final List<ErasedStore> stores;
    private final Duration lookAgain;
    private final Clock clock;
    private final ErasureRun run;
    private final Semaphore news = new Semaphore(0);
    private final Thread thread;
    private Duration wait = FIRST_WAIT;
    private Instant lookAt;
    private volatile boolean stopping;

    /**
     * Starts at once.
     *
     * @param running what carries one out, given that which says whether this process stops
     */
    Erasures(
            CompactedTopic<Erasure> table,
            Table<Device> devices,
            List<ErasedStore> stores,
            EraseConfig config,
            Clock clock,
            Function<java.util.function.BooleanSupplier, ErasureRun> running) {
        this.table = table;
        this.devices = devices;
        this.stores = stores;
        this.lookAgain = config.lookAgain();
        this.clock = clock;
        this.run = running.apply(() -> stopping);
        this.lookAt = clock.instant().plus(lookAgain);
        this.thread = Thread.ofPlatform().daemon().name("erasures").start(this::work);
    }

    /** Makes it durable; from then on it is carried out, by this control plane or the next. */
    void add(Erasure erasure) {
        table.put(erasure.getDeviceId(), erasure);
        news.release();
    }

    private void work() {
        try {
            while (!stopping) {
                Optional<Erasure> next = next();
                if (next.isPresent()) {
                    carryOut(next.get().getDeviceId());
                } else if (!clock.instant().isBefore(lookAt)) {
                    lookAt = clock.instant().plus(lookAgain);
                    lookForWhatCameBack();
                    deleteExpired();
                }
                if (news.tryAcquire(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                    news.drainPermits();
                }
            }
        } catch (InterruptedException | InterruptException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private Optional<Erasure> next() {
        return table.isCurrent()
                ? table.values().stream()
                        .filter(erasure -> erasure.getState() == ErasureState.RUNNING)
                        .min(Comparator.comparing(Erasure::getRequestedAt).thenComparing(Erasure::getDeviceId))
                : Optional.empty();
    }

    private void carryOut(String device) throws InterruptedException {
        try {
            run.run(device);
            wait = FIRST_WAIT;
        } catch (InterruptException stopped) {
            throw stopped;
        } catch (KafkaException | UnavailableException away) {
            LOG.warn("the erasure of {} waits: {}", device, away.getMessage());
            pause();
        } catch (RuntimeException bug) {
            // never given up: it was promised
            LOG.error("the erasure of {} has failed and is begun again", device, bug);
            pause();
        }
    }

    private void pause() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(wait.toMillis());
        wait = wait.multipliedBy(2).compareTo(LONGEST_WAIT) < 0 ? wait.multipliedBy(2) : LONGEST_WAIT;
    }

    private void deleteExpired() {
        for (ErasedStore store : stores) {
            try {
                store.deleteExpired();
            } catch (RuntimeException away) {
                LOG.warn("what has expired in {} is left for the next time: {}", store.name(), away.toString());
            }
        }
    }

    /** A device that was made anew under the id owns all that has come since. */
    private void lookForWhatCameBack() {
        for (Erasure erasure : table.values()) {
            String device = erasure.getDeviceId();
            boolean due = erasure.getState() == ErasureState.DONE
                    && KafkaLeft.last(erasure.getKafkaUntil().values()).isAfter(clock.instant())
                    && devices.find(device).isEmpty();
            try {
                if (due && stores.stream().anyMatch(store -> store.count(device) > 0)) {
                    LOG.warn("rows of {} have come back, which was erased: they are erased again", device);
                    table.put(
                            device,
                            Erasure.newBuilder(erasure)
                                    .setState(ErasureState.RUNNING)
                                    .build());
                }
            } catch (UnavailableException away) {
                LOG.warn("whether {} has come back can't be told now: {}", device, away.getMessage());
            }
        }
    }

    /** Leaves what isn't done to the next control plane. */
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
