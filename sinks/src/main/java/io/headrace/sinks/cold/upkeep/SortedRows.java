package io.headrace.sinks.cold.upkeep;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.SortOrderComparators;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.avro.Avro;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.avro.DataWriter;
import org.apache.iceberg.data.avro.PlannedDataReader;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileAppender;
import org.apache.iceberg.util.SortedMerge;

/**
 * Rows that go in in any order and come out in the table's, however many: so many as fit into memory are sorted there
 * and written to a temporary file, and the files are merged. For one thread.
 */
final class SortedRows implements Closeable {
    /** About 50 MB of readings with a dozen values. */
    private static final int ROWS_IN_MEMORY = 25_000;

    private final Schema schema;
    private final Comparator<Record> order;
    private final Path folder;
    private final List<Path> runs = new ArrayList<>();
    private final List<Record> rows = new ArrayList<>();

    SortedRows(Schema schema, SortOrder order) throws IOException {
        this.schema = schema;
        this.order = comparator(schema, order);
        this.folder = Files.createTempDirectory("headrace-compaction");
    }

    private static Comparator<Record> comparator(Schema schema, SortOrder order) {
        if (order.isUnsorted()) {
            return Comparator.comparingInt(row -> 0);
        }
        Comparator<StructLike> comparator = SortOrderComparators.forSchema(schema, order);
        InternalRecordWrapper one = new InternalRecordWrapper(schema.asStruct());
        InternalRecordWrapper other = new InternalRecordWrapper(schema.asStruct());
        return (left, right) -> comparator.compare(one.wrap(left), other.wrap(right));
    }

    void add(Record row) throws IOException {
        rows.add(row);
        if (rows.size() == ROWS_IN_MEMORY) {
            spill();
        }
    }

    /** All rows; once, after the last was added. */
    CloseableIterable<Record> inOrder() {
        rows.sort(order);
        if (runs.isEmpty()) {
            return CloseableIterable.withNoopClose(rows);
        }
        List<CloseableIterable<Record>> sorted = new ArrayList<>();
        sorted.add(CloseableIterable.withNoopClose(rows));
        for (Path run : runs) {
            sorted.add(Avro.read(org.apache.iceberg.Files.localInput(run.toFile()))
                    .project(schema)
                    .createResolvingReader(PlannedDataReader::create)
                    .build());
        }
        return new SortedMerge<>(order, sorted);
    }

    private void spill() throws IOException {
        rows.sort(order);
        Path run = folder.resolve(runs.size() + ".avro");
        try (FileAppender<Record> file = Avro.write(org.apache.iceberg.Files.localOutput(run.toFile()))
                .schema(schema)
                .createWriterFunc(DataWriter::create)
                .build()) {
            rows.forEach(file::add);
        }
        runs.add(run);
        rows.clear();
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
