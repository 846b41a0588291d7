package io.headrace.sinks.cold.upkeep;

import io.headrace.sinks.cold.SinkPosition;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.data.GenericDeleteFilter;
import org.apache.iceberg.data.GenericFileWriterFactory;
import org.apache.iceberg.data.IdentityPartitionConverters;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.formats.FormatModelRegistry;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.io.RollingDataWriter;
import org.apache.iceberg.util.PartitionUtil;

/**
 * Some files of one partition, written anew as few, in the table's order, under the partition spec that they have. Their
 * rows are the same but for those that a delete file takes away.
 *
 * <p>The commit goes beside the sink's, which only append. One of the sink's that comes first moves its position, so the
 * snapshot is made anew with that. Where one of the files has been replaced meanwhile, or rows of it deleted, the rewrite
 * is thrown away.
 */
final class Rewrite {
    private static final int TRIES = 10;
    /** Small groups of sorted rows: who asks for one device reads few of them. */
    private static final String ROW_GROUP_BYTES = Integer.toString(16 << 20);

    private final Table table;
    private final long snapshot;
    private final long sequence;
    private final List<FileScanTask> tasks;
    private final long targetFileBytes;

    /** @param snapshot in which the tasks were found */
    Rewrite(Table table, Snapshot snapshot, List<FileScanTask> tasks, long targetFileBytes) {
        this.table = table;
        this.snapshot = snapshot.snapshotId();
        this.sequence = snapshot.sequenceNumber();
        this.tasks = List.copyOf(tasks);
        this.targetFileBytes = targetFileBytes;
    }

    Compacted run() throws IOException {
        List<DataFile> written = written();
        long rows = written.stream().mapToLong(DataFile::recordCount).sum();
        boolean isNoneDeleted = tasks.stream().allMatch(task -> task.deletes().isEmpty());
        long before =
                tasks.stream().mapToLong(task -> task.file().recordCount()).sum();
        if (isNoneDeleted && rows != before) {
            remove(written);
            throw new IllegalStateException("a compaction of " + before + " rows has written " + rows);
        }
        if (!isCommitted(written)) {
            remove(written);
            return Compacted.CONFLICT;
        }
        long bytes =
                tasks.stream().mapToLong(task -> task.file().fileSizeInBytes()).sum();
        return new Compacted(tasks.size(), written.size(), rows, bytes, 0);
    }

    private List<DataFile> written() throws IOException {
        Schema schema = table.schema();
        try (SortedRows sorted = new SortedRows(schema, table.sortOrder())) {
            for (FileScanTask task : tasks) {
                try (CloseableIterable<Record> rows = rowsOf(task, schema)) {
                    for (Record row : rows) {
                        sorted.add(row);
                    }
                }
            }
            RollingDataWriter<Record> writer = writer(schema);
            try (writer;
                    CloseableIterable<Record> rows = sorted.inOrder()) {
                rows.forEach(writer::write);
            }
            return writer.result().dataFiles();
        }
    }

    private CloseableIterable<Record> rowsOf(FileScanTask task, Schema schema) {
        GenericDeleteFilter deletes = new GenericDeleteFilter(table.io(), task, schema, schema);
        CloseableIterable<Record> all = FormatModelRegistry.<Record, Object>readBuilder(
                        task.file().format(), Record.class, table.io().newInputFile(task.file()))
                .project(deletes.requiredSchema())
                .idToConstant(PartitionUtil.constantsMap(task, IdentityPartitionConverters::convertConstant))
                .split(task.start(), task.length())
                .build();
        return deletes.filter(all);
    }

    private RollingDataWriter<Record> writer(Schema schema) {
        PartitionSpec spec = tasks.get(0).spec();
        Map<String, String> properties = new HashMap<>(table.properties());
        properties.put(TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES, ROW_GROUP_BYTES);
        GenericFileWriterFactory writers = new GenericFileWriterFactory.Builder(table)
                .dataSchema(schema)
                .dataFileFormat(FileFormat.PARQUET)
                .dataSortOrder(table.sortOrder())
                .writerProperties(properties)
                .build();
        OutputFileFactory files = OutputFileFactory.builderFor(table, 0, System.currentTimeMillis())
                .defaultSpec(spec)
                .operationId(UUID.randomUUID().toString())
                .format(FileFormat.PARQUET)
                .build();
        return new RollingDataWriter<>(
                writers,
                files,
                table.io(),
                targetFileBytes,
                spec,
                tasks.get(0).file().partition());
    }

    /** Whatever else goes wrong leaves open whether it was committed; then the files stay, until they are orphans. */
    private boolean isCommitted(List<DataFile> written) {
        for (int attempt = 1; ; attempt++) {
            Map<String, String> position = SinkPosition.of(table);
            RewriteFiles update = SinkPosition.carry(table, table.newRewrite())
                    .validateFromSnapshot(snapshot)
                    .dataSequenceNumber(sequence);
            tasks.forEach(task -> update.deleteFile(task.file()));
            written.forEach(update::addFile);
            try {
                update.commit();
                return true;
            } catch (ValidationException e) {
                table.refresh();
                if (attempt == TRIES || SinkPosition.of(table).equals(position)) {
                    return false;
                }
            } catch (CommitFailedException e) {
                return false;
            }
        }
    }

    private void remove(List<DataFile> written) {
        written.forEach(file -> table.io().deleteFile(file.location()));
    }
}
