package io.headrace.control.reconcile;

import io.headrace.catalogue.Erased;
import io.headrace.control.http.Problem;
import io.headrace.control.kafka.KafkaClients;
import io.headrace.control.kafka.TopicScan;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** Reconciles by reading everything: one at a time, the next waits its turn for as long as one may take. */
public final class Reconciler {
    private final KafkaClients clients;
    private final ReconcileConfig config;
    private final Clock clock;
    private final Supplier<Erased> erased;
    private final ReentrantLock turn = new ReentrantLock(true);

    /** @param erased what is erased, asked for at each run */
    public Reconciler(KafkaClients clients, ReconcileConfig config, Clock clock, Supplier<Erased> erased) {
        this.clients = clients;
        this.config = config;
        this.clock = clock;
        this.erased = erased;
    }

    /** What all topics together say now. */
    public ReconcileReport run() {
        try {
            if (!turn.tryLock(config.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
                throw Problem.unavailable("another reconciliation is taking its time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.unavailable("the control plane is stopping");
        }
        try (TopicScan scan = new TopicScan(clients, config.timeout())) {
            return new Reconciliation(clients, config, scan, clock.instant(), erased.get()).run();
        } finally {
            turn.unlock();
        }
    }
}
