package io.headrace.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headrace.record.Rule;
import io.headrace.streams.backtest.Difference;
import io.headrace.streams.backtest.Episode;
import io.headrace.streams.backtest.Outcome;
import io.headrace.streams.backtest.Outcome.Day;
import io.headrace.streams.backtest.Result;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Shows what a back-test found.
 *
 * @param first how many alerts of each list, and how many days
 */
record BackTestPage(PrintWriter out, Format format, int first) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TRIED = "this rule";
    private static final String ACTIVE = "in force now";
    private static final String WRITTEN = "was raised";

    /**
     * Of what.
     *
     * @param source where the readings came from, in words
     */
    record Range(Instant from, Instant to, String source) {}

    /** @param stored the rule of this id as it is stored; empty for none */
    void print(Rule tried, Optional<Rule> stored, Range range, Result result) {
        if (format == Format.JSON) {
            new Printer(out, format).object(new BackTestJson(first).of(tried, range, result));
            return;
        }
        line("rule %s over what was received from %s to %s: %d readings of %d devices, from %s"
                .formatted(
                        tried.getId(),
                        shown(range.from),
                        shown(range.to),
                        result.readings(),
                        result.devices(),
                        range.source));
        stored.filter(rule -> !rule.getEnabled())
                .ifPresent(rule -> line("the rule of this id that is stored is disabled"));
        out.println();
        summary(result);
        result.active().ifPresent(active -> difference(result.tried(), active, ACTIVE));
        result.written().ifPresent(written -> difference(result.tried(), written, WRITTEN));
        if (result.written().isEmpty()) {
            line("what was really raised isn't known: there is no warm tier here, and too much for the API");
        }
        days(result);
        episodes(result.tried());
    }

    private static Map<String, Outcome> sides(Result result) {
        Map<String, Outcome> sides = new LinkedHashMap<>();
        sides.put(TRIED, result.tried());
        result.active().ifPresent(active -> sides.put(ACTIVE, active));
        result.written().ifPresent(written -> sides.put(WRITTEN, written));
        return sides;
    }

    private void summary(Result result) {
        Map<String, Outcome> sides = sides(result);
        ArrayNode rows = JSON.createArrayNode();
        row(rows, "alerts", sides, side -> Long.toString(side.alerts()));
        row(rows, "devices that had one", sides, side -> Long.toString(side.devices()));
        row(rows, "again within " + words(Outcome.SOON), sides, side -> Long.toString(side.again()));
        row(rows, "still standing", sides, side -> Long.toString(side.standing()));
        Map<String, Outcome> judged = new LinkedHashMap<>(sides);
        judged.remove(WRITTEN);
        if (judged.values().stream().anyMatch(side -> side.grouped() + side.escalations() > 0)) {
            row(rows, "told by a group's alert", judged, side -> Long.toString(side.grouped()));
            row(rows, "escalations", judged, side -> Long.toString(side.escalations()));
        }
        row(rows, "longest", sides, side -> words(side.longest()));
        row(
                rows,
                "share of time in alarm",
                sides,
                side -> String.format(Locale.ROOT, "%.2f %%", 100 * result.shareOf(side)));
        row(rows, "readings it failed for", judged, side -> Long.toString(side.failures()));
        List<String> columns = new ArrayList<>(List.of(""));
        columns.addAll(sides.keySet());
        table(rows, columns);
    }

    private static void row(ArrayNode rows, String name, Map<String, Outcome> sides, Function<Outcome, String> value) {
        ObjectNode row = rows.addObject().put("", name);
        sides.forEach((side, outcome) -> row.put(side, value.apply(outcome)));
    }

    /** Where one side has nothing, the other's alerts are listed below, or nowhere. */
    private void difference(Outcome tried, Outcome side, String other) {
        Difference difference = Difference.of(tried, side);
        out.println();
        line("against what %s: %d the same, %d of this rule alone, %d of the other alone%s"
                .formatted(
                        other.equals(ACTIVE) ? "is in force now" : other,
                        difference.same(),
                        difference.onlyFirst().size(),
                        difference.onlySecond().size(),
                        difference.isWhole() ? "" : " (of the first alerts; there are too many to compare all)"));
        ArrayNode rows = JSON.createArrayNode();
        difference.onlyFirst().stream()
                .limit(first)
                .forEach(each -> row(rows, each).put("only", TRIED));
        difference.onlySecond().stream()
                .limit(first)
                .forEach(each -> row(rows, each).put("only", other));
        if (!rows.isEmpty()) {
            table(rows, List.of("only", "device", "raised", "lasted", "message"));
        }
    }

    private void days(Result result) {
        Map<String, Outcome> sides = sides(result);
        TreeSet<Day> days = new TreeSet<>();
        sides.values().forEach(side -> days.addAll(side.byDay().keySet()));
        if (days.isEmpty()) {
            return;
        }
        out.println();
        ArrayNode rows = JSON.createArrayNode();
        for (Day day : days.stream().limit(first).toList()) {
            ObjectNode row = rows.addObject().put("day", day.day().toString()).put("device", day.device());
            sides.forEach((name, side) -> row.put(name, side.byDay().getOrDefault(day, 0L)));
        }
        List<String> columns = new ArrayList<>(List.of("day", "device"));
        columns.addAll(sides.keySet());
        table(rows, columns);
        more(days.size());
    }

    private void episodes(Outcome tried) {
        if (tried.episodes().isEmpty()) {
            return;
        }
        out.println();
        ArrayNode rows = JSON.createArrayNode();
        tried.episodes().stream().limit(first).forEach(each -> row(rows, each));
        table(rows, List.of("device", "raised", "cleared", "lasted", "severity", "values", "message"));
        more(tried.alerts());
    }

    private void more(long all) {
        if (all > first) {
            line("… and " + (all - first) + " more: --first, or --output json");
        }
    }

    private static ObjectNode row(ArrayNode rows, Episode episode) {
        return rows.addObject()
                .put("device", episode.device())
                .put("raised", shown(episode.raisedAt()))
                .put("cleared", episode.clearedAt().map(BackTestPage::shown).orElse("stands"))
                .put(
                        "lasted",
                        episode.clearedAt()
                                .map(end -> words(episode.lasted(end)))
                                .orElse("stands"))
                .put("severity", episode.severity().name().toLowerCase(Locale.ROOT))
                .put("values", values(episode))
                .put("message", episode.message());
    }

    private static String values(Episode episode) {
        return new TreeMap<>(episode.values())
                .entrySet().stream()
                        .map(each ->
                                each.getKey() + " " + number(each.getValue().least()) + ".."
                                        + number(each.getValue().greatest()))
                        .collect(Collectors.joining(", "));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.6g", value)
                .replaceFirst("(\\.\\d*?)0+$", "$1")
                .replaceFirst("\\.$", "");
    }

    private static String shown(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static String words(Duration time) {
        long seconds = time.toSeconds();
        if (seconds < 60) {
            return seconds + " s";
        }
        long minutes = seconds / 60;
        if (minutes < 60) {
            return minutes + " min" + (seconds % 60 == 0 ? "" : " " + seconds % 60 + " s");
        }
        long hours = minutes / 60;
        return hours < 48 ? hours + " h " + minutes % 60 + " min" : hours / 24 + " d " + hours % 24 + " h";
    }

    private void table(ArrayNode rows, List<String> columns) {
        new Printer(out, format).list(rows, rows, columns);
    }

    /** A device chose some of this. */
    private void line(String text) {
        out.println(text.replaceAll("\\p{Cntrl}", "?"));
    }
}
