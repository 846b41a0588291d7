package io.headrace.bench.sinks;

import io.headrace.bench.run.BenchException;
import io.headrace.bench.run.Jvm;
import io.headrace.bench.run.Options;
import io.headrace.bench.run.Scratch;
import io.headrace.bench.system.Broker;
import io.headrace.catalogue.Catalogue;
import io.headrace.embedded.EmbeddedRegistry;
import io.headrace.embedded.NotStartedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * {@code ./headrace bench sinks}: the warm sink, COPY and Debezium's JDBC sink store the same rows, one after the other in one
 * run, since only ratios within a run count; the cold sink and a program without Kafka write the same Parquet; then
 * devices send, and PostgreSQL says when their rows were there.
 */
public final class SinksBench {
    private static final String PREFIX = "bench-";
    private static final String COLD = "cold";
    private static final String LATENCY = "latency";
    private static final String ROWS = "rows";
    private static final int READINGS = 2_400_000;
    private static final int QUICK_READINGS = 600_000;
    /** Debezium gets a part of it, so that each has about as many seconds to warm up: a rate is a rate. */
    private static final int PEER_PART = 4;
    /** What the tables are filled with before they are asked. */
    private static final long ROWS_ASKED = 100_000_000;

    private static final long QUICK_ROWS_ASKED = 10_000_000;

    private final Options options;
    private final Report report = new Report();

    private SinksBench(Options options) {
        this.options = options;
    }

    /**
     * See {@link Options}; systems are {@code headrace}, {@code copy}, {@code debezium}, {@code debezium-unnest},
     * {@code debezium-defaults}, {@code cold}, {@code latency}, and {@code rows} where it is named; settings the warm
     * connector's. Exit code 1 where a row is missing or there twice.
     */
    public static void main(String[] args) throws IOException {
        Options options = Options.parse(List.of(args));
        Path root = Path.of(System.getProperty("headrace.root", ".")).toAbsolutePath();
        Jvm jvm = new Jvm(root);
        int code = 70;
        try (Scratch scratch = Scratch.make();
                Broker broker = Broker.start(jvm, scratch.folder().resolve("kafka"));
                EmbeddedRegistry registry =
                        EmbeddedRegistry.start(scratch.folder().resolve("registry"));
                Database database = Database.start(scratch.folder().resolve("postgres"))) {
            SinksBench bench = new SinksBench(options);
            bench.run(new Machine(root, jvm, scratch.folder(), broker, registry.url(), database));
            PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
            if (options.isJson()) {
                bench.report.json(out);
            } else {
                bench.report.table(out);
            }
            code = bench.report.missing() + bench.report.duplicates() == 0 ? 0 : 1;
        } catch (BenchException | NotStartedException e) {
            say("headrace: " + e.getMessage());
            code = 5;
        }
        System.exit(code);
    }

    private void run(Machine machine) {
        Catalogue hub = machine.hub(PREFIX);
        Backlog backlog = new Backlog(options.isQuick() ? QUICK_READINGS : READINGS);
        Backlog peerRows = new Backlog(backlog.readings() / PEER_PART);
        if (options.wants(Report.HEADRACE) || options.wants(COLD)) {
            say("the backlog: " + backlog.readings() + " readings");
            backlog.produce(machine.broker().bootstrapServers(), hub, machine.schemas());
        }
        if (options.wants(Report.DEBEZIUM)
                || options.wants(Report.DEBEZIUM_UNNEST)
                || options.wants(Report.DEBEZIUM_DEFAULTS)) {
            machine.broker().make(PREFIX + "rows");
            peerRows.produceRows(machine.broker().bootstrapServers(), PREFIX + "rows", machine.schemas());
        }
        Contest contest = new Contest(machine, hub, PREFIX, backlog, peerRows, options);
        attempt(Report.HEADRACE, () -> report.add(contest.headrace()));
        attempt(Report.COPY, () -> report.add(contest.copy()));
        attempt(Report.DEBEZIUM, () -> report.add(contest.debezium(Report.DEBEZIUM, Map.of())));
        attempt(
                Report.DEBEZIUM_UNNEST,
                () -> report.add(contest.debezium(
                        Report.DEBEZIUM_UNNEST, Map.of("dialect.postgres.unnest.insert.enabled", "true"))));
        attempt(
                Report.DEBEZIUM_DEFAULTS,
                () -> report.add(contest.debezium(
                        Report.DEBEZIUM_DEFAULTS,
                        Map.of("batch.size", "500", "consumer.override.max.poll.records", "500"))));
        attempt(COLD, () -> report.cold(new ColdRun(machine, PREFIX, backlog).measure()));
        attempt(LATENCY, () -> report.latency(new LatencyRun(machine, options).measure()));
        if (options.only().contains(ROWS)) {
            long rows = options.isQuick() ? QUICK_ROWS_ASKED : ROWS_ASKED;
            attempt(ROWS, () -> report.questions(new RowsRun(machine, PREFIX, rows).measure()));
        }
    }

    private void attempt(String name, Runnable work) {
        if (!options.wants(name)) {
            return;
        }
        say(name);
        try {
            work.run();
        } catch (BenchException | NotStartedException e) {
            say(name + " can't be measured: " + e.getMessage());
            report.notMeasured(name, String.valueOf(e.getMessage()));
        }
    }

    private static void say(String progress) {
        System.err.println(progress);
    }
}
