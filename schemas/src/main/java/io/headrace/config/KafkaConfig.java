package io.headrace.config;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Sizing;
import java.util.HashMap;
import java.util.Map;

/**
 * How to reach Kafka, and which of its topics are this hub's.
 *
 * @param bootstrapServers comma-separated {@code host:port}
 * @param topicPrefix before every topic, consumer group and application id of the hub; empty for none
 * @param sizing for topics that {@code topics apply} makes
 * @param client settings for every client, as Kafka spells them: security, above all
 */
public record KafkaConfig(String bootstrapServers, String topicPrefix, Sizing sizing, Map<String, String> client) {
    /**
     * Where all brokers come back under other addresses, a client that waits shorter for its next attempt than it has
     * brokers to try never runs out of those it knew, and asks the bootstrap servers after this time (KIP-1102), which by
     * default is five minutes without a message stored.
     */
    private static final Map<String, String> RECOVERY = Map.of("metadata.recovery.rebootstrap.trigger.ms", "30000");

    public KafkaConfig {
        client = Map.copyOf(client);
    }

    /**
     * Reads {@code kafka.bootstrap-servers}, {@code .topic-prefix}, {@code .partitions}, {@code .replication},
     * {@code .min-in-sync-replicas} and everything under {@code kafka.client.}.
     */
    public static KafkaConfig from(Settings settings) {
        int replication = settings.integer("kafka.replication", Sizing.CLUSTER.replication(), 1, 9);
        int minInSync = settings.integer(
                "kafka.min-in-sync-replicas",
                Math.min(Sizing.CLUSTER.minInSyncReplicas(), replication),
                1,
                replication);
        int partitions = settings.integer("kafka.partitions", Sizing.CLUSTER.partitions(), 1, 10_000);
        String prefix = settings.text("kafka.topic-prefix", "");
        if (!Catalogue.isPrefix(prefix)) {
            throw Settings.invalid("kafka.topic-prefix", prefix, "0 to 100 of A-Z a-z 0-9 . _ -");
        }
        return new KafkaConfig(
                settings.text("kafka.bootstrap-servers", "127.0.0.1:9092"),
                prefix,
                new Sizing(partitions, replication, minInSync),
                settings.passThrough("kafka.client."));
    }

    /** The hub's topics. */
    public Catalogue catalogue() {
        return new Catalogue(topicPrefix, sizing);
    }

    /** Settings for a Kafka client, to which its own are added; a new, mutable map. */
    public Map<String, Object> clientSettings() {
        Map<String, Object> settings = new HashMap<>(RECOVERY);
        settings.putAll(client);
        settings.put("bootstrap.servers", bootstrapServers);
        return settings;
    }
}
