package io.headrace.sinks.cold.upkeep;

/**
 * What a compaction did.
 *
 * @param filesBefore that were replaced
 * @param filesAfter that took their place
 * @param rows in either
 * @param bytes of the files that were replaced
 * @param conflicts rewrites that were thrown away, since somebody else replaced the same files first
 */
public record Compacted(int filesBefore, int filesAfter, long rows, long bytes, int conflicts) {
    static final Compacted NOTHING = new Compacted(0, 0, 0, 0, 0);
    static final Compacted CONFLICT = new Compacted(0, 0, 0, 0, 1);

    Compacted plus(Compacted other) {
        return new Compacted(
                filesBefore + other.filesBefore,
                filesAfter + other.filesAfter,
                rows + other.rows,
                bytes + other.bytes,
                conflicts + other.conflicts);
    }
}
