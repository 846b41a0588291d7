package io.headrace.bench.sinks;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.headrace.bench.run.BenchException;
import io.headrace.bench.run.Processor;
import io.headrace.embedded.ConnectProcess;
import io.headrace.embedded.ConnectProcess.Launch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Apache's own Connect worker in a process of its own, with our plug-ins and Debezium's, and one connector at a time. */
final class Worker implements AutoCloseable {
    private static final String OFFSET_FLUSH_MILLIS = "250";

    private final ConnectProcess process;

    private Worker(ConnectProcess process) {
        this.process = process;
    }

    /** @param name of its group and of its folder */
    static Worker start(Machine machine, String name) {
        Path root = machine.root();
        Launch launch = new Launch(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                // as Kafka's own scripts start one, but for half of their heap
                List.of("-Xms256m", "-Xmx1g", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20"),
                root.resolve("testing/stock-connect/target/lib"),
                root.resolve("sinks/target/plugins"),
                machine.folder().resolve("worker-" + name));
        Map<String, String> settings = new HashMap<>();
        settings.put("plugin.path", launch.plugins() + "," + root.resolve("benchmarks/peers/debezium/target/plugins"));
        settings.put("offset.flush.interval.ms", OFFSET_FLUSH_MILLIS);
        settings.put("group.id", "worker-" + name);
        for (String store : List.of("config", "offset", "status")) {
            settings.put(store + ".storage.topic", "worker-" + name + "-" + store);
        }
        return new Worker(ConnectProcess.start(machine.broker().bootstrapServers(), launch, settings));
    }

    void put(String name, Map<String, String> connector) {
        try {
            process.rest().put(name, connector);
        } catch (IllegalArgumentException e) {
            throw new BenchException(String.valueOf(e.getMessage()));
        }
    }

    /** @throws BenchException where a connector doesn't run */
    void requireRunning(String name) {
        String status = process.rest().status(name);
        if (status.startsWith("FAILED")) {
            throw new BenchException(name + " has " + status);
        }
    }

    /** Processor time so far, microseconds. */
    long cpuMicros() {
        return Processor.micros(List.of(process.pid()));
    }

    long pid() {
        return process.pid();
    }

    /** A template of {@code deploy/connect}, filled in. */
    static Map<String, String> template(Machine machine, String name, String prefix, Map<String, String> more) {
        Map<String, String> places = new HashMap<>(Map.of(
                "topic-prefix",
                prefix,
                "kafka.bootstrap-servers",
                machine.broker().bootstrapServers(),
                "kafka.replication",
                "1",
                "registry.url",
                machine.registry().toString(),
                "postgres.url",
                machine.database().url(),
                "postgres.user",
                "headrace",
                "postgres.password",
                ""));
        places.putAll(more);
        try {
            String text = Files.readString(machine.root().resolve("deploy/connect/" + name + ".json"));
            for (Map.Entry<String, String> place : places.entrySet()) {
                text = text.replace("${" + place.getKey() + "}", place.getValue());
            }
            return new ObjectMapper().readValue(text, new TypeReference<>() {});
        } catch (IOException e) {
            throw new BenchException("the template " + name + " can't be read: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
