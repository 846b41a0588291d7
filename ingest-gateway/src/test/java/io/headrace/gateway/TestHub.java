package io.headrace.gateway;

import io.headrace.catalogue.Sizing;
import io.headrace.catalogue.Topic;
import io.headrace.config.KafkaConfig;
import io.headrace.embedded.EmbeddedKafka;
import io.headrace.embedded.FreePort;
import io.headrace.embedded.KafkaCluster;
import io.headrace.embedded.KafkaProcess;
import io.headrace.gateway.identity.TestDevices;
import io.headrace.record.CommandResult;
import io.headrace.record.CommandStatus;
import io.headrace.record.Device;
import io.headrace.record.DeviceCommand;
import io.headrace.record.DeviceEvent;
import io.headrace.record.GatewayHeartbeat;
import io.headrace.testing.InMemorySchemaRegistry;
import io.headrace.topics.ClusterTopics;
import io.headrace.wire.AvroDeserializer;
import io.headrace.wire.AvroSerializer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
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

/** A hub's topics on a broker that tests stop and start; in a process of its own, where they are to kill it. */
public final class TestHub implements AutoCloseable {
    public final InMemorySchemaRegistry schemas = new InMemorySchemaRegistry();
    private final Path folder;
    private final int port;
    private final int controllerPort = FreePort.next();
    private final KafkaConfig kafka;
    private final KafkaProducer<String, byte[]> registry;
    private AutoCloseable broker;

    public TestHub(Path folder) {
        this(folder, FreePort.next(), TestHub::inThisJvm);
    }

    /** With the broker in a process of its own, that {@link #process} gives into the test's hands. */
    static TestHub inProcess(Path folder) {
        return new TestHub(folder, FreePort.next(), KafkaProcess::start);
    }

    /**
     * On brokers that the caller has started, and closes; three copies of everything, of which two are waited for.
     *
     * @param client settings of the test's own clients
     */
    static TestHub on(KafkaCluster cluster, Map<String, String> client) {
        KafkaConfig kafka = new KafkaConfig(cluster.bootstrapServers(), "", new Sizing(6, 3, 2), client);
        return new TestHub(Path.of(""), 0, kafka, (_, _, _) -> () -> {});
    }

    /** With a link between the broker and all its clients that the test spoils. */
    static TestHub behind(FaultyLink link, Path folder) {
        Map<String, String> advertised = Map.of("advertised.listeners", "PLAINTEXT://127.0.0.1:" + link.port());
        return new TestHub(
                folder,
                link.port(),
                (where, _, controller) -> EmbeddedKafka.start(where, link.server(), controller, advertised));
    }

    /** Starts a broker. */
    private interface Start {
        AutoCloseable broker(Path folder, int port, int controllerPort);
    }

    private static EmbeddedKafka inThisJvm(Path folder, int port, int controllerPort) {
        return EmbeddedKafka.start(folder, port, controllerPort, Map.of());
    }

    private TestHub(Path folder, int port, Start start) {
        this(folder, port, new KafkaConfig("127.0.0.1:" + port, "", Sizing.STANDALONE, Map.of()), start);
    }

    private TestHub(Path folder, int port, KafkaConfig kafka, Start start) {
        this.folder = folder;
        this.port = port;
        this.kafka = kafka;
        this.broker = start.broker(folder, port, controllerPort);
        try (Admin admin = Admin.create(kafka().clientSettings())) {
            ClusterTopics topics = new ClusterTopics(admin);
            topics.apply(topics.plan(kafka().catalogue()));
        }
        Map<String, Object> settings = kafka().clientSettings();
        // A partition that was made a moment ago takes a second batch before a first one that found no leader, and then
        // that one never again.
        settings.put("max.in.flight.requests.per.connection", 1);
        this.registry = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    }

    KafkaProcess process() {
        return (KafkaProcess) broker;
    }

    public KafkaConfig kafka() {
        return kafka;
    }

    public void stopBroker() {
        try {
            broker.close();
        } catch (Exception e) {
            throw new IllegalStateException("the broker didn't stop", e);
        }
    }

    public void startBroker() {
        broker = inThisJvm(folder, port, controllerPort);
    }

    /** Writes a device's record; null deletes the device. */
    public void register(String id, @Nullable Device device) {
        Topic<Device> topic = kafka().catalogue().registry();
        registerBytes(id, new AvroSerializer<>(topic, schemas).serialize(topic.name(), device));
    }

    /** Enabled devices with {@link TestDevices#KEY}, all at once. */
    void registerAll(List<String> ids) {
        Topic<Device> topic = kafka().catalogue().registry();
        try (AvroSerializer<Device> serializer = new AvroSerializer<>(topic, schemas)) {
            for (String id : ids) {
                Device device = TestDevices.withKey(id, TestDevices.KEY).build();
                registry.send(new ProducerRecord<>(topic.name(), id, serializer.serialize(topic.name(), device)));
            }
        }
        registry.flush();
    }

    public void registerBytes(String id, byte @Nullable [] value) {
        registry.send(new ProducerRecord<>(kafka().catalogue().registry().name(), id, value));
        registry.flush();
    }

    /** Every record of {@code telemetry.raw}, in order within its partition. */
    public List<ConsumerRecord<String, byte[]>> raw() {
        return all(kafka().catalogue().raw().name());
    }

    /** Every record of {@code device.events}, in order within its partition. */
    public List<DeviceEvent> events() {
        Topic<DeviceEvent> topic = kafka().catalogue().deviceEvents();
        AvroDeserializer<DeviceEvent> events = new AvroDeserializer<>(topic, schemas);
        return all(topic.name()).stream()
                .map(record -> Objects.requireNonNull(events.deserialize(topic.name(), record.value())))
                .toList();
    }

    /** What gateways have said of themselves so far. */
    public List<GatewayHeartbeat> heartbeats() {
        Topic<GatewayHeartbeat> topic = kafka().catalogue().gateways();
        AvroDeserializer<GatewayHeartbeat> heartbeats = new AvroDeserializer<>(topic, schemas);
        return all(topic.name()).stream()
                .map(record -> Objects.requireNonNull(heartbeats.deserialize(topic.name(), record.value())))
                .toList();
    }

    /** Writes a command that is called {@code open} and expires after that. */
    void command(String device, String id, String payload, Duration ttl) {
        Topic<DeviceCommand> topic = kafka().catalogue().commands();
        Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        DeviceCommand command = DeviceCommand.newBuilder()
                .setId(id)
                .setDeviceId(device)
                .setName("open")
                .setPayload(ByteBuffer.wrap(payload.getBytes(StandardCharsets.UTF_8)))
                .setCreatedAt(now)
                .setExpiresAt(now.plus(ttl))
                .setBy("test")
                .build();
        byte[] value = new AvroSerializer<>(topic, schemas).serialize(topic.name(), command);
        registry.send(new ProducerRecord<>(topic.name(), device, value));
        registry.flush();
    }

    /** What became of a device's command, in order. */
    List<CommandStatus> results(String device, String commandId) {
        Topic<CommandResult> topic = kafka().catalogue().commandResults();
        AvroDeserializer<CommandResult> results = new AvroDeserializer<>(topic, schemas);
        return all(topic.name()).stream()
                .map(record -> Objects.requireNonNull(results.deserialize(topic.name(), record.value())))
                .filter(result -> result.getDeviceId().equals(device)
                        && result.getCommandId().equals(commandId))
                .map(CommandResult::getStatus)
                .toList();
    }

    private List<ConsumerRecord<String, byte[]>> all(String topic) {
        List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
        each(topic, records::add);
        return records;
    }

    /** Every record of {@code telemetry.raw}, one by one, where there are too many to keep. */
    public void eachRaw(Consumer<ConsumerRecord<String, byte[]>> action) {
        each(kafka().catalogue().raw().name(), action);
    }

    private void each(String topic, Consumer<ConsumerRecord<String, byte[]>> action) {
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(kafka().clientSettings(), new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.getOrDefault(each, 0L))) {
                consumer.poll(Duration.ofMillis(200)).forEach(action);
            }
        }
    }

    public static String text(ConsumerRecord<String, byte[]> record) {
        return new String(record.value(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        registry.close(Duration.ZERO);
        stopBroker();
    }
}
