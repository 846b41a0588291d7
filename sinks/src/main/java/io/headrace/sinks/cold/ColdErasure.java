package io.headrace.sinks.cold;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.iceberg.ExpireSnapshots;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * Deletes one device from the cold tier: files that have rows of it are written anew without them, and the snapshots of
 * before go, with what only they name, while a sink commits and a compaction runs. What tags and branches keep, they keep.
 */
public final class ColdErasure {
    private static final String DEVICE = "device_id";
    private static final int ATTEMPTS = 20;

    private final Supplier<? extends Catalog> catalogs;

    /**
     * What was done.
     *
     * @param rows of the device, deleted
     * @param files written anew, or dropped where they had nothing else
     */
    public record Result(long rows, int files) {
        Result plus(Result more) {
            return new Result(rows + more.rows, files + more.files);
        }
    }

    public ColdErasure(ColdCatalog where) {
        this(where::open);
    }

    /** @param catalogs opens one, which is closed again */
    ColdErasure(Supplier<? extends Catalog> catalogs) {
        this.catalogs = catalogs;
    }

    /** Rows of a device in the current snapshot; 0 where no sink has made the table yet. */
    public long count(String device) {
        Catalog catalog = catalogs.get();
        try {
            if (!catalog.tableExists(ColdTable.NAME)) {
                return 0;
            }
            Table table = catalog.loadTable(ColdTable.NAME);
            return deletion(table, device).count();
        } finally {
            ColdTable.close(catalog);
        }
    }

    /** Deletes them; after a crash, it does what is left. */
    public Result erase(String device) {
        Catalog catalog = catalogs.get();
        try {
            if (!catalog.tableExists(ColdTable.NAME)) {
                return new Result(0, 0);
            }
            Table table = catalog.loadTable(ColdTable.NAME);
            Result result = deletion(table, device).run();
            expire(table);
            return result;
        } finally {
            ColdTable.close(catalog);
        }
    }

    private static RowDeletion deletion(Table table, String device) {
        return new RowDeletion(
                table,
                DEVICE,
                Expressions.equal(DEVICE, device),
                row -> device.contentEquals((CharSequence) row.getField(DEVICE)));
    }

    /**
     * Iceberg removes what a snapshot deleted when that snapshot itself expires, so another one is put on top. That one has
     * the sinks' position: there is no other left where they would find it.
     */
    private static void expire(Table table) {
        for (int failures = 0; ; ) {
            table.refresh();
            if (table.currentSnapshot() == null) {
                return;
            }
            try {
                SinkPosition.carry(table, table.newAppend()).commit();
                break;
            } catch (ValidationException | CommitFailedException somebodyElseWasFirst) {
                if (++failures == ATTEMPTS) {
                    throw somebodyElseWasFirst;
                }
            }
        }
        long top = table.currentSnapshot().snapshotId();
        Set<Long> kept = new HashSet<>();
        kept.add(top);
        table.refs().values().forEach(ref -> kept.add(ref.snapshotId()));
        ExpireSnapshots expiry = table.expireSnapshots().cleanupLevel(ExpireSnapshots.CleanupLevel.ALL);
        for (Snapshot snapshot : SnapshotUtil.ancestorsOf(top, table::snapshot)) {
            if (!kept.contains(snapshot.snapshotId())) {
                expiry.expireSnapshotId(snapshot.snapshotId());
            }
        }
        expiry.commit();
    }
}
