package io.headrace.sinks.cold;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotAncestryValidator;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * How far the table has what its sinks say in their control topics: a property of each snapshot that a sink commits, by
 * which it passes over what it is told twice. The sink looks for the newest ancestor of the current snapshot that has
 * it; so whoever makes another snapshot or expires some must leave it to be found. A snapshot of ours has it itself.
 */
public final class SinkPosition {
    private static final String COMMIT = "kafka.connect.commit-id";
    private static final String PREFIX = "kafka.connect.offsets.";

    private SinkPosition() {}

    /** Property to its newest value, empty for a table that no sink has committed to. */
    public static Map<String, String> of(Table table) {
        Snapshot current = table.currentSnapshot();
        return current == null ? Map.of() : in(SnapshotUtil.ancestorsOf(current.snapshotId(), table::snapshot));
    }

    /**
     * Gives the snapshot that the update will make the position that the table has now. Its commit fails with a
     * {@link org.apache.iceberg.exceptions.ValidationException} where a sink's comes first: then the position is another,
     * and the update is to be made anew.
     *
     * @return the update
     */
    public static <T extends SnapshotUpdate<T>> T carry(Table table, T update) {
        Map<String, String> position = of(table);
        position.forEach(update::set);
        return update.validateWith(new SnapshotAncestryValidator() {
            @Override
            public boolean validate(Iterable<Snapshot> ancestors) {
                return in(ancestors).equals(position);
            }

            @Override
            public String errorMessage() {
                return "a sink has committed since";
            }
        });
    }

    /** Time of the oldest snapshot that holds a part of the position, epoch ms; the largest long where there is none. */
    public static long heldSince(Table table) {
        Snapshot current = table.currentSnapshot();
        long since = Long.MAX_VALUE;
        if (current == null) {
            return since;
        }
        Map<String, String> found = new HashMap<>();
        for (Snapshot snapshot : SnapshotUtil.ancestorsOf(current.snapshotId(), table::snapshot)) {
            for (String key : snapshot.summary().keySet()) {
                if (key.startsWith(PREFIX) && found.putIfAbsent(key, "") == null) {
                    since = Math.min(since, snapshot.timestampMillis());
                }
            }
        }
        return since;
    }

    /** Time of the newest commit of a sink before a moment, both epoch ms; empty where no snapshot is left of one. */
    public static OptionalLong lastCommitBefore(Table table, long moment) {
        long last = Long.MIN_VALUE;
        for (Snapshot snapshot : table.snapshots()) {
            if (snapshot.summary().containsKey(COMMIT) && snapshot.timestampMillis() < moment) {
                last = Math.max(last, snapshot.timestampMillis());
            }
        }
        return last == Long.MIN_VALUE ? OptionalLong.empty() : OptionalLong.of(last);
    }

    /** The property of one sink. */
    static String key(String controlTopic, String group) {
        return PREFIX + controlTopic + "." + group;
    }

    private static Map<String, String> in(Iterable<Snapshot> newestFirst) {
        Map<String, String> position = new TreeMap<>();
        for (Snapshot snapshot : newestFirst) {
            snapshot.summary().forEach((key, value) -> {
                if (key.startsWith(PREFIX)) {
                    position.putIfAbsent(key, value);
                }
            });
        }
        return position;
    }
}
