package io.headrace.condition;

import io.headrace.condition.Direct.Fault;
import io.headrace.condition.Direct.Node;
import java.util.function.BiPredicate;

/** What CEL's operators make of two values, or of their faults: of two, the left one's. */
final class Operations {
    private Operations() {}

    /** A fault on one side is no fault where the other side decides; what is no boolean always is. */
    static Object and(Node left, Node right, Subject subject) {
        return joined(left, right, subject, false);
    }

    static Object or(Node left, Node right, Subject subject) {
        return joined(left, right, subject, true);
    }

    /** @param decisive of one side, whatever the other is */
    private static Object joined(Node left, Node right, Subject subject, boolean decisive) {
        Object first = left.of(subject);
        if (!(first instanceof Boolean || first instanceof Fault)) {
            return Fault.FAILED;
        }
        if (first instanceof Boolean met && met == decisive) {
            return decisive;
        }
        Object second = right.of(subject);
        if (second instanceof Boolean met && met == decisive) {
            return decisive;
        }
        return first instanceof Boolean ? truth(second) : first;
    }

    private static Object truth(Object value) {
        return value instanceof Boolean || value instanceof Fault ? value : Fault.FAILED;
    }

    static Object not(Object value) {
        return switch (value) {
            case Boolean met -> !met;
            case Fault fault -> fault;
            default -> Fault.FAILED;
        };
    }

    static Object negated(Object value) {
        return switch (value) {
            case Double number -> -number;
            case Long number -> number == Long.MIN_VALUE ? Fault.FAILED : (Object) (-number);
            case Fault fault -> fault;
            default -> Fault.FAILED;
        };
    }

    static Object equal(Object left, Object right, boolean wanted) {
        if (left instanceof Fault || right instanceof Fault) {
            return left instanceof Fault ? left : right;
        }
        if (left instanceof Double first && right instanceof Double second) {
            // what is no number equals itself
            return (first.doubleValue() == second.doubleValue() || first.equals(second)) == wanted;
        }
        if (left instanceof Number first && right instanceof Number second) {
            return (compare(first, second) == 0) == wanted;
        }
        return left.equals(right) == wanted;
    }

    static Object less(Object left, Object right, boolean orEqual) {
        if (left instanceof Fault || right instanceof Fault) {
            return left instanceof Fault ? left : right;
        }
        if (left instanceof Double first && right instanceof Double second) {
            return orEqual ? first <= second : first < second;
        }
        int order = order(left, right);
        return order == NO_ORDER ? Fault.FAILED : (Object) (orEqual ? order <= 0 : order < 0);
    }

    static Object greater(Object left, Object right, boolean orEqual) {
        if (left instanceof Fault || right instanceof Fault) {
            return left instanceof Fault ? left : right;
        }
        if (left instanceof Double first && right instanceof Double second) {
            return orEqual ? first >= second : first > second;
        }
        int order = order(left, right);
        return order == NO_ORDER ? Fault.FAILED : (Object) (orEqual ? order >= 0 : order > 0);
    }

    private static final int NO_ORDER = Integer.MIN_VALUE;

    private static int order(Object left, Object right) {
        if (left instanceof Number first && right instanceof Number second) {
            return compare(first, second);
        }
        if (left instanceof String first && right instanceof String second) {
            return Integer.signum(first.compareTo(second));
        }
        return left instanceof Boolean first && right instanceof Boolean second
                ? Boolean.compare(first, second)
                : NO_ORDER;
    }

    /** Of a whole number and another, as doubles: so does the evaluator. */
    private static int compare(Number left, Number right) {
        return left instanceof Long first && right instanceof Long second
                ? Long.compare(first, second)
                : Double.compare(left.doubleValue(), right.doubleValue());
    }

    static Object calculated(char operator, Object left, Object right) {
        if (left instanceof Fault || right instanceof Fault) {
            return left instanceof Fault ? left : right;
        }
        if (left instanceof Double first && right instanceof Double second) {
            return switch (operator) {
                case '+' -> first + second;
                case '-' -> first - second;
                case '*' -> first * second;
                default -> first / second;
            };
        }
        if (left instanceof Long first && right instanceof Long second) {
            return calculatedWhole(operator, first, second);
        }
        return operator == '+' && left instanceof String first && right instanceof String second
                ? first + second
                : Fault.FAILED;
    }

    private static Object calculatedWhole(char operator, long left, long right) {
        try {
            return switch (operator) {
                case '+' -> Math.addExact(left, right);
                case '-' -> Math.subtractExact(left, right);
                case '*' -> Math.multiplyExact(left, right);
                default -> Math.divideExact(left, right);
            };
        } catch (ArithmeticException overflow) {
            return Fault.FAILED;
        }
    }

    static Object text(Object left, Object right, BiPredicate<String, String> test) {
        if (left instanceof Fault || right instanceof Fault) {
            return left instanceof Fault ? left : right;
        }
        return left instanceof String first && right instanceof String second
                ? (Object) test.test(first, second)
                : Fault.FAILED;
    }
}
