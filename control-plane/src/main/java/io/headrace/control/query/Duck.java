package io.headrace.control.query;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Properties;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBPreparedStatement;
import org.jspecify.annotations.Nullable;

/**
 * One instance of DuckDB, in memory, for one query. Once it is locked it reads the files of one folder and no others,
 * and no statement can change that. All is one transaction, so that {@code now()} is one instant.
 */
final class Duck implements AutoCloseable {
    /** Of tables that no statement is meant to name. */
    static final String COPIED = "copied";

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * What these would do by the plan of empty tables is wrong for those with rows: they would take away scans. Off for
     * both plans, so that both need the same columns.
     */
    private static final String DISABLED = "statistics_propagation,empty_result_pullup,late_materialization";

    private final DuckDBConnection connection;
    private volatile @Nullable Statement current;

    private Duck(DuckDBConnection connection) {
        this.connection = connection;
    }

    static Duck open(QueryConfig config, Path temporary) throws SQLException {
        Properties streaming = new Properties();
        streaming.setProperty("jdbc_stream_results", "true");
        Duck duck =
                new Duck(DriverManager.getConnection("jdbc:duckdb:", streaming).unwrap(DuckDBConnection.class));
        try {
            duck.execute("SET memory_limit = '" + config.memoryBytes() / 1024 + "KiB'");
            duck.execute("SET threads = " + config.threads());
            duck.execute("SET temp_directory = " + quoted(temporary.toString()));
            duck.execute("SET max_temp_directory_size = '" + config.temporaryBytes() / 1024 + "KiB'");
            duck.execute("SET TimeZone = 'UTC'");
            duck.execute("SET enable_progress_bar = true");
            duck.execute("SET enable_progress_bar_print = false");
            duck.execute("SET disabled_optimizers = '" + DISABLED + "'");
            return duck;
        } catch (SQLException e) {
            duck.close();
            throw e;
        }
    }

    /**
     * Parses a statement, and does no more with it.
     *
     * @throws QueryFailure where it isn't one SELECT
     */
    JsonNode parse(String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT json_serialize_sql(?)")) {
            statement.setString(1, sql);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                JsonNode parsed = JSON.readTree(row.getString(1));
                if (parsed.path("error").asBoolean()) {
                    throw QueryFailure.wrong(
                            parsed.path("error_type").asText().equals("parser")
                                    ? parsed.path("error_message").asText() + place(parsed)
                                    : "only a SELECT can be run");
                }
                if (parsed.path("statements").size() != 1) {
                    throw QueryFailure.wrong("one statement at a time");
                }
                return parsed;
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("DuckDB serializes a statement as JSON", e);
        }
    }

    private static String place(JsonNode error) {
        int position = error.path("position").asInt(-1);
        return position < 0 ? "" : " (character " + (position + 1) + ")";
    }

    /** From here on only this folder can be read, and no setting changed. */
    void lock(Optional<String> folder) throws SQLException {
        if (folder.isPresent()) {
            execute("SET allowed_directories = [" + quoted(folder.get() + "/") + "]");
        }
        execute("SET autoinstall_known_extensions = false");
        execute("SET autoload_known_extensions = false");
        execute("SET allow_community_extensions = false");
        execute("SET enable_external_access = false");
        execute("SET lock_configuration = true");
        connection.setAutoCommit(false);
        execute("CREATE SCHEMA " + COPIED);
    }

    /** What the optimizer makes of it, in JSON. */
    String explain(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("EXPLAIN (FORMAT JSON) " + sql)) {
            row.next();
            return row.getString(2);
        }
    }

    void execute(String sql) throws SQLException {
        execute(sql, List.of());
    }

    void execute(String sql, List<Object> constants) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            current = statement;
            for (int i = 0; i < constants.size(); i++) {
                statement.setObject(i + 1, constants.get(i));
            }
            statement.execute();
        } finally {
            current = null;
        }
    }

    /** Rows come as they are read. */
    interface Reading {
        void read(ResultSet rows) throws SQLException;
    }

    void read(String sql, Reading reading) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            current = statement;
            try (ResultSet rows = statement.executeQuery(sql)) {
                reading.read(rows);
            }
        } finally {
            current = null;
        }
    }

    /** The caller closes it. */
    DuckDBAppender append(String table) throws SQLException {
        return connection.createAppender(COPIED, table);
    }

    /** Of the statement that runs, in per cent; empty where none runs or it can't say. */
    OptionalDouble percent() {
        try {
            return current instanceof DuckDBPreparedStatement statement
                            && statement.getQueryProgress() != null
                            && statement.getQueryProgress().getPercentage() >= 0
                    ? OptionalDouble.of(statement.getQueryProgress().getPercentage())
                    : OptionalDouble.empty();
        } catch (SQLException justEnded) {
            return OptionalDouble.empty();
        }
    }

    /** Interrupts what runs, from another thread. */
    void cancel() {
        Statement running = current;
        if (running != null) {
            try {
                running.cancel();
            } catch (SQLException justEnded) {
                // as we wanted
            }
        }
    }

    static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    /** What a failure of DuckDB means to whoever asked. */
    static QueryFailure failure(SQLException e) {
        String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        String lower = message.toLowerCase(Locale.ROOT);
        if (lower.contains("out of memory")) {
            return QueryFailure.tooMuch("it needs more memory or temporary space than a query may take");
        }
        if (lower.startsWith("io error")) {
            return QueryFailure.away(
                    "files of the cold tier can't be read; they may have changed just now: " + message);
        }
        return QueryFailure.wrong(message);
    }

    /** Whether it is DuckDB's own fault. */
    static boolean isBug(SQLException e) {
        String message = String.valueOf(e.getMessage());
        return message.startsWith("INTERNAL Error") || message.startsWith("FATAL Error");
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
