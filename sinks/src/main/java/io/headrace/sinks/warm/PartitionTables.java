package io.headrace.sinks.warm;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The statements that make and drop partitions of {@code headrace.readings}. Whoever reads the table holds a lock that
 * these must wait for, and whoever comes after them waits for them: so they wait a second at most, and are tried again
 * later. Nothing here commits.
 */
final class PartitionTables {
    private static final String SHORT_WAIT = "SET LOCAL lock_timeout = '1s'";
    private static final int STRAYS_AT_ONCE = 10_000;

    private static final String MADE = "Made ";
    private static final Pattern BOUNDS = Pattern.compile("FROM \\('([^']+)'\\) TO \\('([^']+)'\\)");
    private static final DateTimeFormatter BOUND = new DateTimeFormatterBuilder()
            .appendPattern("yyyy-MM-dd HH:mm:ss")
            .appendOffset("+HHmm", "+00")
            .toFormatter();
    private static final String PARTITIONS = """
            SELECT c.relname, pg_get_expr(c.relpartbound, c.oid), obj_description(c.oid, 'pg_class')
            FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
            WHERE i.inhparent = 'headrace.readings'::regclass
            """;
    private static final String WITHIN = "observed_at >= ?::timestamptz AND observed_at < ?::timestamptz";
    private static final String STRAY_DAYS = "SELECT DISTINCT (observed_at AT TIME ZONE 'UTC')::date FROM"
            + " (SELECT observed_at FROM headrace.readings_elsewhen WHERE " + WITHIN + " LIMIT " + STRAYS_AT_ONCE
            + ") strays";
    private static final String DROP_STRAYS = "DELETE FROM headrace.readings_elsewhen WHERE ctid = ANY (ARRAY("
            + "SELECT ctid FROM headrace.readings_elsewhen WHERE observed_at < ?::timestamptz AND received_at < ? LIMIT "
            + STRAYS_AT_ONCE + "))";

    private PartitionTables() {}

    /** One maker at a time, of all tasks and connectors, until the transaction ends. */
    static void lock(Statement statement) throws SQLException {
        statement.execute("SELECT pg_advisory_xact_lock(" + WarmSchema.LOCK + ")");
    }

    /** The default partition, should somebody have dropped it. */
    static void makeElsewhen(Statement statement) throws SQLException {
        statement.execute("CREATE TABLE headrace.readings_elsewhen PARTITION OF headrace.readings DEFAULT");
    }

    static boolean hasElsewhen(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(PARTITIONS + " AND pg_get_expr(c.relpartbound, c.oid) = 'DEFAULT'")) {
            return rows.next();
        }
    }

    /** What is there, by the first day; without the default partition. */
    static NavigableMap<LocalDate, DayRange> load(Statement statement) throws SQLException {
        NavigableMap<LocalDate, DayRange> known = new TreeMap<>();
        try (ResultSet partitions = statement.executeQuery(PARTITIONS)) {
            while (partitions.next()) {
                Matcher bounds = BOUNDS.matcher(partitions.getString(2));
                if (bounds.find()) {
                    LocalDate from = LocalDate.from(BOUND.parse(bounds.group(1)));
                    LocalDateTime to = LocalDateTime.from(BOUND.parse(bounds.group(2)));
                    known.put(
                            from,
                            new DayRange(
                                    partitions.getString(1), from, to.toLocalDate(), madeAt(partitions.getString(3))));
                }
            }
        }
        return known;
    }

    private static Instant madeAt(@Nullable String comment) {
        try {
            return comment == null || !comment.startsWith(MADE)
                    ? Instant.MIN
                    : Instant.parse(comment.substring(MADE.length()));
        } catch (DateTimeParseException changedByHand) {
            return Instant.MIN;
        }
    }

    /**
     * Makes a table beside the others and attaches it, for which readers of the other partitions need not wait. What the
     * default partition has of these days moves over.
     */
    static void make(Connection connection, DayRange range) throws SQLException {
        String table = "headrace." + quoted(range.table());
        try (Statement statement = connection.createStatement()) {
            statement.execute(SHORT_WAIT);
            statement.execute("CREATE TABLE " + table + " (LIKE headrace.readings INCLUDING ALL EXCLUDING COMMENTS)");
            statement.execute("COMMENT ON TABLE " + table + " IS '" + MADE + range.madeAt() + "'");
            if (!strayDays(connection, range.from(), range.to()).isEmpty()) {
                statement.execute("LOCK TABLE headrace.readings_elsewhen IN SHARE ROW EXCLUSIVE MODE");
                move(connection, range, table);
            }
            statement.execute("ALTER TABLE headrace.readings ATTACH PARTITION " + table + " FOR VALUES FROM ('"
                    + instant(range.from()) + "') TO ('" + instant(range.to()) + "')");
        }
    }

    static void drop(Statement statement, DayRange range) throws SQLException {
        statement.execute(SHORT_WAIT);
        statement.execute("DROP TABLE IF EXISTS headrace." + quoted(range.table()));
    }

    /** Some of the days between these, the second excluded, that the default partition has readings of. */
    static List<LocalDate> strayDays(Connection connection, LocalDate from, LocalDate to) throws SQLException {
        List<LocalDate> days = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(STRAY_DAYS)) {
            statement.setString(1, instant(from));
            statement.setString(2, instant(to));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    days.add(rows.getObject(1, LocalDate.class));
                }
            }
        }
        return days;
    }

    /** Deletes some of what the default partition has from before this day, and got before this time. */
    static void dropStrays(Connection connection, LocalDate oldest, Instant received) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(DROP_STRAYS)) {
            statement.setString(1, instant(oldest));
            statement.setObject(2, received.atOffset(ZoneOffset.UTC));
            statement.executeUpdate();
        }
    }

    private static void move(Connection connection, DayRange range, String table) throws SQLException {
        String sql = "WITH strays AS (DELETE FROM headrace.readings_elsewhen WHERE " + WITHIN + " RETURNING *)"
                + " INSERT INTO " + table + " SELECT * FROM strays";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, instant(range.from()));
            statement.setString(2, instant(range.to()));
            statement.executeUpdate();
        }
    }

    private static String instant(LocalDate day) {
        return day + " 00:00:00+00";
    }

    private static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }
}
