package io.headrace.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.metadata.storage.FormatterException;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * A Kafka broker, its own controller, in this JVM. Topics aren't made on demand. Internal topics have one copy and few
 * partitions. What it has acknowledged survives the end of the process at any moment; survival of a power failure is
 * bounded by the flush settings (Kafka leaves flushing to the system).
 */
public final class EmbeddedKafka implements AutoCloseable {
    private static final int NODE_ID = 1;

    private final KafkaRaftServer server;
    private final int port;

    private EmbeddedKafka(KafkaRaftServer server, int port) {
        this.server = server;
        this.port = port;
    }

    /** On free ports, and in a folder that the caller removes when it is done. */
    public static EmbeddedKafka start(Path folder) {
        return start(folder, FreePort.next(), FreePort.next(), Map.of());
    }

    /** On a given port, another free one for the controller. */
    public static EmbeddedKafka start(Path folder, int port) {
        return start(folder, port, FreePort.next(), Map.of());
    }

    /**
     * Starts the broker and returns when it serves.
     *
     * @param folder its log; made and formatted where it isn't there
     * @param port for clients
     * @param controllerPort for the quorum of one
     * @param settings more broker settings, as Kafka spells them; they win over those given here
     * @throws NotStartedException where it doesn't come up
     */
    public static EmbeddedKafka start(Path folder, int port, int controllerPort, Map<String, String> settings) {
        try {
            Files.createDirectories(folder);
            format(folder, NODE_ID, Uuid.randomUuid().toString());
        } catch (IOException e) {
            throw new UncheckedIOException("can't prepare the broker's folder " + folder, e);
        }
        Map<String, String> all = new HashMap<>(defaults(folder, port, controllerPort));
        all.putAll(settings);
        Properties properties = new Properties();
        properties.putAll(all);
        KafkaRaftServer server = new KafkaRaftServer(KafkaConfig.fromProps(properties), Time.SYSTEM);
        try {
            server.startup();
        } catch (RuntimeException e) {
            server.shutdown();
            throw new NotStartedException("the Kafka broker on port " + port + " didn't start: " + e.getMessage(), e);
        }
        return new EmbeddedKafka(server, port);
    }

    /** Makes a folder a node's, where it isn't one yet. */
    static void format(Path folder, int node, String cluster) throws IOException {
        if (Files.exists(folder.resolve("meta.properties"))) {
            return;
        }
        Formatter formatter = new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .setNodeId(node)
                .setClusterId(cluster)
                .addDirectory(folder.toString())
                .setMetadataLogDirectory(folder.toString())
                .setControllerListenerName("CONTROLLER")
                .setReleaseVersion(MetadataVersion.latestProduction());
        try {
            formatter.run();
        } catch (FormatterException | IOException e) {
            throw e;
        } catch (Exception e) {
            throw new FormatterException("can't format " + folder + ": " + e.getMessage());
        }
    }

    private static Map<String, String> defaults(Path folder, int port, int controllerPort) {
        Map<String, String> settings = new HashMap<>();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", Integer.toString(NODE_ID));
        settings.put("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);
        settings.put("listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
        settings.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
        settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put("inter.broker.listener.name", "PLAINTEXT");
        settings.put("log.dirs", folder.toString());
        settings.put("auto.create.topics.enable", "false");
        settings.put("default.replication.factor", "1");
        settings.put("min.insync.replicas", "1");
        settings.put("offsets.topic.replication.factor", "1");
        settings.put("offsets.topic.num.partitions", "4");
        settings.put("transaction.state.log.replication.factor", "1");
        settings.put("transaction.state.log.min.isr", "1");
        settings.put("transaction.state.log.num.partitions", "4");
        settings.put("share.coordinator.state.topic.replication.factor", "1");
        settings.put("share.coordinator.state.topic.min.isr", "1");
        settings.put("share.coordinator.state.topic.num.partitions", "1");
        settings.put("group.initial.rebalance.delay.ms", "0");
        settings.put("log.cleaner.dedupe.buffer.size", "2097152");
        settings.put("num.network.threads", "2");
        settings.put("num.io.threads", "4");
        settings.put("background.threads", "2");
        // one segment preallocates 10 MiB of index otherwise, for each of some 150 partitions
        settings.put("log.index.size.max.bytes", "1048576");
        settings.put("message.max.bytes", "4194304");
        settings.put("replica.fetch.max.bytes", "4194304");
        return settings;
    }

    /** For {@code bootstrap.servers}. */
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** Client settings that reach this broker; a new, mutable map. */
    public Map<String, Object> clientSettings() {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", bootstrapServers());
        return settings;
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }
}
