package io.headrace.sinks.warm;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which partitions {@code headrace.readings} has: today's and those of the next two days, made ahead; older ones when a
 * device uploads its backlog, past retention even, for a day then. A day that gets none in time, for somebody reads the
 * table for long, has its readings in {@code readings_elsewhen}, the default partition, until the next sweep: storing
 * waits for no analyst. No partition is made for times before 2000 or more than two days ahead of the clock, and no more
 * than the limit: such readings stay there, so that a device with an absurd clock costs nothing but its rows.
 *
 * <p>Retention goes by the earlier of two clocks, ours and the database's, so that no single wrong clock drops anything.
 */
final class ReadingPartitions {
    private static final Logger LOG = LoggerFactory.getLogger(ReadingPartitions.class);
    private static final LocalDate EARLIEST = LocalDate.of(2000, 1, 1);
    private static final int DAYS_AHEAD = 2;
    /** What a device uploads from before retention can be asked for this long at least. */
    private static final Duration GRACE = Duration.ofDays(1);

    private static final long PAUSE_NANOS = Duration.ofMinutes(1).toNanos();

    private final WarmSinkConfig config;
    private final Clock clock;
    private final NavigableMap<LocalDate, DayRange> known = new TreeMap<>();
    /** Days that get no partition of their own: the limit, or another table of that name, is in the way. */
    private final Set<LocalDate> abandoned = new HashSet<>();

    private @Nullable Hypertable hypertable;
    private LocalDate oldestKept = EARLIEST;
    private boolean waiting;
    private long waitingSince;

    ReadingPartitions(WarmSinkConfig config, Clock clock) {
        this.config = config;
        this.clock = clock;
    }

    /** Another connection, another database perhaps; commits. */
    void open(Connection connection) throws SQLException {
        known.clear();
        abandoned.clear();
        waiting = false;
        hypertable = Hypertable.find(connection).orElse(null);
        if (hypertable != null) {
            hypertable.make(connection, config.partitionWidth());
            return;
        }
        try (Statement statement = connection.createStatement()) {
            PartitionTables.lock(statement);
            if (!PartitionTables.hasElsewhen(connection)) {
                PartitionTables.makeElsewhen(statement);
            }
        }
        connection.commit();
    }

    /** @throws SQLException where the default partition was dropped: a row without a place isn't the row's fault */
    void requireElsewhen(Connection connection) throws SQLException {
        if (hypertable == null && !PartitionTables.hasElsewhen(connection)) {
            throw new SQLException("schema headrace was changed; it has no readings_elsewhen", "42804");
        }
    }

    /** The first day that wasn't past retention at the last sweep. */
    LocalDate oldestKept() {
        return oldestKept;
    }

    /** Last day that gets a partition, counted from 1970. */
    long horizon() {
        return today().plusDays(DAYS_AHEAD).toEpochDay();
    }

    /** Makes what is missing for these days since 1970; commits. */
    void ensure(Connection connection, Set<Long> epochDays) throws SQLException {
        if (hypertable != null || epochDays.isEmpty()) {
            return;
        }
        long horizon = horizon();
        for (long epochDay : epochDays) {
            if (epochDay >= EARLIEST.toEpochDay() && epochDay <= horizon && !isWaiting()) {
                make(connection, LocalDate.ofEpochDay(epochDay));
            }
        }
    }

    /**
     * Makes partitions ahead, moves to their own what the default partition has, drops what is past retention; commits.
     *
     * @return false where somebody who reads the table was in the way, and something is left to do
     */
    boolean sweep(Connection connection) throws SQLException {
        Instant now = earlierNow(connection);
        if (!config.retention().isZero()) {
            oldestKept = LocalDate.ofInstant(now.minus(config.retention()), ZoneOffset.UTC);
        }
        if (hypertable != null) {
            if (!config.retention().isZero()) {
                hypertable.dropOlderThan(connection, now.minus(config.retention()));
            }
            return true;
        }
        waiting = false;
        abandoned.clear();
        makeDue(connection);
        if (!config.retention().isZero()) {
            dropExpired(connection, now.minus(GRACE));
        }
        return !waiting;
    }

    private Instant earlierNow(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT now()")) {
            row.next();
            Instant theirs = row.getObject(1, OffsetDateTime.class).toInstant();
            Instant ours = clock.instant();
            return ours.isBefore(theirs) ? ours : theirs;
        }
    }

    private void makeDue(Connection connection) throws SQLException {
        LocalDate today = today();
        load(connection);
        for (LocalDate day = today; !day.isAfter(today.plusDays(DAYS_AHEAD)); day = day.plusDays(1)) {
            make(connection, day);
        }
        LocalDate oldest = oldestKept.isBefore(EARLIEST) ? EARLIEST : oldestKept;
        List<LocalDate> strays = PartitionTables.strayDays(connection, oldest, today.plusDays(DAYS_AHEAD + 1));
        connection.commit();
        for (LocalDate day : strays) {
            make(connection, day);
        }
    }

    private void dropExpired(Connection connection, Instant since) throws SQLException {
        for (DayRange range : List.copyOf(known.values())) {
            if (!range.to().isAfter(oldestKept) && range.madeAt().isBefore(since) && !waiting) {
                change(connection, range.from(), statement -> {
                    PartitionTables.drop(statement, range);
                    known.remove(range.from());
                    LOG.info("{} goes: it is past retention", range.table());
                });
            }
        }
        PartitionTables.dropStrays(connection, oldestKept, since);
        connection.commit();
    }

    private void make(Connection connection, LocalDate day) throws SQLException {
        if (covered(day) || abandoned.contains(day) || waiting) {
            return;
        }
        change(connection, day, statement -> {
            known.clear();
            known.putAll(PartitionTables.load(statement));
            if (covered(day)) {
                return;
            }
            if (known.size() >= config.partitionLimit()) {
                abandon(day, "there are " + config.partitionLimit() + " already");
                return;
            }
            DayRange range = DayRange.of(day, config.partitionWidth(), known.values(), clock.instant());
            PartitionTables.make(connection, range);
            known.put(range.from(), range);
        });
    }

    private interface Change {
        void in(Statement statement) throws SQLException;
    }

    /** One change of the tables in a transaction of its own; given up where it can't be made, or not now. */
    private void change(Connection connection, LocalDate day, Change change) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            PartitionTables.lock(statement);
            change.in(statement);
            connection.commit();
        } catch (SQLException e) {
            known.clear();
            String state = String.valueOf(e.getSQLState());
            switch (state) {
                case "55P03", "23514", "23505" -> await(day);
                case "42P07", "42P17" -> abandon(day, String.valueOf(e.getMessage()));
                default -> throw e;
            }
            connection.rollback();
        }
    }

    private void load(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            known.clear();
            known.putAll(PartitionTables.load(statement));
        }
        connection.commit();
    }

    private void await(LocalDate day) {
        waiting = true;
        waitingSince = System.nanoTime();
        LOG.info("the partition of {} is made or dropped later: somebody reads headrace.readings", day);
    }

    private boolean isWaiting() {
        if (waiting && System.nanoTime() - waitingSince > PAUSE_NANOS) {
            waiting = false;
        }
        return waiting;
    }

    private void abandon(LocalDate day, String why) {
        abandoned.add(day);
        LOG.warn("no partition of readings for {}, its readings go to readings_elsewhen: {}", day, why);
    }

    private boolean covered(LocalDate day) {
        Map.Entry<LocalDate, DayRange> range = known.floorEntry(day);
        return range != null && range.getValue().covers(day);
    }

    private LocalDate today() {
        return LocalDate.now(clock.withZone(ZoneOffset.UTC));
    }
}
