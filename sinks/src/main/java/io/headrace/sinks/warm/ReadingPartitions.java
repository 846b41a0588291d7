package io.headrace.sinks.warm;

import io.headrace.sinks.warm.WarmSinkConfig.Width;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Partitions of {@code headrace.readings}: made when a reading needs one, dropped by retention. No time makes a
 * partition before 2000 or more than two days ahead of the clock, and no more are made than the limit: such readings go
 * to {@code readings_elsewhen}, the default partition, so that a device with an absurd clock costs nothing but its rows.
 */
final class ReadingPartitions {
    private static final Logger LOG = LoggerFactory.getLogger(ReadingPartitions.class);
    private static final LocalDate EARLIEST = LocalDate.of(2000, 1, 1);
    private static final int DAYS_AHEAD = 2;

    private static final Pattern BOUNDS = Pattern.compile("FROM \\('([^']+)'\\) TO \\('([^']+)'\\)");
    private static final DateTimeFormatter BOUND = new DateTimeFormatterBuilder()
            .appendPattern("yyyy-MM-dd HH:mm:ss")
            .appendOffset("+HHmm", "+00")
            .toFormatter();
    private static final String PARTITIONS = """
            SELECT c.relname, pg_get_expr(c.relpartbound, c.oid)
            FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
            WHERE i.inhparent = 'headrace.readings'::regclass
            """;

    private final Width width;
    private final int limit;
    private final Clock clock;
    /** First day to the day after the last, of each partition that is there. */
    private final NavigableMap<LocalDate, Range> known = new TreeMap<>();
    /** Days that get no partition of their own: the limit, or rows in the default partition, are in the way. */
    private final Set<LocalDate> abandoned = new HashSet<>();

    private record Range(String table, LocalDate from, LocalDate to) {
        boolean overlaps(Range other) {
            return from.isBefore(other.to) && other.from.isBefore(to);
        }
    }

    ReadingPartitions(Width width, int limit, Clock clock) {
        this.width = width;
        this.limit = limit;
        this.clock = clock;
    }

    /** Makes what is missing for these days since 1970; commits. */
    void ensure(Connection connection, Set<Long> epochDays) throws SQLException {
        LocalDate latest = LocalDate.now(clock.withZone(ZoneOffset.UTC)).plusDays(DAYS_AHEAD);
        List<LocalDate> missing = new ArrayList<>();
        for (long epochDay : epochDays) {
            if (epochDay < EARLIEST.toEpochDay() || epochDay > latest.toEpochDay()) {
                continue;
            }
            LocalDate day = LocalDate.ofEpochDay(epochDay);
            if (!covered(day) && !abandoned.contains(day)) {
                missing.add(day);
            }
        }
        if (missing.isEmpty()) {
            return;
        }
        reload(connection);
        for (LocalDate day : missing) {
            if (!covered(day)) {
                create(connection, day);
            }
        }
    }

    /** Drops partitions whose last reading is older than this; commits. */
    void dropOlderThan(Connection connection, Duration retention) throws SQLException {
        LocalDate oldest = LocalDate.ofInstant(clock.instant().minus(retention), ZoneOffset.UTC);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_advisory_xact_lock(" + WarmSchema.LOCK + ")");
            load(statement);
            for (Range range : List.copyOf(known.values())) {
                if (!range.to.isAfter(oldest)) {
                    statement.execute("DROP TABLE IF EXISTS headrace." + quoted(range.table));
                    known.remove(range.from);
                    LOG.info("dropped {}: its readings are older than {} days", range.table, retention.toDays());
                }
            }
        }
        connection.commit();
    }

    /** Forgets what is there: another connection, another database perhaps. */
    void forget() {
        known.clear();
        abandoned.clear();
    }

    private boolean covered(LocalDate day) {
        Map.Entry<LocalDate, Range> range = known.floorEntry(day);
        return range != null && day.isBefore(range.getValue().to);
    }

    private void reload(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            load(statement);
        }
        connection.commit();
    }

    private void load(Statement statement) throws SQLException {
        known.clear();
        try (ResultSet partitions = statement.executeQuery(PARTITIONS)) {
            while (partitions.next()) {
                Matcher bounds = BOUNDS.matcher(partitions.getString(2));
                if (bounds.find()) {
                    LocalDate from = LocalDate.from(BOUND.parse(bounds.group(1)));
                    LocalDateTime to = LocalDateTime.from(BOUND.parse(bounds.group(2)));
                    known.put(from, new Range(partitions.getString(1), from, to.toLocalDate()));
                }
            }
        }
    }

    private void create(Connection connection, LocalDate day) throws SQLException {
        if (known.size() >= limit) {
            abandon(day, "there are " + limit + " already");
            return;
        }
        Range range = rangeOf(day);
        String sql = "CREATE TABLE IF NOT EXISTS headrace." + range.table + " PARTITION OF headrace.readings"
                + " FOR VALUES FROM ('" + range.from + " 00:00:00+00') TO ('" + range.to + " 00:00:00+00')";
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_advisory_xact_lock(" + WarmSchema.LOCK + ")");
            statement.execute(sql);
            connection.commit();
            known.put(range.from, range);
        } catch (SQLException e) {
            if (!"23514".equals(e.getSQLState()) && !"42P17".equals(e.getSQLState())) {
                throw e;
            }
            connection.rollback();
            abandon(day, String.valueOf(e.getMessage()));
        }
    }

    private void abandon(LocalDate day, String why) {
        abandoned.add(day);
        LOG.warn("no partition of readings for {}, its readings go to readings_elsewhen: {}", day, why);
    }

    private Range rangeOf(LocalDate day) {
        LocalDate first = day.withDayOfMonth(1);
        Range month = new Range("readings_%tY_%<tm".formatted(first), first, first.plusMonths(1));
        if (width == Width.MONTH && known.values().stream().noneMatch(month::overlaps)) {
            return month;
        }
        return new Range("readings_%tY_%<tm_%<td".formatted(day), day, day.plusDays(1));
    }

    private static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }
}
