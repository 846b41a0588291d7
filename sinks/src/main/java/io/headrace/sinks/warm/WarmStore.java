package io.headrace.sinks.warm;

import io.headrace.sinks.warm.WarmRow.AggregateRow;
import io.headrace.sinks.warm.WarmRow.AlertRow;
import io.headrace.sinks.warm.WarmRow.AnomalyRow;
import io.headrace.sinks.warm.WarmRow.ReadingRow;
import java.io.Closeable;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One task's connection to PostgreSQL. Opened when it is needed, thrown away after any failure that isn't a record's
 * own, opened again at the next try. Every method throws {@link SQLException} where the database says no.
 *
 * <p>Not safe for use by several threads.
 */
final class WarmStore implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(WarmStore.class);
    private static final long MICROS_PER_DAY = 86_400_000_000L;

    private final WarmSinkConfig config;
    private final ReadingPartitions partitions;
    private final RowTables tables = new RowTables();
    private final SinkOffsets offsets;
    private @Nullable Connection connection;
    private boolean hasConnected;

    WarmStore(WarmSinkConfig config, Clock clock) {
        this.config = config;
        this.partitions = new ReadingPartitions(config.partitionWidth(), config.partitionLimit(), clock);
        this.offsets = new SinkOffsets(config.connector());
    }

    /** Up to where each of these is stored; 0 where nothing is. */
    Map<TopicPartition, Long> positions(Collection<TopicPartition> sources) throws SQLException {
        return transaction(open -> offsets.read(open, sources));
    }

    /**
     * Stores the rows of these entries and moves the positions past them, in one transaction. Entries below the stored
     * position are there already, by an attempt whose answer was lost or by another task, and are passed over: the
     * position is read under its row's lock, so no two transactions can both store one entry.
     *
     * @param entries in the order of their offsets within each source
     * @param expected positions that the database has confirmed before; it must have no less
     * @return the new positions of the entries' sources
     */
    Map<TopicPartition, Long> write(List<Entry> entries, Map<TopicPartition, Long> expected)
            throws SQLException, PositionLostException {
        Set<TopicPartition> sources = new HashSet<>();
        Set<Long> days = new HashSet<>();
        for (Entry entry : entries) {
            sources.add(entry.source());
            for (WarmRow row : entry.rows()) {
                if (row instanceof ReadingRow reading) {
                    days.add(Math.floorDiv(reading.observedAt(), MICROS_PER_DAY));
                }
            }
        }
        Map<TopicPartition, Long> stored = transaction(open -> {
            partitions.ensure(open, days);
            Map<TopicPartition, Long> held = offsets.lock(open, sources);
            for (TopicPartition source : sources) {
                if (held.getOrDefault(source, 0L) < expected.getOrDefault(source, 0L)) {
                    open.rollback();
                    return held;
                }
            }
            Map<TopicPartition, Long> next = new HashMap<>(held);
            List<WarmRow> rows = new ArrayList<>(entries.size());
            for (Entry entry : entries) {
                if (entry.offset() >= next.getOrDefault(entry.source(), 0L)) {
                    rows.addAll(entry.rows());
                    next.put(entry.source(), entry.offset() + 1);
                }
            }
            store(open, rows);
            offsets.move(open, held, next);
            return next;
        });
        for (Map.Entry<TopicPartition, Long> position : stored.entrySet()) {
            long before = expected.getOrDefault(position.getKey(), 0L);
            if (position.getValue() < before) {
                throw new PositionLostException(position.getKey(), position.getValue(), before);
            }
        }
        return stored;
    }

    /**
     * Moves positions past records that a transform or the dead letters took, so that a restart doesn't read them again.
     * A position that isn't as expected stays.
     *
     * @return the positions that moved
     */
    Map<TopicPartition, Long> advance(Map<TopicPartition, Long> from, Map<TopicPartition, Long> to)
            throws SQLException {
        return transaction(open -> {
            Map<TopicPartition, Long> held = offsets.lock(open, to.keySet());
            Map<TopicPartition, Long> next = new HashMap<>();
            to.forEach((source, position) -> {
                if (held.getOrDefault(source, 0L).equals(from.getOrDefault(source, 0L))) {
                    next.put(source, position);
                }
            });
            offsets.move(open, held, next);
            return next;
        });
    }

    /** @throws SQLException where the tables are no longer those that we write */
    void requireOwnTables() throws SQLException {
        transaction(open -> {
            WarmSchema.requireOwnTables(open);
            return true;
        });
    }

    /** Drops partitions past their retention, where there is one. */
    void dropExpired() throws SQLException {
        if (config.retention().isZero()) {
            return;
        }
        transaction(open -> {
            partitions.dropOlderThan(open, config.retention());
            return true;
        });
    }

    /** True once the database has taken us: what it refuses from then on may heal. */
    boolean hasConnected() {
        return hasConnected;
    }

    @Override
    public void close() {
        Connection open = connection;
        connection = null;
        if (open == null) {
            return;
        }
        try {
            open.close();
        } catch (SQLException e) {
            LOG.debug("a connection that is thrown away didn't close: {}", e.getMessage());
        }
    }

    private void store(Connection open, List<WarmRow> rows) throws SQLException {
        List<ReadingRow> readings = new ArrayList<>(rows.size());
        List<AggregateRow> aggregates = new ArrayList<>();
        List<AnomalyRow> anomalies = new ArrayList<>();
        List<AlertRow> alerts = new ArrayList<>();
        for (WarmRow row : rows) {
            if (row instanceof ReadingRow reading) {
                readings.add(reading);
            } else if (row instanceof AggregateRow aggregate) {
                aggregates.add(aggregate);
            } else if (row instanceof AnomalyRow anomaly) {
                anomalies.add(anomaly);
            } else if (row instanceof AlertRow alert) {
                alerts.add(alert);
            }
        }
        tables.copyReadings(open, readings);
        tables.mergeAggregates(open, aggregates);
        tables.upsertAnomalies(open, anomalies);
        tables.upsertAlerts(open, alerts);
    }

    private interface Work<T> {
        T in(Connection open) throws SQLException;
    }

    private <T> T transaction(Work<T> work) throws SQLException {
        Connection open = connection();
        try {
            T result = work.in(open);
            open.commit();
            return result;
        } catch (SQLException e) {
            abandon(open, e);
            throw e;
        }
    }

    private Connection connection() throws SQLException {
        Connection open = connection;
        if (open != null) {
            return open;
        }
        Connection fresh = new Driver().connect(config.url(), config.driverProperties());
        if (fresh == null) {
            throw new SQLException(config.url() + " is no URL of PostgreSQL", "28000");
        }
        connection = fresh;
        try {
            fresh.setAutoCommit(false);
            WarmSchema.migrate(fresh);
            WarmSchema.requireOwnTables(fresh);
            try (Statement statement = fresh.createStatement()) {
                statement.execute(RowTables.STAGING);
            }
            fresh.commit();
        } catch (SQLException e) {
            close();
            throw e;
        }
        partitions.forget();
        hasConnected = true;
        return fresh;
    }

    private void abandon(Connection open, SQLException why) {
        if (SqlFailure.of(why) != SqlFailure.RECORD) {
            close();
            return;
        }
        try {
            open.rollback();
        } catch (SQLException e) {
            close();
        }
    }
}
