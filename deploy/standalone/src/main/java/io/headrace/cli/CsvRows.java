package io.headrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.List;

/** Rows as RFC 4180 has them, with a header; nothing between two commas is null, {@code ""} an empty text. */
final class CsvRows implements RowWriter {
    private final PrintWriter out;

    CsvRows(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void columns(List<Column> columns) {
        StringBuilder line = new StringBuilder();
        for (Column column : columns) {
            append(line, column.name());
        }
        print(line);
    }

    @Override
    public void row(JsonNode values) {
        StringBuilder line = new StringBuilder();
        for (JsonNode value : values) {
            if (value.isNull()) {
                line.append(',');
            } else {
                append(line, TableRows.text(value));
            }
        }
        print(line);
    }

    private static void append(StringBuilder line, String text) {
        boolean isPlain =
                !text.isEmpty() && text.chars().noneMatch(c -> c == '"' || c == ',' || c == '\n' || c == '\r');
        line.append(isPlain ? text : '"' + text.replace("\"", "\"\"") + '"').append(',');
    }

    private void print(StringBuilder line) {
        line.setLength(Math.max(0, line.length() - 1));
        out.print(line.append("\r\n"));
    }

    @Override
    public void end() {
        out.flush();
    }
}
