package io.headrace.sinks;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.headrace.catalogue.Topic;
import io.headrace.embedded.EmbeddedConnect;
import io.headrace.embedded.EmbeddedKafka;
import io.headrace.embedded.EmbeddedPostgres;
import io.headrace.embedded.EmbeddedRegistry;
import io.headrace.embedded.FreePort;
import io.headrace.registry.RegistryClient;
import io.headrace.registry.RegistryConfig;
import io.headrace.wire.AvroSerializer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Kafka, a registry, PostgreSQL and a Connect worker that loads the plug-in folder as the build has assembled it, or none. */
public final class ConnectRig implements AutoCloseable {
    private static final Path ROOT = Path.of(System.getProperty("headrace.root", ".."));

    private final Path folder;
    private final int postgresPort = FreePort.next();
    private final EmbeddedKafka kafka;
    private final EmbeddedRegistry registry;
    private final KafkaProducer<byte[], byte[]> producer;
    private final RegistryClient schemas;
    private EmbeddedPostgres postgres;
    private @Nullable EmbeddedConnect connect;

    public ConnectRig(Path folder) throws ExecutionException, InterruptedException {
        this(folder, true);
    }

    /** For a worker of the caller's. */
    public static ConnectRig withoutWorker(Path folder) throws ExecutionException, InterruptedException {
        return new ConnectRig(folder, false);
    }

    private ConnectRig(Path folder, boolean hasWorker) throws ExecutionException, InterruptedException {
        this.folder = folder;
        kafka = EmbeddedKafka.start(folder.resolve("kafka"));
        registry = EmbeddedRegistry.start(folder.resolve("registry"));
        postgres = EmbeddedPostgres.start(folder.resolve("postgres"), postgresPort);
        schemas = new RegistryClient(RegistryConfig.of(registry.url()));
        producer = new KafkaProducer<>(kafka.clientSettings(), new ByteArraySerializer(), new ByteArraySerializer());
        try (Admin admin = Admin.create(kafka.clientSettings())) {
            List<NewTopic> topics = new ArrayList<>();
            SinkRecords.CATALOGUE.all().forEach(topic -> topics.add(new NewTopic(topic.name(), 2, (short) 1)));
            admin.createTopics(topics).all().get();
        }
        connect = hasWorker ? startWorker() : null;
    }

    private EmbeddedConnect startWorker() {
        Path plugins = ROOT.resolve("sinks/target/plugins");
        return EmbeddedConnect.start(
                kafka.bootstrapServers(), plugins, FreePort.next(), Map.of("offset.flush.interval.ms", "1000"));
    }

    public EmbeddedConnect connect() {
        return Objects.requireNonNull(connect);
    }

    public String bootstrapServers() {
        return kafka.bootstrapServers();
    }

    public String jdbcUrl() {
        return postgres.jdbcUrl();
    }

    public void restartWorker() {
        connect().close();
        connect = startWorker();
    }

    public void stopPostgres() {
        postgres.close();
    }

    /** As SIGKILL to the postmaster. */
    public void killPostgres() {
        postgres.server().ifPresent(server -> {
            server.destroyForcibly();
            server.onExit().join();
        });
        postgres.close();
    }

    public void startPostgres() {
        postgres = EmbeddedPostgres.start(folder.resolve("postgres"), postgresPort);
    }

    /** Ids of a connector's consumers, by which one that was thrown out and came back is known. */
    public Set<String> members(String connector) throws ExecutionException, InterruptedException {
        String group = "connect-" + connector;
        try (Admin admin = Admin.create(kafka.clientSettings())) {
            return admin.describeConsumerGroups(List.of(group)).all().get().values().stream()
                    .flatMap(described -> described.members().stream())
                    .map(MemberDescription::consumerId)
                    .collect(Collectors.toSet());
        }
    }

    /** A connector's template from {@code deploy/connect}, filled in. */
    public Map<String, String> template(String name, Map<String, String> more) throws IOException {
        Map<String, String> places = new HashMap<>(more);
        places.put("topic-prefix", "");
        places.put("kafka.bootstrap-servers", kafka.bootstrapServers());
        places.put("kafka.replication", "1");
        places.put("registry.url", registry.url().toString());
        places.put("postgres.url", "jdbc:postgresql://127.0.0.1:" + postgresPort + "/" + EmbeddedPostgres.NAME);
        places.put("postgres.user", EmbeddedPostgres.NAME);
        places.put("postgres.password", "");
        String text = Files.readString(ROOT.resolve("deploy/connect/" + name + ".json"), StandardCharsets.UTF_8);
        Map<String, String> config = new ObjectMapper().readValue(text, new TypeReference<>() {});
        config.replaceAll((key, value) -> {
            String filled = value;
            for (Map.Entry<String, String> place : places.entrySet()) {
                filled = filled.replace("${" + place.getKey() + "}", place.getValue());
            }
            return filled;
        });
        return config;
    }

    public <V extends SpecificRecord> void send(Topic<V> topic, String key, V value, String... headers) {
        send(topic.name(), key, serialized(topic, value), headers);
    }

    /** As it is on the wire. */
    public <V extends SpecificRecord> byte[] serialized(Topic<V> topic, V value) {
        return Objects.requireNonNull(new AvroSerializer<>(topic, schemas).serialize(topic.name(), value));
    }

    public void send(String topic, String key, byte[] value, String... headers) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value);
        for (String header : headers) {
            record.headers().add(header, "1".getBytes(StandardCharsets.UTF_8));
        }
        producer.send(record, (done, failure) -> {
            if (failure != null) {
                throw new IllegalStateException(failure);
            }
        });
    }

    public void flush() {
        producer.flush();
    }

    /** As if the worker had died before it told Kafka how far it was; the connector must not be running. */
    public void forgetOffsets(String connector, String topic) throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(kafka.clientSettings())) {
            admin.alterConsumerGroupOffsets(
                            "connect-" + connector,
                            Map.of(
                                    new TopicPartition(topic, 0), new OffsetAndMetadata(0),
                                    new TopicPartition(topic, 1), new OffsetAndMetadata(0)))
                    .all()
                    .get();
        }
    }

    /** Everything that is in a topic now. */
    public List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(kafka.clientSettings(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(each -> new TopicPartition(topic, each.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
            return records;
        }
    }

    public void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(jdbcUrl());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The single row's columns as text, parted by a bar; empty text where the database isn't there, or has no such table yet. */
    public String row(String sql) {
        try (Connection connection = DriverManager.getConnection(jdbcUrl());
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<String> cells = new ArrayList<>();
            result.next();
            for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
                cells.add(result.getString(column));
            }
            return String.join("|", cells);
        } catch (SQLException notYet) {
            return "";
        }
    }

    @Override
    public void close() {
        producer.close();
        if (connect != null) {
            connect.close();
        }
        postgres.close();
        registry.close();
        kafka.close();
    }
}
