package io.headrace.control.query;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.headrace.control.query.Relation.Column;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a statement needs of each relation, as DuckDB's optimizer has found out for tables without rows.
 *
 * @param scans of the relations that it reads
 */
record Plan(Map<Relation, Scan> scans) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DATABASE = "memory.";

    /**
     * What is read of one relation.
     *
     * @param columns names, of those that anything is made of
     * @param filter that each row which matters passes
     */
    record Scan(Set<String> columns, Filter filter) {
        Scan {
            columns = Set.copyOf(columns);
        }

        private Scan or(Scan other) {
            Set<String> both = new LinkedHashSet<>(columns);
            both.addAll(other.columns);
            return new Scan(both, Filter.any(List.of(filter, other.filter)));
        }
    }

    /** @param explained answer to {@code EXPLAIN (FORMAT JSON)} */
    static Plan read(String explained) {
        Map<Relation, Scan> scans = new EnumMap<>(Relation.class);
        try {
            collect(JSON.readTree(explained), scans);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("DuckDB explains a plan in JSON", e);
        }
        return new Plan(scans);
    }

    Optional<Scan> find(Relation relation) {
        return Optional.ofNullable(scans.get(relation));
    }

    /** Whether it reads one of them. */
    boolean reads(Relation... relations) {
        return Arrays.stream(relations).anyMatch(scans::containsKey);
    }

    private static void collect(JsonNode node, Map<Relation, Scan> scans) {
        if (node.isArray()) {
            node.forEach(each -> collect(each, scans));
            return;
        }
        String table = node.at("/extra_info/Table").asText();
        for (Relation relation : Relation.values()) {
            if (table.equals(DATABASE + relation.table())) {
                scans.merge(relation, scan(relation, node.path("extra_info")), Scan::or);
            }
        }
        collect(node.path("children"), scans);
    }

    private static Scan scan(Relation relation, JsonNode facts) {
        List<String> projected = texts(facts.path("Projections"));
        List<String> filters = texts(facts.path("Filters"));
        Set<String> columns = new LinkedHashSet<>();
        for (Column column : relation.columns()) {
            Pattern word = Pattern.compile("\\b" + column.name() + "\\b");
            if (mention(projected, word) || mention(filters, word)) {
                columns.add(column.name());
            }
        }
        FilterText text = new FilterText(relation);
        return new Scan(columns, Filter.all(filters.stream().map(text::read).toList()));
    }

    private static boolean mention(Collection<String> texts, Pattern word) {
        return texts.stream().anyMatch(text -> word.matcher(text).find());
    }

    /** One text is printed alone, several as an array, none as an empty text. */
    private static List<String> texts(JsonNode node) {
        List<String> texts = new ArrayList<>();
        if (node.isArray()) {
            node.forEach(each -> texts.add(each.asText()));
        } else if (!node.asText().isEmpty()) {
            texts.add(node.asText());
        }
        return texts;
    }
}
