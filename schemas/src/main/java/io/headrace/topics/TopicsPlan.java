package io.headrace.topics;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What parts a cluster from the catalogue.
 *
 * @param steps in the catalogue's order; empty where nothing does
 */
public record TopicsPlan(List<Step> steps) {
    public TopicsPlan {
        steps = List.copyOf(steps);
    }

    /** Compares; asks nobody. */
    static TopicsPlan of(Catalogue catalogue, List<FoundTopic> cluster) {
        Map<String, FoundTopic> found =
                cluster.stream().collect(Collectors.toMap(FoundTopic::name, Function.identity()));
        List<Step> steps = new ArrayList<>();
        for (Topic<?> wanted : catalogue.all()) {
            FoundTopic topic = found.get(wanted.name());
            if (topic == null) {
                steps.add(new Step.Make(wanted));
            } else {
                compare(wanted, topic, steps);
            }
        }
        return new TopicsPlan(steps);
    }

    private static void compare(Topic<?> wanted, FoundTopic found, List<Step> steps) {
        compareNumber("partitions", wanted.name(), wanted.partitions(), found.partitions(), steps);
        compareNumber("replication", wanted.name(), wanted.replication(), found.replication(), steps);
        new TreeMap<>(wanted.config()).forEach((key, value) -> {
            String set = found.set().get(key);
            if (set == null) {
                String inherited = found.inherited().getOrDefault(key, "nothing");
                if (!inherited.equals(value)) {
                    steps.add(new Step.Configure(wanted.name(), key, value, inherited));
                }
            } else if (!set.equals(value)) {
                steps.add(new Step.Differs(wanted.name(), key, value, set));
            }
        });
    }

    private static void compareNumber(String what, String topic, int wanted, int found, List<Step> steps) {
        if (wanted != found) {
            steps.add(new Step.Differs(topic, what, Integer.toString(wanted), Integer.toString(found)));
        }
    }

    /** Whether {@link ClusterTopics#apply} would leave the cluster as it is. */
    public boolean changesNothing() {
        return steps.stream().allMatch(step -> step instanceof Step.Differs);
    }
}
