package io.headrace.streams.reprocess;

import io.headrace.catalogue.Topic;
import io.headrace.streams.reprocess.ShadowTopics.Pair;
import io.headrace.wire.TopicSerdes;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Rules or routes of a run: the live ones, and others in their place. */
final class Definitions {
    private Definitions() {}

    /**
     * Fills the shadow of a compacted topic.
     *
     * @param others by id; they win
     */
    static <V extends SpecificRecord> void fill(
            Pair pair, Map<String, V> others, Topic<V> topic, Cluster cluster, TopicReader reader, TopicSerdes serdes) {
        Map<String, byte[]> all = new HashMap<>();
        List<TopicPartition> partitions = cluster.partitions(List.of(pair.live().name()));
        Map<TopicPartition, Long> ends = cluster.ends(partitions);
        for (TopicPartition partition : partitions) {
            reader.read(partition, 0, ends.getOrDefault(partition, 0L), row -> {
                if (row.key() != null) {
                    all.put(new String(row.key(), StandardCharsets.UTF_8), row.value());
                }
            });
        }
        var serializer = serdes.of(topic).serializer();
        others.forEach(
                (id, value) -> all.put(id, serializer.serialize(pair.shadow().name(), value)));
        all.values().removeIf(deleted -> deleted == null);
        write(pair.shadow().name(), all, cluster.clientSettings());
    }

    private static void write(String topic, Map<String, byte[]> all, Map<String, Object> clientSettings) {
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(clientSettings, new StringSerializer(), new ByteArraySerializer())) {
            List<KafkaException> refused = new java.util.concurrent.CopyOnWriteArrayList<>();
            all.forEach((id, value) -> producer.send(new ProducerRecord<>(topic, id, value), (at, failure) -> {
                if (failure != null) {
                    refused.add(new KafkaException("can't write " + id + " into " + topic, failure));
                }
            }));
            producer.flush();
            if (!refused.isEmpty()) {
                throw refused.getFirst();
            }
        }
    }
}
