package io.headrace.sinks.cold.upkeep;

import io.headrace.sinks.cold.ColdCatalog;
import io.headrace.sinks.cold.ColdTable;
import io.headrace.sinks.cold.SinkPosition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.stream.StreamSupport;
import org.apache.iceberg.Table;

/**
 * The upkeep of the cold table. Each step can be left out, repeated and interrupted; none loses a row or the sink's
 * position, whoever else commits at the same time.
 */
public final class Upkeep {
    private final ColdCatalog where;
    private final UpkeepConfig config;
    private final Clock clock;

    public Upkeep(ColdCatalog where, UpkeepConfig config, Clock clock) {
        this.where = where;
        this.config = config;
        this.clock = clock;
    }

    /** Makes small files into large ones, sorted by device and time. */
    public Compacted compact() {
        return ColdTable.with(where, table -> {
            try {
                return new Compaction(table, config).run();
            } catch (IOException e) {
                throw new UncheckedIOException("the cold table can't be compacted: " + e.getMessage(), e);
            }
        });
    }

    /**
     * Forgets old snapshots, and removes the files that only they name. The one that holds the sink's position stays,
     * with all since.
     *
     * @return how many
     */
    public int expire() {
        return ColdTable.with(where, table -> expire(table, config, clock.millis()));
    }

    static int expire(Table table, UpkeepConfig config, long now) {
        long before = snapshots(table);
        long until = now - config.keepSnapshots().toMillis();
        table.expireSnapshots()
                .expireOlderThan(Math.min(until, SinkPosition.heldSince(table)))
                .commit();
        table.refresh();
        return (int) (before - snapshots(table));
    }

    /**
     * Removes files that no snapshot names.
     *
     * @return how many
     */
    public int removeOrphans() {
        return ColdTable.with(where, table -> {
            try {
                return new Orphans(table, config).remove(clock.millis());
            } catch (IOException e) {
                throw new UncheckedIOException("the cold table's orphans can't be found: " + e.getMessage(), e);
            }
        });
    }

    private static long snapshots(Table table) {
        return StreamSupport.stream(table.snapshots().spliterator(), false).count();
    }
}
