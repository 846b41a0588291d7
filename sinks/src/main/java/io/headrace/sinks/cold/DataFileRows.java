package io.headrace.sinks.cold;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericDeleteFilter;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.formats.FileWriterBuilder;
import org.apache.iceberg.formats.FormatModelRegistry;
import org.apache.iceberg.formats.ReadBuilder;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;

/** The rows of one file of a table, without those that delete files take from it. */
record DataFileRows(Table table, FileScanTask task) {
    /** @param columns names of those that the predicate asks for */
    long count(Predicate<Record> wanted, String... columns) {
        try (CloseableIterable<Record> rows = read(table.schema().select(columns))) {
            long count = 0;
            for (Record row : rows) {
                count += wanted.test(row) ? 1 : 0;
            }
            return count;
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + task.file().location(), e);
        }
    }

    /** Writes a file of the same partition, with the rows that are wanted in their order; no snapshot names it yet. */
    DataFile copy(Predicate<Record> wanted) {
        DataFile old = task.file();
        PartitionSpec spec = task.spec();
        String name = FileFormat.PARQUET.addExtension("rewritten-" + UUID.randomUUID());
        String location = spec.isUnpartitioned()
                ? table.locationProvider().newDataLocation(name)
                : table.locationProvider().newDataLocation(spec, old.partition(), name);
        try {
            DataWriter<Record> writer = writer(location, spec, old);
            try (writer;
                    CloseableIterable<Record> rows = read(table.schema())) {
                for (Record row : rows) {
                    if (wanted.test(row)) {
                        writer.write(row);
                    }
                }
            }
            return writer.toDataFile();
        } catch (IOException e) {
            table.io().deleteFile(location);
            throw new UncheckedIOException("can't write " + location, e);
        }
    }

    private DataWriter<Record> writer(String location, PartitionSpec spec, DataFile old) throws IOException {
        FileWriterBuilder<DataWriter<Record>, Object> builder = FormatModelRegistry.dataWriteBuilder(
                FileFormat.PARQUET,
                Record.class,
                table.encryption().encrypt(table.io().newOutputFile(location)));
        builder.schema(table.schema())
                .setAll(table.properties())
                .metricsConfig(MetricsConfig.forTable(table))
                .spec(spec);
        if (spec.isPartitioned()) {
            builder.partition(old.partition());
        }
        SortOrder order = old.sortOrderId() == null ? null : table.sortOrders().get(old.sortOrderId());
        if (order != null) {
            builder.sortOrder(order);
        }
        return builder.build();
    }

    private CloseableIterable<Record> read(Schema columns) {
        GenericDeleteFilter deletes = new GenericDeleteFilter(table.io(), task, table.schema(), columns);
        ReadBuilder<Record, Object> builder = FormatModelRegistry.readBuilder(
                task.file().format(),
                Record.class,
                table.io().newInputFile(task.file().location()));
        return deletes.filter(builder.project(deletes.requiredSchema()).build());
    }
}
