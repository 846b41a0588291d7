package io.headrace.bench.sinks;

import io.headrace.bench.run.BenchException;
import io.headrace.bench.run.Child;
import io.headrace.sinks.cold.ColdCatalog;
import io.headrace.sinks.cold.ColdTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Has the cold sink store the backlog, and a program without Kafka write the same Parquet. */
record ColdRun(Machine machine, String prefix, Backlog backlog) {
    private static final int LIMIT_SECONDS = 300;
    private static final String COMMIT_MILLIS = "2000";
    private static final double MB = 1e6;

    /**
     * What was found.
     *
     * @param cost of the sink; a row is a reading
     * @param mbPerSecond Parquet of the sink
     * @param parquetMbPerSecond of the program
     * @param missing readings that aren't in the table
     * @param twice rows too many
     */
    record Result(Cost cost, double mbPerSecond, double parquetMbPerSecond, long missing, long twice) {
        double ratioToParquet() {
            return mbPerSecond / parquetMbPerSecond;
        }
    }

    Result measure() {
        ColdCatalog catalog = new ColdCatalog(
                machine.database().url(),
                Optional.of("headrace"),
                Optional.empty(),
                machine.folder().resolve("warehouse"));
        Map<String, String> connector = Worker.template(
                machine,
                "cold",
                prefix,
                Map.of(
                        "cold.tasks",
                        "1",
                        "cold.catalog-uri",
                        catalog.uri(),
                        "cold.warehouse",
                        catalog.warehouse().toString(),
                        "cold.commit-interval-ms",
                        COMMIT_MILLIS));
        String name = connector.getOrDefault("name", "cold");
        Cost cost;
        try (Worker worker = Worker.start(machine, "cold")) {
            machine.database().settle();
            worker.put(name, connector);
            cost = Cost.follow(
                    () -> rows(catalog),
                    backlog.readings() / 3,
                    backlog.readings(),
                    new Cost.Clocks(worker::cpuMicros, machine.database()::cpuMicros),
                    () -> worker.requireRunning(name),
                    LIMIT_SECONDS);
        }
        long rows = rows(catalog);
        double mbPerSecond = bytes(catalog) / MB / rows * cost.perSecond();
        return new Result(
                cost,
                mbPerSecond,
                parquet(catalog),
                Math.max(0, backlog.readings() - rows),
                Math.max(0, rows - backlog.readings()));
    }

    private double parquet(ColdCatalog catalog) {
        List<String> arguments = List.of(
                catalog.uri(),
                "headrace",
                catalog.warehouse().toString(),
                machine.folder().resolve("bare.parquet").toString(),
                Integer.toString(backlog.readings() / 3),
                Integer.toString(backlog.readings()));
        List<String> command = machine.jvm().own(List.of("-Xms256m", "-Xmx1g"), ParquetMain.class, arguments);
        try (Child program = Child.start("the Parquet program", command)) {
            String[] words = program.await(line -> line.startsWith("wrote "), LIMIT_SECONDS)
                    .split(" ");
            return Long.parseLong(words[1]) / MB / (Long.parseLong(words[2]) / 1e9);
        }
    }

    /** 0 before the table is there. */
    private long rows(ColdCatalog catalog) {
        return isMade() ? ColdTable.contents(catalog).rows() : 0;
    }

    private boolean isMade() {
        return machine.database().number("SELECT count(*) FROM iceberg.iceberg_tables WHERE table_name = 'readings'")
                > 0;
    }

    private long bytes(ColdCatalog catalog) {
        long bytes = 0;
        try {
            for (String file : ColdTable.contents(catalog).files()) {
                bytes += Files.size(Path.of(file.replaceFirst("^file:", "")));
            }
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            throw new BenchException("the cold table can't be read: " + e.getMessage());
        }
    }
}
