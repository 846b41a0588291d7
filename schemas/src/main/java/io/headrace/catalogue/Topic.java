package io.headrace.catalogue;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;

/**
 * One topic: its full name and the facts a cluster must have of it. Keys are UTF-8 text everywhere.
 *
 * @param <V> what a value is: an Avro record, or {@code byte[]} where the bytes are a device's own
 * @param name full name, prefix included
 * @param partitions at least 1; raising it later moves devices between partitions
 * @param replication copies of each partition
 * @param minInSyncReplicas copies that must have a record before it counts as stored
 * @param cleanup what the broker does with old records
 * @param retention how long records are kept; empty where compaction alone decides
 * @param valueType {@code byte[]}, or a generated Avro class
 */
public record Topic<V>(
        String name,
        int partitions,
        int replication,
        int minInSyncReplicas,
        Cleanup cleanup,
        Optional<Duration> retention,
        Class<V> valueType) {

    public Topic {
        TrustedRecords.trust(valueType);
    }

    /** Kafka's {@code cleanup.policy}. */
    public enum Cleanup {
        DELETE("delete"),
        COMPACT("compact"),
        COMPACT_AND_DELETE("compact,delete");

        private final String policy;

        Cleanup(String policy) {
            this.policy = policy;
        }

        /** As Kafka spells it. */
        public String policy() {
            return policy;
        }
    }

    /** Schema of the values; empty where they are bytes. */
    public Optional<Schema> schema() {
        return valueType == byte[].class
                ? Optional.empty()
                : Optional.of(SpecificData.get().getSchema(valueType));
    }

    /** Subject of the values in the schema registry. */
    public String subject() {
        return name + "-value";
    }

    /** Topic-level settings that {@code topics apply} sets and {@code topics plan} compares, as Kafka spells them. */
    public Map<String, String> config() {
        String retentionMs =
                retention.map(time -> Long.toString(time.toMillis())).orElse("-1");
        return Map.of(
                "cleanup.policy", cleanup.policy(),
                "retention.ms", retentionMs,
                "min.insync.replicas", Integer.toString(minInSyncReplicas),
                "max.message.bytes", Integer.toString(MAX_RECORD_BYTES));
    }

    /** Largest record that any topic takes: a payload at its limit, headers, and what decoding adds. */
    public static final int MAX_RECORD_BYTES = 4 * 1024 * 1024;
}
