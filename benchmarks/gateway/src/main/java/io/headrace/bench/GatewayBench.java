package io.headrace.bench;

import io.headrace.bench.load.Acknowledged;
import io.headrace.bench.load.Load;
import io.headrace.bench.load.Outcome;
import io.headrace.bench.load.Plan;
import io.headrace.bench.run.BenchException;
import io.headrace.bench.run.Child;
import io.headrace.bench.run.Jvm;
import io.headrace.bench.run.Options;
import io.headrace.bench.run.Processor;
import io.headrace.bench.run.Scratch;
import io.headrace.bench.system.Broker;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;

/**
 * {@code ./headrace bench gateway}: the gateway, its peers and the bare producer on one broker, one after the other in one
 * run, since only ratios within a run count.
 */
public final class GatewayBench {
    private static final int DEVICES = 200;
    private static final int STEADY_RATE = 20_000;
    private static final int HTTP_DEVICES = 16;
    private static final int IDLE = 20_000;
    /** Of the file descriptors that a process may have, these many are for something else. */
    private static final int OTHER_FILES = 400;

    private final Options options;
    private final Jvm jvm;
    private final Path folder;
    private final Report report = new Report();
    private final Broker broker;
    private final Systems systems;
    private final Load load;

    private GatewayBench(Options options, Jvm jvm, Path folder, Broker broker) {
        this.options = options;
        this.jvm = jvm;
        this.folder = folder;
        this.broker = broker;
        this.systems = new Systems(jvm, broker, folder, options.settings());
        this.load = new Load(jvm);
    }

    /**
     * See {@link Options}; systems are {@code tool}, {@code headrace}, {@code vertx}, {@code moquette}, {@code hivemq},
     * {@code mosquitto+kcat}, {@code idle}; scenarios, of the gateway, {@code full}, {@code steady}, {@code half},
     * {@code http}; settings the gateway's. Exit code 1 where something acknowledged was lost or is out of order.
     */
    public static void main(String[] args) throws IOException {
        Options options = Options.parse(List.of(args));
        Jvm jvm = new Jvm(Path.of(System.getProperty("headrace.root", ".")).toAbsolutePath());
        int code = 70;
        try (Scratch scratch = Scratch.make();
                Broker broker = Broker.start(jvm, scratch.folder().resolve("kafka"))) {
            GatewayBench bench = new GatewayBench(options, jvm, scratch.folder(), broker);
            bench.run();
            PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
            if (options.isJson()) {
                bench.report.json(out);
            } else {
                bench.report.table(out);
            }
            code = bench.report.lost() + bench.report.reordered() == 0 ? 0 : 1;
        } catch (BenchException e) {
            System.err.println("headrace: " + e.getMessage());
            code = 5;
        }
        System.exit(code);
    }

    private void run() {
        ProducerTool tool = new ProducerTool(jvm, broker, folder);
        if (options.wants("tool")) {
            say("producer tool, its defaults");
            report.ceiling(tool.run(List.of(), List.of(), warmUp(), seconds()));
            // Before the gateway, so that the broker's way of taking compressed batches is compiled when that comes.
            say("producer tool, the gateway's settings");
            report.ceiling(tool.run(Jvm.gatewayOptions(), Systems.PRODUCER, warmUp(), seconds()));
        }
        if (options.wants(Report.GATEWAY)) {
            gateway();
        }
        peer("vertx", () -> systems.javaPeer("vertx", "VertxPeer"));
        peer("moquette", () -> systems.javaPeer("moquette", "MoquettePeer"));
        peer("hivemq", () -> systems.javaPeer("hivemq", "HivemqPeer"));
        peer("mosquitto+kcat", systems::mosquitto);
        if (options.wants("idle")) {
            attempt("idle connections", this::idle);
        }
    }

    private void gateway() {
        attempt(Report.GATEWAY, () -> {
            try (Systems.Running running = systems.headrace("bench-headrace-", DEVICES)) {
                Outcome peak = null;
                if (options.wantsScenario("full")) {
                    peak = measure(Report.FULL_SPEED, Report.GATEWAY, running, closed(running));
                }
                if (options.wantsScenario("steady")) {
                    measure("window 1, 20,000/s", Report.GATEWAY, running, steady(running));
                }
                if (options.wantsScenario("half") && peak != null) {
                    Plan half = plan(Plan.Kind.MQTT, running.port(), DEVICES, 16, (int) (peak.rate() / 2), running);
                    measure("window 16, half speed", Report.GATEWAY, running, half);
                }
                if (options.wantsScenario("http")) {
                    Plan http = plan(Plan.Kind.HTTP, running.httpPort(), HTTP_DEVICES, 100, 0, running);
                    measure("HTTP, batches of 100", Report.GATEWAY, running, http);
                }
            }
            broker.delete("bench-headrace-telemetry.raw");
        });
    }

    private void peer(String name, Supplier<Systems.Running> start) {
        if (!options.wants(name)) {
            return;
        }
        attempt(name, () -> {
            try (Systems.Running running = start.get()) {
                if (name.startsWith("mosquitto")) {
                    Plan plan = plan(Plan.Kind.MQTT_OWN_TOPICS, running.port(), DEVICES, 16, STEADY_RATE, running);
                    measure("window 16, 20,000/s", name, running, plan);
                    return;
                }
                measure(Report.FULL_SPEED, name, running, closed(running));
                if (name.equals("vertx")) {
                    measure("window 1, 20,000/s", name, running, steady(running));
                }
                broker.delete(running.topic());
            }
        });
    }

    private void attempt(String name, Runnable work) {
        say(name);
        try {
            work.run();
        } catch (BenchException e) {
            say(name + " can't be measured: " + e.getMessage());
            report.missing(name, String.valueOf(e.getMessage()));
        }
    }

    private Plan closed(Systems.Running running) {
        return plan(Plan.Kind.MQTT, running.port(), DEVICES, 16, 0, running);
    }

    private Plan steady(Systems.Running running) {
        return plan(Plan.Kind.MQTT, running.port(), DEVICES, 1, STEADY_RATE, running);
    }

    private Plan plan(Plan.Kind kind, int port, int devices, int window, int rate, Systems.Running running) {
        return new Plan(
                kind,
                port,
                devices,
                window,
                rate,
                rate == 0 ? warmUp() : warmUp() / 2 + 1,
                seconds(),
                Systems.PASSWORD,
                running.pids(),
                broker.pid(),
                folder.resolve("acknowledged"));
    }

    /** Seconds before a window at full speed. */
    private int warmUp() {
        return options.isQuick() ? 5 : 15;
    }

    /** Seconds of a window. */
    private int seconds() {
        return options.isQuick() ? 4 : 8;
    }

    private Outcome measure(String scenario, String system, Systems.Running running, Plan plan) {
        Map<TopicPartition, Long> before = broker.ends(running.topic());
        Outcome outcome = load.carryOut(plan);
        Stored stored = Stored.check(broker, running.topic(), before, Acknowledged.load(plan.acknowledged()));
        report.add(new Report.Row(scenario, system, outcome, stored));
        say("  %s: %.2f us/message, %.0f/s, p50 %.2f p99 %.2f ms, lost %d, reordered %d, duplicates %d, broken %d"
                .formatted(
                        scenario,
                        outcome.cpuMicrosPerMessage(),
                        outcome.rate(),
                        outcome.p50(),
                        outcome.p99(),
                        stored.lost(),
                        stored.reordered(),
                        stored.duplicates(),
                        outcome.broken()));
        return outcome;
    }

    private void idle() {
        int count = (int) Math.min(IDLE, openFiles() - OTHER_FILES);
        try (Systems.Running running = systems.headrace("bench-idle-", count)) {
            Child gateway = running.children().getFirst();
            long before = resident(gateway);
            try (Child connections = load.start()) {
                connections.tell("idle " + running.port() + " " + count + " " + Systems.PASSWORD);
                connections.await(line -> line.startsWith("idle "), 120);
                report.idle(count, (double) (resident(gateway) - before) / count);
            }
        }
    }

    private static long resident(Child gateway) {
        gateway.tell("gc");
        gateway.await("collected"::equals, 30);
        Systems.pause(1000);
        return Processor.residentKib(gateway.pid());
    }

    private static long openFiles() {
        try (Stream<String> limits = Files.lines(Path.of("/proc/self/limits"))) {
            return limits.filter(line -> line.startsWith("Max open files"))
                    .map(line -> line.split("\\s+")[4])
                    .mapToLong(hard -> hard.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(hard))
                    .findFirst()
                    .orElse(1024);
        } catch (IOException e) {
            throw new UncheckedIOException("can't read /proc/self/limits", e);
        }
    }

    private static void say(String progress) {
        System.err.println(progress);
    }
}
