package io.headrace.control.reconcile;

import io.headrace.control.access.Role;
import io.headrace.control.http.Answer;
import io.headrace.control.http.Call;
import io.headrace.control.http.Endpoint;
import io.headrace.control.http.Problem;
import io.headrace.control.kafka.KafkaClients;
import io.headrace.control.kafka.TopicScan;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** {@code GET /api/v1/reconcile}: one at a time, the next waits its turn for as long as one may take. */
public final class ReconcileApi {
    private final KafkaClients clients;
    private final ReconcileConfig config;
    private final Clock clock;
    private final ReentrantLock turn = new ReentrantLock(true);

    public ReconcileApi(KafkaClients clients, ReconcileConfig config, Clock clock) {
        this.clients = clients;
        this.config = config;
        this.clock = clock;
    }

    public List<Endpoint> endpoints() {
        return List.of(Endpoint.of("GET", "/api/v1/reconcile", Role.VIEWER, this::reconcile));
    }

    private Answer reconcile(Call call) {
        try {
            if (!turn.tryLock(config.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
                throw Problem.unavailable("another reconciliation is taking its time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.unavailable("the control plane is stopping");
        }
        try (TopicScan scan = new TopicScan(clients, config.timeout())) {
            return Answer.ok(new Reconciliation(clients, config, scan, clock.instant()).run());
        } finally {
            turn.unlock();
        }
    }
}
