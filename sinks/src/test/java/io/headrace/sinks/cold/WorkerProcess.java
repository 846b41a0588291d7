package io.headrace.sinks.cold;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.headrace.embedded.EmbeddedConnect;
import io.headrace.embedded.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A Connect worker that can be killed: in a process of its own, with one connector. */
final class WorkerProcess {
    private static final Map<String, String> SETTINGS = Map.of(
            "group.id", "killed-workers",
            "config.storage.topic", "killed-configs",
            "offset.storage.topic", "killed-offsets",
            "status.storage.topic", "killed-status",
            "session.timeout.ms", "6000",
            "heartbeat.interval.ms", "1000",
            "rebalance.timeout.ms", "6000",
            "offset.flush.interval.ms", "500");

    private WorkerProcess() {}

    static Process start(String bootstrapServers, Path folder, Map<String, String> connector) throws IOException {
        Path file = folder.resolve("connector.json");
        Files.writeString(file, new ObjectMapper().writeValueAsString(connector));
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Dheadrace.root=" + System.getProperty("headrace.root", ".."),
                        "-cp",
                        System.getProperty("java.class.path"),
                        WorkerProcess.class.getName(),
                        bootstrapServers,
                        file.toString()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("worker.out").toFile()))
                .start();
    }

    /** Ends with whoever started it. */
    public static void main(String[] arguments) throws IOException {
        Path plugins = Path.of(System.getProperty("headrace.root"), "sinks/target/plugins");
        Map<String, String> connector =
                new ObjectMapper().readValue(Path.of(arguments[1]).toFile(), new TypeReference<>() {});
        EmbeddedConnect.start(arguments[0], plugins, FreePort.next(), SETTINGS)
                .put(connector.getOrDefault("name", ""), connector);
        while (System.in.read() >= 0) {
            // nobody writes
        }
        Runtime.getRuntime().halt(0);
    }
}
