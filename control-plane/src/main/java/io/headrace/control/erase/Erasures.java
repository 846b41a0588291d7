package io.headrace.control.erase;

import io.headrace.control.compacted.CompactedTopic;
import io.headrace.control.compacted.OpenWork;
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
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out the erasures that aren't done, the oldest first, and never gives one up: it was promised. Every so often it
 * looks whether something of an erased device has come back, from a sink that reads anew what Kafka still has, say, and
 * erases it again; and deletes what routes have kept for long enough.
 */
final class Erasures implements OpenWork.Worker<Erasure>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Erasures.class);

    private final CompactedTopic<Erasure> table;
    private final Table<Device> devices;
    private final List<ErasedStore> stores;
    private final Duration lookAgain;
    private final Clock clock;
    private final Function<BooleanSupplier, ErasureRun> running;
    private final OpenWork<Erasure> work;
    private Instant lookAt;

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
            Function<BooleanSupplier, ErasureRun> running) {
        this.table = table;
        this.devices = devices;
        this.stores = stores;
        this.lookAgain = config.lookAgain();
        this.clock = clock;
        this.running = running;
        this.lookAt = clock.instant().plus(lookAgain);
        this.work = OpenWork.start(
                table,
                Comparator.comparing(Erasure::getRequestedAt).thenComparing(Erasure::getDeviceId),
                this,
                "erasures");
    }

    /** Makes it durable; from then on it is carried out, by this control plane or the next. */
    void add(Erasure erasure) {
        work.add(erasure.getDeviceId(), erasure);
    }

    @Override
    public String name(Erasure erasure) {
        return "the erasure of " + erasure.getDeviceId();
    }

    @Override
    public boolean isOpen(Erasure erasure) {
        return erasure.getState() == ErasureState.RUNNING;
    }

    @Override
    public void carryOn(Erasure erasure, BooleanSupplier stopping) throws InterruptedException {
        running.apply(stopping).run(erasure.getDeviceId());
    }

    @Override
    public void failed(Erasure erasure, RuntimeException bug) {
        // stays open
    }

    @Override
    public void idle() {
        if (!clock.instant().isBefore(lookAt)) {
            lookAt = clock.instant().plus(lookAgain);
            lookForWhatCameBack();
            deleteExpired();
        }
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
        work.close();
    }
}
