package io.headrace.sinks.warm;

import static io.headrace.sinks.SinkRecords.NOON;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A PostgreSQL for all tests of a class, empty at the beginning of each, and tasks that are closed at its end. */
final class WarmScene implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
    private final List<WorkerStandIn> tasks = new ArrayList<>();
    private @Nullable Path folder;
    private @Nullable WarmDatabase database;

    /** There from before the first test's object is made. */
    WarmDatabase database() {
        return Objects.requireNonNull(database);
    }

    WorkerStandIn started(Map<String, String> settings) throws SQLException {
        return started(settings, Duration.ZERO);
    }

    /** @param later than the records' noon, when it is for the task */
    WorkerStandIn started(Map<String, String> settings, Duration later) throws SQLException {
        WorkerStandIn task =
                new WorkerStandIn(database().jdbcUrl(), settings, Clock.fixed(NOON.plus(later), ZoneOffset.UTC));
        tasks.add(task);
        task.put();
        return task;
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        folder = Files.createTempDirectory("headrace-warm");
        database = new WarmDatabase(folder);
    }

    @Override
    public void beforeEach(ExtensionContext context) throws SQLException {
        database().execute("DROP SCHEMA IF EXISTS headrace CASCADE");
    }

    @Override
    public void afterEach(ExtensionContext context) {
        tasks.forEach(WorkerStandIn::close);
        tasks.clear();
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        database().stop();
        try (Stream<Path> files = Files.walk(Objects.requireNonNull(folder))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
