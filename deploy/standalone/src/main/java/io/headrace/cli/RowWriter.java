package io.headrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** Takes the rows of a query's answer as they come. */
interface RowWriter {
    /** A column and its type, as DuckDB calls it. */
    record Column(String name, String type) {}

    /** Comes once, before all rows. */
    void columns(List<Column> columns);

    /** @param values an array, one for each column */
    void row(JsonNode values);

    /** Comes once, after all rows, where all have come. */
    void end();
}
