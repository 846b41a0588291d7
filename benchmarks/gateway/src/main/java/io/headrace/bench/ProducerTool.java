package io.headrace.bench;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.headrace.bench.load.Payloads;
import io.headrace.bench.run.Child;
import io.headrace.bench.run.Jvm;
import io.headrace.bench.run.Processor;
import io.headrace.bench.system.Broker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Kafka's own producer performance tool, with the same payloads into as many partitions: the ceiling. */
final class ProducerTool {
    /** As Kafka's start script runs it. */
    private static final List<String> OPTIONS = List.of(
            "-Xmx512M",
            "-server",
            "-XX:+UseG1GC",
            "-XX:MaxGCPauseMillis=20",
            "-XX:InitiatingHeapOccupancyPercent=35",
            "-XX:+ExplicitGCInvokesConcurrent",
            "-Djava.awt.headless=true");

    private static final String TOPIC = "bench-producer-tool";

    private final Jvm jvm;
    private final Broker broker;
    private final Path payloads;

    ProducerTool(Jvm jvm, Broker broker, Path folder) {
        this.jvm = jvm;
        this.broker = broker;
        this.payloads = folder.resolve("payloads.txt");
        try {
            Files.write(payloads, new Payloads().samples());
        } catch (IOException e) {
            throw new UncheckedIOException("can't write " + payloads, e);
        }
    }

    /**
     * What the tool cost.
     *
     * @param settings what was set beyond its defaults
     * @param cpuMicrosPerMessage user and system time of its process
     * @param rate messages a second
     */
    record Cost(String settings, double cpuMicrosPerMessage, double rate) {
        /** Whether nothing was set. */
        @JsonIgnore
        boolean isDefault() {
            return settings.isEmpty();
        }
    }

    /** Runs the tool for a while and measures the end of it. */
    Cost run(List<String> jvmOptions, List<String> settings, int warmUp, int seconds) {
        broker.make(TOPIC);
        List<String> arguments = new ArrayList<>(List.of(
                "--topic", TOPIC,
                "--num-records", "2000000000",
                "--throughput", "-1",
                "--payload-file", payloads.toString(),
                "--reporting-interval", "500",
                "--bootstrap-server", broker.bootstrapServers(),
                "--command-property", "acks=all"));
        arguments.addAll(settings);
        List<String> options = jvmOptions.isEmpty() ? OPTIONS : jvmOptions;
        List<String> command = jvm.library(options, "org.apache.kafka.tools.ProducerPerformance", arguments);
        try (Child tool = Child.startForeign("the producer tool", command)) {
            sent(tool, System.nanoTime() + warmUp * 1_000_000_000L);
            List<Long> pid = List.of(tool.pid());
            long cpu = Processor.micros(pid);
            long began = System.nanoTime();
            long sent = sent(tool, began + seconds * 1_000_000_000L);
            double micros = Processor.micros(pid) - cpu;
            double elapsed = (System.nanoTime() - began) / 1e9;
            return new Cost(String.join(" ", settings), micros / sent, sent / elapsed);
        } finally {
            broker.delete(TOPIC);
        }
    }

    /** Messages of the reports that come until then. */
    private static long sent(Child tool, long until) {
        long sent = 0;
        while (System.nanoTime() < until) {
            String report = tool.await(line -> line.contains(" records sent"), 20);
            sent += Long.parseLong(report.substring(0, report.indexOf(' ')));
        }
        return sent;
    }
}
