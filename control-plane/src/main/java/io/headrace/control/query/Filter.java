package io.headrace.control.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the rows that a statement needs of one relation. Whoever reads fewer rows by it may read too many,
 * never too few: DuckDB looks at the conditions again.
 */
sealed interface Filter {
    /** Nothing is known. */
    static Filter everything() {
        return new All(List.of());
    }

    /** A column against a constant. The constant is a String, a Long, a Double, a Boolean, an Instant or a Span. */
    record Compare(String column, Operator operator, Object constant) implements Filter {}

    /** A column that is one of some constants. */
    record In(String column, List<Object> constants) implements Filter {
        public In {
            constants = List.copyOf(constants);
        }
    }

    /** A column that has, or hasn't, a value. */
    record Null(String column, boolean isNull) implements Filter {}

    /** All of these; everything where there are none. */
    record All(List<Filter> filters) implements Filter {
        public All {
            filters = List.copyOf(filters);
        }
    }

    /** One of these. */
    record Any(List<Filter> filters) implements Filter {
        public Any {
            filters = List.copyOf(filters);
        }
    }

    /** A length of time, as both databases read it. */
    record Span(String text) {}

    enum Operator {
        EQUAL("="),
        LESS("<"),
        LESS_OR_EQUAL("<="),
        GREATER(">"),
        GREATER_OR_EQUAL(">=");

        private final String sign;

        Operator(String sign) {
            this.sign = sign;
        }

        String sign() {
            return sign;
        }

        static @Nullable Operator of(String sign) {
            for (Operator each : values()) {
                if (each.sign.equals(sign)) {
                    return each;
                }
            }
            return null;
        }
    }

    static Filter all(List<Filter> filters) {
        List<Filter> narrowing =
                filters.stream().filter(filter -> !filter.equals(everything())).toList();
        return narrowing.size() == 1 ? narrowing.getFirst() : new All(narrowing);
    }

    static Filter any(List<Filter> filters) {
        if (filters.contains(everything())) {
            return everything();
        }
        return filters.size() == 1 ? filters.getFirst() : new Any(filters);
    }

    /** The same without what is known of other columns: at least as many rows. */
    default Filter onlyOn(Set<String> columns) {
        return switch (this) {
            case Compare compare -> columns.contains(compare.column) ? this : everything();
            case In in -> columns.contains(in.column) ? this : everything();
            case Null of -> columns.contains(of.column) ? this : everything();
            case All all -> all(onlyOn(all.filters, columns));
            case Any any -> any(onlyOn(any.filters, columns));
        };
    }

    private static List<Filter> onlyOn(List<Filter> filters, Set<String> columns) {
        List<Filter> weaker = new ArrayList<>();
        filters.forEach(filter -> weaker.add(filter.onlyOn(columns)));
        return weaker;
    }
}
