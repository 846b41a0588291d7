package io.headrace.sinks.warm;

import io.headrace.sinks.warm.SeriesTable.Series;
import io.headrace.sinks.warm.WarmRow.ReadingRow;
import java.io.Closeable;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
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

    private final WarmSinkConfig config;
    private final Clock clock;
    private final ReadingPartitions partitions;
    private final RowTables tables = new RowTables();
    private final SeriesTable series = new SeriesTable();
    private final SinkOffsets offsets;
    private final Analysts analysts;
    private @Nullable Connection connection;
    private boolean hasConnected;

    WarmStore(WarmSinkConfig config, Clock clock) {
        this.config = config;
        this.clock = clock;
        this.partitions = new ReadingPartitions(config, clock);
        this.offsets = new SinkOffsets(config.connector());
        this.analysts = new Analysts(config.analystRole());
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
            addDays(entry, days);
        }
        Written written = fenced(sources, open -> {
            partitions.ensure(open, days);
            Map<TopicPartition, Long> held = offsets.lock(open, sources);
            if (isBehind(held, expected)) {
                open.rollback();
                return new Written(held, Map.of());
            }
            Map<TopicPartition, Long> next = new HashMap<>(held);
            RowsByTable rows = new RowsByTable();
            for (Entry entry : entries) {
                if (entry.offset() >= next.getOrDefault(entry.source(), 0L)) {
                    rows.add(entry);
                    next.put(entry.source(), entry.offset() + 1);
                }
            }
            rows.sort();
            tables.write(open, rows);
            Map<Series, Integer> newest = series.write(open, rows.readings(), partitions.horizon());
            offsets.move(open, held, next);
            return new Written(next, newest);
        });
        for (Map.Entry<TopicPartition, Long> position : written.positions.entrySet()) {
            long before = expected.getOrDefault(position.getKey(), 0L);
            if (position.getValue() < before) {
                throw new PositionLostException(position.getKey(), position.getValue(), before);
            }
        }
        series.remember(written.newest);
        return written.positions;
    }

    private record Written(Map<TopicPartition, Long> positions, Map<Series, Integer> newest) {}

    private static void addDays(Entry entry, Set<Long> days) {
        long last = Long.MIN_VALUE;
        for (WarmRow row : entry.rows()) {
            if (row instanceof ReadingRow reading && reading.epochDay() != last) {
                last = reading.epochDay();
                days.add(last);
            }
        }
    }

    private static boolean isBehind(Map<TopicPartition, Long> held, Map<TopicPartition, Long> expected) {
        return held.entrySet().stream()
                .anyMatch(position -> position.getValue() < expected.getOrDefault(position.getKey(), 0L));
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
            partitions.requireElsewhen(open);
            return true;
        });
    }

    /**
     * Deletes what routes have kept for less, and predictions past retention; makes partitions ahead and drops those past retention; and no longer takes
     * for granted what series there are, for somebody may have erased some. What fails is logged and left for the next
     * time.
     *
     * @return false where something is left to do
     */
    boolean sweep() {
        series.forget();
        try {
            return transaction(open -> {
                boolean done = ExpiredRows.delete(open, LocalDate.now(clock.withZone(ZoneOffset.UTC)));
                done &= partitions.sweep(open);
                SeriesTable.dropEmptyBefore(open, partitions.oldestKept());
                return PredictionTable.deleteBefore(open, partitions.oldestKept()) && done;
            });
        } catch (SQLException e) {
            LOG.warn("the partitions of readings aren't swept: {} (SQLSTATE {})", e.getMessage(), e.getSQLState());
            return false;
        }
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

    private interface Work<T> {
        T in(Connection open) throws SQLException;
    }

    /** Where another task has these rows and doesn't go on, its session ends, and the next try finds them free. */
    private <T> T fenced(Set<TopicPartition> sources, Work<T> work) throws SQLException {
        try {
            return transaction(work);
        } catch (SQLException e) {
            if (SqlFailure.of(e) == SqlFailure.SLOW) {
                endSleepers(sources);
            }
            throw e;
        }
    }

    private void endSleepers(Set<TopicPartition> sources) {
        try {
            int ended = transaction(open -> offsets.endSleepers(open, sources, config.writeTimeout()));
            if (ended > 0) {
                LOG.warn("ended {} sessions of tasks that held {} and had stopped", ended, sources);
            }
        } catch (SQLException e) {
            LOG.warn("whoever holds {} can't be ended: {}", sources, e.getMessage());
        }
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
            WarmSchema.migrate(fresh, config.migrationSource());
            WarmSchema.requireOwnTables(fresh);
            partitions.open(fresh);
            analysts.admit(fresh);
            try (Statement statement = fresh.createStatement()) {
                statement.execute(RowTables.STAGING);
            }
            fresh.commit();
        } catch (SQLException e) {
            close();
            throw SqlFailure.of(e) == SqlFailure.RECORD ? noRecordsFault(e) : e;
        }
        series.forget();
        hasConnected = true;
        return fresh;
    }

    private static SQLException noRecordsFault(SQLException e) {
        return new SQLException(e.getMessage(), "55000", e);
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
