package io.headrace.streams;

import static org.awaitility.Awaitility.await;

import io.headrace.config.Settings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** An instance in a process of its own, to be killed. It ends with the test's process at the latest. */
final class ProcessorsProcess implements AutoCloseable {
    private static final String READY = "processors are ready";

    private final Process process;

    private ProcessorsProcess(Process process) {
        this.process = process;
    }

    /**
     * Starts it and returns when it processes.
     *
     * @param folder for its settings and what it prints
     */
    static ProcessorsProcess start(Path folder, Map<String, String> settings) throws IOException {
        Path config = folder.resolve("process.conf");
        Path output = folder.resolve("process.out");
        Files.writeString(
                config,
                settings.entrySet().stream()
                        .map(setting -> setting.getKey() + " = " + setting.getValue())
                        .collect(Collectors.joining("\n")));
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ProcessorsProcess.class.getName(),
                        config.toString()))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        ProcessorsProcess started = new ProcessorsProcess(builder.start());
        await().atMost(Cluster.LONG)
                .until(() ->
                        !started.process.isAlive() || Files.readString(output).contains(READY));
        if (!started.process.isAlive()) {
            throw new IllegalStateException("the processors didn't start: " + Files.readString(output));
        }
        return started;
    }

    /** {@code kill -9}. */
    void kill() {
        process.destroyForcibly();
        await().atMost(Cluster.LONG).until(() -> !process.isAlive());
    }

    @Override
    public void close() {
        kill();
    }

    /** The process itself: a file of settings. Nobody reads its end of the pipe but it. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Processors processors =
                Processors.start(ProcessorsConfig.from(Settings.load(Path.of(args[0]))), new SimpleMeterRegistry());
        while (!processors.isReady()) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        System.out.println(READY);
        while (System.in.read() >= 0) {
            // until the test's process ends
        }
        Runtime.getRuntime().halt(1);
    }
}
