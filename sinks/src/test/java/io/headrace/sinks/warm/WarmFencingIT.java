package io.headrace.sinks.warm;

import static io.headrace.sinks.SinkRecords.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.headrace.sinks.SinkRecords;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A task that was given up and wakes up, wherever it was stopped, writes nothing that its successor has written. */
class WarmFencingIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    static Path folder;

    private static WarmDatabase database;

    private final SinkRecords records = new SinkRecords();
    private final List<WorkerStandIn> tasks = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private Relay relay;

    @BeforeAll
    static void startDatabase() {
        database = new WarmDatabase(folder);
    }

    @AfterAll
    static void stopDatabase() {
        database.stop();
    }

    @BeforeEach
    void emptyDatabase() throws SQLException, IOException {
        database.execute("DROP SCHEMA IF EXISTS headrace CASCADE");
        relay = new Relay(database.port());
    }

    @AfterEach
    void closeTasks() throws IOException {
        relay.close();
        tasks.forEach(WorkerStandIn::close);
        threads.shutdownNow();
    }

    @Test
    void stoppedWithItsBatchInHand() throws Exception {
        // Given
        StoppedClock clock = new StoppedClock();
        WorkerStandIn sleeper = started(database.jdbcUrl(), clock);
        sleeper.put(records.batch(0, 40));
        List<SinkRecord> inHand = records.batch(40, 100);
        clock.stop.countDown();
        Future<?> asleep = threads.submit(() -> putting(sleeper, inHand));
        clock.reached.await();

        // When
        WorkerStandIn successor = started(database.jdbcUrl(), Clock.fixed(NOON, ZoneOffset.UTC));
        successor.put(records.batch(40, 120));
        clock.goOn.countDown();
        asleep.get(1, TimeUnit.MINUTES);
        sleeper.put(records.batch(100, 110));

        // Then
        assertThat(stored()).isEqualTo("120|120|120");
    }

    @Test
    void stoppedBetweenItsRowsAndItsCommit() throws Exception {
        // Given
        WorkerStandIn sleeper = started(relayed(), Clock.fixed(NOON, ZoneOffset.UTC));
        sleeper.put(records.batch(0, 40));
        WorkerStandIn successor = started(database.jdbcUrl(), Clock.fixed(NOON, ZoneOffset.UTC));
        List<SinkRecord> inHand = records.batch(40, 100);
        Future<?> asleep;
        try (Connection other = DriverManager.getConnection(database.jdbcUrl());
                Statement lock = other.createStatement()) {
            other.setAutoCommit(false);
            lock.execute("LOCK TABLE headrace.readings IN SHARE MODE");
            asleep = threads.submit(() -> putting(sleeper, inHand));
            await().atMost(LIMIT)
                    .until(() -> database.rows("SELECT 1 FROM pg_stat_activity WHERE state = 'active'"
                                            + " AND wait_event_type = 'Lock' AND query LIKE 'COPY%'")
                                    .size()
                            == 1);
            relay.fallSilent();
            other.rollback();
        }

        // When
        List<SinkRecord> batch = records.batch(40, 120);
        await().atMost(LIMIT).pollDelay(Duration.ZERO).until(() -> isTaken(successor, batch));
        relay.speakAgain();

        // Then
        assertThatThrownBy(() -> asleep.get(1, TimeUnit.MINUTES))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(SQLException.class);
        sleeper.put(inHand);
        assertThat(stored()).isEqualTo("120|120|120");
    }

    @Test
    void twentyTasksThatNeverHearOfTheirCommitStoreEachRecordOnce() throws Exception {
        for (int i = 0; i < 20; i++) {
            // Given
            WorkerStandIn task = started(relayed(), Clock.fixed(NOON, ZoneOffset.UTC));
            assertThat(task.sought()).containsEntry(WorkerStandIn.READINGS, i * 25L);

            task.put(records.batch(Math.max(0, i * 25 - 10), i * 25 + 10));

            // When
            relay.loseAnswerOfNextCommit();
            List<SinkRecord> batch = records.batch(i * 25 + 10, i * 25 + 25);

            // Then
            assertThatThrownBy(() -> task.put(batch)).isInstanceOf(SQLException.class);
        }
        assertThat(stored()).isEqualTo("500|500|500");
    }

    private static String stored() throws SQLException {
        return database.rows("SELECT count(*), count(DISTINCT origin_offset),"
                        + " (SELECT sum(next_offset) FROM headrace.sink_offsets) FROM headrace.readings")
                .get(0);
    }

    private static boolean isTaken(WorkerStandIn task, List<SinkRecord> batch) {
        try {
            task.put(batch);
            return true;
        } catch (SQLException notYet) {
            return false;
        }
    }

    private static Void putting(WorkerStandIn task, List<SinkRecord> batch) throws SQLException {
        task.put(batch);
        return null;
    }

    private String relayed() {
        return "jdbc:postgresql://127.0.0.1:" + relay.port()
                + "/headrace?user=headrace&prepareThreshold=0&socketTimeout=0";
    }

    private WorkerStandIn started(String url, Clock clock) throws SQLException {
        WorkerStandIn task = new WorkerStandIn(url, Map.of("write.timeout.ms", "1000"), clock);
        tasks.add(task);
        task.put();
        return task;
    }

    /** Stops whoever asks for the time, as a long pause of the JVM would. */
    private static final class StoppedClock extends Clock {
        private final CountDownLatch stop = new CountDownLatch(1);
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch goOn = new CountDownLatch(1);

        @Override
        public Instant instant() {
            if (stop.getCount() == 0) {
                reached.countDown();
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return NOON;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
