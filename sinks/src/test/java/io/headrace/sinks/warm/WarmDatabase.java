package io.headrace.sinks.warm;

import io.headrace.embedded.EmbeddedPostgres;
import io.headrace.embedded.FreePort;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A PostgreSQL that can be stopped and started again on the same data and port, and asked. */
final class WarmDatabase {
    private final Path folder;
    private final int port = FreePort.next();
    private EmbeddedPostgres postgres;

    WarmDatabase(Path folder) {
        this.folder = folder;
        this.postgres = EmbeddedPostgres.start(folder, port);
    }

    void stop() {
        postgres.close();
    }

    /** As SIGKILL to the postmaster. */
    void kill() {
        postgres.server().ifPresent(server -> {
            server.destroyForcibly();
            server.onExit().join();
        });
        postgres.close();
    }

    void start() {
        postgres = EmbeddedPostgres.start(folder, port);
    }

    String jdbcUrl() {
        return postgres.jdbcUrl();
    }

    int port() {
        return port;
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(jdbcUrl());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    int count(String table) throws SQLException {
        return Integer.parseInt(rows("SELECT count(*) FROM headrace." + table).get(0));
    }

    /** Each row's columns as text, parted by a bar. */
    List<String> rows(String sql) throws SQLException {
        return rows(jdbcUrl(), sql);
    }

    /** As {@link #rows}, with the rights of a role. */
    List<String> rowsAs(String role, String sql) throws SQLException {
        return rows(jdbcUrl() + "&options=-c%20role=" + role, sql);
    }

    private static List<String> rows(String url, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<String> rows = new ArrayList<>();
            while (result.next()) {
                List<String> cells = new ArrayList<>();
                for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
                    cells.add(String.valueOf(result.getString(column)));
                }
                rows.add(String.join("|", cells));
            }
            return rows;
        }
    }
}
