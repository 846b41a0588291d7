package io.headrace.sinks.warm;

import io.headrace.sinks.plugin.PluginVersion;
import io.headrace.sinks.refused.DeadLetters;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One task's life: the work is {@link WarmWriter}'s. A batch is stored when {@link #put} returns, so nothing is kept
 * between batches. A failed batch is tried again, after a pause that doubles, for as long as it takes: Connect keeps it,
 * stops reading meanwhile and stays in its group. The task fails only for what time doesn't heal: a database that has
 * never let it in, a record that can't be stored where no errors are tolerated, a topic that was made anew.
 */
public final class WarmSinkTask extends SinkTask {
    private static final Logger LOG = LoggerFactory.getLogger(WarmSinkTask.class);
    private static final long SWEEP_NANOS = Duration.ofMinutes(10).toNanos();
    private static final long SWEEP_AGAIN_NANOS = Duration.ofMinutes(1).toNanos();

    private @Nullable WarmSinkConfig config;
    private @Nullable WarmStore store;
    private @Nullable WarmWriter writer;
    private int failures;
    private long nextSweep = System.nanoTime();

    @Override
    public String version() {
        return PluginVersion.of(getClass());
    }

    @Override
    public void start(Map<String, String> values) {
        WarmSinkConfig read = new WarmSinkConfig(values);
        WarmStore opened = new WarmStore(read, Clock.systemUTC());
        config = read;
        store = opened;
        writer = new WarmWriter(opened, new DeadLetters(context.errantRecordReporter()), context::offset);
    }

    @Override
    public void open(Collection<TopicPartition> partitions) {
        writer().assign(partitions);
    }

    @Override
    public void put(Collection<SinkRecord> records) {
        try {
            writer().write(records);
            sweep();
            failures = 0;
        } catch (SQLException e) {
            throw toConnect(e);
        }
    }

    @Override
    public Map<TopicPartition, OffsetAndMetadata> preCommit(Map<TopicPartition, OffsetAndMetadata> consumed) {
        return writer().durable(consumed);
    }

    @Override
    public void close(Collection<TopicPartition> partitions) {
        writer().release(partitions);
    }

    @Override
    public void stop() {
        if (store != null) {
            store.close();
        }
    }

    /** Never fails the batch, which is stored by now. */
    private void sweep() {
        if (System.nanoTime() - nextSweep >= 0 && store != null) {
            boolean done = store.sweep();
            nextSweep = System.nanoTime() + (done ? SWEEP_NANOS : SWEEP_AGAIN_NANOS);
        }
    }

    private ConnectException toConnect(SQLException e) {
        if (SqlFailure.of(e) == SqlFailure.REFUSED && store != null && !store.hasConnected()) {
            return new ConnectException("PostgreSQL refuses the connection: " + e.getMessage(), e);
        }
        long pause = Objects.requireNonNull(config, "not started").backoff().pause(failures++);
        context.timeout(pause);
        LOG.warn("PostgreSQL: {} (SQLSTATE {}); trying again in {} ms", e.getMessage(), e.getSQLState(), pause);
        return new RetriableException(e.getMessage(), e);
    }

    private WarmWriter writer() {
        if (writer == null) {
            throw new IllegalStateException("not started");
        }
        return writer;
    }
}
