package io.headrace.standalone;

import io.headrace.config.KafkaConfig;
import io.headrace.config.Secret;
import io.headrace.config.Settings;
import io.headrace.sinks.cold.ColdCatalog;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * One Kafka Connect worker and the connectors that it is given.
 *
 * @param kafka its cluster
 * @param listen of its REST interface
 * @param plugins folder of folders of jars
 * @param libraries folder of jars that the cold tier's catalog or store needs beside its plug-in's; empty for none
 * @param templates folder of {@code <name>.json}: a connector's configuration with placeholders
 * @param connectors names of the templates to put
 * @param webhooks targets of alerts, and of what rules say is to be told
 * @param email by which rules reach people; empty for none
 * @param worker more settings of the worker, as Connect spells them
 * @param values placeholder to value
 * @param password of PostgreSQL; empty text where it asks for none
 * @param cold where the cold tier is, and how it is kept
 */
public record ConnectConfig(
        KafkaConfig kafka,
        InetSocketAddress listen,
        Path plugins,
        Optional<Path> libraries,
        Path templates,
        List<String> connectors,
        List<Webhook> webhooks,
        Optional<Email> email,
        Map<String, String> worker,
        Map<String, String> values,
        Secret password,
        ColdSettings cold) {

    public ConnectConfig {
        connectors = List.copyOf(connectors);
        webhooks = List.copyOf(webhooks);
        worker = Map.copyOf(worker);
        values = Map.copyOf(values);
    }

    /** Reads {@code kafka.*}, {@code registry.url} and everything under {@code connect.}. */
    public static ConnectConfig from(Settings settings) {
        KafkaConfig kafka = KafkaConfig.from(settings);
        Path root = Path.of(System.getProperty("headrace.root", "."));
        List<String> connectors = new ArrayList<>();
        for (String name : settings.text("connect.connectors", "warm,cold").split(",")) {
            connectors.add(name.strip());
        }
        return new ConnectConfig(
                kafka,
                settings.address("connect.listen", "127.0.0.1:8083"),
                settings.findPath("connect.plugins").orElse(root.resolve("sinks/target/plugins")),
                Optional.ofNullable(System.getProperty("headrace.libraries")).map(Path::of),
                settings.findPath("connect.templates").orElse(root.resolve("deploy/connect")),
                connectors,
                Webhook.from(settings),
                Email.from(settings),
                settings.passThrough("connect.worker."),
                values(settings, kafka),
                settings.findSecret("connect.postgres.password").orElse(Secret.of("")),
                ColdSettings.from(settings));
    }

    /** Catalog and warehouse of the cold tier. */
    public ColdCatalog coldCatalog() {
        if (!cold.catalog().isEmpty()) {
            return new ColdCatalog(cold.catalog());
        }
        String secret = password.reveal().get();
        return new ColdCatalog(
                Objects.requireNonNull(values.get("postgres.url")),
                Optional.ofNullable(values.get("postgres.user")),
                secret.isEmpty() ? Optional.empty() : Optional.of(password),
                Path.of(Objects.requireNonNull(values.get("cold.warehouse"))));
    }

    private static Map<String, String> values(Settings settings, KafkaConfig kafka) {
        String postgres = settings.text("connect.postgres.url");
        Duration commit = settings.duration(
                "connect.cold.commit-interval", Duration.ofMinutes(1), Duration.ofSeconds(1), Duration.ofDays(1));
        Map<String, String> values = new LinkedHashMap<>();
        values.put("topic-prefix", kafka.topicPrefix());
        values.put("kafka.bootstrap-servers", kafka.bootstrapServers());
        values.put("kafka.replication", Integer.toString(kafka.sizing().replication()));
        values.put("registry.url", settings.uri("registry.url").toString());
        values.put("postgres.url", postgres);
        values.put("postgres.user", settings.text("connect.postgres.user"));
        values.put("warm.tasks", Integer.toString(settings.integer("connect.warm.tasks", 1, 1, 1_000)));
        values.put(
                "warm.partition-width", settings.oneOf("connect.warm.partition-width", "day", Set.of("day", "month")));
        values.put(
                "warm.retention-days",
                Integer.toString(settings.integer("connect.warm.retention-days", 30, 0, 36_500)));
        values.put("cold.tasks", Integer.toString(settings.integer("connect.cold.tasks", 1, 1, 1_000)));
        values.put(
                "cold.warehouse",
                settings.findText("connect.cold.catalog.warehouse")
                        .orElseGet(() -> settings.text("connect.cold.warehouse")));
        values.put("cold.commit-interval-ms", Long.toString(commit.toMillis()));
        return values;
    }
}
