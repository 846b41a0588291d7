package io.headrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Rows in columns for people to read; as wide as the first thousand rows need. */
final class TableRows implements RowWriter {
    private static final int MEASURED = 1_000;
    private static final Pattern NUMERIC =
            Pattern.compile("(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DOUBLE|FLOAT|DECIMAL.*)");
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    private final PrintWriter out;
    private final List<List<String>> waiting = new ArrayList<>();
    private int[] widths = new int[0];
    private boolean[] numeric = new boolean[0];
    private long count;

    TableRows(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void columns(List<Column> columns) {
        widths = new int[columns.size()];
        numeric = new boolean[columns.size()];
        for (int i = 0; i < columns.size(); i++) {
            numeric[i] = NUMERIC.matcher(columns.get(i).type()).matches();
        }
        measure(columns.stream().map(column -> printable(column.name())).toList());
    }

    @Override
    public void row(JsonNode values) {
        List<String> cells = new ArrayList<>();
        values.forEach(value -> cells.add(printable(text(value))));
        count++;
        if (count <= MEASURED) {
            measure(cells);
        } else {
            flush();
            print(cells);
        }
    }

    private void measure(List<String> cells) {
        waiting.add(cells);
        for (int i = 0; i < widths.length; i++) {
            widths[i] = Math.max(widths[i], cells.get(i).length());
        }
    }

    private void flush() {
        waiting.forEach(this::print);
        waiting.clear();
    }

    private void print(List<String> cells) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            int padding = Math.max(0, widths[i] - cells.get(i).length());
            if (i > 0) {
                line.append("  ");
            }
            line.repeat(' ', numeric[i] ? padding : 0).append(cells.get(i)).repeat(' ', numeric[i] ? 0 : padding);
        }
        out.println(line.toString().stripTrailing());
    }

    @Override
    public void end() {
        flush();
        out.println("(" + count + (count == 1 ? " row)" : " rows)"));
        out.flush();
    }

    /** Nothing for null. */
    static String text(JsonNode value) {
        return value.isNull() ? "" : value.isValueNode() ? value.asText() : value.toString();
    }

    /** Of control characters, which a device could put into an id or a payload, a terminal sees none. */
    private static String printable(String text) {
        return CONTROL.matcher(text).replaceAll("?");
    }
}
