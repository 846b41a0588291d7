package io.headrace.bench.sinks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headrace.bench.run.NotMeasured;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a run has found, as a table and as JSON. */
final class Report {
    static final String HEADRACE = "headrace";
    static final String COPY = "copy";
    static final String DEBEZIUM = "debezium";
    static final String DEBEZIUM_UNNEST = "debezium-unnest";
    static final String DEBEZIUM_DEFAULTS = "debezium-defaults";

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * One that wrote rows into PostgreSQL.
     *
     * @param missing rows that aren't there, or aren't as sent
     * @param duplicates rows too many
     */
    record Row(String system, Cost cost, long missing, long duplicates) {}

    private final List<Row> rows = new ArrayList<>();
    private final NotMeasured notMeasured = new NotMeasured();
    private Optional<ColdRun.Result> cold = Optional.empty();
    private Optional<LatencyRun.Result> latency = Optional.empty();
    private Optional<RowsRun.Result> questions = Optional.empty();

    void add(Row row) {
        rows.add(row);
    }

    void cold(ColdRun.Result result) {
        cold = Optional.of(result);
    }

    void latency(LatencyRun.Result result) {
        latency = Optional.of(result);
    }

    void questions(RowsRun.Result result) {
        questions = Optional.of(result);
    }

    /** What couldn't be measured, and why. */
    void notMeasured(String what, String why) {
        notMeasured.add(what, why);
    }

    /** Of ours. */
    long missing() {
        return find(HEADRACE).map(Row::missing).orElse(0L)
                + cold.map(ColdRun.Result::missing).orElse(0L)
                + latency.map(LatencyRun.Result::missing).orElse(0L);
    }

    /** Of ours. */
    long duplicates() {
        return find(HEADRACE).map(Row::duplicates).orElse(0L)
                + cold.map(ColdRun.Result::twice).orElse(0L)
                + latency.map(LatencyRun.Result::twice).orElse(0L);
    }

    private Optional<Row> find(String system) {
        return rows.stream().filter(row -> row.system().equals(system)).findFirst();
    }

    /** Rows per second: ours to the other's. */
    private Optional<Double> ratioTo(String system) {
        return find(HEADRACE)
                .flatMap(ours -> find(system)
                        .map(other -> ours.cost().perSecond() / other.cost().perSecond()));
    }

    void table(PrintWriter out) {
        out.println("SYSTEM               ROWS  PER SECOND  WORKER US/ROW  DATABASE US/ROW  MISSING   TWICE");
        for (Row row : rows) {
            out.println(String.format(
                    Locale.ROOT,
                    "%-15s %9d %11.0f %14.2f %16.2f %8d %7d",
                    row.system(),
                    row.cost().rows(),
                    row.cost().perSecond(),
                    row.cost().workerMicrosPerRow(),
                    row.cost().databaseMicrosPerRow(),
                    row.missing(),
                    row.duplicates()));
        }
        for (String other : List.of(COPY, DEBEZIUM, DEBEZIUM_UNNEST, DEBEZIUM_DEFAULTS)) {
            ratioTo(other).ifPresent(ratio -> out.println(String.format(Locale.ROOT, "to %s: %.2f", other, ratio)));
        }
        cold.ifPresent(found -> out.println(String.format(
                Locale.ROOT,
                "cold: %.2f MB/s of Parquet, %.0f readings/s, worker %.2f us/reading; the same without Kafka %.2f MB/s"
                        + " (ratio %.2f); missing %d, twice %d",
                found.mbPerSecond(),
                found.cost().perSecond(),
                found.cost().workerMicrosPerRow(),
                found.parquetMbPerSecond(),
                found.ratioToParquet(),
                found.missing(),
                found.twice())));
        latency.ifPresent(found -> out.println(String.format(
                Locale.ROOT,
                "device to warm: %d messages at %.0f/s, p50 %.0f p99 %.0f worst %.0f ms; of %d acknowledged missing %d,"
                        + " twice %d",
                found.messages(),
                found.rate(),
                found.p50(),
                found.p99(),
                found.worst(),
                found.acknowledged(),
                found.missing(),
                found.twice())));
        questions.ifPresent(found -> table(found, out));
        notMeasured.endTable(out);
    }

    private static void table(RowsRun.Result found, PrintWriter out) {
        out.println(String.format(Locale.ROOT, "%d rows, %.1f GB with indexes", found.rows(), found.gigabytes()));
        out.println("QUESTION                       TIMES    P50 MS  WORST MS");
        for (RowsRun.Answer answer : found.answers()) {
            out.println(String.format(
                    Locale.ROOT,
                    "%-30s %5d %9.1f %9.1f",
                    answer.question(),
                    answer.times(),
                    answer.p50(),
                    answer.worst()));
        }
    }

    void json(PrintWriter out) {
        ObjectNode root = JSON.createObjectNode();
        ratioTo(COPY).ifPresent(ratio -> root.put("ratioToCopy", ratio));
        ratioTo(DEBEZIUM).ifPresent(ratio -> root.put("ratioToDebezium", ratio));
        ratioTo(DEBEZIUM_UNNEST).ifPresent(ratio -> root.put("ratioToDebeziumUnnest", ratio));
        ratioTo(DEBEZIUM_DEFAULTS).ifPresent(ratio -> root.put("ratioToDebeziumDefaults", ratio));
        root.put("duplicates", duplicates());
        root.put("missing", missing());
        cold.ifPresent(found -> {
            root.put("coldRatioToParquet", found.ratioToParquet());
            root.set("cold", JSON.valueToTree(found));
        });
        latency.ifPresent(found -> root.set("latency", JSON.valueToTree(found)));
        questions.ifPresent(found -> root.set("questions", JSON.valueToTree(found)));
        rows.forEach(row -> {
            ObjectNode each = root.withArray("rows").addObject();
            each.put("system", row.system());
            each.put("rows", row.cost().rows());
            each.put("rowsPerSecond", row.cost().perSecond());
            each.put("workerMicrosPerRow", row.cost().workerMicrosPerRow());
            each.put("databaseMicrosPerRow", row.cost().databaseMicrosPerRow());
            each.put("missing", row.missing());
            each.put("duplicates", row.duplicates());
        });
        notMeasured.endJson(root, out);
    }
}
