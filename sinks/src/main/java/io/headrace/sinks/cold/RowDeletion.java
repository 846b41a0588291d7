package io.headrace.sinks.cold;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.io.CloseableIterable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes rows by writing their files anew without them; a file that has no others is dropped. A sink may commit, and a
 * compaction run, meanwhile: where one of them comes first, what it changed is planned anew.
 *
 * @param column the one that says whether a row goes
 * @param filter on that column, by which Iceberg leaves files out; it may let others through
 * @param doomed whether a row goes, of which at least that column is there
 */
record RowDeletion(Table table, String column, Expression filter, Predicate<Record> doomed) {
    private static final Logger LOG = LoggerFactory.getLogger(RowDeletion.class);
    /** Files of one commit: what is done in vain where somebody else comes first. */
    private static final int BATCH = 20;

    private static final int ATTEMPTS = 20;
    private static final int COMMITS = 200;

    private record Found(DataFileRows file, long rows) {}

    /** Rows that would go now. */
    long count() {
        return plan().stream().mapToLong(Found::rows).sum();
    }

    /** Returns when there are none left. */
    ColdErasure.Result run() {
        ColdErasure.Result result = new ColdErasure.Result(0, 0);
        for (int failures = 0; ; ) {
            List<Found> all = plan();
            if (all.isEmpty()) {
                return result;
            }
            try {
                result = result.plus(commit(all.subList(0, Math.min(BATCH, all.size()))));
            } catch (ValidationException | CommitFailedException somebodyElseWasFirst) {
                if (++failures == ATTEMPTS) {
                    throw somebodyElseWasFirst;
                }
                LOG.info("the cold tier has changed, what is to be deleted is planned anew");
                table.refresh();
            }
        }
    }

    /** Files with rows to delete: of those that bounds don't leave out, only the one column is read. */
    private List<Found> plan() {
        List<Found> found = new ArrayList<>();
        try (CloseableIterable<FileScanTask> tasks =
                table.newScan().filter(filter).planFiles()) {
            for (FileScanTask task : tasks) {
                DataFileRows file = new DataFileRows(table, task);
                long rows = file.count(doomed, column);
                if (rows > 0) {
                    found.add(new Found(file, rows));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("can't read the cold tier's catalog", e);
        }
        return found;
    }

    private ColdErasure.Result commit(List<Found> batch) {
        List<DataFile> written = new ArrayList<>();
        long rows = 0;
        try {
            for (Found found : batch) {
                if (found.rows() < found.file().task().file().recordCount()) {
                    written.add(found.file().copy(doomed.negate()));
                }
                rows += found.rows();
            }
            replace(batch, written);
        } catch (ValidationException | CommitFailedException | UncheckedIOException e) {
            written.forEach(file -> table.io().deleteFile(file.location()));
            throw e;
        }
        return new ColdErasure.Result(rows, batch.size());
    }

    /** A commit of the sink that comes first moves its position alone: the files are as they were. */
    private void replace(List<Found> batch, List<DataFile> written) {
        for (int failures = 0; ; ) {
            Map<String, String> position = SinkPosition.of(table);
            OverwriteFiles overwrite = SinkPosition.carry(table, table.newOverwrite());
            batch.forEach(found -> overwrite.deleteFile(found.file().task().file()));
            written.forEach(overwrite::addFile);
            try {
                overwrite.commit();
                return;
            } catch (ValidationException e) {
                table.refresh();
                if (++failures == COMMITS || SinkPosition.of(table).equals(position)) {
                    throw e;
                }
            }
        }
    }
}
