package io.headrace.bench.system;

import io.headrace.bench.load.Plan;
import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Topic;
import io.headrace.config.Settings;
import io.headrace.gateway.Gateway;
import io.headrace.gateway.GatewayConfig;
import io.headrace.record.Device;
import io.headrace.record.DeviceStatus;
import io.headrace.registry.RegistryClient;
import io.headrace.registry.SchemaRegistry;
import io.headrace.secret.SecretBox;
import io.headrace.testing.InMemorySchemaRegistry;
import io.headrace.topics.ClusterTopics;
import io.headrace.wire.AvroSerializer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The gateway as a process, as it is in production: devices registered, each with its key, quotas on and wide. Arguments: the
 * devices' count, their key in Base64, and settings as {@code name=value}; without {@code registry.url} its
 * schemas are its own. Prints its endpoints after {@code ready }; to
 * {@code gc} it answers {@code collected}.
 */
public final class HeadraceMain {
    private static final int MESSAGES_PER_SECOND = 1_000_000;
    private static final long BYTES_PER_SECOND = 1L << 30;

    private HeadraceMain() {}

    public static void main(String[] args) throws IOException {
        Map<String, String> values = new HashMap<>();
        Arrays.stream(args).skip(2).forEach(each -> {
            int at = each.indexOf('=');
            values.put(each.substring(0, at), each.substring(at + 1));
        });
        String masterKey = SecretBox.newMasterKey();
        Path keyFile = Files.createTempFile("headrace-bench", ".key");
        Files.writeString(keyFile, masterKey);
        values.put("secrets.master-key-file", keyFile.toString());
        boolean isAlone = values.putIfAbsent("registry.url", "http://127.0.0.1:1") == null;
        GatewayConfig config = GatewayConfig.from(Settings.of(values));
        SchemaRegistry schemas = isAlone ? schemas(config.kafka().catalogue()) : new RegistryClient(config.registry());
        register(config, schemas, Integer.parseInt(args[0]), args[1]);
        try (Gateway gateway = Gateway.start(config, schemas, new SimpleMeterRegistry())) {
            System.out.println("ready " + String.join(" ", gateway.endpoints()));
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                System.gc();
                System.out.println("collected");
            }
        } finally {
            Files.delete(keyFile);
        }
    }

    /** Schemas of its own, of which those of commands and results have the same ids in every process. */
    public static SchemaRegistry schemas(Catalogue hub) {
        InMemorySchemaRegistry schemas = new InMemorySchemaRegistry();
        for (Topic<?> each : List.of(hub.commands(), hub.commandResults())) {
            schemas.register(each.subject(), each.schema().orElseThrow());
        }
        return schemas;
    }

    private static void register(GatewayConfig config, SchemaRegistry schemas, int devices, String key) {
        try (Admin admin = Admin.create(config.kafka().clientSettings())) {
            ClusterTopics topics = new ClusterTopics(admin);
            topics.apply(topics.plan(config.kafka().catalogue()));
        }
        SecretBox box = new SecretBox(config.identity().masterKey());
        byte[] secret = Base64.getDecoder().decode(key);
        Topic<Device> topic = config.kafka().catalogue().registry();
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                        config.kafka().clientSettings(), new StringSerializer(), new ByteArraySerializer());
                AvroSerializer<Device> serializer = new AvroSerializer<>(topic, schemas)) {
            for (int i = 0; i < devices; i++) {
                String id = Plan.device(i);
                byte[] value = serializer.serialize(topic.name(), device(id, box.seal(id + "/primary", secret)));
                producer.send(new ProducerRecord<>(topic.name(), id, value));
            }
        }
    }

    private static Device device(String id, byte[] sealedKey) {
        return Device.newBuilder()
                .setId(id)
                .setStatus(DeviceStatus.ENABLED)
                .setPrimaryKey(ByteBuffer.wrap(sealedKey))
                .setMessagesPerSecond(MESSAGES_PER_SECOND)
                .setBytesPerSecond(BYTES_PER_SECOND)
                .setCreatedAt(Instant.EPOCH)
                .setUpdatedAt(Instant.EPOCH)
                .setRevision(1)
                .build();
    }
}
