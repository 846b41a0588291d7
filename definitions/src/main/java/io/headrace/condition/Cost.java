package io.headrace.condition;

import dev.cel.common.ast.CelExpr;
import java.util.List;

/**
 * How many steps a condition takes at most, told before it is ever run: one for each part, as often as the loops around
 * it run, and more for what searches a text. A loop over a list that the expression spells out runs as often as that is
 * long; over a reading's values or tags as often as a large reading has some. Deeper loops multiply, and so are refused;
 * the evaluator's own limit ends what a reading of a thousand values makes of a permitted one.
 */
final class Cost {
    /** Some ten loops over all values of a reading; a loop within a loop is over it. */
    static final long LIMIT = 5_000;

    private static final long LARGE_READING = 64;
    private static final long REGULAR_EXPRESSION = 100;

    private Cost() {}

    static void requireLow(CelExpr tree, Place place) throws InvalidConditionException {
        long steps = of(tree);
        if (steps > LIMIT) {
            throw place.invalid(
                    costliest(tree), "may take " + steps + " steps, of which a rule has " + LIMIT + ": loop less");
        }
    }

    private static long of(CelExpr part) {
        long own =
                switch (part.getKind()) {
                    case CALL -> part.call().function().equals("matches") ? REGULAR_EXPRESSION : 1;
                    case COMPREHENSION -> {
                        long rounds = rounds(part.comprehension().iterRange());
                        long round = of(part.comprehension().loopCondition())
                                + of(part.comprehension().loopStep());
                        yield (rounds - 1) * round;
                    }
                    default -> 1;
                };
        long steps = own;
        for (CelExpr each : Parts.of(part)) {
            steps = Math.min(Integer.MAX_VALUE, steps + of(each));
        }
        return Math.max(0, steps);
    }

    private static long rounds(CelExpr range) {
        return range.getKind() == CelExpr.ExprKind.Kind.LIST
                ? range.list().elements().size()
                : LARGE_READING;
    }

    /** The outermost loop that alone costs too much; the whole where none does. */
    private static CelExpr costliest(CelExpr part) {
        if (part.getKind() == CelExpr.ExprKind.Kind.COMPREHENSION) {
            return part;
        }
        List<CelExpr> parts = Parts.of(part);
        for (CelExpr each : parts) {
            if (of(each) > LIMIT) {
                return costliest(each);
            }
        }
        return part;
    }
}
