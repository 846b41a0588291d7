package io.headrace.sinks.cold.upkeep;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.util.StructLikeWrapper;

/** Chooses what to rewrite: the small files of each partition, and any with rows deleted, up to a full file at a time. */
final class Compaction {
    private final Table table;
    private final UpkeepConfig config;

    Compaction(Table table, UpkeepConfig config) {
        this.table = table;
        this.config = config;
    }

    private record Place(int spec, StructLikeWrapper partition) {}

    Compacted run() throws IOException {
        Snapshot snapshot = table.currentSnapshot();
        if (snapshot == null) {
            return Compacted.NOTHING;
        }
        Compacted done = Compacted.NOTHING;
        for (List<FileScanTask> bin : bins(snapshot.snapshotId())) {
            done = done.plus(new Rewrite(table, snapshot, bin, config.targetFileBytes()).run());
        }
        return done;
    }

    private List<List<FileScanTask>> bins(long snapshot) throws IOException {
        Map<Place, List<FileScanTask>> small = new LinkedHashMap<>();
        try (CloseableIterable<FileScanTask> tasks =
                table.newScan().useSnapshot(snapshot).planFiles()) {
            for (FileScanTask task : tasks) {
                if (isSmall(task) || !task.deletes().isEmpty()) {
                    StructLikeWrapper partition = StructLikeWrapper.forType(
                                    task.spec().partitionType())
                            .copyFor(task.file().partition());
                    small.computeIfAbsent(new Place(task.spec().specId(), partition), at -> new ArrayList<>())
                            .add(task);
                }
            }
        }
        List<List<FileScanTask>> bins = new ArrayList<>();
        small.values().forEach(tasks -> pack(tasks, bins));
        return bins;
    }

    private boolean isSmall(FileScanTask task) {
        return task.file().fileSizeInBytes() < config.targetFileBytes() / 4 * 3;
    }

    private void pack(List<FileScanTask> tasks, List<List<FileScanTask>> bins) {
        tasks.sort(Comparator.comparingLong(task -> task.file().fileSizeInBytes()));
        List<FileScanTask> bin = new ArrayList<>();
        long bytes = 0;
        for (FileScanTask task : tasks) {
            bin.add(task);
            bytes += task.file().fileSizeInBytes();
            if (bytes >= config.targetFileBytes()) {
                keep(bin, bins);
                bin = new ArrayList<>();
                bytes = 0;
            }
        }
        keep(bin, bins);
    }

    private void keep(List<FileScanTask> bin, List<List<FileScanTask>> bins) {
        if (bin.size() >= config.leastFiles()
                || bin.stream().anyMatch(task -> !task.deletes().isEmpty())) {
            bins.add(bin);
        }
    }
}
