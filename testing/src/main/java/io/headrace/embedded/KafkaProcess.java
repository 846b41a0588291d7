package io.headrace.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
    private ChildProcess process;

    private KafkaProcess(Path folder, int port, int controllerPort) {
        this.folder = folder;
        this.port = port;
        this.controllerPort = controllerPort;
        this.process = launch();
    }

    /**
     * Starts the broker and returns when it serves.
     *
     * @throws NotStartedException where it doesn't come up
     */
    public static KafkaProcess start(Path folder, int port, int controllerPort) {
        return new KafkaProcess(folder, port, controllerPort);
    }

    private ChildProcess launch() {
        Path output = folder.resolveSibling(folder.getFileName() + ".out");
        try {
            Files.createDirectories(folder);
            Files.writeString(output, "");
        } catch (IOException e) {
            throw new UncheckedIOException("can't prepare the broker's folder " + folder, e);
        }
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                KafkaProcess.class.getName(),
                folder.toString(),
                Integer.toString(port),
                Integer.toString(controllerPort));
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

    /** {@code kill -9}; returns when the process has ended. */
    public void kill() {
        ProcessHandle server = server();
        server.destroyForcibly();
        if (!Patience.until(END_LIMIT, () -> !server.isAlive())) {
            throw new IllegalStateException("the broker outlived kill -9");
        }
        process.close();
    }

    /** Starts it again after {@link #kill}, on what it had written. */
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

    /** The process itself: folder, port, port of the controller. */
    public static void main(String[] args) throws InterruptedException {
        EmbeddedKafka broker =
                EmbeddedKafka.start(Path.of(args[0]), Integer.parseInt(args[1]), Integer.parseInt(args[2]), Map.of());
        Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "stop"));
        System.out.println(READY);
        new CountDownLatch(1).await();
    }
}
