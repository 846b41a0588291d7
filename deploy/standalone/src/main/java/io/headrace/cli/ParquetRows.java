package io.headrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Rows as a Parquet file: by way of a file of JSON, which DuckDB reads with the types that the answer has named. */
final class ParquetRows implements RowWriter {
    private final Path target;
    private final Path lines;
    private final BufferedWriter out;
    private List<Column> columns = List.of();

    ParquetRows(Path target) throws IOException {
        this.target = target;
        this.lines = Files.createTempFile("headrace-", ".ndjson");
        lines.toFile().deleteOnExit();
        this.out = Files.newBufferedWriter(lines, StandardCharsets.UTF_8);
    }

    @Override
    public void columns(List<Column> columns) {
        this.columns = List.copyOf(columns);
    }

    @Override
    public void row(JsonNode values) {
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        for (int i = 0; i < columns.size(); i++) {
            row.set("c" + i, values.get(i));
        }
        try {
            out.write(row.toString());
            out.newLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void end() {
        try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duck.createStatement()) {
            out.close();
            statement.execute("SET TimeZone = 'UTC'");
            statement.execute("SET memory_limit = '256MiB'");
            statement.execute("COPY (SELECT " + each("c%d AS %s") + " FROM read_json(" + quoted(lines.toString())
                    + ", format = 'newline_delimited', columns = {" + each("c%d: '%3$s'") + "})) TO "
                    + quoted(target.toString()) + " (FORMAT parquet, COMPRESSION zstd)");
            Files.delete(lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new CommandException(ExitCode.FAILED, "no Parquet can be made of it: " + e.getMessage());
        }
    }

    private String each(String pattern) {
        return IntStream.range(0, columns.size())
                .mapToObj(i -> pattern.formatted(
                        i,
                        '"' + columns.get(i).name().replace("\"", "\"\"") + '"',
                        columns.get(i).type().replace("'", "''")))
                .collect(Collectors.joining(", "));
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
