package io.headrace.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Shows an answer: as JSON, whole, or as a table of some of it. */
final class Printer {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final PrintWriter out;
    private final Format format;

    Printer(PrintWriter out, Format format) {
        this.out = out;
        this.format = format;
    }

    /** Whether it shows JSON: an answer then once, and nothing besides. */
    boolean isJson() {
        return format == Format.JSON;
    }

    /** Words for whoever is asked something, at once. */
    void line(String text) {
        out.println(text);
        out.flush();
    }

    /** Whether people read it, and not JSON's readers. */
    boolean isTable() {
        return format == Format.TABLE;
    }

    /** An object: a line for each of its members. */
    void object(JsonNode object) {
        if (format == Format.JSON) {
            json(object);
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        object.properties().forEach(member -> rows.add(List.of(member.getKey(), text(member.getValue()))));
        table(rows);
    }

    /**
     * An object with a list in it: lines for its other members, then a table of the list.
     *
     * @param list name of the member
     */
    void object(JsonNode object, String list, List<String> columns) {
        if (format == Format.JSON) {
            json(object);
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        object.properties().forEach(member -> {
            if (!member.getKey().equals(list)) {
                rows.add(List.of(member.getKey(), text(member.getValue())));
            }
        });
        table(rows);
        list(object, object.path(list), columns);
    }

    /**
     * A list: a line for each of its objects.
     *
     * @param answer what JSON shows
     * @param list the objects in it
     * @param columns names of members; the header in capitals
     */
    void list(JsonNode answer, JsonNode list, List<String> columns) {
        if (format == Format.JSON) {
            json(answer);
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(columns.stream()
                .map(name -> name.toUpperCase(java.util.Locale.ROOT))
                .toList());
        for (JsonNode object : list) {
            rows.add(columns.stream().map(name -> text(object.path(name))).toList());
        }
        table(rows);
    }

    /** Lines for people; JSON has the answer. */
    void lines(JsonNode answer, String text) {
        if (format == Format.JSON) {
            json(answer);
        } else {
            text.lines().forEach(line -> out.println(line.replaceAll("\\p{Cntrl}", "?")));
        }
    }

    private void json(JsonNode node) {
        try {
            out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(node));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a parsed tree can be written", e);
        }
    }

    /** Of control characters, which a device could put into an id or a payload, a terminal sees none. */
    private static String text(JsonNode node) {
        String text = node.isValueNode() ? node.asText() : node.isMissingNode() ? "" : node.toString();
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    private void table(List<List<String>> rows) {
        int columns = rows.isEmpty() ? 0 : rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                line.append(row.get(i));
                if (i < columns - 1) {
                    line.repeat(' ', widths[i] - row.get(i).length() + 2);
                }
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
