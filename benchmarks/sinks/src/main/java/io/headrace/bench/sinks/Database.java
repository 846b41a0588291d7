package io.headrace.bench.sinks;

import io.headrace.bench.run.BenchException;
import io.headrace.bench.run.Processor;
import io.headrace.embedded.EmbeddedPostgres;
import io.headrace.embedded.FreePort;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The PostgreSQL of a run; it remembers when each transaction was committed. */
final class Database implements AutoCloseable {
    private final EmbeddedPostgres server;

    private Database(EmbeddedPostgres server) {
        this.server = server;
    }

    static Database start(Path folder) {
        int port = FreePort.next();
        try (EmbeddedPostgres first = EmbeddedPostgres.start(folder, port)) {
            new Database(first).execute("ALTER SYSTEM SET track_commit_timestamp = on");
        }
        Database database = new Database(EmbeddedPostgres.start(folder, port));
        database.use();
        return database;
    }

    /**
     * Makes it one that has been in use: its write-ahead log goes into segments that there are, as in any database that is older
     * than a minute, and not into files that the system has to find room for.
     */
    private void use() {
        execute("CREATE TABLE used AS SELECT repeat(md5(n::text), 20) AS text FROM generate_series(1, 1200000) AS n");
        execute("DROP TABLE used");
        settle();
    }

    String url() {
        return "jdbc:postgresql://127.0.0.1:" + server.port() + "/" + EmbeddedPostgres.NAME;
    }

    /** Processor time of all of PostgreSQL's processes so far, microseconds. */
    long cpuMicros() {
        return Processor.familyMicros(server.server().orElseThrow(() -> new BenchException("PostgreSQL has ended")));
    }

    void execute(String sql) {
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new BenchException("PostgreSQL: " + e.getMessage());
        }
    }

    /** Processor time of PostgreSQL for one statement, microseconds: read while its backend is still there. */
    long cpuMicrosOf(String sql) {
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl());
                Statement statement = connection.createStatement()) {
            long before = cpuMicros();
            statement.execute(sql);
            return cpuMicros() - before;
        } catch (SQLException e) {
            throw new BenchException("PostgreSQL: " + e.getMessage());
        }
    }

    /** What is done with each row. */
    interface Each {
        void row(ResultSet row) throws SQLException;
    }

    void query(String sql, Each each) {
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl())) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.setFetchSize(50_000);
                try (ResultSet rows = statement.executeQuery(sql)) {
                    while (rows.next()) {
                        each.row(rows);
                    }
                }
            }
        } catch (SQLException e) {
            throw new BenchException("PostgreSQL: " + e.getMessage());
        }
    }

    /** One number; 0 where its table isn't there yet. */
    long number(String sql) {
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getLong(1) : 0;
        } catch (SQLException e) {
            if ("42P01".equals(e.getSQLState())) {
                return 0;
            }
            throw new BenchException("PostgreSQL: " + e.getMessage());
        }
    }

    /** Nothing of what was written before is left to be done. */
    void settle() {
        execute("CHECKPOINT");
    }

    @Override
    public void close() {
        server.close();
    }
}
