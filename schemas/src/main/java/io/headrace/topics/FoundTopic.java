package io.headrace.topics;

import java.util.Map;

/**
 * One topic as a cluster has it.
 *
 * @param name full name
 * @param partitions at least 1
 * @param replication copies of each partition
 * @param set settings that somebody has given this topic, as Kafka spells them
 * @param inherited settings that the topic has from its brokers
 */
record FoundTopic(
        String name, int partitions, int replication, Map<String, String> set, Map<String, String> inherited) {
    FoundTopic {
        set = Map.copyOf(set);
        inherited = Map.copyOf(inherited);
    }
}
