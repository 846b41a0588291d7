package io.headrace.sinks.warm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.headrace.sinks.SinkRecords;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A database that is broken in every way that its keeper can heal: batches are refused meanwhile, none of their records
 * is dead, and afterwards each is stored once. The sink has a role that owns its schema and may do nothing else.
 */
class WarmOutageIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    static Path folder;

    private static WarmDatabase database;

    private final SinkRecords records = new SinkRecords();
    private WorkerStandIn task;

    @BeforeAll
    static void startDatabase() throws SQLException {
        database = new WarmDatabase(folder);
        database.execute("CREATE ROLE plain LOGIN");
    }

    @AfterAll
    static void stopDatabase() {
        database.stop();
    }

    @BeforeEach
    void begin() throws SQLException {
        database.execute("DROP SCHEMA IF EXISTS headrace CASCADE");
        database.execute("CREATE SCHEMA headrace AUTHORIZATION plain");
        String url = "jdbc:postgresql://127.0.0.1:" + database.port() + "/headrace?user=plain";
        task = new WorkerStandIn(url, Map.of("write.timeout.ms", "1000"));
        task.put();
        task.put(records.batch(0, 10));
    }

    @AfterEach
    void closeTask() {
        task.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            renamed column   | ALTER TABLE headrace.readings RENAME COLUMN value TO reading | ALTER TABLE headrace.readings RENAME COLUMN reading TO value
            wrong type       | ALTER TABLE headrace.readings ALTER COLUMN origin_offset TYPE text | ALTER TABLE headrace.readings ALTER COLUMN origin_offset TYPE bigint USING origin_offset::bigint
            column to fill   | ALTER TABLE headrace.readings ADD COLUMN n int NOT NULL DEFAULT 1; ALTER TABLE headrace.readings ALTER COLUMN n DROP DEFAULT | ALTER TABLE headrace.readings DROP COLUMN n
            table gone       | ALTER TABLE headrace.readings RENAME TO other | ALTER TABLE headrace.other RENAME TO readings
            no right         | REVOKE ALL ON headrace.readings FROM plain | GRANT ALL ON headrace.readings TO plain
            read-only        | ALTER ROLE plain SET default_transaction_read_only = on | ALTER ROLE plain RESET default_transaction_read_only
            no connections   | ALTER ROLE plain CONNECTION LIMIT 0 | ALTER ROLE plain CONNECTION LIMIT -1
            not let in       | ALTER ROLE plain NOLOGIN | ALTER ROLE plain LOGIN
            disk full        | CREATE FUNCTION headrace.full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = 'disk_full'; END $$; CREATE TRIGGER full_disk BEFORE INSERT ON headrace.readings FOR EACH ROW EXECUTE FUNCTION headrace.full() | DROP TRIGGER full_disk ON headrace.readings
            """)
    @SuppressWarnings("unused") // the first column is for whoever reads
    void nothingIsLostOrDead(String what, String breaking, String healing) throws SQLException {
        // Given
        database.execute(breaking);
        database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'plain'");

        // When
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> task.put(records.batch(10, 30))).isInstanceOf(SQLException.class);
        }
        database.execute(healing);
        putUntilTaken(records.batch(10, 30));

        // Then
        assertThat(database.rows("SELECT count(*), count(DISTINCT origin_offset) FROM headrace.readings"))
                .containsExactly("30|30");
        assertThat(task.dead()).isEmpty();
    }

    @Test
    void aPartitionThatWasDroppedIsMadeAgainAndTheDefaultOneToo() throws SQLException {
        // Given
        database.execute("DROP TABLE headrace.readings_2026_03_04");
        task.put(records.batch(10, 20));
        database.execute("DROP TABLE headrace.readings_elsewhen");

        // When
        assertThatThrownBy(() -> task.put(records.batch(20, 30))).isInstanceOf(SQLException.class);
        putUntilTaken(records.batch(20, 30));
        task.sweep();

        // Then
        assertThat(task.dead()).isEmpty();
        assertThat(database.rows("SELECT relname, count(*) FROM headrace.readings r"
                        + " JOIN pg_class c ON c.oid = r.tableoid GROUP BY 1"))
                .containsExactly("readings_2026_03_04|10");
    }

    @Test
    void aServerThatIsKilledLosesAndDoublesNothing() throws SQLException {
        // Given
        database.kill();
        assertThatThrownBy(() -> task.put(records.batch(10, 20))).isInstanceOf(SQLException.class);

        // When
        database.start();
        putUntilTaken(records.batch(10, 20));

        // Then
        assertThat(database.count("readings")).isEqualTo(20);
        assertThat(task.dead()).isEmpty();
    }

    @Test
    void aLockedTableIsWaitedForAndNothingIsDead() throws SQLException {
        // Given
        try (Connection other = DriverManager.getConnection(database.jdbcUrl());
                Statement lock = other.createStatement()) {
            other.setAutoCommit(false);
            lock.execute("LOCK TABLE headrace.readings IN ACCESS EXCLUSIVE MODE");

            // When
            assertThatThrownBy(() -> task.put(records.batch(10, 50)))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(SqlFailure.of(e)).isEqualTo(SqlFailure.SLOW));
            other.rollback();
        }
        putUntilTaken(records.batch(10, 50));

        // Then
        assertThat(database.count("readings")).isEqualTo(50);
        assertThat(task.dead()).isEmpty();
    }

    @Test
    void aBatchWithOneBadRowStoresTheOthers() throws SQLException {
        // Given
        database.execute("ALTER TABLE headrace.readings ADD CONSTRAINT odd CHECK (value <> 17)");

        // When
        task.put(records.batch(10, 30));

        // Then
        assertThat(task.dead()).containsOnlyKeys(17L);
        assertThat(task.dead().get(17L)).startsWith("REJECTED_BY_TARGET: ").contains("odd");
        assertThat(database.count("readings")).isEqualTo(19 + 10);
    }

    @Test
    void aRoleThatMayMakeNoRolesStoresAllTheSame() throws SQLException {
        assertThat(database.rows("SELECT 1 FROM pg_roles WHERE rolname = 'analyst'"))
                .isEmpty();
        assertThat(database.count("readings")).isEqualTo(10);
    }

    private void putUntilTaken(Collection<SinkRecord> batch) {
        await().atMost(LIMIT).pollDelay(Duration.ZERO).until(() -> {
            try {
                task.put(batch);
                return true;
            } catch (SQLException notYet) {
                return false;
            }
        });
    }
}
