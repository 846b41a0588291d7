package io.headrace.guarantee;

import io.headrace.catalogue.Sizing;
import io.headrace.config.KafkaConfig;
import io.headrace.config.Secret;
import io.headrace.embedded.EmbeddedKafka;
import io.headrace.embedded.EmbeddedRegistry;
import io.headrace.record.Device;
import io.headrace.record.DeviceStatus;
import io.headrace.registry.RegistryClient;
import io.headrace.registry.RegistryConfig;
import io.headrace.secret.SecretBox;
import io.headrace.testing.ProcessingGuarantee.Stored;
import io.headrace.topics.ClusterTopics;
import io.headrace.wire.AvroSerializer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The role {@code gateway} as an operator starts it, in a process of its own, on a broker and a registry of this test. */
final class GatewayRole implements AutoCloseable {
    static final String KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    private static final String MASTER = "q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k=";
    private static final Pattern NUMBER = Pattern.compile("\\{\"n\":(\\d+)}");

    private final EmbeddedKafka broker;
    private final EmbeddedRegistry registry;
    private final KafkaConfig kafka;
    private final Path output;
    private final Process process;

    /** @param devices to register, each with {@link #KEY} */
    GatewayRole(Path folder, List<String> devices) throws IOException, InterruptedException {
        broker = EmbeddedKafka.start(folder.resolve("kafka"));
        registry = EmbeddedRegistry.start(folder.resolve("registry"));
        kafka = new KafkaConfig(broker.bootstrapServers(), "", Sizing.STANDALONE, Map.of());
        try (Admin admin = Admin.create(kafka.clientSettings())) {
            ClusterTopics topics = new ClusterTopics(admin);
            topics.apply(topics.plan(kafka.catalogue()));
        }
        register(devices);
        output = folder.resolve("gateway.out");
        process = launch(settings(folder));
        try {
            awaitReady();
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private void register(List<String> devices) {
        SecretBox box = new SecretBox(Secret.of(MASTER));
        var topic = kafka.catalogue().registry();
        RegistryClient schemas = new RegistryClient(RegistryConfig.of(registry.url()));
        try (var serializer = new AvroSerializer<>(topic, schemas);
                var producer = new KafkaProducer<>(
                        kafka.clientSettings(), new StringSerializer(), new ByteArraySerializer())) {
            for (String id : devices) {
                byte[] sealed = box.seal(id + "/primary", Base64.getDecoder().decode(KEY));
                Device device = Device.newBuilder()
                        .setId(id)
                        .setStatus(DeviceStatus.ENABLED)
                        .setCreatedAt(Instant.EPOCH)
                        .setUpdatedAt(Instant.EPOCH)
                        .setRevision(1)
                        .setPrimaryKey(ByteBuffer.wrap(sealed))
                        .build();
                producer.send(new ProducerRecord<>(topic.name(), id, serializer.serialize(topic.name(), device)));
            }
        }
    }

    private Path settings(Path folder) throws IOException {
        Path key = Files.writeString(folder.resolve("master.key"), MASTER);
        return Files.writeString(
                folder.resolve("gateway.conf"), """
                kafka.bootstrap-servers = %s
                kafka.replication = 1
                kafka.partitions = 4
                registry.url = %s
                secrets.master-key-file = %s
                metrics.listen = 127.0.0.1:0
                gateway.mqtt.listen = 127.0.0.1:0
                gateway.http.listen = 127.0.0.1:0
                gateway.amqp.listen = 127.0.0.1:0
                gateway.coap.listen = 127.0.0.1:0
                gateway.coaps.listen = 127.0.0.1:0
                """.formatted(broker.bootstrapServers(), registry.url(), key));
    }

    private Process launch(Path settings) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.headrace.cli.Main",
                        "gateway",
                        "--config",
                        settings.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    private void awaitReady() throws IOException, InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(90).toNanos();
        while (!Files.readString(output).lines().anyMatch("ready"::equals)) {
            if (!process.isAlive() || System.nanoTime() > end) {
                throw new IllegalStateException("the gateway isn't ready: " + Files.readString(output));
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    /** @param protocol as its endpoint's line begins */
    int port(String protocol) throws IOException {
        String line = Files.readString(output)
                .lines()
                .filter(each -> each.startsWith(protocol + " "))
                .findFirst()
                .orElseThrow();
        return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
    }

    /** SIGTERM, without waiting for what comes of it. */
    void terminate() {
        process.destroy();
    }

    /** Its exit code, or -1 where it doesn't end in time. */
    int exitCode(Duration limit) throws InterruptedException {
        return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS) ? process.exitValue() : -1;
    }

    String output() throws IOException {
        return Files.readString(output);
    }

    /** What {@code telemetry.raw} has of messages {@code {"n": number}}. */
    List<Stored> stored() {
        List<Stored> stored = new ArrayList<>();
        String topic = kafka.catalogue().raw().name();
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(kafka.clientSettings(), new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.getOrDefault(each, 0L))) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> {
                    Matcher number = NUMBER.matcher(new String(record.value(), StandardCharsets.UTF_8));
                    if (number.matches()) {
                        stored.add(new Stored(
                                record.key(), Long.parseLong(number.group(1)), record.partition(), record.offset()));
                    }
                });
            }
        }
        return stored;
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
        registry.close();
        broker.close();
    }
}
