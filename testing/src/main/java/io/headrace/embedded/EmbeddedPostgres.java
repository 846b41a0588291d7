package io.headrace.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A PostgreSQL server as a child process, with one database and its owner. What it has committed survives the end of
 * the process and of the power: {@code fsync} and {@code synchronous_commit} are on. PostgreSQL refuses to run as root;
 * for root it runs in a user namespace of its own, without any right outside.
 */
public final class EmbeddedPostgres implements AutoCloseable {
    /** Name of the database and of the user who owns it; no password is asked on 127.0.0.1. */
    public static final String NAME = "headrace";

    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final ChildProcess process;
    private final int port;

    private EmbeddedPostgres(ChildProcess process, int port) {
        this.process = process;
        this.port = port;
    }

    /** On a free port. */
    public static EmbeddedPostgres start(Path folder) {
        return start(folder, FreePort.next());
    }

    /**
     * Starts the server and returns when it answers; makes the database cluster where the folder has none. A server
     * that an earlier run left behind on the same folder is stopped first.
     *
     * @param folder the cluster in {@code cluster}, and the server's output; made where it isn't there
     * @throws NotStartedException where it doesn't answer within 60 s
     */
    public static EmbeddedPostgres start(Path folder, int port) {
        Path home = PostgresBinaries.home();
        Path cluster = folder.toAbsolutePath().resolve("cluster");
        Path output = folder.toAbsolutePath().resolve("postgres.log");
        try {
            Files.createDirectories(folder);
            if (!Files.exists(cluster.resolve("PG_VERSION"))) {
                initialise(home, cluster, output);
            }
            endEarlierRun(cluster);
        } catch (IOException e) {
            throw new UncheckedIOException("can't prepare PostgreSQL's folder " + folder, e);
        }
        ChildProcess process = ChildProcess.start(command(home, cluster, port), environment(home), "INT", output);
        EmbeddedPostgres postgres = new EmbeddedPostgres(process, port);
        try {
            postgres.awaitReady(output);
            return postgres;
        } catch (RuntimeException e) {
            postgres.close();
            throw e;
        }
    }

    /** Into a folder beside the target first: what is found in the target is always whole. */
    private static void initialise(Path home, Path cluster, Path output) throws IOException {
        Path fresh = cluster.resolveSibling("cluster-" + ProcessHandle.current().pid());
        List<String> command = new ArrayList<>(List.of(program(home, "initdb"), "-D", fresh.toString(), "-U", NAME));
        command.addAll(List.of("-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-instructions"));
        ProcessBuilder builder = new ProcessBuilder(unprivileged(command))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        builder.environment().putAll(environment(home));
        try {
            Process initdb = builder.start();
            if (!initdb.waitFor(START_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                initdb.destroyForcibly();
                throw new NotStartedException("PostgreSQL's initdb took over " + START_LIMIT.toSeconds() + " s");
            }
            if (initdb.exitValue() != 0) {
                throw new NotStartedException("PostgreSQL's initdb failed: " + ChildProcess.lastLine(output));
            }
            Files.move(fresh, cluster);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotStartedException("interrupted while PostgreSQL's initdb ran", e);
        }
    }

    private static List<String> command(Path home, Path cluster, int port) {
        List<String> command = new ArrayList<>(
                List.of(program(home, "postgres"), "-D", cluster.toString(), "-p", Integer.toString(port)));
        Map<String, String> settings = Map.ofEntries(
                Map.entry("listen_addresses", "127.0.0.1"),
                Map.entry("unix_socket_directories", ""),
                Map.entry("fsync", "on"),
                Map.entry("synchronous_commit", "on"),
                Map.entry("max_connections", "60"),
                Map.entry("shared_buffers", "64MB"),
                Map.entry("max_wal_size", "512MB"),
                Map.entry("timezone", "UTC"),
                Map.entry("log_timezone", "UTC"),
                Map.entry("jit", "off"),
                Map.entry("logging_collector", "off"));
        settings.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
        return unprivileged(command);
    }

    private static String program(Path home, String name) {
        return home.resolve("bin").resolve(name).toString();
    }

    private static Map<String, String> environment(Path home) {
        return Map.of("LD_LIBRARY_PATH", home.resolve("lib").toString(), "LC_ALL", "C.UTF-8");
    }

    private static List<String> unprivileged(List<String> command) {
        if (!System.getProperty("user.name").equals("root")) {
            return command;
        }
        List<String> wrapped = new ArrayList<>(List.of("unshare", "-U"));
        wrapped.addAll(command);
        return wrapped;
    }

    private static void endEarlierRun(Path cluster) throws IOException {
        Path pidFile = cluster.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return;
        }
        String pid = Files.readAllLines(pidFile).stream().findFirst().orElse("").strip();
        if (pid.matches("\\d{1,18}")) {
            ChildProcess.endOrphan(Long.parseLong(pid), cluster.toString());
        }
        // left by kill -9; PostgreSQL would take another process with this pid for its own kind and refuse to start
        Files.deleteIfExists(pidFile);
    }

    private void awaitReady(Path output) {
        boolean ready = Patience.until(START_LIMIT, () -> !process.isAlive() || answers());
        if (!ready || !process.isAlive()) {
            throw new NotStartedException("PostgreSQL on port " + port + (ready ? " ended: " : " doesn't answer: ")
                    + ChildProcess.lastLine(output));
        }
        try (Connection connection = DriverManager.getConnection(url("postgres"));
                Statement statement = connection.createStatement()) {
            if (!statement
                    .executeQuery("SELECT 1 FROM pg_database WHERE datname = '" + NAME + "'")
                    .next()) {
                statement.execute("CREATE DATABASE " + NAME);
            }
        } catch (SQLException e) {
            throw new NotStartedException("PostgreSQL on port " + port + " refuses: " + e.getMessage(), e);
        }
    }

    private boolean answers() {
        try (Connection connection = DriverManager.getConnection(url("postgres"))) {
            return connection.isValid(5);
        } catch (SQLException notYet) {
            return false;
        }
    }

    private String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?user=" + NAME;
    }

    /** For {@link DriverManager}, the user in it. */
    public String jdbcUrl() {
        return url(NAME);
    }

    public int port() {
        return port;
    }

    /** The postmaster; empty once it has ended. */
    public Optional<ProcessHandle> server() {
        return process.server();
    }

    /** Stops the server in order; open connections are cut. */
    @Override
    public void close() {
        process.close();
    }
}
