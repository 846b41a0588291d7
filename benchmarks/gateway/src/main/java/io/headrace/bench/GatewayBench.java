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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;

/**
 * {@code ./headrace bench gateway}: the gateway, its peers and the bare producer on one broker in one run, since only
 * ratios within a run count; those that are compared closely by turns.
 */
public final class GatewayBench {
    private static final int DEVICES = 200;
    private static final int STEADY_RATE = 20_000;
    private static final int HTTP_DEVICES = 16;
    private static final int IDLE = 20_000;
    private static final int ROUNDS = 5;
    private static final int QUICK_ROUNDS = 3;
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
     * See {@link Options}; systems are {@code producer}, {@code tool}, {@code defaults}, {@code headrace}, {@code vertx},
     * {@code vertx-same-record}, {@code moquette}, {@code hivemq}, {@code mosquitto+kcat}, {@code idle}, {@code commands}; scenarios, of the
     * gateway and Vert.x, {@code full}, {@code steady}, {@code half}, {@code http}; settings the gateway's. Exit code 1
     * where something acknowledged was lost or is out of order.
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
        try (load) {
            byTurns();
            alone("moquette", () -> systems.javaPeer("moquette", "MoquettePeer"));
            alone("hivemq", () -> systems.javaPeer("hivemq", "HivemqPeer"));
            alone("mosquitto+kcat", systems::mosquitto);
        }
        if (options.wants("commands")) {
            attempt("commands", this::commands);
        }
        if (options.wants("idle")) {
            attempt("idle connections", this::idle);
        }
    }

    private void byTurns() {
        try (Rounds rounds = new Rounds((name, why) -> report.missing(name, String.valueOf(why.getMessage())))) {
            for (BareProducer.Kind kind : BareProducer.Kind.values()) {
                if (options.wants(kind.option)) {
                    attempt(kind.title, () -> enter(rounds, kind));
                }
            }
            Optional<Systems.Running> gateway = enter(
                    rounds,
                    Report.GATEWAY,
                    () -> systems.headrace("bench-headrace-", DEVICES),
                    "full",
                    "steady",
                    "http");
            enter(rounds, "vertx", () -> systems.javaPeer("vertx", "VertxPeer"), "full", "steady");
            enter(rounds, "vertx-same-record", () -> systems.javaPeer("vertx", "VertxPeer", "same-record=yes"), "full");
            rounds.play(options.isQuick() ? QUICK_ROUNDS : ROUNDS);
            gateway.ifPresent(this::half);
        }
    }

    private void enter(Rounds rounds, BareProducer.Kind kind) {
        BareProducer producer = BareProducer.start(kind, jvm, broker, folder, DEVICES);
        rounds.atEnd(producer::close);
        rounds.add(kind.title, new Rounds.Contender() {
            @Override
            public void warmUp() {
                producer.turn(warmUpSeconds() / 3, 1);
            }

            @Override
            public void turn() {
                BareProducer.Cost cost = producer.turn(1, seconds());
                report.add(kind, cost);
                say("  %s: %.2f us/message, %.0f/s".formatted(kind.title, cost.cpuMicrosPerMessage(), cost.rate()));
            }
        });
    }

    private Optional<Systems.Running> enter(
            Rounds rounds, String name, Supplier<Systems.Running> start, String... scenarios) {
        if (!options.wants(name)) {
            return Optional.empty();
        }
        List<Systems.Running> started = new ArrayList<>();
        attempt(name, () -> {
            Systems.Running running = start.get();
            started.add(running);
            rounds.atEnd(() -> {
                running.close();
                broker.delete(running.topic());
            });
            for (String scenario : scenarios) {
                if (options.wantsScenario(scenario)) {
                    rounds.add(name + ", " + scenario, contender(scenario, name, running));
                }
            }
        });
        return started.stream().findFirst();
    }

    private Rounds.Contender contender(String scenario, String name, Systems.Running running) {
        return new Rounds.Contender() {
            @Override
            public void warmUp() {
                load.carryOut(scenario(scenario, running)
                        .lasting(scenario.equals("full") ? warmUpSeconds() : warmUpSeconds() / 2, 1));
            }

            @Override
            public void turn() {
                measure(
                        title(scenario),
                        name,
                        running,
                        scenario(scenario, running).lasting(1, seconds()));
            }
        };
    }

    private static String title(String scenario) {
        return switch (scenario) {
            case "full" -> Report.FULL_SPEED;
            case "steady" -> "window 1, 20,000/s";
            default -> "HTTP, batches of 100";
        };
    }

    private Plan scenario(String scenario, Systems.Running running) {
        return switch (scenario) {
            case "full" -> plan(Plan.Kind.MQTT, running.port(), DEVICES, 16, 0, running);
            case "steady" -> plan(Plan.Kind.MQTT, running.port(), DEVICES, 1, STEADY_RATE, running);
            default -> plan(Plan.Kind.HTTP, running.httpPort(), HTTP_DEVICES, 100, 0, running);
        };
    }

    /** At half of the speed that it has shown. */
    private void half(Systems.Running gateway) {
        double peak = report.rate(Report.FULL_SPEED, Report.GATEWAY);
        if (options.wantsScenario("half") && !Double.isNaN(peak)) {
            Plan plan = plan(Plan.Kind.MQTT, gateway.port(), DEVICES, 16, (int) (peak / 2), gateway);
            attempt(
                    "half speed",
                    () -> measure("window 16, half speed", Report.GATEWAY, gateway, plan.lasting(2, seconds())));
        }
    }

    /** A peer that is far enough from the gateway to be measured once, when the others are gone. */
    private void alone(String name, Supplier<Systems.Running> start) {
        if (!options.wants(name)) {
            return;
        }
        attempt(name, () -> {
            try (Systems.Running running = start.get()) {
                boolean isSlow = name.startsWith("mosquitto");
                Plan plan = isSlow
                        ? plan(Plan.Kind.MQTT_OWN_TOPICS, running.port(), DEVICES, 16, STEADY_RATE, running)
                        : scenario("full", running);
                String title = isSlow ? "window 16, 20,000/s" : Report.FULL_SPEED;
                measure(title, name, running, plan.lasting(isSlow ? 2 : warmUpSeconds(), seconds()));
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

    private Plan plan(Plan.Kind kind, int port, int devices, int window, int rate, Systems.Running running) {
        return new Plan(
                kind,
                port,
                devices,
                window,
                rate,
                1,
                1,
                Systems.PASSWORD,
                running.pids(),
                broker.pid(),
                folder.resolve("acknowledged"));
    }

    /** Before anything counts: what Java's compiler needs until it is done with the code of a load. */
    private int warmUpSeconds() {
        return options.isQuick() ? 15 : 30;
    }

    /** What counts of a turn. */
    private int seconds() {
        return options.isQuick() ? 3 : 5;
    }

    private void measure(String scenario, String system, Systems.Running running, Plan plan) {
        Map<TopicPartition, Long> before = broker.ends(running.topic());
        Outcome outcome = load.carryOut(plan);
        Stored stored = Stored.check(broker, running.topic(), before, Acknowledged.load(plan.acknowledged()));
        report.add(scenario, system, outcome, stored);
        say("  %s, %s: %.2f us/message, %.0f/s, p50 %.2f p99 %.2f ms, lost %d, reordered %d, duplicates %d, broken %d"
                .formatted(
                        system,
                        scenario,
                        outcome.cpuMicrosPerMessage(),
                        outcome.rate(),
                        outcome.p50(),
                        outcome.p99(),
                        stored.lost(),
                        stored.reordered(),
                        stored.duplicates(),
                        outcome.broken()));
    }

    private void commands() {
        CommandRun.Result result = new CommandRun(broker, systems, options.isQuick()).measure();
        report.commands(result);
        say("  answered %d, lost %d, p50 %.1f p99 %.1f ms"
                .formatted(result.answered(), result.lost(), result.p50(), result.p99()));
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
