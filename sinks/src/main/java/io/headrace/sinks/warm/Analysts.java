package io.headrace.sinks.warm;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The role that may read what was measured and nothing else. It can't log in: whoever may read is made its member. Where
 * the database doesn't let the sink make a role, as managed ones don't, the sink says so and goes on without it; once
 * somebody has made the role, the next connection gives it its rights.
 */
final class Analysts {
    private static final Logger LOG = LoggerFactory.getLogger(Analysts.class);
    private static final List<String> READABLE = List.of(
            "readings",
            "aggregates",
            "anomalies",
            "alerts",
            "series",
            "latest",
            "devices_now",
            "minutely",
            "hourly",
            "open_alerts",
            "open_anomalies",
            "predictions",
            "remaining_life");

    private static final String EXISTS = "SELECT 1 FROM pg_roles WHERE rolname = ?";
    private static final String MAY_READ = "SELECT 1 WHERE has_schema_privilege(?, 'headrace', 'USAGE')";
    private static final String NO_RIGHT = "42501";

    private final String role;
    private boolean refused;

    /** @param role empty for none */
    Analysts(String role) {
        this.role = role;
    }

    /** Makes the role where it isn't there, and gives it what it hasn't; commits. */
    void admit(Connection connection) throws SQLException {
        if (role.isEmpty() || refused || mayReadAll(connection)) {
            return;
        }
        try (Statement statement = connection.createStatement()) {
            PartitionTables.lock(statement);
            if (!finds(connection, EXISTS)) {
                statement.execute("CREATE ROLE " + quoted() + " NOLOGIN");
            }
            statement.execute("GRANT USAGE ON SCHEMA headrace TO " + quoted());
            for (String table : READABLE) {
                statement.execute("GRANT SELECT ON headrace." + table + " TO " + quoted());
            }
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            if (!NO_RIGHT.equals(e.getSQLState())) {
                throw e;
            }
            refused = true;
            LOG.warn(
                    "role {} can't be made, or be given its rights ({}). Storing goes on. An administrator may run"
                            + " CREATE ROLE {} NOLOGIN; it gets its rights when the connector starts again",
                    role,
                    String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
                    quoted());
        }
    }

    private boolean mayReadAll(Connection connection) throws SQLException {
        if (!finds(connection, EXISTS) || !finds(connection, MAY_READ)) {
            return false;
        }
        for (String table : READABLE) {
            if (!finds(connection, "SELECT 1 WHERE has_table_privilege(?, 'headrace." + table + "', 'SELECT')")) {
                return false;
            }
        }
        return true;
    }

    private boolean finds(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, role);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    private String quoted() {
        return '"' + role.replace("\"", "\"\"") + '"';
    }
}
