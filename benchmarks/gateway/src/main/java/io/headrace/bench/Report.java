package io.headrace.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headrace.bench.load.Outcome;
import io.headrace.bench.run.NotMeasured;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** What a run has found, as a table and as JSON. Of several turns the median counts. */
final class Report {
    static final String GATEWAY = "headrace";
    /** The scenario that the peers are compared in. */
    static final String FULL_SPEED = "window 16, full speed";

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * One system under one load.
     *
     * @param stored what became of the messages of all turns
     */
    private record Row(String scenario, String system, List<Outcome> turns, List<Stored> stored) {
        private Spread of(ToDoubleFunction<Outcome> what) {
            return Spread.of(turns, what);
        }

        private double micros() {
            return of(Outcome::cpuMicrosPerMessage).median();
        }

        private long sum(ToLongFunction<Stored> what) {
            return stored.stream().mapToLong(what).sum();
        }
    }

    private final Map<String, Row> rows = new LinkedHashMap<>();
    private final Map<BareProducer.Kind, List<BareProducer.Cost>> producers = new EnumMap<>(BareProducer.Kind.class);
    private final NotMeasured notMeasured = new NotMeasured();
    private int idleConnections;
    private double idleKib;
    private CommandRun.@Nullable Result commands;

    /** A turn of a bare producer. */
    void add(BareProducer.Kind kind, BareProducer.Cost turn) {
        producers.computeIfAbsent(kind, _ -> new ArrayList<>()).add(turn);
    }

    /** A turn of a system. */
    void add(String scenario, String system, Outcome turn, Stored stored) {
        Row row = rows.computeIfAbsent(
                scenario + "/" + system, _ -> new Row(scenario, system, new ArrayList<>(), new ArrayList<>()));
        row.turns.add(turn);
        row.stored.add(stored);
    }

    /** Messages a second; NaN where it wasn't measured. */
    double rate(String scenario, String system) {
        Row row = rows.get(scenario + "/" + system);
        return row == null ? Double.NaN : row.of(Outcome::rate).median();
    }

    /** A system or a scenario that couldn't be measured, and why. */
    void missing(String what, String why) {
        notMeasured.add(what, why);
    }

    void idle(int connections, double kib) {
        idleConnections = connections;
        idleKib = kib;
    }

    void commands(CommandRun.Result result) {
        commands = result;
    }

    private Spread cost(BareProducer.Kind kind) {
        return Spread.of(producers.getOrDefault(kind, List.of()), BareProducer.Cost::cpuMicrosPerMessage);
    }

    private double ratio(Row row, BareProducer.Kind kind) {
        return row.micros() / cost(kind).median();
    }

    /** A dash where it wasn't measured. */
    private static String shown(double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.2f", value);
    }

    /** Left out where it wasn't measured: JSON has no other way to say so. */
    private static void put(ObjectNode node, String name, double value) {
        if (!Double.isNaN(value)) {
            node.put(name, value);
        }
    }

    private long sum(ToLongFunction<Stored> what) {
        return rows.values().stream()
                .filter(row -> row.system.equals(GATEWAY))
                .mapToLong(row -> row.sum(what))
                .sum();
    }

    long lost() {
        return sum(Stored::lost) + (commands == null ? 0 : commands.lost());
    }

    long reordered() {
        return sum(Stored::reordered);
    }

    void table(PrintWriter out) {
        out.println("Processor time: median of the turns (least-most), microseconds a message");
        producers.forEach((kind, turns) -> out.println(String.format(
                Locale.ROOT,
                "%-26s %17s %9.0f/s",
                kind.title,
                cost(kind),
                Spread.of(turns, BareProducer.Cost::rate).median())));
        out.println();
        out.println(
                "SCENARIO               SYSTEM                        US/MSG  x SAME RECORD  x TOOL  x DEFAULTS   RATE/S  BROKER  LOAD             P50 MS             P99 MS  LOST  REORDERED  UNANSWERED");
        for (Row row : rows.values()) {
            out.println(String.format(
                    Locale.ROOT,
                    "%-22s %-18s %17s %14s %7s %11s %8.0f %7.2f %5.2f %18s %18s %5d %10d %11d",
                    row.scenario,
                    row.system,
                    row.of(Outcome::cpuMicrosPerMessage),
                    shown(ratio(row, BareProducer.Kind.SAME_RECORD)),
                    shown(ratio(row, BareProducer.Kind.TOOL)),
                    shown(ratio(row, BareProducer.Kind.TOOL_DEFAULTS)),
                    row.of(Outcome::rate).median(),
                    row.of(Outcome::brokerCpuMicrosPerMessage).median(),
                    row.of(Outcome::loadCpuMicrosPerMessage).median(),
                    row.of(Outcome::p50),
                    row.of(Outcome::p99),
                    row.sum(Stored::lost),
                    row.sum(Stored::reordered),
                    row.turns.stream().mapToLong(Outcome::unanswered).sum()));
        }
        if (idleConnections > 0) {
            out.println(String.format(
                    Locale.ROOT, "%d idle MQTT connections: %.1f KiB resident each", idleConnections, idleKib));
        }
        if (commands != null) {
            out.println(String.format(
                    Locale.ROOT,
                    "commands, %d/s, to MQTT devices and their answers back: p50 %.1f, p95 %.1f, p99 %.1f, longest %.1f ms;"
                            + " answered %d, lost %d",
                    commands.rate(),
                    commands.p50(),
                    commands.p95(),
                    commands.p99(),
                    commands.longest(),
                    commands.answered(),
                    commands.lost()));
        }
        notMeasured.endTable(out);
    }

    void json(PrintWriter out) {
        ObjectNode root = JSON.createObjectNode();
        ObjectNode peers = JSON.createObjectNode();
        for (Row row : rows.values()) {
            if (row.scenario.startsWith("window 16,") && !Double.isNaN(row.micros())) {
                if (!row.system.equals(GATEWAY)) {
                    peers.put(row.system, row.micros());
                } else if (row.scenario.equals(FULL_SPEED)) {
                    root.put("cpuMicrosPerMessage", row.micros());
                    put(root, "cpuRatioToProducer", ratio(row, BareProducer.Kind.SAME_RECORD));
                    put(root, "cpuRatioToProducerTool", ratio(row, BareProducer.Kind.TOOL));
                    put(root, "cpuRatioToProducerToolDefaults", ratio(row, BareProducer.Kind.TOOL_DEFAULTS));
                }
            }
        }
        root.put("lost", lost());
        root.put("reordered", reordered());
        root.set("peers", peers);
        put(
                root,
                "producerCpuMicrosPerMessage",
                cost(BareProducer.Kind.SAME_RECORD).median());
        put(
                root,
                "producerToolCpuMicrosPerMessage",
                cost(BareProducer.Kind.TOOL).median());
        put(
                root,
                "producerToolDefaultsCpuMicrosPerMessage",
                cost(BareProducer.Kind.TOOL_DEFAULTS).median());
        if (idleConnections > 0) {
            root.put("idleConnections", idleConnections);
            root.put("idleKibPerConnection", idleKib);
        }
        if (commands != null) {
            root.set("commands", JSON.valueToTree(commands));
        }
        root.set("producerTurns", JSON.valueToTree(producers));
        ArrayNode all = root.putArray("rows");
        rows.values().forEach(row -> all.add(JSON.<ObjectNode>valueToTree(row)));
        notMeasured.endJson(root, out);
    }
}
