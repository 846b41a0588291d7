package io.headrace.streams.status;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyDescription;
import org.apache.kafka.streams.TopologyDescription.Node;
import org.apache.kafka.streams.TopologyDescription.Processor;
import org.apache.kafka.streams.TopologyDescription.Sink;
import org.apache.kafka.streams.TopologyDescription.Source;

/**
 * What a topology reads, writes and keeps, by the number of its part.
 *
 * @param global stores that every instance has whole
 */
record Shape(Map<Integer, Part> parts, Set<String> global) {
    /** What runs once for each partition: a sub-topology. */
    record Part(SortedSet<String> sources, SortedSet<String> sinks, SortedSet<String> stores) {
        private Part() {
            this(new TreeSet<>(), new TreeSet<>(), new TreeSet<>());
        }

        private void add(Node node) {
            switch (node) {
                case Source source when source.topicSet() != null -> sources.addAll(source.topicSet());
                case Sink sink when sink.topic() != null -> sinks.add(sink.topic());
                case Processor processor -> stores.addAll(processor.stores());
                default -> {
                    // topics by pattern, or named by each record
                }
            }
        }
    }

    static Shape of(Topology topology) {
        TopologyDescription description = topology.describe();
        Map<Integer, Part> parts = new TreeMap<>();
        description.subtopologies().forEach(each -> {
            Part part = parts.computeIfAbsent(each.id(), id -> new Part());
            each.nodes().forEach(part::add);
        });
        Set<String> global = new TreeSet<>();
        description
                .globalStores()
                .forEach(each -> global.addAll(each.processor().stores()));
        return new Shape(parts, global);
    }

    /** Number of the part that has a store. */
    Map<String, Integer> partOfStore() {
        Map<String, Integer> byStore = new HashMap<>();
        parts.forEach((number, part) -> part.stores().forEach(store -> byStore.put(store, number)));
        return byStore;
    }
}
