package io.headrace.sinks.warm;

import io.headrace.config.Secret;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.postgresql.Driver;

/**
 * Deletes one device from the warm tier, while the sink goes on writing others. Nothing of the device may be on its way
 * to the sink any more. What a group of devices has together stays.
 *
 * @param url {@code jdbc:postgresql:…}
 * @param user empty where the URL names one
 * @param password empty where none is asked
 */
public record WarmErasure(String url, Optional<String> user, Optional<Secret> password) {
    private static final String TABLES = """
            SELECT format('headrace.%I', c.relname)
            FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = 'headrace' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
              AND a.attname = 'device_id' AND NOT a.attisdropped
            ORDER BY 1
            """;

    private static final String HAS_AGGREGATES =
            "SELECT to_regclass('timescaledb_information.continuous_aggregates') IS NOT NULL";
    /** Where TimescaleDB keeps what our view of hours shows: its refreshes reach back a few days, and no further. */
    private static final String AGGREGATES = """
            SELECT format('%I.%I', materialization_hypertable_schema, materialization_hypertable_name)
            FROM timescaledb_information.continuous_aggregates
            WHERE view_schema = 'headrace' AND view_name = 'readings_hourly'
            """;

    /** Rows of a device in all tables; 0 where no sink has made them yet. */
    public long count(String device) throws SQLException {
        try (Connection connection = connect()) {
            long rows = 0;
            for (String table : tables(connection)) {
                rows += count(connection, table, device);
            }
            return rows;
        }
    }

    /**
     * Deletes them, and has PostgreSQL clear what it still holds of them in its files.
     *
     * @return how many there were
     */
    public long erase(String device) throws SQLException {
        try (Connection connection = connect()) {
            long rows = 0;
            for (String table : tables(connection)) {
                rows += erase(connection, table, device);
            }
            return rows;
        }
    }

    private static long erase(Connection connection, String table, String device) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM " + table + " WHERE device_id = ?");
                Statement vacuum = connection.createStatement()) {
            delete.setString(1, device);
            long rows = delete.executeLargeUpdate();
            if (rows > 0) {
                vacuum.execute("VACUUM (INDEX_CLEANUP ON) " + table);
            }
            return rows;
        }
    }

    private static long count(Connection connection, String table, String device) throws SQLException {
        try (PreparedStatement count =
                connection.prepareStatement("SELECT count(*) FROM " + table + " WHERE device_id = ?")) {
            count.setString(1, device);
            try (ResultSet row = count.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /** All that are about devices; partitions are their table's. */
    private static List<String> tables(Connection connection) throws SQLException {
        List<String> tables = texts(connection, TABLES);
        if (texts(connection, HAS_AGGREGATES).contains("t")) {
            tables.addAll(texts(connection, AGGREGATES));
        }
        return tables;
    }

    private static List<String> texts(Connection connection, String sql) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }

    private Connection connect() throws SQLException {
        Properties properties = new Properties();
        user.ifPresent(name -> properties.setProperty("user", name));
        password.ifPresent(
                secret -> properties.setProperty("password", secret.reveal().get()));
        Connection connection = new Driver().connect(url, properties);
        if (connection == null) {
            throw new SQLException(url + " is no URL of PostgreSQL", "28000");
        }
        return connection;
    }
}
