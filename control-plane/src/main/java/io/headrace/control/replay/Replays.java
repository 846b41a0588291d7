package io.headrace.control.replay;

import io.headrace.catalogue.Erased;
import io.headrace.control.compacted.CompactedTopic;
import io.headrace.control.compacted.OpenWork;
import io.headrace.control.http.UnavailableException;
import io.headrace.control.kafka.KafkaClients;
import io.headrace.record.Replay;
import io.headrace.record.ReplayState;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries on the replays that aren't over, the oldest first. Where another control plane carries them on, this one leaves
 * them to it for a while.
 */
final class Replays implements OpenWork.Worker<Replay>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Replays.class);
    private static final Duration LEAVE_TO_OTHERS = Duration.ofMinutes(5);

    private final KafkaClients clients;
    private final CompactedTopic<Replay> table;
    private final Supplier<Erased> erased;
    private final Clock clock;
    private final Set<String> cancelled = ConcurrentHashMap.newKeySet();
    private final OpenWork<Replay> work;

    /** Starts at once. */
    Replays(KafkaClients clients, CompactedTopic<Replay> table, Supplier<Erased> erased, Clock clock) {
        this.clients = clients;
        this.table = table;
        this.erased = erased;
        this.clock = clock;
        this.work = OpenWork.start(
                table, Comparator.comparing(Replay::getCreatedAt).thenComparing(Replay::getId), this, "replays");
    }

    /** Makes it durable; from then on it is carried on, by this control plane or the next. */
    void add(Replay replay) {
        work.add(replay.getId(), replay);
    }

    /** Ends it soon; what is on its way stays on its way. */
    void cancel(String id) {
        cancelled.add(id);
    }

    @Override
    public String name(Replay replay) {
        return "replay " + replay.getId();
    }

    @Override
    public boolean isOpen(Replay replay) {
        return replay.getState() == ReplayState.RUNNING;
    }

    @Override
    public void carryOn(Replay replay, BooleanSupplier stopping) throws InterruptedException {
        String id = replay.getId();
        try {
            new ReplayRun(clients, erased, clock, () -> cancelled.contains(id), stopping).run(id);
        } catch (ProducerFencedException | InvalidProducerEpochException taken) {
            LOG.warn("another control plane carries on replay {}", id);
            TimeUnit.MILLISECONDS.sleep(LEAVE_TO_OTHERS.toMillis());
        }
    }

    @Override
    public void failed(Replay replay, RuntimeException bug) {
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

    @Override
    public void idle() {
        // nothing to do
    }

    /** Leaves what isn't over to the next control plane. */
    @Override
    public void close() {
        work.close();
    }
}
