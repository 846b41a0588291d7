package io.headrace.bench.windows;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headrace.bench.run.NotMeasured;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What a run has found, as a table and as JSON. */
final class Report {
    static final String HEADRACE = "headrace";
    static final String FLINK = "flink";
    static final String FLINK_BY_METRIC = "flink-by-metric";
    static final String LOOP = "loop";
    static final String STREAMS = "streams";

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * One system.
     *
     * @param lost values that it lost, and messages
     * @param surplus values or messages that it has twice
     * @param results that it wrote
     */
    record Row(String system, Progress.Cost cost, long lost, long surplus, long results) {}

    private final List<Row> rows = new ArrayList<>();
    private final NotMeasured notMeasured = new NotMeasured();
    private Map<String, StateSizes.Size> states = Map.of();
    private int metrics = 1;
    private Optional<AlertRun.Result> alerts = Optional.empty();

    void add(Row row) {
        rows.add(row);
    }

    /** @param deviceMetrics devices times metrics */
    void states(Map<String, StateSizes.Size> sizes, int deviceMetrics) {
        states = Map.copyOf(sizes);
        metrics = deviceMetrics;
    }

    void alerts(AlertRun.Result result) {
        alerts = Optional.of(result);
    }

    /** What couldn't be measured, and why. */
    void missing(String what, String why) {
        notMeasured.add(what, why);
    }

    /** Of ours. */
    long lost() {
        long inAlerts =
                alerts.map(each -> each.messagesLost() + each.seen().lost()).orElse(0L);
        return find(HEADRACE).map(Row::lost).orElse(0L) + inAlerts;
    }

    /** Of ours. */
    long surplus() {
        return find(HEADRACE).map(Row::surplus).orElse(0L);
    }

    private Optional<Row> find(String system) {
        return rows.stream().filter(row -> row.system().equals(system)).findFirst();
    }

    /** Messages per second of processor time: ours to the other's. */
    private Optional<Double> ratioTo(String system) {
        return find(HEADRACE)
                .flatMap(ours -> find(system)
                        .map(other -> ours.cost().perCpuSecond() / other.cost().perCpuSecond()));
    }

    void table(PrintWriter out) {
        out.println(
                "SYSTEM            MESSAGES   PER CPU SECOND  US/MESSAGE  COMPILERS  PER SECOND    RESULTS    LOST   TWICE");
        for (Row row : rows) {
            out.println(String.format(
                    Locale.ROOT,
                    "%-15s %10d %16.0f %11.2f %9.0f%% %11.0f %10d %7d %7d",
                    row.system(),
                    row.cost().messages(),
                    row.cost().perCpuSecond(),
                    1e6 / row.cost().perCpuSecond(),
                    100.0 * row.cost().compilerMicros() / row.cost().cpuMicros(),
                    row.cost().perSecond(),
                    row.results(),
                    row.lost(),
                    row.surplus()));
        }
        ratioTo(LOOP).ifPresent(ratio -> out.println(String.format(Locale.ROOT, "to the bare loop: %.2f", ratio)));
        ratioTo(STREAMS)
                .ifPresent(ratio -> out.println(String.format(Locale.ROOT, "to bare Kafka Streams: %.2f", ratio)));
        ratioTo(FLINK).ifPresent(ratio -> out.println(String.format(Locale.ROOT, "to Flink: %.2f", ratio)));
        ratioTo(FLINK_BY_METRIC)
                .ifPresent(ratio -> out.println(String.format(Locale.ROOT, "to Flink by metric: %.2f", ratio)));
        states.forEach((store, size) -> out.println(String.format(
                Locale.ROOT,
                "state %-22s %9d keys, %6.0f bytes for each device and metric, %6.0f MB written",
                store,
                size.keys(),
                (double) size.bytes() / metrics,
                size.written() / 1e6)));
        alerts.ifPresent(found -> out.println(String.format(
                Locale.ROOT,
                "alerts: %d at %.0f messages/s, p50 %.0f p99 %.0f worst %.0f ms; lost %d alerts, %d of %d messages; PUBACK p99 %.0f ms; busy: processors and gateway %.2f, broker %.2f, load %.2f",
                found.seen().alerts(),
                found.rate(),
                found.seen().latency().p50(),
                found.seen().latency().p99(),
                found.seen().latency().worst(),
                found.seen().lost(),
                found.messagesLost(),
                found.acknowledged(),
                found.acknowledgedP99(),
                found.cores().processorsAndGateway(),
                found.cores().broker(),
                found.cores().load())));
        alerts.ifPresent(found -> out.println(
                "of it, p50 p99 worst: to the gateway " + words(found.seen().toGateway())
                        + "; to the decision " + words(found.seen().toDecision()) + "; to the consumer "
                        + words(found.seen().toConsumer()) + " ms"));
        notMeasured.endTable(out);
    }

    private static String words(AlertWatch.Spread spread) {
        return String.format(Locale.ROOT, "%.0f %.0f %.0f", spread.p50(), spread.p99(), spread.worst());
    }

    void json(PrintWriter out) {
        ObjectNode root = JSON.createObjectNode();
        ratioTo(FLINK).ifPresent(ratio -> root.put("ratioToFlink", ratio));
        ratioTo(FLINK_BY_METRIC).ifPresent(ratio -> root.put("ratioToFlinkByMetric", ratio));
        ratioTo(LOOP).ifPresent(ratio -> root.put("ratioToBareLoop", ratio));
        ratioTo(STREAMS).ifPresent(ratio -> root.put("ratioToBareStreams", ratio));
        root.put("lost", lost());
        root.put("surplus", surplus());
        ObjectNode perCpuSecond = root.putObject("messagesPerCpuSecond");
        rows.forEach(row -> perCpuSecond.put(row.system(), row.cost().perCpuSecond()));
        ObjectNode bytes = root.putObject("stateBytesPerDeviceAndMetric");
        states.forEach((store, size) -> bytes.put(store, (double) size.bytes() / metrics));
        alerts.ifPresent(found -> root.set("alerts", JSON.valueToTree(found)));
        root.set("rows", JSON.valueToTree(rows));
        notMeasured.endJson(root, out);
    }
}
