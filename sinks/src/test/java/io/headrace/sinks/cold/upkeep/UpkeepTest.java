package io.headrace.sinks.cold.upkeep;

import static io.headrace.sinks.cold.upkeep.ColdRows.NOON;
import static io.headrace.sinks.cold.upkeep.ColdRows.POSITION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.sinks.cold.ColdCatalog;
import io.headrace.sinks.cold.ColdErasure;
import io.headrace.sinks.cold.ColdRetention;
import io.headrace.sinks.cold.SinkPosition;
import io.headrace.testing.RestCatalogServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.data.GenericFileWriterFactory;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.deletes.EqualityDeleteWriter;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.OutputFileFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpkeepTest {
    private static final UpkeepConfig CONFIG = UpkeepConfig.DEFAULT;

    @TempDir
    Path folder;

    private ColdRows rows;

    @AfterEach
    void closeCatalog() {
        rows.catalog().close();
    }

    @BeforeEach
    void makeTable() {
        rows = ColdRows.in(folder);
    }

    @Test
    void smallFilesBecomeOneThatIsSortedByDeviceAndTimeWithTheSameRows() throws Exception {
        // Given more rows than are sorted at a time
        List<Record> shuffled = rows.rows(0, 60_000);
        Collections.shuffle(shuffled, new Random(5));
        for (int i = 0; i < 6; i++) {
            rows.append(i, shuffled.subList(i * 10_000, (i + 1) * 10_000));
        }
        List<String> before = rows.read();

        // When
        Compacted done = new Compaction(rows.again(), CONFIG).run();

        // Then
        assertThat(done.filesBefore()).isEqualTo(6);
        assertThat(done.filesAfter()).isEqualTo(1);
        assertThat(done.rows()).isEqualTo(60_000);
        assertThat(rows.read()).isEqualTo(before);
        assertThat(outOfOrder(files().get(0))).isZero();
        assertThat(new Compaction(rows.again(), CONFIG).run()).isEqualTo(Compacted.NOTHING);
    }

    @Test
    void fewFilesAndLargeOnesStayAsTheyAre() throws IOException {
        // Given
        for (int i = 0; i < 4; i++) {
            rows.append(i, rows.rows(i * 10, i * 10 + 10));
        }

        // When
        Compacted few = new Compaction(rows.again(), CONFIG).run();
        Compacted large =
                new Compaction(rows.again(), new UpkeepConfig(100, 2, Duration.ZERO, Duration.ofDays(1))).run();

        // Then
        assertThat(few).isEqualTo(Compacted.NOTHING);
        assertThat(large).isEqualTo(Compacted.NOTHING);
    }

    @Test
    void aCommitOfTheSinkInTheMiddleOfACompactionStaysAndSoDoesItsPosition() throws IOException {
        // Given
        for (int i = 0; i < 5; i++) {
            rows.append(i, rows.rows(i * 10, i * 10 + 10));
        }
        Table stale = rows.again();
        List<FileScanTask> tasks = tasks(stale);
        rows.append(77, rows.rows(50, 60));

        // When
        Compacted done = new Rewrite(stale, stale.currentSnapshot(), tasks, 1 << 20).run();

        // Then
        assertThat(done.conflicts()).isZero();
        assertThat(rows.read()).hasSize(60).doesNotHaveDuplicates();
        assertThat(rows.again().currentSnapshot().operation()).isEqualTo("replace");
        assertThat(rows.again().currentSnapshot().summary()).containsEntry(POSITION, "{\"0\":77}");
    }

    @Test
    void ofTwoCompactionsOfTheSameFilesOneIsThrownAway() throws IOException {
        // Given
        for (int i = 0; i < 5; i++) {
            rows.append(i, rows.rows(i * 10, i * 10 + 10));
        }
        Table one = rows.again();
        Table other = rows.again();
        Snapshot snapshot = one.currentSnapshot();
        List<FileScanTask> tasks = tasks(one);

        // When
        Compacted first = new Rewrite(one, snapshot, tasks, 1 << 20).run();
        Compacted second = new Rewrite(other, snapshot, tasks, 1 << 20).run();

        // Then
        assertThat(first.conflicts()).isZero();
        assertThat(second).isEqualTo(Compacted.CONFLICT);
        assertThat(rows.read()).hasSize(50).doesNotHaveDuplicates();
        assertThat(onDisk(".parquet")).hasSize(6);
    }

    @Test
    void rowsThatADeleteFileTakesAwayAreGoneFromTheNewFile() throws Exception {
        // Given
        rows.append(1, rows.rows(0, 50));
        deleteDevice("d3");
        rows.append(2, List.of(rows.row("d3", 1_003, NOON)));

        // When
        Compacted done = new Compaction(rows.again(), CONFIG).run();

        // Then
        assertThat(done.rows()).isEqualTo(46);
        assertThat(rows.read())
                .hasSize(46)
                .filteredOn(row -> row.startsWith("d3 "))
                .hasSize(1);
        assertThat(rowsInFiles()).isEqualTo(46);
    }

    @Test
    void afterAnEvolutionOfThePartitionsOldDataStaysInTheOldAndNewDataIsInTheNew() throws Exception {
        // Given days, then hours
        for (int i = 0; i < 5; i++) {
            rows.append(i, rows.rows(i * 10, i * 10 + 10));
        }
        rows.again()
                .updateSpec()
                .removeField("received_at_day")
                .addField(Expressions.hour("received_at"))
                .commit();
        for (int i = 5; i < 10; i++) {
            rows.append(i, rows.rows(i * 10, i * 10 + 10));
            rows.append(i, List.of(rows.row("d", i + 1_000, NOON.plusHours(1))));
        }
        List<String> before = rows.read();

        // When
        Compacted done = new Compaction(rows.again(), CONFIG).run();

        // Then
        assertThat(done.filesBefore()).isEqualTo(15);
        assertThat(done.filesAfter()).isEqualTo(3);
        assertThat(rows.read()).isEqualTo(before).hasSize(105);
        assertThat(files().toString())
                .contains(
                        "received_at_day=2026-03-04",
                        "received_at_hour=2026-03-04-12",
                        "received_at_hour=2026-03-04-13");
    }

    @Test
    void theSnapshotThatHoldsTheSinksPositionOutlivesAllOthers() {
        // Given one of the sink's, then one of somebody else's
        rows.append(1, rows.rows(0, 10));
        rows.append(2, rows.rows(10, 20));
        Table table = rows.again();
        table.newAppend().appendFile(ColdRows.file(table, rows.rows(20, 30))).commit();

        // When
        int expired = Upkeep.expire(
                rows.again(),
                new UpkeepConfig(1, 2, Duration.ZERO, Duration.ofDays(1)),
                System.currentTimeMillis() + 1_000);

        // Then
        assertThat(expired).isEqualTo(1);
        assertThat(SinkPosition.of(rows.again())).isEqualTo(Map.of(POSITION, "{\"0\":2}"));
        assertThat(rows.read()).hasSize(30);
    }

    @Test
    void onlyOldFilesThatNothingNamesAreRemoved() throws Exception {
        // Given
        rows.append(1, rows.rows(0, 10));
        rows.append(2, rows.rows(10, 20));
        newestIsLater(Duration.ofHours(2));
        Path old = stray("killed.parquet", Duration.ofDays(2));
        Path unfinished = stray("killed.parquet.part", Duration.ofDays(2));
        Path pending = stray("pending.parquet", Duration.ofHours(23));
        for (DataFile file : current()) {
            Files.setLastModifiedTime(Path.of(file.location()), FileTime.fromMillis(0));
        }

        // When
        int removed = new Orphans(rows.again(), CONFIG)
                .remove(System.currentTimeMillis() + Duration.ofHours(3).toMillis());

        // Then
        assertThat(removed).isEqualTo(2);
        assertThat(old).doesNotExist();
        assertThat(unfinished).doesNotExist();
        assertThat(pending).exists();
        assertThat(rows.read()).hasSize(20);
    }

    @Test
    void nothingIsAnOrphanUntilTheSinkHasCommittedForAnHour() throws Exception {
        // Given
        rows.append(1, rows.rows(0, 10));
        rows.append(2, rows.rows(10, 20));
        Path old = stray("waiting.parquet", Duration.ofDays(40));

        // When
        int removed = new Orphans(rows.again(), CONFIG)
                .remove(System.currentTimeMillis() + Duration.ofDays(2).toMillis());

        // Then
        assertThat(removed).isZero();
        assertThat(old).exists();
    }

    @Test
    void aTableBehindRestIsKeptErasedFromAndRidOfWhatHasExpiredAsAnyOther() throws Exception {
        // Given five small files of ten devices, and a reading whose time is over
        for (int i = 0; i < 5; i++) {
            rows.append(i, rows.rows(i * 10, i * 10 + 10));
        }
        Record old = rows.row("d5", 50, NOON);
        old.setField("expires_on", NOON.toLocalDate());
        rows.append(5, List.of(old));
        try (RestCatalogServer rest = new RestCatalogServer("test", ColdRows.settings(folder))) {
            ColdCatalog where = new ColdCatalog(rest.settings());
            Upkeep upkeep = new Upkeep(
                    where, new UpkeepConfig(1 << 20, 2, Duration.ZERO, Duration.ofDays(1)), Clock.systemUTC());

            // When
            Compacted compacted = upkeep.compact();
            ColdErasure.Result expired =
                    new ColdRetention(where).deleteExpired(NOON.toLocalDate().plusDays(1));
            ColdErasure.Result erased = new ColdErasure(where).erase("d3");
            upkeep.expire();
            upkeep.removeOrphans();

            // Then
            assertThat(compacted.filesBefore()).isEqualTo(6);
            assertThat(expired.rows()).isEqualTo(1);
            assertThat(erased.rows()).isEqualTo(5);
            assertThat(rows.read())
                    .hasSize(45)
                    .noneMatch(row -> row.startsWith("d3 "))
                    .doesNotHaveDuplicates();
            assertThat(onDisk(".parquet")).hasSize(1);
            assertThat(SinkPosition.of(rows.again())).isEqualTo(Map.of(POSITION, "{\"0\":5}"));
        }
    }

    @Test
    void anAgeThatWouldRemoveWhatIsBeingWrittenIsRefused() {
        assertThatThrownBy(() -> new UpkeepConfig(1, 2, Duration.ZERO, Duration.ofMinutes(10)))
                .hasMessage("orphanAge = PT10M must be 3 h or more");
    }

    private static List<FileScanTask> tasks(Table table) throws IOException {
        try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
            List<FileScanTask> list = new ArrayList<>();
            tasks.forEach(list::add);
            return list;
        }
    }

    private List<DataFile> current() throws IOException {
        return tasks(rows.again()).stream().map(FileScanTask::file).toList();
    }

    private List<String> files() throws IOException {
        return tasks(rows.again()).stream().map(task -> task.file().location()).toList();
    }

    private long rowsInFiles() throws IOException {
        return tasks(rows.again()).stream()
                .mapToLong(task -> task.file().recordCount())
                .sum();
    }

    private List<Path> onDisk(String end) throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("warehouse"))) {
            return new ArrayList<>(files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().endsWith(end))
                    .toList());
        }
    }

    /** As DuckDB reads the file: rows that should come before the one that they follow. */
    private static long outOfOrder(String file) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("""
                        SELECT count(*) FROM (
                          SELECT (device_id, observed_at) < lag((device_id, observed_at)) OVER (ORDER BY file_row_number) AS wrong
                          FROM read_parquet('%s', file_row_number = true)) WHERE wrong""".formatted(file))) {
            result.next();
            return result.getLong(1);
        }
    }

    private void deleteDevice(String device) throws IOException {
        Table table = rows.again();
        Schema key = table.schema().select("device_id");
        PartitionKey partition = new PartitionKey(table.spec(), table.schema());
        partition.partition(new InternalRecordWrapper(table.schema().asStruct()).wrap(rows.row(device, 0, NOON)));
        EqualityDeleteWriter<Record> writer = new GenericFileWriterFactory.Builder(table)
                .dataSchema(table.schema())
                .dataFileFormat(FileFormat.PARQUET)
                .deleteFileFormat(FileFormat.PARQUET)
                .equalityFieldIds(new int[] {key.findField("device_id").fieldId()})
                .equalityDeleteRowSchema(key)
                .build()
                .newEqualityDeleteWriter(
                        OutputFileFactory.builderFor(table, 0, 1)
                                .format(FileFormat.PARQUET)
                                .build()
                                .newOutputFile(table.spec(), partition),
                        table.spec(),
                        partition);
        try (writer) {
            Record row = GenericRecord.create(key);
            row.setField("device_id", device);
            writer.write(row);
        }
        DeleteFile deletes = writer.toDeleteFile();
        table.newRowDelta().addDeletes(deletes).commit();
    }

    private Path stray(String name, Duration age) throws IOException {
        Path data = Files.createDirectories(Path.of(rows.table().location(), "data"));
        Path file = Files.writeString(data.resolve(name), "torn");
        Files.setLastModifiedTime(file, FileTime.fromMillis(System.currentTimeMillis() - age.toMillis()));
        return file;
    }

    /** The newest snapshot is as if it had been made that much later. */
    private void newestIsLater(Duration by) {
        TableOperations operations = ((BaseTable) rows.again()).operations();
        TableMetadata now = operations.current();
        long was = now.currentSnapshot().timestampMillis();
        String json = TableMetadataParser.toJson(now)
                .replaceAll("\"last-updated-ms\":\\d+", "\"last-updated-ms\":" + (was + by.toMillis()))
                .replaceAll("\"timestamp-ms\":" + was + "\\b", "\"timestamp-ms\":" + (was + by.toMillis()));
        operations.commit(
                now,
                TableMetadata.buildFrom(TableMetadataParser.fromJson(json))
                        .discardChanges()
                        .build());
    }
}
