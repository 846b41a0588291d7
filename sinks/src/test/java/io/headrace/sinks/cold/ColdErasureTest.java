package io.headrace.sinks.cold;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.formats.FileWriterBuilder;
import org.apache.iceberg.formats.FormatModelRegistry;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.inmemory.InMemoryFileIO;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.util.SnapshotUtil;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ColdErasureTest {
    private static final OffsetDateTime NOON = OffsetDateTime.of(2026, 3, 4, 12, 0, 0, 0, ZoneOffset.UTC);
    private static final String POSITION = "kafka.connect.offsets.sink.cold.control.connect-cold";

    private final InMemoryCatalog catalog = new OpenCatalog();
    private final ColdErasure erasure = new ColdErasure(() -> catalog);

    /** Stays as it is when somebody is through with it. */
    private static final class OpenCatalog extends InMemoryCatalog {
        @Override
        public void close() {}
    }

    @BeforeEach
    void makeTable() {
        catalog.initialize("headrace", Map.of());
        ColdTable.create(catalog);
    }

    @Test
    void rows_of_one_device_go_with_their_files_and_snapshots_and_all_others_stay() throws IOException {
        // Given
        append(1, 0, "a", "d1", "d1", "z");
        append(2, 0, "d1");
        append(3, 1, "a", "d10", "z");
        append(4, 1, "d1", "a");
        List<String> before = rows();
        List<String> files = files();

        // When
        ColdErasure.Result result = erasure.erase("d1");

        // Then
        assertThat(result).isEqualTo(new ColdErasure.Result(4, 3));
        assertThat(erasure.count("d1")).isZero();
        assertThat(rows())
                .isEqualTo(before.stream().filter(row -> !row.startsWith("d1 ")).toList());
        assertThat(table().snapshots()).hasSize(1);
        List<String> left = files();
        assertThat(left).hasSize(3);
        files.removeAll(left);
        assertThat(files).hasSize(3).noneMatch(file -> ((InMemoryFileIO) table().io()).fileExists(file));
    }

    @Test
    void the_sink_finds_its_position_in_the_one_snapshot_that_is_left() throws IOException {
        // Given
        append(1, 0, "a", "d1");
        append(2, 0, "a");
        table().newDelete()
                .deleteFromRowFilter(org.apache.iceberg.expressions.Expressions.alwaysFalse())
                .commit();

        // When
        erasure.erase("d1");

        // Then
        assertThat(table().currentSnapshot().summary()).containsEntry(POSITION, "{\"0\":2}");

        // When: it is asked for again, with nothing left to do
        ColdErasure.Result again = erasure.erase("d1");

        // Then
        assertThat(again).isEqualTo(new ColdErasure.Result(0, 0));
        assertThat(SinkPosition.of(table())).containsEntry(POSITION, "{\"0\":2}");
    }

    @Test
    void a_sink_that_goes_on_committing_loses_no_row_and_keeps_its_position() throws Exception {
        // Given
        for (int i = 0; i < 60; i++) {
            append(i, i % 3, "a" + i, "d1", "b" + i);
        }
        AtomicBoolean stop = new AtomicBoolean();
        List<Integer> appended = new ArrayList<>();
        Thread sink = new Thread(() -> {
            for (int i = 60; !stop.get() && i < 2_000; i++) {
                append(i, 0, "later" + i);
                appended.add(i);
            }
        });

        sink.start();

        // When
        ColdErasure.Result result = erasure.erase("d1");
        stop.set(true);
        sink.join();

        // Then
        assertThat(result.rows()).isEqualTo(60);
        assertThat(erasure.count("d1")).isZero();
        assertThat(rows()).hasSize(120 + appended.size());
        int last = appended.isEmpty() ? 59 : appended.get(appended.size() - 1);
        assertThat(SinkPosition.of(table())).containsEntry(POSITION, "{\"0\":" + last + "}");
    }

    @Test
    void rows_go_when_the_years_of_their_route_are_over_and_others_are_kept_for_ever() throws IOException {
        // Given
        append(1, 0, "a", "expires-2", "z");
        append(2, 0, "expires-2");
        append(3, 0, "expires-4", "b");
        List<String> before = rows();
        ColdRetention retention = new ColdRetention(() -> catalog);

        // When
        ColdErasure.Result early = retention.deleteExpired(NOON.toLocalDate().plusDays(1));
        ColdErasure.Result due = retention.deleteExpired(NOON.toLocalDate().plusDays(2));

        // Then
        assertThat(early).isEqualTo(new ColdErasure.Result(0, 0));
        assertThat(due).isEqualTo(new ColdErasure.Result(2, 2));
        assertThat(rows())
                .isEqualTo(before.stream()
                        .filter(row -> !row.startsWith("expires-2 "))
                        .toList());
        assertThat(SinkPosition.of(table())).containsEntry(POSITION, "{\"0\":3}");
    }

    @Test
    void where_no_sink_has_made_the_table_there_is_nothing_to_erase() {
        catalog.dropTable(ColdTable.NAME);

        assertThat(erasure.count("d1")).isZero();
        assertThat(erasure.erase("d1")).isEqualTo(new ColdErasure.Result(0, 0));
    }

    private Table table() {
        return catalog.loadTable(ColdTable.NAME);
    }

    /** As the sink commits: a file of one day with a row for each device, and the position that it has then. */
    private void append(int position, int day, String... devices) {
        Table table = table();
        GenericRecord partition = GenericRecord.create(table.spec().partitionType());
        partition.set(0, (int) NOON.plusDays(day).toLocalDate().toEpochDay());
        String location = table.locationProvider()
                .newDataLocation(
                        FileFormat.PARQUET.addExtension(UUID.randomUUID().toString()));
        try {
            FileWriterBuilder<DataWriter<Record>, Object> builder = FormatModelRegistry.dataWriteBuilder(
                    FileFormat.PARQUET,
                    Record.class,
                    table.encryption().encrypt(table.io().newOutputFile(location)));
            DataWriter<Record> writer = builder.schema(table.schema())
                    .spec(table.spec())
                    .partition(partition)
                    .metricsConfig(MetricsConfig.forTable(table))
                    .build();
            try (writer) {
                Arrays.stream(devices).forEach(device -> writer.write(row(table, position, day, device)));
            }
            DataFile file = writer.toDataFile();
            AppendFiles append = table.newAppend().appendFile(file).set(POSITION, "{\"0\":" + position + "}");
            append.commit();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Record row(Table table, int position, int day, String device) {
        Record row = GenericRecord.create(table.schema());
        row.setField("device_id", device);
        row.setField("observed_at", NOON.plusDays(day).minusHours(1));
        row.setField("received_at", NOON.plusDays(day));
        row.setField("clock", "DEVICE");
        row.setField("origin_partition", 0);
        row.setField("origin_offset", (long) position);
        row.setField("origin_index", 0);
        row.setField("message_id", "m" + position);
        row.setField("numbers", Map.of("t", 20.5 + position));
        row.setField("texts", Map.of("state", "open"));
        row.setField("tags", Map.of("site", "north"));
        if (device.startsWith("expires-")) {
            row.setField("expires_on", NOON.toLocalDate().plusDays(Integer.parseInt(device.substring(8))));
        }
        return row;
    }

    /** Read by Iceberg itself, all columns. */
    private List<String> rows() throws IOException {
        List<String> rows = new ArrayList<>();
        try (CloseableIterable<Record> all = IcebergGenerics.read(table()).build()) {
            all.forEach(row -> rows.add(row.getField("device_id") + " " + row));
        }
        rows.sort(null);
        return rows;
    }

    /** Of all snapshots. */
    private List<String> files() throws IOException {
        TreeSet<String> files = new TreeSet<>();
        Table table = table();
        for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
            try (CloseableIterable<FileScanTask> tasks =
                    table.newScan().useSnapshot(snapshot.snapshotId()).planFiles()) {
                tasks.forEach(task -> files.add(task.file().location()));
            }
        }
        return new ArrayList<>(files);
    }
}
