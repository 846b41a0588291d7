package io.headrace.embedded;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.connect.cli.ConnectDistributed;
import org.apache.kafka.connect.runtime.Connect;
import org.apache.kafka.connect.runtime.distributed.DistributedHerder;

/**
 * A distributed Kafka Connect worker in this JVM, with its REST interface on 127.0.0.1. Its internal topics have one
 * copy; connectors put into it are there again after a restart.
 */
public final class EmbeddedConnect implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final Connect<DistributedHerder> worker;
    private final ConnectRest rest;

    private EmbeddedConnect(Connect<DistributedHerder> worker, int port) {
        this.worker = worker;
        this.rest = new ConnectRest(port);
    }

    /** On a free port, in the group {@code connect}. */
    public static EmbeddedConnect start(String bootstrapServers, Path plugins) {
        return start(bootstrapServers, plugins, FreePort.next(), Map.of());
    }

    /**
     * Starts the worker and returns when its REST interface answers.
     *
     * @param plugins folder of folders of jars, one per plug-in, as {@code plugin.path} has it
     * @param port of the REST interface
     * @param settings more worker settings, as Connect spells them; they win over those given here
     * @throws NotStartedException where it doesn't come up
     */
    public static EmbeddedConnect start(String bootstrapServers, Path plugins, int port, Map<String, String> settings) {
        leaveTheProcessAlone();
        Map<String, String> all = new HashMap<>(defaults(bootstrapServers, plugins, port));
        all.putAll(settings);
        EmbeddedConnect connect;
        try {
            connect = new EmbeddedConnect(new ConnectDistributed().startConnect(all), port);
        } catch (RuntimeException e) {
            throw new NotStartedException("Kafka Connect on port " + port + " didn't start: " + e.getMessage(), e);
        }
        if (!Patience.until(START_LIMIT, connect::isReady)) {
            connect.close();
            throw new NotStartedException("Kafka Connect on port " + port + " doesn't answer");
        }
        return connect;
    }

    /** Connect's program exits when it can't start and stops in a shutdown hook; both are this process's own to decide. */
    private static void leaveTheProcessAlone() {
        Exit.setExitProcedure((code, message) -> {
            throw new NotStartedException("Kafka asked for the end of the process, code " + code + ": " + message);
        });
        Exit.setShutdownHookAdder((name, hook) -> {});
    }

    static Map<String, String> defaults(String bootstrapServers, Path plugins, int port) {
        Map<String, String> settings = new HashMap<>();
        settings.put("bootstrap.servers", bootstrapServers);
        settings.put("group.id", "connect");
        settings.put("listeners", "http://127.0.0.1:" + port);
        settings.put("rest.advertised.host.name", "127.0.0.1");
        settings.put("rest.advertised.port", Integer.toString(port));
        settings.put("plugin.path", plugins.toAbsolutePath().toString());
        settings.put("plugin.discovery", "service_load");
        settings.put("key.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
        settings.put("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
        settings.put("config.storage.topic", "connect-configs");
        settings.put("config.storage.replication.factor", "1");
        settings.put("offset.storage.topic", "connect-offsets");
        settings.put("offset.storage.replication.factor", "1");
        settings.put("offset.storage.partitions", "1");
        settings.put("status.storage.topic", "connect-status");
        settings.put("status.storage.replication.factor", "1");
        settings.put("status.storage.partitions", "1");
        settings.put("connector.client.config.override.policy", "All");
        // a worker that comes back gets its tasks at once: there is no other to wait for
        settings.put("scheduled.rebalance.max.delay.ms", "0");
        settings.put("consumer.isolation.level", "read_committed");
        return settings;
    }

    /** Whether the worker has joined its group and answers. */
    public boolean isReady() {
        return rest.isReady();
    }

    /** Of its REST interface. */
    public ConnectRest rest() {
        return rest;
    }

    /** As {@link ConnectRest#put}. */
    public void put(String name, Map<String, String> config) {
        rest.put(name, config);
    }

    /** As {@link ConnectRest#status}. */
    public String status(String name) {
        return rest.status(name);
    }

    /** As {@link ConnectRest#delete}. */
    public void delete(String name) {
        rest.delete(name);
    }

    /** Base of the REST interface. */
    public URI url() {
        return rest.url();
    }

    /** Stops the tasks, with their last commits, and leaves the group. */
    @Override
    public void close() {
        worker.stop();
        worker.awaitStop();
        rest.close();
    }
}
