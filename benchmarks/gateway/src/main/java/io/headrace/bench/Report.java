package io.headrace.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headrace.bench.load.Outcome;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;

/** What a run has found, as a table and as JSON. */
final class Report {
    static final String GATEWAY = "headrace";
    /** The scenario that the peers are compared in. */
    static final String FULL_SPEED = "window 16, full speed";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** One system under one load. */
    record Row(String scenario, String system, Outcome outcome, Stored stored) {}

    private final List<Row> rows = new ArrayList<>();
    private final List<ProducerTool.Cost> ceilings = new ArrayList<>();
    private final Map<String, String> missing = new LinkedHashMap<>();
    private int idleConnections;
    private double idleKib;

    void ceiling(ProducerTool.Cost cost) {
        ceilings.add(cost);
    }

    void add(Row row) {
        rows.add(row);
    }

    /** A system or a scenario that couldn't be measured, and why. */
    void missing(String what, String why) {
        missing.put(what, why);
    }

    void idle(int connections, double kib) {
        idleConnections = connections;
        idleKib = kib;
    }

    /** Of the tool's run with the gateway's settings, or with its own defaults. */
    private double toolMicros(boolean isDefault) {
        return ceilings.stream()
                .filter(cost -> cost.isDefault() == isDefault)
                .mapToDouble(ProducerTool.Cost::cpuMicrosPerMessage)
                .findFirst()
                .orElse(Double.NaN);
    }

    /** A dash where the tool wasn't run. */
    private static String ratio(double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.2f", value);
    }

    /** Left out where it wasn't measured: JSON has no other way to say so. */
    private static void put(ObjectNode node, String name, double value) {
        if (!Double.isNaN(value)) {
            node.put(name, value);
        }
    }

    private long sum(ToLongFunction<Stored> what) {
        return rows.stream()
                .filter(row -> row.system().equals(GATEWAY))
                .mapToLong(row -> what.applyAsLong(row.stored()))
                .sum();
    }

    long lost() {
        return sum(Stored::lost);
    }

    long reordered() {
        return sum(Stored::reordered);
    }

    void table(PrintWriter out) {
        for (ProducerTool.Cost cost : ceilings) {
            out.println(String.format(
                    Locale.ROOT,
                    "%-24s %-18s %7.2f us/message %9.0f/s  %s",
                    "producer tool",
                    "",
                    cost.cpuMicrosPerMessage(),
                    cost.rate(),
                    cost.settings()));
        }
        out.println();
        out.println(
                "SCENARIO                 SYSTEM               US/MSG  x TOOL  x ITS DEFAULTS     RATE/S  BROKER  LOAD    P50 MS   P99 MS    LOST  REORDERED  UNANSWERED");
        for (Row row : rows) {
            Outcome seen = row.outcome();
            out.println(String.format(
                    Locale.ROOT,
                    "%-24s %-18s %8.2f %7s %15s %10.0f %7.2f %5.2f %9.2f %8.2f %7d %10d %11d",
                    row.scenario(),
                    row.system(),
                    seen.cpuMicrosPerMessage(),
                    ratio(seen.cpuMicrosPerMessage() / toolMicros(false)),
                    ratio(seen.cpuMicrosPerMessage() / toolMicros(true)),
                    seen.rate(),
                    seen.brokerCpuMicrosPerMessage(),
                    (double) seen.loadCpuMicros() / Math.max(1, seen.acknowledged()),
                    seen.p50(),
                    seen.p99(),
                    row.stored().lost(),
                    row.stored().reordered(),
                    seen.unanswered()));
        }
        if (idleConnections > 0) {
            out.println(String.format(
                    Locale.ROOT, "%d idle MQTT connections: %.1f KiB resident each", idleConnections, idleKib));
        }
        missing.forEach((what, why) -> out.println("not measured: " + what + ": " + why));
        out.flush();
    }

    void json(PrintWriter out) {
        ObjectNode root = JSON.createObjectNode();
        ObjectNode peers = JSON.createObjectNode();
        for (Row row : rows) {
            if (row.scenario().startsWith("window 16,") && row.outcome().acknowledged() > 0) {
                double micros = row.outcome().cpuMicrosPerMessage();
                if (!row.system().equals(GATEWAY)) {
                    peers.put(row.system(), micros);
                } else if (row.scenario().equals(FULL_SPEED)) {
                    root.put("cpuMicrosPerMessage", micros);
                    put(root, "cpuRatioToProducer", micros / toolMicros(false));
                    put(root, "cpuRatioToProducerDefaults", micros / toolMicros(true));
                }
            }
        }
        root.put("lost", lost());
        root.put("reordered", reordered());
        root.set("peers", peers);
        put(root, "producerCpuMicrosPerMessage", toolMicros(false));
        put(root, "producerDefaultsCpuMicrosPerMessage", toolMicros(true));
        if (idleConnections > 0) {
            root.put("idleConnections", idleConnections);
            root.put("idleKibPerConnection", idleKib);
        }
        root.set("producerRuns", JSON.valueToTree(ceilings));
        root.set("rows", JSON.valueToTree(rows));
        root.set("notMeasured", JSON.valueToTree(missing));
        root.put("processors", Runtime.getRuntime().availableProcessors());
        try {
            out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of numbers can be written", e);
        }
        out.flush();
    }
}
