package io.headrace.testkit;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Headers;
import io.headrace.catalogue.Topic;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.streams.TopologyDescription;
import org.apache.kafka.streams.test.TestRecord;

/** What every processor keeps to, since others share its application, its topics and its metrics. */
final class HouseRules {
    private final String fragment;
    private final Set<String> topics;

    HouseRules(String fragment, Catalogue catalogue) {
        this.fragment = fragment;
        this.topics = catalogue.all().stream().map(Topic::name).collect(Collectors.toSet());
    }

    /** @param own names of nodes that aren't the fragment's */
    void check(TopologyDescription topology, Set<String> own) {
        for (TopologyDescription.Subtopology part : topology.subtopologies()) {
            for (TopologyDescription.Node node : part.nodes()) {
                if (own.contains(node.name())) {
                    continue;
                }
                requireOwn("node", node.name());
                if (node instanceof TopologyDescription.Processor processor) {
                    processor.stores().forEach(store -> requireOwn("store", store));
                }
            }
        }
        sinks(topology).forEach(this::requireKnown);
        topology.globalStores()
                .forEach(global -> requireOwn("node", global.processor().name()));
    }

    /** Topics that are written, but for those that a record itself chooses. */
    static Set<String> sinks(TopologyDescription topology) {
        return topology.subtopologies().stream()
                .flatMap(part -> part.nodes().stream())
                .filter(node -> node instanceof TopologyDescription.Sink sink && sink.topic() != null)
                .map(node -> ((TopologyDescription.Sink) node).topic())
                .collect(Collectors.toSet());
    }

    private void requireOwn(String what, String name) {
        require(
                name.equals(fragment) || name.startsWith(fragment + "-"),
                "the " + what + " " + name + " must be named " + fragment + ", or " + fragment
                        + "-…: Scope.named makes such names");
    }

    /** A repartition topic is Kafka Streams' own, and named from the fragment as its node is. */
    private void requireKnown(String topic) {
        require(
                topics.contains(topic) || topic.startsWith(fragment + "-"),
                topic + " isn't among the fragment's topics(): nobody would make it");
    }

    void check(MeterRegistry meters) {
        for (Meter meter : meters.getMeters()) {
            String name = meter.getId().getName();
            require(
                    name.startsWith("headrace." + fragment + "."),
                    "the metric " + name + " must begin with headrace." + fragment + ".");
        }
    }

    /** @param earliest before any message was received, epoch milliseconds */
    static void check(TestRecord<String, ?> written, String topic, long earliest) {
        require(
                written.key() != null && !written.key().isEmpty(),
                "a record of " + topic + " has no device as its key");
        require(
                Headers.find(written.headers(), Headers.ORIGIN).isPresent(),
                "a record of " + topic + " lacks " + Headers.ORIGIN + ": Scope.derived makes the headers");
        require(
                written.timestamp() >= earliest,
                "a record of " + topic + " is stamped " + written.getRecordTime()
                        + ", before anything was received: leave the timestamp as it is, or the broker's retention"
                        + " may delete the record at once");
    }

    static void require(boolean kept, String otherwise) {
        if (!kept) {
            throw new AssertionError(otherwise);
        }
    }
}
