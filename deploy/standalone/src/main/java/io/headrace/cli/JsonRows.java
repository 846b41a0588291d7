package io.headrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.List;

/** Rows as an array of objects, one a line. */
final class JsonRows implements RowWriter {
    private final PrintWriter out;
    private List<Column> columns = List.of();
    private boolean isFirst = true;

    JsonRows(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void columns(List<Column> columns) {
        this.columns = List.copyOf(columns);
    }

    @Override
    public void row(JsonNode values) {
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        for (int i = 0; i < columns.size(); i++) {
            row.set(columns.get(i).name(), values.get(i));
        }
        out.print((isFirst ? "[\n" : ",\n") + row);
        isFirst = false;
    }

    @Override
    public void end() {
        out.println(isFirst ? "[]" : "\n]");
        out.flush();
    }
}
