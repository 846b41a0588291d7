package io.headrace.bench.detect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.headrace.bench.detect.Scorer.Worth;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The outcomes, for people and for programs. */
record Report(List<Outcome> outcomes) {
    void table(PrintStream out) {
        out.printf(
                "%-20s %-16s %9s %9s  %-21s %-9s %-18s %s%n",
                "detector",
                "series",
                "µs/value",
                "bytes",
                "standard/low FP/FN",
                "windows",
                "false alarms/10k",
                "at best threshold");
        for (Outcome outcome : outcomes) {
            Worth worth = outcome.worth();
            out.printf(
                    Locale.ROOT,
                    "%-20s %-16s %9.2f %9s  %-21s %-9s %-18s %s%n",
                    outcome.detector(),
                    outcome.variant().isEmpty() ? "as they are" : outcome.variant(),
                    outcome.micros(),
                    outcome.bytes() == 0 ? "" : outcome.bytes(),
                    profiles(worth),
                    worth == null ? "" : worth.found() + "/" + worth.windows(),
                    worth == null ? "" : falseAlarms(worth, outcome),
                    profiles(outcome.best()));
        }
    }

    private static String profiles(@Nullable Worth worth) {
        if (worth == null) {
            return "";
        }
        List<String> shown = new ArrayList<>();
        worth.profiles().forEach(score -> shown.add(String.format(Locale.ROOT, "%.1f", score)));
        return String.join(" / ", shown);
    }

    private static String falseAlarms(Worth worth, Outcome outcome) {
        return String.format(
                Locale.ROOT, "%d: %.1f", worth.falseAlarms(), 1e4 * worth.falseAlarms() / outcome.values());
    }

    void json(PrintStream out) {
        List<Map<String, Object>> all = new ArrayList<>();
        for (Outcome outcome : outcomes) {
            Map<String, Object> each = new LinkedHashMap<>();
            each.put("detector", outcome.detector());
            each.put("variant", outcome.variant());
            each.put("series", outcome.series());
            each.put("values", outcome.values());
            each.put("microsPerValue", outcome.micros());
            each.put("bytes", outcome.bytes());
            put(each, "shippedThreshold", outcome.worth());
            put(each, "bestThreshold", outcome.best());
            all.add(each);
        }
        try {
            out.println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(all));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void put(Map<String, Object> each, String name, @Nullable Worth worth) {
        if (worth == null) {
            return;
        }
        Map<String, Object> inner = new LinkedHashMap<>();
        for (int i = 0; i < Scorer.PROFILES.size(); i++) {
            inner.put(Scorer.PROFILES.get(i), worth.profiles().get(i));
        }
        inner.put("windowsFound", worth.found());
        inner.put("windows", worth.windows());
        inner.put("falseAlarms", worth.falseAlarms());
        each.put(name, inner);
    }
}
