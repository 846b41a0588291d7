package io.headrace.condition;

import dev.cel.common.ast.CelExpr;
import io.headrace.condition.WindowUse.Function;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which values and windows a condition names.
 *
 * @param metrics named under {@code values}, or of windows
 * @param windows each once
 * @param byPart windows by the id of the part that asks for one
 */
record Uses(Set<String> metrics, List<WindowUse> windows, Map<Long, WindowUse> byPart) {
    static final Uses NONE = new Uses(Set.of(), List.of(), Map.of());

    private static final int MOST_WINDOWS = 16;
    private static final Set<String> MESSAGE = Set.of("id", "observed_at", "received_at");

    /** @throws InvalidConditionException where a window is asked for that there can't be, or an unknown member */
    static Uses of(CelExpr tree, Place place) throws InvalidConditionException {
        Set<String> metrics = new TreeSet<>();
        Map<Long, WindowUse> byPart = new HashMap<>();
        collect(tree, place, metrics, byPart);
        Set<WindowUse> windows = new LinkedHashSet<>(byPart.values());
        if (windows.size() > MOST_WINDOWS) {
            throw place.invalid(tree, "asks for more than " + MOST_WINDOWS + " windows");
        }
        return new Uses(Set.copyOf(metrics), List.copyOf(windows), Map.copyOf(byPart));
    }

    private static void collect(CelExpr part, Place place, Set<String> metrics, Map<Long, WindowUse> windows)
            throws InvalidConditionException {
        Optional<WindowUse> window = window(part, place);
        if (window.isPresent()) {
            windows.put(part.id(), window.get());
            metrics.add(window.get().metric());
            return;
        }
        if (Parts.isIdent(part, WindowUse.VARIABLE)) {
            throw place.invalid(part, "windows are asked for as windows[\"5m\"].temperature.mean");
        }
        if (part.getKind() == CelExpr.ExprKind.Kind.SELECT
                && Parts.isIdent(part.select().operand(), "message")) {
            String member = part.select().field();
            if (!MESSAGE.contains(member)) {
                throw place.invalid(part, "message has no " + member + ": it has id, observed_at and received_at");
            }
        }
        Optional<String> key = Parts.key(part);
        if (key.isPresent() && Parts.isIdent(Parts.operand(part), "values")) {
            metrics.add(key.get());
        }
        for (CelExpr each : Parts.of(part)) {
            collect(each, place, metrics, windows);
        }
    }

    /** The window that a part asks for; empty where it is something else. */
    private static Optional<WindowUse> window(CelExpr part, Place place) throws InvalidConditionException {
        Optional<String> function = Parts.key(part);
        if (function.isEmpty()) {
            return Optional.empty();
        }
        CelExpr ofMetric = Parts.operand(part);
        Optional<String> metric = Parts.key(ofMetric);
        if (metric.isEmpty()) {
            return Optional.empty();
        }
        CelExpr ofSize = Parts.operand(ofMetric);
        Optional<String> size = Parts.key(ofSize);
        if (size.isEmpty() || !Parts.isIdent(Parts.operand(ofSize), WindowUse.VARIABLE)) {
            return Optional.empty();
        }
        long micros = WindowUse.micros(size.get())
                .orElseThrow(() -> place.invalid(
                        ofSize, "a window's size is a whole number of s, m or h, up to 24h, and not " + size.get()));
        Function known = Function.find(function.get())
                .orElseThrow(() ->
                        place.invalid(part, "a window has count, sum, min, max and mean, and no " + function.get()));
        return Optional.of(new WindowUse(size.get(), micros, metric.get(), known));
    }

    /** What CEL's evaluator is given, of the windows those that there are. */
    Map<String, Object> variables(Subject subject) {
        Map<String, Object> variables = new HashMap<>(subject.variables());
        Map<String, Map<String, Map<String, Double>>> sizes = new HashMap<>();
        for (WindowUse use : windows) {
            Map<String, Double> functions = sizes.computeIfAbsent(use.size(), any -> new HashMap<>())
                    .computeIfAbsent(use.metric(), any -> new HashMap<>());
            double result = subject.window(use);
            if (!Double.isNaN(result)) {
                functions.put(use.function().word(), result);
            }
        }
        variables.put(WindowUse.VARIABLE, sizes);
        return variables;
    }
}
