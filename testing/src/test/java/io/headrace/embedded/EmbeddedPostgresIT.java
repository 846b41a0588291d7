package io.headrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresIT {
    @TempDir
    Path folder;

    @Test
    void commitsAreWrittenThrough() throws SQLException {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder)) {
            assertThat(query(postgres, "SHOW fsync")).isEqualTo("on");
            assertThat(query(postgres, "SHOW synchronous_commit")).isEqualTo("on");
            assertThat(query(postgres, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
        }
    }

    @Test
    void startsAgainOnTheSameDataAfterACleanStop() throws SQLException {
        // Given
        int port = FreePort.next();
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, port)) {
            execute(postgres, "CREATE TABLE t AS SELECT 42 AS answer");
        }

        // When, Then
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, port)) {
            assertThat(query(postgres, "SELECT answer FROM t")).isEqualTo("42");
        }
    }

    @Test
    void recoversAfterKillNineWithAStalePidFileThatNamesAnotherProcess() throws SQLException, IOException {
        // Given
        EmbeddedPostgres killed = EmbeddedPostgres.start(folder);
        execute(killed, "CREATE TABLE t AS SELECT 43 AS answer");
        ProcessHandle postmaster = killed.server().orElseThrow();
        postmaster.destroyForcibly();
        assertThat(Patience.until(Duration.ofSeconds(20), () -> !postmaster.isAlive()))
                .isTrue();
        killed.close();
        Path pidFile = folder.resolve("cluster/postmaster.pid");
        String recycled = Files.readString(pidFile)
                .replaceFirst("\\d+", Long.toString(ProcessHandle.current().pid()));
        Files.writeString(pidFile, recycled);

        // When, Then
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder)) {
            assertThat(query(postgres, "SELECT answer FROM t")).isEqualTo("43");
        }
    }

    @Test
    void takesOverFromAServerThatAnEarlierRunLeftRunning() throws SQLException {
        // Given
        int port = FreePort.next();
        EmbeddedPostgres left = EmbeddedPostgres.start(folder, port);
        execute(left, "CREATE TABLE t AS SELECT 44 AS answer");

        // When, Then
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, port)) {
            assertThat(query(postgres, "SELECT answer FROM t")).isEqualTo("44");
        }
        left.close();
    }

    private static void execute(EmbeddedPostgres postgres, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String query(EmbeddedPostgres postgres, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
