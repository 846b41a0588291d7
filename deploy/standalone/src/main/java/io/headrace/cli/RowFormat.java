package io.headrace.cli;

import java.io.PrintWriter;

/** How the rows of a query are written. */
enum RowFormat {
    TABLE,
    CSV,
    JSON,
    /** Only into a file. */
    PARQUET;

    RowWriter writer(PrintWriter out) {
        return switch (this) {
            case TABLE -> new TableRows(out);
            case CSV -> new CsvRows(out);
            case JSON -> new JsonRows(out);
            case PARQUET -> throw new IllegalStateException("Parquet isn't text");
        };
    }
}
