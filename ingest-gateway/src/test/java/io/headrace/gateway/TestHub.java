package io.headrace.gateway;

import io.headrace.catalogue.Sizing;
import io.headrace.catalogue.Topic;
import io.headrace.config.KafkaConfig;
import io.headrace.embedded.EmbeddedKafka;
import io.headrace.embedded.FreePort;
import io.headrace.record.Device;
import io.headrace.testing.InMemorySchemaRegistry;
import io.headrace.topics.ClusterTopics;
import io.headrace.wire.AvroSerializer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** A hub's topics on a broker that tests stop and start. */
public final class TestHub implements AutoCloseable {
    public final InMemorySchemaRegistry schemas = new InMemorySchemaRegistry();
    private final Path folder;
    private final int port = FreePort.next();
    private final int controllerPort = FreePort.next();
    private final KafkaProducer<String, byte[]> registry;
    private EmbeddedKafka broker;

    public TestHub(Path folder) {
        this.folder = folder;
        this.broker = EmbeddedKafka.start(folder, port, controllerPort, Map.of());
        try (Admin admin = Admin.create(kafka().clientSettings())) {
            ClusterTopics topics = new ClusterTopics(admin);
            topics.apply(topics.plan(kafka().catalogue()));
        }
        this.registry =
                new KafkaProducer<>(kafka().clientSettings(), new StringSerializer(), new ByteArraySerializer());
    }

    public KafkaConfig kafka() {
        return new KafkaConfig("127.0.0.1:" + port, "", Sizing.STANDALONE, Map.of());
    }

    public void stopBroker() {
        broker.close();
    }

    public void startBroker() {
        broker = EmbeddedKafka.start(folder, port, controllerPort, Map.of());
    }

    /** Writes a device's record; null deletes the device. */
    public void register(String id, @Nullable Device device) {
        Topic<Device> topic = kafka().catalogue().registry();
        registerBytes(id, new AvroSerializer<>(topic, schemas).serialize(topic.name(), device));
    }

    public void registerBytes(String id, byte @Nullable [] value) {
        registry.send(new ProducerRecord<>(kafka().catalogue().registry().name(), id, value));
        registry.flush();
    }

    /** Every record of {@code telemetry.raw}, in order within its partition. */
    public List<ConsumerRecord<String, byte[]>> raw() {
        List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
        String topic = kafka().catalogue().raw().name();
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(kafka().clientSettings(), new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.getOrDefault(each, 0L))) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
        }
        return records;
    }

    public static String text(ConsumerRecord<String, byte[]> record) {
        return new String(record.value(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        registry.close(Duration.ZERO);
        broker.close();
    }
}
