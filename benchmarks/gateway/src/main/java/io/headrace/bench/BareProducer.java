package io.headrace.bench;

import io.headrace.bench.load.Payloads;
import io.headrace.bench.run.BenchException;
import io.headrace.bench.run.Child;
import io.headrace.bench.run.Jvm;
import io.headrace.bench.run.Processor;
import io.headrace.bench.system.Broker;
import io.headrace.bench.system.SameRecordMain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Kafka's producer without anything around it, in a process of its own and as fast as it goes: what bringing a message
 * into Kafka costs at least. Stopped between its turns.
 */
final class BareProducer implements AutoCloseable {
    /** Which records, and how. */
    enum Kind {
        /** {@link SameRecordMain}, the gateway's settings: the ratio that counts is to this one. */
        SAME_RECORD("producer", "producer, same record"),
        /** Kafka's performance tool: a payload and nothing else; the gateway's settings. */
        TOOL("tool", "producer tool"),
        /** The tool as Kafka's start script runs it. */
        TOOL_DEFAULTS("defaults", "producer tool, defaults");

        final String option;
        final String title;

        Kind(String option, String title) {
            this.option = option;
            this.title = title;
        }
    }

    /**
     * What a turn cost.
     *
     * @param cpuMicrosPerMessage user and system time of the process
     * @param rate messages a second
     */
    record Cost(double cpuMicrosPerMessage, double rate) {}

    private static final List<String> SCRIPT_OPTIONS = List.of(
            "-Xmx512M",
            "-server",
            "-XX:+UseG1GC",
            "-XX:MaxGCPauseMillis=20",
            "-XX:InitiatingHeapOccupancyPercent=35",
            "-XX:+ExplicitGCInvokesConcurrent",
            "-Djava.awt.headless=true");

    private final Broker broker;
    private final String topic;
    private final Child process;

    private BareProducer(Broker broker, String topic, Child process) {
        this.broker = broker;
        this.topic = topic;
        this.process = process;
    }

    /** Starts one; it waits for its turn.  */
    static BareProducer start(Kind kind, Jvm jvm, Broker broker, Path folder, int devices) {
        String topic = "bench-" + kind.option;
        broker.make(topic);
        List<String> command =
                switch (kind) {
                    case SAME_RECORD ->
                        jvm.own(Jvm.gatewayOptions(), SameRecordMain.class, own(broker, topic, devices));
                    case TOOL -> tool(jvm, Jvm.gatewayOptions(), broker, topic, folder, Systems.PRODUCER);
                    case TOOL_DEFAULTS -> tool(jvm, SCRIPT_OPTIONS, broker, topic, folder, List.of());
                };
        BareProducer producer = new BareProducer(broker, topic, Child.startForeign(kind.title, command));
        producer.signal("STOP");
        return producer;
    }

    private static List<String> own(Broker broker, String topic, int devices) {
        List<String> arguments = new ArrayList<>(List.of(
                topic, Integer.toString(devices), "bootstrap.servers=" + broker.bootstrapServers(), "acks=all"));
        arguments.addAll(Systems.PRODUCER);
        return arguments;
    }

    private static List<String> tool(
            Jvm jvm, List<String> options, Broker broker, String topic, Path folder, List<String> settings) {
        Path payloads = folder.resolve("payloads.txt");
        try {
            Files.write(payloads, new Payloads().samples());
        } catch (IOException e) {
            throw new UncheckedIOException("can't write " + payloads, e);
        }
        List<String> arguments = new ArrayList<>(List.of(
                "--topic", topic,
                "--num-records", "2000000000",
                "--throughput", "-1",
                "--payload-file", payloads.toString(),
                "--reporting-interval", "250",
                "--bootstrap-server", broker.bootstrapServers(),
                "--command-property", "acks=all"));
        arguments.addAll(settings);
        return jvm.library(options, "org.apache.kafka.tools.ProducerPerformance", arguments);
    }

    /** Lets it run, and measures the end of that. */
    Cost turn(int warmUp, int seconds) {
        signal("CONT");
        try {
            sent(System.nanoTime() + warmUp * 1_000_000_000L);
            List<Long> pid = List.of(process.pid());
            long cpu = Processor.micros(pid);
            long began = System.nanoTime();
            long sent = sent(began + seconds * 1_000_000_000L);
            double micros = Processor.micros(pid) - cpu;
            double elapsed = (System.nanoTime() - began) / 1e9;
            return new Cost(micros / sent, sent / elapsed);
        } finally {
            signal("STOP");
        }
    }

    /** Messages of the reports that come until then. */
    private long sent(long until) {
        long sent = 0;
        while (System.nanoTime() < until) {
            String report = process.await(line -> line.contains(" records sent"), 20);
            sent += Long.parseLong(report.substring(0, report.indexOf(' ')));
        }
        return sent;
    }

    private void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new BenchException("kill isn't there: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted");
        }
    }

    @Override
    public void close() {
        process.close();
        broker.delete(topic);
    }
}
