package io.headrace.catalogue;

/**
 * How large a cluster's topics are made.
 *
 * @param partitions of each topic keyed by device; devices are spread over them, and no more processor threads than
 *     this find work
 * @param replication copies of each partition
 * @param minInSyncReplicas copies that acks=all waits for
 */
public record Sizing(int partitions, int replication, int minInSyncReplicas) {
    /** A cluster of three brokers or more: a broker may be lost without losing or refusing a message. */
    public static final Sizing CLUSTER = new Sizing(12, 3, 2);

    /** The embedded broker of one process. */
    public static final Sizing STANDALONE = new Sizing(4, 1, 1);

    public Sizing {
        if (partitions < 1 || partitions > 10_000) {
            throw new IllegalArgumentException("partitions must be 1 to 10000: " + partitions);
        }
        if (replication < 1 || minInSyncReplicas < 1 || minInSyncReplicas > replication) {
            throw new IllegalArgumentException(
                    "min.insync.replicas must be 1 to the replication: " + minInSyncReplicas + " of " + replication);
        }
    }
}
