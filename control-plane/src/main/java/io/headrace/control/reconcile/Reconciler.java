package io.headrace.control.reconcile;

import io.headrace.control.http.Problem;
import io.headrace.control.kafka.KafkaClients;
import io.headrace.control.kafka.TopicScan;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** Reconciles by reading everything: one at a time, the next waits its turn for as long as one may take. */
public final class Reconciler {
    private final KafkaClients clients;
    private final ReconcileConfig config;
    private final Clock clock;
    private final ReentrantLock turn = new ReentrantLock(true);

    public Reconciler(KafkaClients clients, ReconcileConfig config, Clock clock) {
        this.clients = clients;
        this.config = config;
        this.clock = clock;
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
            return new Reconciliation(clients, config, scan, clock.instant()).run();
        } finally {
            turn.unlock();
        }
    }
}
