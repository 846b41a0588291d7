package io.headrace.streams.status;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.LagInfo;
import org.apache.kafka.streams.TaskMetadata;
import org.apache.kafka.streams.ThreadMetadata;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Describes this instance as JSON: the topology, its tasks with the lag of each partition they read, and its copies of
 * stores with their sizes and how far behind their changelogs they are. A copy that its task owns and that is behind is
 * being restored; one of a standby task follows. Lags of stores are missing while Kafka doesn't say where changelogs end.
 */
public final class InstanceStatus {
    private static final Logger LOG = LoggerFactory.getLogger(InstanceStatus.class);

    private final String application;
    private final String instance;
    private final Shape shape;
    private final LongSupplier rocksDbUsed;
    private final long rocksDbLimit;

    /**
     * @param instance {@code host:port} of its query address
     * @param rocksDbUsed bytes of {@code rocksDbLimit} that RocksDB takes now
     */
    public InstanceStatus(
            String application, String instance, Topology topology, LongSupplier rocksDbUsed, long rocksDbLimit) {
        this.application = application;
        this.instance = instance;
        this.shape = Shape.of(topology);
        this.rocksDbUsed = rocksDbUsed;
        this.rocksDbLimit = rocksDbLimit;
    }

    /** As it is now. Asks Kafka where changelogs end. */
    public String describe(KafkaStreams streams) {
        ObjectNode all = JsonNodeFactory.instance
                .objectNode()
                .put("instance", instance)
                .put("application", application)
                .put("state", streams.state().name());
        all.putObject("rocksDb").put("usedBytes", rocksDbUsed.getAsLong()).put("limitBytes", rocksDbLimit);
        putParts(all.putArray("subtopologies"));
        Set<ThreadMetadata> threads = streams.metadataForLocalThreads();
        putTasks(all.putArray("tasks"), threads);
        putStores(all.putArray("stores"), streams, standbys(threads));
        return all.toString();
    }

    private void putParts(ArrayNode parts) {
        shape.parts().forEach((number, part) -> {
            ObjectNode each = parts.addObject().put("id", number);
            putAll(each.putArray("sources"), part.sources());
            putAll(each.putArray("sinks"), part.sinks());
            putAll(each.putArray("stores"), part.stores());
        });
    }

    private static void putAll(ArrayNode array, SortedSet<String> texts) {
        texts.forEach(array::add);
    }

    private static void putTasks(ArrayNode tasks, Set<ThreadMetadata> threads) {
        threads.stream()
                .flatMap(thread -> thread.activeTasks().stream())
                .sorted(Comparator.comparing(TaskMetadata::taskId))
                .forEach(task -> putInputs(task(tasks, task, "active").putArray("inputs"), task));
        threads.stream()
                .flatMap(thread -> thread.standbyTasks().stream())
                .sorted(Comparator.comparing(TaskMetadata::taskId))
                .forEach(task -> task(tasks, task, "standby"));
    }

    private static ObjectNode task(ArrayNode tasks, TaskMetadata task, String role) {
        return tasks.addObject().put("task", task.taskId().toString()).put("role", role);
    }

    private static void putInputs(ArrayNode inputs, TaskMetadata task) {
        task.topicPartitions().stream()
                .sorted(Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition))
                .forEach(partition -> {
                    ObjectNode input =
                            inputs.addObject().put("topic", partition.topic()).put("partition", partition.partition());
                    InputLag.of(task, partition)
                            .ifPresent(lag -> input.put("committed", lag.committed())
                                    .put("end", lag.end())
                                    .put("lag", lag.records()));
                });
    }

    private static Set<String> standbys(Set<ThreadMetadata> threads) {
        return threads.stream()
                .flatMap(thread -> thread.standbyTasks().stream())
                .map(task -> task.taskId().toString())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private void putStores(ArrayNode stores, KafkaStreams streams, Set<String> standbys) {
        Map<String, Map<Integer, LagInfo>> lags = lags(streams);
        StoreSizes sizes = StoreSizes.of(streams);
        Map<String, Integer> parts = shape.partOfStore();
        sizes.sizes().keySet().stream()
                .filter(copy -> parts.containsKey(copy.store()))
                .sorted(Comparator.comparing(StoreSizes.Copy::store).thenComparing(StoreSizes.Copy::task))
                .forEach(copy -> {
                    int partition =
                            Integer.parseInt(copy.task().substring(copy.task().indexOf('_') + 1));
                    StoreSizes.Size size = sizes.of(copy.task(), copy.store());
                    ObjectNode store = stores.addObject()
                            .put("store", copy.store())
                            .put("partition", partition)
                            .put("role", standbys.contains(copy.task()) ? "standby" : "active")
                            .put("entries", size.entries())
                            .put("bytes", size.bytes());
                    LagInfo lag = lags.getOrDefault(copy.store(), Map.of()).get(partition);
                    if (lag != null) {
                        store.put("position", lag.currentOffsetPosition())
                                .put("end", lag.endOffsetPosition())
                                .put("lag", lag.offsetLag());
                    }
                });
    }

    private static Map<String, Map<Integer, LagInfo>> lags(KafkaStreams streams) {
        try {
            return streams.allLocalStorePartitionLags();
        } catch (StreamsException kafkaAway) {
            LOG.debug("Kafka doesn't say where changelogs end", kafkaAway);
            return Map.of();
        }
    }
}
