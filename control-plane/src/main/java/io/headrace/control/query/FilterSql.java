package io.headrace.control.query;

import io.headrace.control.query.Filter.All;
import io.headrace.control.query.Filter.Any;
import io.headrace.control.query.Filter.Compare;
import io.headrace.control.query.Filter.In;
import io.headrace.control.query.Filter.Null;
import io.headrace.control.query.Filter.Operator;
import io.headrace.control.query.Filter.Span;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A filter as a condition of SQL with {@code ?} for its constants.
 *
 * @param condition {@code true} for everything
 * @param constants in the order of their question marks, as JDBC takes them
 */
record FilterSql(String condition, List<Object> constants) {
    FilterSql {
        constants = List.copyOf(constants);
    }

    /** Texts are ordered by their bytes, as DuckDB does, whatever the database's collation. */
    static FilterSql forPostgres(Filter filter) {
        return of(filter, " COLLATE \"C\"");
    }

    static FilterSql forDuckDb(Filter filter) {
        return of(filter, "");
    }

    private static FilterSql of(Filter filter, String byBytes) {
        List<Object> constants = new ArrayList<>();
        String condition = condition(filter, byBytes, constants);
        return new FilterSql(condition, constants);
    }

    private static String condition(Filter filter, String byBytes, List<Object> constants) {
        return switch (filter) {
            case Compare(String column, Operator operator, Object constant) -> {
                boolean ordersText = operator != Operator.EQUAL && constant instanceof String;
                yield column + (ordersText ? byBytes : "") + " " + operator.sign() + " " + place(constant, constants);
            }
            case In(String column, List<Object> all) ->
                all.stream()
                        .map(constant -> place(constant, constants))
                        .collect(Collectors.joining(", ", column + " IN (", ")"));
            case Null(String column, boolean isNull) -> column + (isNull ? " IS NULL" : " IS NOT NULL");
            case All(List<Filter> filters) -> filters.isEmpty() ? "true" : joined(filters, " AND ", byBytes, constants);
            case Any(List<Filter> filters) -> filters.isEmpty() ? "false" : joined(filters, " OR ", byBytes, constants);
        };
    }

    private static String joined(List<Filter> filters, String word, String byBytes, List<Object> constants) {
        return filters.stream()
                .map(filter -> condition(filter, byBytes, constants))
                .collect(Collectors.joining(word, "(", ")"));
    }

    private static String place(Object constant, List<Object> constants) {
        constants.add(
                switch (constant) {
                    case Instant instant -> instant.atOffset(ZoneOffset.UTC);
                    case Span span -> span.text();
                    default -> constant;
                });
        return constant instanceof Span ? "CAST(? AS interval)" : "?";
    }
}
