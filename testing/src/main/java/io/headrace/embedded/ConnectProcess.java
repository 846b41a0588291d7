package io.headrace.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.connect.cli.ConnectDistributed;

/**
 * A distributed Kafka Connect worker as Apache ships it, in a process of its own with none of our libraries on its class
 * path: for what must load into anybody's worker.
 */
public final class ConnectProcess implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(90);

    private final ChildProcess process;
    private final ConnectRest rest;

    private ConnectProcess(ChildProcess process, ConnectRest rest) {
        this.process = process;
        this.rest = rest;
    }

    /**
     * What to run.
     *
     * @param java program of a Java runtime
     * @param options of it
     * @param libraries folder with the worker's jars, and no others
     * @param plugins {@code plugin.path}
     * @param folder for its settings and what it prints; made where it isn't there
     */
    public record Launch(Path java, List<String> options, Path libraries, Path plugins, Path folder) {
        public Launch {
            options = List.copyOf(options);
        }
    }

    /**
     * Starts the worker, on a free port, and returns when its REST interface answers.
     *
     * @param settings more worker settings, as Connect spells them; they win over those of {@link EmbeddedConnect}
     * @throws NotStartedException where it doesn't come up
     */
    public static ConnectProcess start(String bootstrapServers, Launch launch, Map<String, String> settings) {
        int port = FreePort.next();
        Map<String, String> all = new HashMap<>(EmbeddedConnect.defaults(bootstrapServers, launch.plugins, port));
        all.putAll(settings);
        Path output = launch.folder.resolve("worker.out");
        Path file = write(all, launch.folder.resolve("worker.properties"));
        List<String> command = new ArrayList<>();
        command.add(launch.java.toString());
        command.addAll(launch.options);
        command.addAll(List.of(
                "-cp", launch.libraries.toAbsolutePath() + "/*", ConnectDistributed.class.getName(), file.toString()));
        ConnectProcess connect =
                new ConnectProcess(ChildProcess.start(command, Map.of(), "TERM", output), new ConnectRest(port));
        boolean isOver = Patience.until(START_LIMIT, () -> !connect.process.isAlive() || connect.rest.isReady());
        if (!isOver || !connect.process.isAlive()) {
            connect.close();
            throw new NotStartedException("the worker's process didn't start: " + ChildProcess.lastLine(output));
        }
        return connect;
    }

    private static Path write(Map<String, String> settings, Path file) {
        Properties properties = new Properties();
        properties.putAll(settings);
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            try (var out = Files.newBufferedWriter(file)) {
                properties.store(out, null);
            }
            return file.toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException("can't write " + file, e);
        }
    }

    public ConnectRest rest() {
        return rest;
    }

    /** The worker's own. */
    public long pid() {
        return process.server()
                .orElseThrow(() -> new IllegalStateException("the worker's process has ended"))
                .pid();
    }

    /** Stops it in order. */
    @Override
    public void close() {
        rest.close();
        process.close();
    }
}
