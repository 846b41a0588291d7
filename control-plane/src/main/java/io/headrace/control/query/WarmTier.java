package io.headrace.control.query;

import io.headrace.control.query.QueryConfig.Warm;
import io.headrace.control.query.Relation.Column;
import io.headrace.control.query.Relation.ColumnType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Properties;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.duckdb.DuckDBAppender;
import org.postgresql.Driver;

/**
 * PostgreSQL, read at one moment: a read-only transaction that sees what was committed when it began. Rows stream from
 * there into tables of DuckDB. Whoever closes it ends the transaction, so that retention, which drops tables, waits for
 * nobody.
 */
final class WarmTier implements AutoCloseable {
    /** Blocks of so many offsets; their bits fit into a number that both databases shift without overflow. */
    static final int BLOCK_BITS = 5;

    private static final int ROWS_AT_ONCE = 10_000;
    private static final String BITS = "SELECT origin_partition, origin_index, origin_offset >> " + BLOCK_BITS
            + ", bit_or(1::bigint << (origin_offset & 31)::integer), min(observed_at), max(observed_at)"
            + " FROM headrace.readings WHERE %s GROUP BY 1, 2, 3";

    private final Connection connection;
    private final long maxRows;
    private final LongConsumer progress;
    private long copied;

    private WarmTier(Connection connection, long maxRows, LongConsumer progress) {
        this.connection = connection;
        this.maxRows = maxRows;
        this.progress = progress;
    }

    /**
     * Connects and takes the moment.
     *
     * @param progress told how many rows have been copied, now and then
     */
    static WarmTier open(Warm where, Duration timeout, long maxRows, LongConsumer progress) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("ApplicationName", "headrace query");
        properties.setProperty("connectTimeout", "10");
        properties.setProperty("loginTimeout", "10");
        properties.setProperty("socketTimeout", Long.toString(timeout.toSeconds() + 10));
        properties.setProperty("prepareThreshold", "-1"); // binary from the first execution on
        properties.setProperty(
                "options",
                "-c timezone=UTC -c default_transaction_read_only=on -c lock_timeout=10000 -c statement_timeout="
                        + timeout.toMillis());
        where.user().ifPresent(user -> properties.setProperty("user", user));
        where.password()
                .ifPresent(secret ->
                        properties.setProperty("password", secret.reveal().get()));
        Connection connection = new Driver().connect(where.url(), properties);
        if (connection == null) {
            throw new SQLException(where.url() + " is no URL of PostgreSQL", "08001");
        }
        try {
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            try (Statement statement = connection.createStatement()) {
                statement.execute("SELECT 1");
            }
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        return new WarmTier(connection, maxRows, progress);
    }

    /** Appends these columns, in this order, of the rows that pass. */
    void copy(Relation relation, List<Column> columns, Filter filter, DuckDBAppender into) throws SQLException {
        String list = columns.stream().map(WarmTier::selected).collect(Collectors.joining(", "));
        FilterSql where = FilterSql.forPostgres(filter);
        String sql = "SELECT " + list + " FROM headrace." + relation.warmTable() + " WHERE " + where.condition();
        stream(sql, where.constants(), columns, into);
    }

    /** Appends the identities of the readings that pass: partition, index, block of offsets, its bits, first and last time. */
    void copyIdentities(Filter filter, List<Column> columns, DuckDBAppender into) throws SQLException {
        FilterSql where = FilterSql.forPostgres(filter);
        stream(BITS.formatted(where.condition()), where.constants(), columns, into);
    }

    /** DuckDB's appender knows no intervals, so they travel as microseconds. */
    private static String selected(Column column) {
        return column.type() == ColumnType.INTERVAL
                ? "(extract(epoch FROM " + column.name() + ") * 1000000)::bigint"
                : column.name();
    }

    private void stream(String sql, List<Object> constants, List<Column> columns, DuckDBAppender into)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setFetchSize(ROWS_AT_ONCE);
            for (int i = 0; i < constants.size(); i++) {
                statement.setObject(i + 1, constants.get(i));
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    into.beginRow();
                    for (int i = 0; i < columns.size(); i++) {
                        append(rows, i + 1, columns.get(i).type(), into);
                    }
                    into.endRow();
                    count();
                }
            }
        }
    }

    private void count() {
        copied++;
        if (copied > maxRows) {
            throw QueryFailure.tooMuch("it needs more than " + maxRows
                    + " rows of PostgreSQL: bound the time or the device, or ask the cold tier");
        }
        if (copied % ROWS_AT_ONCE == 0) {
            progress.accept(copied);
            if (Thread.currentThread().isInterrupted()) {
                throw QueryFailure.tooMuch("stopped");
            }
        }
    }

    private static void append(ResultSet rows, int index, ColumnType type, DuckDBAppender into) throws SQLException {
        switch (type) {
            case VARCHAR -> into.append(rows.getString(index));
            case DOUBLE -> {
                double value = rows.getDouble(index);
                append(rows.wasNull(), () -> into.append(value), into);
            }
            case INTEGER -> {
                int value = rows.getInt(index);
                append(rows.wasNull(), () -> into.append(value), into);
            }
            case BIGINT, INTERVAL -> {
                long value = rows.getLong(index);
                append(rows.wasNull(), () -> into.append(value), into);
            }
            case BOOLEAN -> {
                boolean value = rows.getBoolean(index);
                append(rows.wasNull(), () -> into.append(value), into);
            }
            case TIMESTAMPTZ -> {
                OffsetDateTime time = rows.getObject(index, OffsetDateTime.class);
                append(time == null, () -> into.appendEpochMicros(micros(time)), into);
            }
            case TEXTS, NUMBERS -> throw new IllegalStateException("the warm tier has no maps");
        }
    }

    private interface Appending {
        void append() throws SQLException;
    }

    private static void append(boolean isNull, Appending value, DuckDBAppender into) throws SQLException {
        if (isNull) {
            into.appendNull();
        } else {
            value.append();
        }
    }

    private static long micros(OffsetDateTime time) {
        return ChronoUnit.MICROS.between(java.time.Instant.EPOCH, time.toInstant());
    }

    /** What a failure of PostgreSQL means to whoever asked. */
    static QueryFailure failure(SQLException e) {
        return switch (String.valueOf(e.getSQLState())) {
            case "57014" -> QueryFailure.tooMuch("PostgreSQL took longer than the query may");
            case "42P01", "3F000" -> QueryFailure.away("the warm tier has no tables yet");
            case "42703" -> QueryFailure.away("the warm tier's tables are of another version");
            case "42501" -> QueryFailure.away("PostgreSQL doesn't let the control plane read the warm tier");
            default -> QueryFailure.away("the warm tier doesn't answer");
        };
    }

    /** Ends what it is at from another thread. */
    void cancel() {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException alreadyClosed) {
            // as we wanted
        }
    }

    @Override
    public void close() throws SQLException {
        if (!connection.isClosed()) {
            connection.rollback();
            connection.close();
        }
    }
}
