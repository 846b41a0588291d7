package io.headrace.streams.mapping;

import dev.cel.common.ast.CelExpr;
import dev.cel.common.values.CelByteString;
import dev.cel.runtime.CelEvaluationListener;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what one evaluation may cost, so that no expression stops a thread or fills the memory: so many steps, texts and
 * lists of so many elements, structures of so much in all, and so many characters that are new. Counted and never timed: the
 * same payload has the same outcome on every machine and in every replay. Used once.
 *
 * <p>A list that holds another twice doubles what it stands for with each level, at no cost until somebody compares two of
 * them: so structures are weighed when they are made, and a comparison costs what its lighter side weighs.
 */
final class Fuel implements CelEvaluationListener {
    static final int MAX_STEPS = 100_000;
    private static final int MAX_TEXT = 65_536;
    private static final int MAX_ELEMENTS = 10_000;
    private static final int MAX_WEIGHT = 100_000;
    private static final long MAX_NEW_TEXT = 4_000_000;

    private final IdentityHashMap<Object, Integer> weights = new IdentityHashMap<>();
    private final Map<Long, Object> structures = new HashMap<>();
    private long steps;
    private long newText;

    /** The evaluation has cost what it may. */
    static final class OutOfFuelException extends RuntimeException {
        private static final long serialVersionUID = 1;

        OutOfFuelException(String message) {
            super(message, null, false, false);
        }
    }

    @Override
    public void callback(CelExpr expression, @Nullable Object value) {
        spend(1);
        CelExpr.ExprKind.Kind kind = expression.exprKind().getKind();
        switch (value) {
            case String text -> text(text.length(), kind);
            case CelByteString bytes -> text(bytes.size(), kind);
            case Collection<?> list -> structure(expression.id(), kind, list, list.size());
            case Map<?, ?> map -> structure(expression.id(), kind, map, map.size());
            case null, default -> {
                // takes no room
            }
        }
        if (kind == CelExpr.ExprKind.Kind.CALL) {
            comparison(expression.call());
        }
    }

    private void text(int length, CelExpr.ExprKind.Kind kind) {
        if (length > MAX_TEXT) {
            throw new OutOfFuelException("a text of more than " + MAX_TEXT + " characters");
        }
        newText += kind == CelExpr.ExprKind.Kind.CALL ? length : 0;
        if (newText > MAX_NEW_TEXT) {
            throw new OutOfFuelException("texts of more than " + MAX_NEW_TEXT + " characters in all");
        }
    }

    private void structure(long id, CelExpr.ExprKind.Kind kind, Object structure, int size) {
        if (size > MAX_ELEMENTS) {
            throw new OutOfFuelException("a list or object of more than " + MAX_ELEMENTS + " elements");
        }
        structures.put(id, structure);
        if (kind == CelExpr.ExprKind.Kind.LIST || kind == CelExpr.ExprKind.Kind.MAP) {
            weight(structure);
        }
    }

    private void comparison(CelExpr.CelCall call) {
        boolean compares =
                switch (call.function()) {
                    case "_==_", "_!=_", "@in" -> call.args().size() == 2;
                    default -> false;
                };
        if (compares) {
            Object left = structures.get(call.args().get(0).id());
            Object right = structures.get(call.args().get(1).id());
            boolean in = call.function().equals("@in");
            if (right != null && (left != null || in)) {
                spend(in || left == null ? weight(right) : Math.min(weight(left), weight(right)));
            }
        }
    }

    /** How many values a structure stands for, counting those that it holds twice twice. */
    private int weight(@Nullable Object value) {
        if (value instanceof Optional<?> optional) {
            return weight(optional.orElse(null));
        }
        if (!(value instanceof Collection<?>) && !(value instanceof Map<?, ?>)) {
            return 1;
        }
        Integer known = weights.get(value);
        if (known != null) {
            return known;
        }
        Collection<?> elements = value instanceof Map<?, ?> map ? map.values() : (Collection<?>) value;
        spend(elements.size());
        long weight = 1;
        for (Object element : elements) {
            weight += weight(element);
            if (weight > MAX_WEIGHT) {
                throw new OutOfFuelException("a structure of more than " + MAX_WEIGHT + " values");
            }
        }
        if (!elements.isEmpty()) {
            // one that is empty may be where a comprehension collects
            weights.put(value, (int) weight);
        }
        return (int) weight;
    }

    private void spend(int cost) {
        steps += cost;
        if (steps > MAX_STEPS) {
            throw new OutOfFuelException("more than " + MAX_STEPS + " steps");
        }
    }
}
