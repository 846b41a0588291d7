package io.headrace.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;

/**
 * Brokers in processes of their own, numbered from 1, for tests that lose some of them; the controller is in this JVM and
 * outlives them. A broker may come back under another address, which is in the bootstrap list from the start. For one
 * thread.
 */
public final class KafkaCluster implements AutoCloseable {
    private static final int CONTROLLER = 100;

    private final Path folder;
    private final int controllerPort = FreePort.next();
    private final Map<String, String> settings = new HashMap<>();
    private final String id = Uuid.randomUuid().toString();
    private final List<Broker> brokers = new ArrayList<>();
    private final EmbeddedKafka controller;

    /**
     * A broker, and the address that it may move to.
     *
     * @param settings its own
     */
    private record Broker(KafkaProcess process, int port, int otherPort, Map<String, String> settings) {}

    private KafkaCluster(Path folder, Map<String, String> settings) {
        this.folder = folder;
        this.settings.put("controller.quorum.voters", CONTROLLER + "@127.0.0.1:" + controllerPort);
        // A broker that died is counted out after so long: nine seconds by default.
        this.settings.put("broker.session.timeout.ms", "3000");
        this.settings.put("broker.heartbeat.interval.ms", "500");
        this.settings.putAll(settings);
        String listener = "CONTROLLER://127.0.0.1:" + controllerPort;
        Map<String, String> own = new HashMap<>(this.settings);
        own.put("process.roles", "controller");
        own.put("node.id", Integer.toString(CONTROLLER));
        own.put("listeners", listener);
        own.put("advertised.listeners", listener);
        Path home = formatted("controller", CONTROLLER);
        this.controller = EmbeddedKafka.start(home, FreePort.next(), controllerPort, own);
    }

    /**
     * Starts a controller and brokers, and returns when all serve.
     *
     * @param settings of every broker, as Kafka spells them
     * @param own of one broker each
     */
    public static KafkaCluster start(Path folder, Map<String, String> settings, List<Map<String, String>> own) {
        KafkaCluster cluster = new KafkaCluster(folder, settings);
        try {
            List<CompletableFuture<Broker>> starting = IntStream.range(0, own.size())
                    .mapToObj(i -> cluster.starting(i + 1, FreePort.next(), FreePort.next(), own.get(i)))
                    .toList();
            starting.forEach(each -> cluster.brokers.add(each.join()));
            return cluster;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    private CompletableFuture<Broker> starting(int node, int port, int otherPort, Map<String, String> own) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("process.roles", "broker");
        all.put("node.id", Integer.toString(node));
        all.put("listeners", "PLAINTEXT://127.0.0.1:" + port);
        all.putAll(own);
        Path home = formatted("broker-" + node, node);
        return CompletableFuture.supplyAsync(
                () -> new Broker(KafkaProcess.start(home, port, controllerPort, all), port, otherPort, own),
                Thread::startVirtualThread);
    }

    private Path formatted(String name, int node) {
        Path home = folder.resolve(name);
        try {
            EmbeddedKafka.format(home, node, id);
            return home;
        } catch (IOException e) {
            throw new UncheckedIOException("can't format " + home, e);
        }
    }

    /** @param node from 1 */
    public KafkaProcess broker(int node) {
        return brokers.get(node - 1).process();
    }

    /** Folder of a broker's log, where its settings don't name another. */
    public Path folder(int node) {
        return folder.resolve("broker-" + node);
    }

    /** Starts brokers that have ended, each under the other of its two addresses, and returns when all serve. */
    public void restartElsewhere() {
        List<CompletableFuture<Broker>> starting = new ArrayList<>();
        for (int i = 0; i < brokers.size(); i++) {
            Broker each = brokers.get(i);
            starting.add(
                    each.process().isAlive()
                            ? CompletableFuture.completedFuture(each)
                            : starting(i + 1, each.otherPort(), each.port(), each.settings()));
        }
        for (int i = 0; i < brokers.size(); i++) {
            brokers.set(i, starting.get(i).join());
        }
    }

    /** For {@code bootstrap.servers}: both addresses of every broker. */
    public String bootstrapServers() {
        return brokers.stream()
                .flatMap(each -> IntStream.of(each.port(), each.otherPort()).boxed())
                .sorted()
                .map(port -> "127.0.0.1:" + port)
                .collect(Collectors.joining(","));
    }

    @Override
    public void close() {
        brokers.forEach(each -> each.process().close());
        controller.close();
    }
}
