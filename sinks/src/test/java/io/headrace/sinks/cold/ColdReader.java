package io.headrace.sinks.cold;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The cold table as DuckDB reads it, which knows nothing of us: the files of the current snapshot. */
record ColdReader(ColdCatalog where) {
    long rows() {
        return ColdTable.contents(where).rows();
    }

    /** Rows, and rows that differ in their origin, parted by a bar. */
    String counts() throws SQLException {
        return counts("true");
    }

    String counts(String condition) throws SQLException {
        return one("SELECT count(*), count(DISTINCT (device_id, origin_offset)) FROM readings WHERE " + condition);
    }

    /** One row, its columns parted by bars; {@code readings} stands for the table. Zero where no file is there yet. */
    String one(String sql) throws SQLException {
        List<String> files = ColdTable.contents(where).files();
        return files.isEmpty() ? "0" : duck(files, sql);
    }

    static long rowsOf(Path file) throws SQLException {
        return Long.parseLong(duck(List.of(file.toString()), "SELECT count(*) FROM readings"));
    }

    private static String duck(List<String> files, String sql) throws SQLException {
        String list = files.stream().map(file -> "'" + file + "'").collect(Collectors.joining(", ", "[", "]"));
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement();
                ResultSet result =
                        statement.executeQuery("WITH readings AS (SELECT * FROM read_parquet(" + list + ")) " + sql)) {
            List<String> row = new ArrayList<>();
            result.next();
            for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
                row.add(String.valueOf(result.getString(column)));
            }
            return String.join("|", row);
        }
    }
}
