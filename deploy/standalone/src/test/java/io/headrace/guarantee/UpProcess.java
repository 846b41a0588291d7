package io.headrace.guarantee;

import io.headrace.client.ApiClient;
import io.headrace.embedded.FreePort;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** {@code up} as an operator starts it: a process of its own, on a folder and ports that stay the same. */
final class UpProcess {
    private static final Duration READY_WITHIN = Duration.ofSeconds(150);
    private static final List<Integer> PORTS =
            List.of(1883, 8883, 8080, 8443, 5683, 5684, 5672, 5671, 8090, 9400, 9410, 9092, 8081, 8083, 15_432);

    private final Path folder;
    private final int offset;
    private final Libraries libraries;
    private final Path output;
    private Process process;

    /**
     * What stands in {@code HEADRACE_LIBRARIES}, and what goes with it.
     *
     * @param folder of jars; empty for none
     * @param environment of every process
     */
    record Libraries(Optional<Path> folder, Map<String, String> environment) {
        static final Libraries NONE = new Libraries(Optional.empty(), Map.of());
    }

    private UpProcess(Path folder, int offset, Libraries libraries, String more) throws IOException {
        this.folder = folder;
        this.offset = offset;
        this.libraries = libraries;
        this.output = folder.resolve("up.out");
        configure(more.replace("${postgres.port}", Integer.toString(port(15_432))));
        this.process = launch();
    }

    /** From its next start on it also has these settings, one a line. */
    void configure(String more) throws IOException {
        Files.writeString(folder.resolve("up.conf"), """
                processors.window.idle-close = 2s
                connect.cold.commit-interval = 3s
                connect.warm.retention-days = 0
                """ + more);
    }

    /** Starts and waits until it says that it is ready; tests that run at the same time start one after another. */
    static UpProcess start(Path folder) throws IOException, InterruptedException {
        return start(folder, Libraries.NONE, "");
    }

    /** @param more settings, one a line, in which <code>${postgres.port}</code> stands for its own */
    static UpProcess start(Path folder, Libraries libraries, String more) throws IOException, InterruptedException {
        Path ports = Path.of(System.getProperty("java.io.tmpdir"), "headrace-test-ports.lock");
        try (FileChannel file = FileChannel.open(ports, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock _ = file.lock()) {
            Random random = new Random();
            int offset = IntStream.generate(() -> 11_000 + random.nextInt(5_000))
                    .limit(100)
                    .filter(candidate -> PORTS.stream().allMatch(port -> FreePort.isFree(port + candidate)))
                    .findFirst()
                    .orElseThrow();
            UpProcess up = new UpProcess(folder, offset, libraries, more);
            try {
                up.awaitReady();
                return up;
            } catch (IOException | RuntimeException e) {
                up.end();
                throw e;
            }
        }
    }

    /** More processors beside its own, in a process of their own, that take some of its partitions. */
    Process moreProcessors() throws IOException, InterruptedException {
        Path settings = Files.writeString(folder.resolve("processors.conf"), """
                kafka.bootstrap-servers = 127.0.0.1:%d
                kafka.replication = 1
                kafka.min-in-sync-replicas = 1
                kafka.partitions = 4
                registry.url = http://127.0.0.1:%d/apis/ccompat/v7
                processors.state-dir = %s
                processors.streams.consumer.session.timeout.ms = 10000
                processors.query.listen = 127.0.0.1:0
                processors.window.idle-close = 2s
                metrics.listen = 127.0.0.1:0
                """.formatted(
                        port(9092), port(8081), folder.resolve("more-processors")));
        Path out = folder.resolve("processors.out");
        Process more = launch(out, "processors", "--config", settings.toString());
        awaitReady(more, out);
        return more;
    }

    /** A command on what runs here, to its end; what it printed. */
    String run(String... arguments) throws IOException, InterruptedException {
        Path out = folder.resolve("command.out");
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--data", data().toString()));
        Process command = launch(out, all.toArray(String[]::new));
        if (!command.waitFor(2, TimeUnit.MINUTES)) {
            command.destroyForcibly();
        }
        String printed = Files.readString(out);
        if (command.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", arguments) + ": " + printed);
        }
        return printed;
    }

    /** The file that it was started with. */
    Path settings() {
        return folder.resolve("up.conf");
    }

    private Process launch() throws IOException {
        return launch(
                output,
                "up",
                "--data",
                data().toString(),
                "--config",
                folder.resolve("up.conf").toString(),
                "--port-offset",
                Integer.toString(offset));
    }

    private Process launch(Path output, String... arguments) throws IOException {
        String jars = libraries.folder().map(all -> ":" + all + "/*").orElse("");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx640m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", // it mostly starts
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dheadrace.root=" + System.getProperty("headrace.root"),
                "-Dheadrace.apicurio.home=" + System.getProperty("headrace.apicurio.home"),
                "-cp",
                System.getProperty("java.class.path") + jars,
                "io.headrace.cli.Main"));
        libraries.folder().ifPresent(all -> command.add(1, "-Dheadrace.libraries=" + all));
        command.addAll(List.of(arguments));
        Files.deleteIfExists(output);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("MALLOC_ARENA_MAX", "2");
        builder.environment().putAll(libraries.environment());
        return builder.start();
    }

    private void awaitReady() throws IOException, InterruptedException {
        awaitReady(process, output);
    }

    private static void awaitReady(Process process, Path output) throws IOException, InterruptedException {
        long end = System.nanoTime() + READY_WITHIN.toNanos();
        while (!Files.readString(output).lines().anyMatch("ready"::equals)) {
            if (!process.isAlive() || System.nanoTime() > end) {
                throw new IllegalStateException("not ready: " + Files.readString(output));
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    /** {@code kill -9}, and the wait for the end of the process itself. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(20, TimeUnit.SECONDS);
    }

    /** {@code kill -9} of it and of every server that it has started, one after the other in any order. */
    void killAll(Random random) throws InterruptedException {
        List<ProcessHandle> all = new ArrayList<>(Stream.concat(Stream.of(process.toHandle()), process.descendants())
                // Those watch over the servers, and end with them.
                .filter(each -> each.info()
                        .command()
                        .filter(command -> !command.endsWith("sh"))
                        .isPresent())
                .toList());
        Collections.shuffle(all, random);
        for (ProcessHandle each : all) {
            each.destroyForcibly();
            TimeUnit.MILLISECONDS.sleep(random.nextInt(200));
        }
        kill();
    }

    /** Starts again on the same folder and ports. */
    void restart() throws IOException, InterruptedException {
        process = launch();
        awaitReady();
    }

    /** SIGTERM; the exit code, or -1 where it doesn't end within two minutes. */
    int stop() throws InterruptedException {
        process.destroy();
        return process.waitFor(2, TimeUnit.MINUTES) ? process.exitValue() : -1;
    }

    /** Ends it whatever its state. */
    void end() throws InterruptedException {
        if (process.isAlive()) {
            kill();
        }
    }

    Path data() {
        return folder.resolve("data");
    }

    int port(int standard) {
        return standard + offset;
    }

    String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + port(15_432) + "/headrace?user=headrace";
    }

    ApiClient api() throws IOException {
        String token = Files.readString(data().resolve("admin.token")).strip();
        return new ApiClient(URI.create("http://127.0.0.1:" + port(8090)), token);
    }

    /** Makes a device; one of its keys. */
    String newDevice(String id) throws IOException {
        var body = com.fasterxml.jackson.databind.node.JsonNodeFactory.instance
                .objectNode()
                .put("id", id);
        return api().post("/api/v1/devices", body).at("/keys/primary").asText();
    }
}
