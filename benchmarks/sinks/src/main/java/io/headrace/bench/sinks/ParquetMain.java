package io.headrace.bench.sinks;

import java.io.IOException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.Files;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.io.FileAppender;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.parquet.Parquet;

/**
 * The ceiling of the cold sink: one thread that has the rows at hand and writes them as Iceberg's own writer does, into
 * one file. Arguments: URL and user of the catalog, the warehouse, a file, readings of the warm-up, readings. Prints
 * {@code wrote BYTES NANOS}.
 */
final class ParquetMain {
    private ParquetMain() {}

    public static void main(String[] args) throws IOException {
        int warmUp = Integer.parseInt(args[4]);
        int readings = Integer.parseInt(args[5]);
        try (JdbcCatalog catalog = new JdbcCatalog()) {
            catalog.initialize(
                    "headrace",
                    Map.of(
                            "uri", args[0],
                            "jdbc.user", args[1],
                            "jdbc.schema-version", "V1",
                            "warehouse", args[2],
                            "io-impl", "io.headrace.sinks.cold.LocalFileIO"));
            Table table = catalog.loadTable(TableIdentifier.of("headrace", "readings"));
            write(table, args[3] + ".warm-up", 0, warmUp);
            long began = System.nanoTime();
            long bytes = write(table, args[3], warmUp, readings);
            System.out.println("wrote " + bytes + " " + (System.nanoTime() - began));
        }
        System.exit(0);
    }

    private static long write(Table table, String file, int from, int to) throws IOException {
        FileAppender<Record> out = Parquet.write(Files.localOutput(file))
                .forTable(table)
                .createWriterFunc(GenericParquetWriter::create)
                .overwrite()
                .build();
        try (out) {
            for (int i = from; i < to; i++) {
                out.add(row(table, i));
            }
        }
        return out.length();
    }

    private static Record row(Table table, int number) {
        Map<String, Double> numbers = new HashMap<>();
        for (int metric = 0; metric < Backlog.METRICS.size(); metric++) {
            numbers.put(Backlog.METRICS.get(metric), Backlog.value(number, metric));
        }
        OffsetDateTime at = Backlog.observedAt(number).atOffset(ZoneOffset.UTC);
        Record row = GenericRecord.create(table.schema());
        row.setField("device_id", Backlog.device(number));
        row.setField("observed_at", at);
        row.setField("received_at", at.plusNanos(40_000_000));
        row.setField("clock", "DEVICE");
        row.setField("origin_partition", 0);
        row.setField("origin_offset", (long) number);
        row.setField("origin_index", 0);
        row.setField("numbers", numbers);
        row.setField("texts", Map.of());
        row.setField("tags", Map.of());
        return row;
    }
}
