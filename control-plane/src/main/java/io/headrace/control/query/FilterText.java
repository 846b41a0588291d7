package io.headrace.control.query;

import io.headrace.control.query.Filter.Operator;
import io.headrace.control.query.Filter.Span;
import io.headrace.control.query.Relation.Column;
import io.headrace.control.query.Relation.ColumnType;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the filters that DuckDB's optimizer has pushed into a scan, as {@code EXPLAIN} prints them: {@code ((device_id =
 * 'a') AND (observed_at >= '2026-01-01 00:00:00+00'::TIMESTAMP WITH TIME ZONE))}. What isn't understood counts as
 * everything.
 */
final class FilterText {
    private static final String LITERAL = "'(?:[^']|'')*'(?:::[A-Z ]+)?|-?[0-9][0-9.eE+-]*";
    private static final String COLUMN = "(?:normalized_interval\\()?(\\w+)\\)?";
    private static final Pattern COMPARE = Pattern.compile(COLUMN + " (=|<|<=|>|>=) (" + LITERAL + ")", Pattern.DOTALL);
    private static final Pattern IN =
            Pattern.compile("(\\w+) IN \\(((?:" + LITERAL + ")(?:, (?:" + LITERAL + "))*)\\)", Pattern.DOTALL);
    private static final Pattern NULL = Pattern.compile("(\\w+) IS (NOT )?NULL");
    private static final Pattern NOT = Pattern.compile("NOT (\\w+)");
    private static final Pattern ONE = Pattern.compile(LITERAL, Pattern.DOTALL);
    private static final Pattern STRING = Pattern.compile("'((?:[^']|'')*)'(::[A-Z ]+)?", Pattern.DOTALL);
    private static final String OPTIONAL = "optional: ";
    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd HH:mm:ss")
            .appendFraction(ChronoField.MICRO_OF_SECOND, 0, 6, true)
            .appendOffset("+HH:mm", "+00")
            .toFormatter();

    private final Relation relation;

    FilterText(Relation relation) {
        this.relation = relation;
    }

    Filter read(String text) {
        String bare = text.strip();
        while (bare.startsWith(OPTIONAL) || isWrapped(bare)) {
            bare = bare.startsWith(OPTIONAL)
                    ? bare.substring(OPTIONAL.length())
                    : bare.substring(1, bare.length() - 1).strip();
        }
        if (split(bare, " THEN ").size() > 1 || split(bare, " BETWEEN ").size() > 1) {
            return Filter.everything();
        }
        List<String> either = split(bare, " OR ");
        if (either.size() > 1) {
            return Filter.any(either.stream().map(this::read).toList());
        }
        List<String> both = split(bare, " AND ");
        if (both.size() > 1) {
            return Filter.all(both.stream().map(this::read).toList());
        }
        return single(bare);
    }

    private Filter single(String text) {
        Matcher compare = COMPARE.matcher(text);
        if (compare.matches()) {
            return compare(compare.group(1), compare.group(2), compare.group(3));
        }
        Matcher in = IN.matcher(text);
        if (in.matches()) {
            return in(in.group(1), in.group(2));
        }
        Matcher isNull = NULL.matcher(text);
        if (isNull.matches() && column(isNull.group(1)).isPresent()) {
            return new Filter.Null(isNull.group(1), isNull.group(2) == null);
        }
        Matcher not = NOT.matcher(text);
        if (not.matches()
                && column(not.group(1))
                        .filter(c -> c.type() == ColumnType.BOOLEAN)
                        .isPresent()) {
            return new Filter.Compare(not.group(1), Operator.EQUAL, false);
        }
        return Filter.everything();
    }

    private Filter compare(String name, String sign, String literal) {
        Operator operator = Operator.of(sign);
        Optional<Object> constant = column(name).map(column -> constant(column.type(), literal));
        boolean isComparable = constant.isPresent()
                && operator != null
                && (operator == Operator.EQUAL || !(constant.get() instanceof Span));
        return isComparable && operator != null
                ? new Filter.Compare(name, operator, constant.get())
                : Filter.everything();
    }

    private Filter in(String name, String literals) {
        List<Object> constants = new ArrayList<>();
        Matcher literal = ONE.matcher(literals);
        while (literal.find()) {
            String each = literal.group();
            Optional<Object> constant = column(name).map(column -> constant(column.type(), each));
            if (constant.isEmpty()) {
                return Filter.everything();
            }
            constants.add(constant.get());
        }
        return new Filter.In(name, constants);
    }

    private Optional<Column> column(String name) {
        return relation.columns().stream()
                .filter(column -> column.name().equals(name))
                .findFirst();
    }

    private static @Nullable Object constant(ColumnType type, String literal) {
        Matcher string = STRING.matcher(literal);
        boolean quoted = string.matches();
        String cast = quoted && string.group(2) != null ? string.group(2).substring(2) : "";
        try {
            return switch (type) {
                case VARCHAR -> quoted && cast.isEmpty() ? string.group(1).replace("''", "'") : null;
                case TIMESTAMPTZ -> quoted && cast.equals("TIMESTAMP WITH TIME ZONE") ? time(string.group(1)) : null;
                case INTERVAL -> quoted && cast.equals("INTERVAL") ? new Span(string.group(1)) : null;
                case DOUBLE -> quoted ? null : Double.valueOf(literal);
                case INTEGER, BIGINT -> quoted ? null : Long.valueOf(literal);
                case BOOLEAN, TEXTS, NUMBERS -> null;
            };
        } catch (NumberFormatException | DateTimeException notAsWeKnowIt) {
            return null;
        }
    }

    private static Instant time(String text) {
        return OffsetDateTime.parse(text, TIME).toInstant();
    }

    /** Whether its first parenthesis ends with its last character. */
    private static boolean isWrapped(String text) {
        if (!text.startsWith("(") || !text.endsWith(")")) {
            return false;
        }
        int depth = 0;
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            quoted ^= c == '\'';
            depth += quoted ? 0 : c == '(' ? 1 : c == ')' ? -1 : 0;
            if (depth == 0 && i < text.length() - 1) {
                return false;
            }
        }
        return depth == 0;
    }

    /** Cuts at a word that is neither quoted nor in parentheses. */
    private static List<String> split(String text, String at) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int from = 0;
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            quoted ^= c == '\'';
            depth += quoted ? 0 : c == '(' ? 1 : c == ')' ? -1 : 0;
            if (!quoted && depth == 0 && text.startsWith(at, i)) {
                parts.add(text.substring(from, i));
                from = i + at.length();
                i = from - 1;
            }
        }
        parts.add(text.substring(from));
        return parts;
    }
}
