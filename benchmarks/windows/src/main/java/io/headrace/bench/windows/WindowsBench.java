package io.headrace.bench.windows;

import io.headrace.bench.run.BenchException;
import io.headrace.bench.run.Child;
import io.headrace.bench.run.Jvm;
import io.headrace.bench.run.Options;
import io.headrace.bench.run.Scratch;
import io.headrace.bench.system.Broker;
import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Sizing;
import io.headrace.embedded.EmbeddedRegistry;
import io.headrace.topics.ClusterTopics;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code ./headrace bench windows}: the processors, Apache Flink and a bare loop work the same backlog off, one after the
 * other in one run, since only ratios within a run count; then devices send to the gateway, and alerts are waited for.
 */
public final class WindowsBench {
    private static final int DEVICES = 10_000;
    /** Five million messages, and one before them that warms up. */
    private static final int ROUNDS = 600;

    private static final int QUICK_ROUNDS = 120;

    private final Options options;
    private final Report report = new Report();

    private WindowsBench(Options options) {
        this.options = options;
    }

    /**
     * See {@link Options}; systems are {@code loop}, {@code streams}, {@code headrace}, {@code flink}, {@code flink-by-metric}, {@code alerts}; settings the
     * processors', for the backlog and for alerts. Exit code 1 where something was lost or counted twice.
     */
    public static void main(String[] args) throws IOException {
        Options options = Options.parse(List.of(args));
        Jvm jvm = new Jvm(Path.of(System.getProperty("headrace.root", ".")).toAbsolutePath());
        int code = 70;
        try (Scratch scratch = Scratch.make();
                Broker broker = Broker.start(jvm, scratch.folder().resolve("kafka"));
                EmbeddedRegistry registry =
                        EmbeddedRegistry.start(scratch.folder().resolve("registry"))) {
            WindowsBench bench = new WindowsBench(options);
            bench.run(new Machine(jvm, scratch.folder(), broker, registry.url()));
            PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
            if (options.isJson()) {
                bench.report.json(out);
            } else {
                bench.report.table(out);
            }
            code = bench.report.lost() + bench.report.surplus() == 0 ? 0 : 1;
        } catch (BenchException e) {
            say("headrace: " + e.getMessage());
            code = 5;
        }
        System.exit(code);
    }

    /** What every part of the run stands on. */
    record Machine(Jvm jvm, Path folder, Broker broker, URI registry) {
        /** The topics of a hub, made. */
        Catalogue hub(String prefix) {
            Catalogue catalogue = new Catalogue(prefix, Sizing.STANDALONE);
            broker.ask(admin -> {
                ClusterTopics topics = new ClusterTopics(admin);
                topics.apply(topics.plan(catalogue));
            });
            return catalogue;
        }

        /** A class of ours as a process that has said that it is ready. */
        Child start(String name, List<String> command) {
            Child child = Child.start(name, command);
            child.await("ready"::equals, 90);
            return child;
        }
    }

    private void run(Machine machine) {
        if (List.of(Report.LOOP, Report.STREAMS, Report.HEADRACE, Report.FLINK, Report.FLINK_BY_METRIC).stream()
                .anyMatch(options::wants)) {
            Catalogue hub = machine.hub("bench-");
            Backlog backlog =
                    Backlog.endingAt(DEVICES, options.isQuick() ? QUICK_ROUNDS : ROUNDS, System.currentTimeMillis());
            say("the backlog: " + backlog.messages() + " messages of " + DEVICES + " devices");
            backlog.produce(machine.broker().bootstrapServers(), hub.raw().name());
            Contest contest = new Contest(machine, hub, backlog, options);
            attempt(Report.LOOP, () -> report.add(contest.loop()));
            attempt(Report.STREAMS, () -> report.add(contest.streams()));
            attempt(Report.HEADRACE, () -> {
                report.add(contest.headrace());
                report.states(contest.states(), DEVICES * Backlog.METRICS.size());
            });
            attempt(Report.FLINK, () -> report.add(contest.flink()));
            attempt(Report.FLINK_BY_METRIC, () -> report.add(contest.flinkByMetric()));
        }
        attempt("alerts", () -> report.alerts(new AlertRun(machine, options).measure()));
    }

    private void attempt(String name, Runnable work) {
        if (!options.wants(name)) {
            return;
        }
        say(name);
        try {
            work.run();
        } catch (BenchException e) {
            say(name + " can't be measured: " + e.getMessage());
            report.missing(name, String.valueOf(e.getMessage()));
        }
    }

    private static void say(String progress) {
        System.err.println(progress);
    }
}
