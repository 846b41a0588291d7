package io.headrace.control.compacted;

import io.headrace.control.http.UnavailableException;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries on what isn't over of a compacted topic, one entry at a time: what is asked for here, and what was left when a
 * control plane ended. What is away is waited for. Owns a thread.
 */
public final class OpenWork<V extends SpecificRecord> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OpenWork.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
    private static final Duration ENOUGH = Duration.ofSeconds(3);

    private final CompactedTopic<V> table;
    private final Comparator<V> order;
    private final Worker<V> worker;
    private final Semaphore news = new Semaphore(0);
    private final Thread thread;
    private Duration wait = FIRST_WAIT;
    private volatile boolean stopping;

    /** What is done with an entry. All of it is called on the one thread. */
    public interface Worker<V> {
        /** The entry in the log's words: {@code the erasure of boiler-7}. */
        String name(V entry);

        boolean isOpen(V entry);

        /**
         * Goes on with it, from wherever it was left; afterwards the entry is closed, unless this process stops.
         *
         * @throws KafkaException where Kafka is away, or {@link UnavailableException} where something else is: called again
         */
        void carryOn(V entry, BooleanSupplier stopping) throws InterruptedException;

        /** After a bug in it; what is still open then is carried on once more. */
        void failed(V entry, RuntimeException bug);

        /** Nothing is open. */
        void idle();
    }

    private OpenWork(CompactedTopic<V> table, Comparator<V> order, Worker<V> worker, String name) {
        this.table = table;
        this.order = order;
        this.worker = worker;
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::work);
    }

    /**
     * Starts at once.
     *
     * @param order of what is open: the first is carried on next
     * @param name of the thread
     */
    public static <V extends SpecificRecord> OpenWork<V> start(
            CompactedTopic<V> table, Comparator<V> order, Worker<V> worker, String name) {
        OpenWork<V> work = new OpenWork<>(table, order, worker, name);
        work.thread.start();
        return work;
    }

    /** Makes an entry durable; from then on it is carried on, by this control plane or the next. */
    public void add(String key, V entry) {
        table.put(key, entry);
        news.release();
    }

    private void work() {
        try {
            while (!stopping) {
                Optional<V> next = next();
                if (next.isPresent()) {
                    carryOn(next.get());
                } else {
                    worker.idle();
                }
                if (news.tryAcquire(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                    news.drainPermits();
                }
            }
        } catch (InterruptedException | InterruptException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private Optional<V> next() {
        return table.isCurrent()
                ? table.values().stream().filter(worker::isOpen).min(order)
                : Optional.empty();
    }

    private void carryOn(V entry) throws InterruptedException {
        try {
            worker.carryOn(entry, () -> stopping);
            wait = FIRST_WAIT;
        } catch (InterruptException stopped) {
            throw stopped;
        } catch (KafkaException | UnavailableException away) {
            LOG.warn("{} waits: {}", worker.name(entry), away.getMessage());
            LOG.debug("why {} waits", worker.name(entry), away);
            pause();
        } catch (RuntimeException bug) {
            LOG.error("{} has failed", worker.name(entry), bug);
            worker.failed(entry, bug);
            pause();
        }
    }

    private void pause() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(wait.toMillis());
        wait = wait.multipliedBy(2).compareTo(LONGEST_WAIT) < 0 ? wait.multipliedBy(2) : LONGEST_WAIT;
    }

    /** Leaves what is open to the next control plane. */
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
