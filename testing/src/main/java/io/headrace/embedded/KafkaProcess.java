package io.headrace.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * The broker of {@link EmbeddedKafka} in a process of its own, for tests that kill it, or make it stand still, as
 * happens to a machine. Its folder and ports stay the same over a restart. For one thread.
 */
public final class KafkaProcess implements AutoCloseable {
    private static final String READY = "broker is up";
    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final Duration END_LIMIT = Duration.ofSeconds(20);

    private final Path folder;
    private final int port;
    private final int controllerPort;
    private final Map<String, String> settings;
    private ChildProcess process;

    private KafkaProcess(Path folder, int port, int controllerPort, Map<String, String> settings) {
        this.folder = folder;
        this.port = port;
        this.controllerPort = controllerPort;
        this.settings = Map.copyOf(settings);
        this.process = launch();
    }

    /**
     * Starts the broker and returns when it serves.
     *
     * @throws NotStartedException where it doesn't come up
     */
    public static KafkaProcess start(Path folder, int port, int controllerPort) {
        return start(folder, port, controllerPort, Map.of());
    }

    /**
     * As {@link #start(Path, int, int)}.
     *
     * @param settings of the broker, as Kafka spells them; they win over those of {@link EmbeddedKafka}
     */
    public static KafkaProcess start(Path folder, int port, int controllerPort, Map<String, String> settings) {
        return new KafkaProcess(folder, port, controllerPort, settings);
    }

    private ChildProcess launch() {
        Path output = folder.resolveSibling(folder.getFileName() + ".out");
        try {
            Files.createDirectories(folder);
            Files.writeString(output, "");
        } catch (IOException e) {
            throw new UncheckedIOException("can't prepare the broker's folder " + folder, e);
        }
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                KafkaProcess.class.getName(),
                folder.toString(),
                Integer.toString(port),
                Integer.toString(controllerPort)));
        settings.forEach((key, value) -> command.add(key + "=" + value));
        ChildProcess started = ChildProcess.start(command, Map.of(), "TERM", output);
        boolean isReady = Patience.until(START_LIMIT, () -> !started.isAlive() || says(output));
        if (!isReady || !started.isAlive()) {
            started.close();
            throw new NotStartedException(
                    "the broker's process on port " + port + " didn't start: " + ChildProcess.lastLine(output));
        }
        return started;
    }

    private static boolean says(Path output) {
        try {
            return Files.readString(output).contains(READY);
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + output, e);
        }
    }

    /** Whether the broker's process is there, whatever its state. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Of the broker itself. */
    public long pid() {
        return server().pid();
    }

    /** {@code kill -9}; returns when the process has ended. */
    public void kill() {
        ProcessHandle server = server();
        server.destroyForcibly();
        if (!Patience.until(END_LIMIT, () -> !server.isAlive())) {
            throw new IllegalStateException("the broker outlived kill -9");
        }
        process.close();
    }

    /** Starts it again after its end, by {@link #kill} or by itself, on what it had written. */
    public void restart() {
        process = launch();
    }

    /** SIGSTOP: its connections stay open and nothing answers. */
    public void pause() {
        signal("STOP");
    }

    /** SIGCONT. */
    public void goOn() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            Process kill = new ProcessBuilder("/bin/kill", "-s", name, Long.toString(server().pid()))
                    .redirectErrorStream(true)
                    .start();
            String said = new String(kill.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (kill.waitFor() != 0) {
                throw new IllegalStateException("the broker can't be sent " + name + ": " + said.strip());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the broker can't be sent " + name, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the broker was sent " + name, e);
        }
    }

    private ProcessHandle server() {
        return process.server().orElseThrow(() -> new IllegalStateException("the broker's process has ended"));
    }

    @Override
    public void close() {
        process.close();
    }

    /** The process itself: folder, port, port of the controller, then settings as {@code key=value}. */
    public static void main(String[] args) throws InterruptedException {
        Map<String, String> settings = new HashMap<>();
        for (String each : List.of(args).subList(3, args.length)) {
            int equals = each.indexOf('=');
            settings.put(each.substring(0, equals), each.substring(equals + 1));
        }
        EmbeddedKafka broker =
                EmbeddedKafka.start(Path.of(args[0]), Integer.parseInt(args[1]), Integer.parseInt(args[2]), settings);
        Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "stop"));
        System.out.println(READY);
        new CountDownLatch(1).await();
    }
}
