package io.headrace.standalone;

import io.headrace.config.KafkaConfig;
import io.headrace.embedded.EmbeddedConnect;
import io.headrace.sinks.cold.ColdCatalog;
import io.headrace.sinks.cold.ColdTable;
import io.headrace.sinks.cold.upkeep.Upkeep;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * The role that runs the sinks: a Connect worker with the warm and the cold connector, one for each webhook, and one for
 * e-mail.
 */
public final class ConnectRole implements AutoCloseable {
    /** By which the cold sink's tasks agree on a commit; Iceberg's connector expects to find it. */
    private static final String COLD_CONTROL_TOPIC = "sink.cold.control";

    private final EmbeddedConnect worker;
    private final List<String> connectors;
    private final Optional<ColdUpkeep> upkeep;

    private ConnectRole(EmbeddedConnect worker, List<String> connectors, Optional<ColdUpkeep> upkeep) {
        this.worker = worker;
        this.connectors = connectors;
        this.upkeep = upkeep;
    }

    /**
     * Starts the worker and gives it its connectors.
     *
     * @throws io.headrace.config.ConfigException where Connect refuses a connector's configuration
     */
    public static ConnectRole start(ConnectConfig config, MeterRegistry meters) {
        Map<String, String> values = new HashMap<>(config.values());
        if (config.connectors().contains("cold")) {
            makeControlTopic(config.kafka());
            ColdCatalog catalog = config.coldCatalog();
            values.put("cold.catalog-uri", catalog.uri());
            if (config.cold().catalog().isEmpty()) {
                ColdTable.create(catalog);
            } // else only the connector's plugin may have what the catalog needs; its task makes the table
        }
        values.put("postgres.password", config.password().reveal().get());
        Map<String, Map<String, String>> filled = new HashMap<>();
        for (String name : config.connectors()) {
            filled.put(name, ConnectorTemplate.fill(config.templates().resolve(name + ".json"), values));
        }
        filled.computeIfPresent("cold", (name, connector) -> config.cold().given(connector));
        TellingTopics.make(config);
        for (Webhook webhook : config.webhooks()) {
            Map<String, String> places = new HashMap<>(values);
            places.putAll(webhook.places(config.kafka().catalogue()));
            Map<String, String> connector =
                    ConnectorTemplate.fill(config.templates().resolve("webhook.json"), places);
            connector.putAll(webhook.told());
            filled.put(webhook.sink(), connector);
        }
        config.email().ifPresent(email -> {
            Map<String, String> places = new HashMap<>(values);
            places.putAll(email.places());
            Map<String, String> connector =
                    ConnectorTemplate.fill(config.templates().resolve("email.json"), places);
            connector.putAll(email.told());
            filled.put(Email.SINK, connector);
        });
        EmbeddedConnect worker = PluginFolder.with(
                config.plugins(),
                config.libraries(),
                plugins -> EmbeddedConnect.start(
                        config.kafka().bootstrapServers(),
                        plugins,
                        config.listen().getPort(),
                        workerSettings(config)));
        List<String> names = new ArrayList<>();
        try {
            filled.forEach((name, connector) -> {
                String fullName = connector.getOrDefault("name", name);
                worker.put(fullName, connector);
                names.add(fullName);
            });
        } catch (IllegalArgumentException refused) {
            worker.close();
            throw new io.headrace.config.ConfigException(String.valueOf(refused.getMessage()));
        }
        return new ConnectRole(worker, List.copyOf(names), upkeep(config, meters));
    }

    private static Optional<ColdUpkeep> upkeep(ConnectConfig config, MeterRegistry meters) {
        Duration interval = config.cold().interval();
        if (!config.connectors().contains("cold") || interval.isZero()) {
            return Optional.empty();
        }
        Upkeep upkeep = new Upkeep(config.coldCatalog(), config.cold().upkeep(), Clock.systemUTC());
        return Optional.of(new ColdUpkeep(upkeep, interval, meters));
    }

    private static Map<String, String> workerSettings(ConnectConfig config) {
        KafkaConfig kafka = config.kafka();
        String replication = Integer.toString(kafka.sizing().replication());
        String prefix = kafka.topicPrefix();
        Map<String, String> settings = new HashMap<>(kafka.client());
        for (String client : List.of("producer.", "consumer.", "admin.")) {
            kafka.client().forEach((key, value) -> settings.put(client + key, value));
        }
        settings.put(
                "listeners",
                "http://" + config.listen().getHostString() + ":"
                        + config.listen().getPort());
        settings.put("group.id", prefix + "connect");
        // a worker whose topics are quiet looks after its tasks only this often, and a commit of the cold tier takes
        // two looks; the default is a minute
        settings.put("offset.flush.interval.ms", "1000");
        for (String store : List.of("config", "offset", "status")) {
            String plural = store.equals("status") ? "status" : store + "s";
            settings.put(store + ".storage.topic", prefix + "connect-" + plural);
            settings.put(store + ".storage.replication.factor", replication);
        }
        settings.putAll(config.worker());
        return settings;
    }

    private static void makeControlTopic(KafkaConfig kafka) {
        NewTopic topic = new NewTopic(kafka.topicPrefix() + COLD_CONTROL_TOPIC, 1, (short)
                kafka.sizing().replication());
        try (Admin admin = Admin.create(kafka.clientSettings())) {
            admin.createTopics(Set.of(topic)).all().get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw new KafkaException("can't make " + topic.name() + ": " + e.getCause(), e);
            }
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** A line for each address that it serves. */
    public List<String> endpoints() {
        return List.of("connect " + worker.url());
    }

    /** Whether every connector and every task of it runs. */
    public boolean isReady() {
        return connectors.stream().allMatch(name -> worker.status(name).equals("RUNNING"));
    }

    /** Why a connector doesn't run, a line each; empty where all do. */
    public List<String> troubles() {
        return connectors.stream()
                .map(name -> name + " " + worker.status(name))
                .filter(line -> !line.endsWith(" RUNNING"))
                .toList();
    }

    @Override
    public void close() {
        upkeep.ifPresent(ColdUpkeep::close);
        worker.close();
    }
}
