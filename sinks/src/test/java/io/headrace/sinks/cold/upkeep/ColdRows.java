package io.headrace.sinks.cold.upkeep;

import io.headrace.sinks.cold.ColdTable;
import io.headrace.sinks.cold.LocalFileIO;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericFileWriterFactory;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.jdbc.JdbcCatalog;

/** A cold table without a sink, its catalog in a file of DuckDB: rows are written and committed as the sink does. */
record ColdRows(JdbcCatalog catalog, Table table) {
    static final OffsetDateTime NOON = OffsetDateTime.parse("2026-03-04T12:00:00.000123Z");
    static final String POSITION = "kafka.connect.offsets.control.connect-cold";

    static ColdRows in(Path folder) {
        JdbcCatalog catalog = new JdbcCatalog();
        catalog.initialize("test", settings(folder));
        ColdTable.create(catalog);
        return new ColdRows(catalog, catalog.loadTable(ColdTable.NAME));
    }

    /** Of the catalog of that folder. */
    static Map<String, String> settings(Path folder) {
        return Map.of(
                "uri",
                "jdbc:duckdb:" + folder.resolve("catalog"),
                "clients",
                "1",
                "warehouse",
                folder.resolve("warehouse").toString(),
                "io-impl",
                LocalFileIO.class.getName());
    }

    /** The same table, as another process has it loaded. */
    Table again() {
        return catalog.loadTable(ColdTable.NAME);
    }

    Record row(String device, int number, OffsetDateTime receivedAt) {
        Record row = GenericRecord.create(table.schema());
        row.setField("device_id", device);
        row.setField("observed_at", NOON.minusSeconds(number));
        row.setField("received_at", receivedAt);
        row.setField("clock", "DEVICE");
        row.setField("origin_partition", 0);
        row.setField("origin_offset", (long) number);
        row.setField("origin_index", 0);
        row.setField("numbers", Map.of("m", (double) number));
        row.setField("texts", Map.of());
        row.setField("tags", Map.of("site", "north"));
        return row;
    }

    /** Rows of ten devices, numbered, received at noon. */
    List<Record> rows(int from, int to) {
        List<Record> rows = new ArrayList<>();
        for (int i = from; i < to; i++) {
            rows.add(row("d" + i % 10, i, NOON));
        }
        return rows;
    }

    /** One file; all rows are of one partition. */
    static DataFile file(Table table, List<Record> rows) {
        PartitionKey partition = new PartitionKey(table.spec(), table.schema());
        partition.partition(new InternalRecordWrapper(table.schema().asStruct()).wrap(rows.get(0)));
        OutputFileFactory files = OutputFileFactory.builderFor(table, 0, 0)
                .operationId(UUID.randomUUID().toString())
                .format(FileFormat.PARQUET)
                .build();
        DataWriter<Record> writer = new GenericFileWriterFactory.Builder(table)
                .dataSchema(table.schema())
                .dataFileFormat(FileFormat.PARQUET)
                .build()
                .newDataWriter(files.newOutputFile(table.spec(), partition), table.spec(), partition);
        try (writer) {
            rows.forEach(writer::write);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return writer.toDataFile();
    }

    /** As the sink commits: with how far it is in its control topic. */
    void append(int position, List<Record> rows) {
        Table own = again();
        AppendFiles append = own.newAppend().appendFile(file(own, rows));
        append.set(POSITION, "{\"0\":" + position + "}");
        append.set("kafka.connect.commit-id", UUID.randomUUID().toString());
        append.commit();
    }

    /** Device and number of each row, sorted: as Iceberg's own reader reads the current snapshot. */
    List<String> read() {
        try (CloseableIterable<Record> rows = IcebergGenerics.read(again()).build()) {
            List<String> read = new ArrayList<>();
            rows.forEach(row -> read.add(row.getField("device_id") + " " + row.getField("origin_offset") + " "
                    + row.getField("numbers") + " " + row.getField("received_at")));
            read.sort(null);
            return read;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
