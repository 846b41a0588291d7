package io.headrace.standalone;

import io.headrace.catalogue.Sizing;
import io.headrace.config.ConfigException;
import io.headrace.config.Settings;
import io.headrace.embedded.EmbeddedPostgres;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a standalone Headrace is given, and what it tells its roles.
 *
 * @param kafka where the embedded broker listens; a loopback address, as for the other three
 * @param registry where the embedded schema registry listens
 * @param connect where the embedded Connect worker's REST interface listens
 * @param postgres where the embedded PostgreSQL listens
 * @param metrics where metrics and health are served
 * @param brokerSettings more settings of the broker, as Kafka spells them
 * @param certificateNames DNS names and IP addresses in the server certificate
 * @param roles settings for the roles: the file's own, and those that follow from the data folder
 */
public record StandaloneConfig(
        InetSocketAddress kafka,
        InetSocketAddress registry,
        InetSocketAddress connect,
        InetSocketAddress postgres,
        InetSocketAddress metrics,
        Map<String, String> brokerSettings,
        List<String> certificateNames,
        Settings roles) {

    private static final String BROKER_PREFIX = "standalone.kafka.broker.";
    private static final List<String> ALWAYS_NAMED = List.of("localhost", "127.0.0.1", "::1");

    public StandaloneConfig {
        brokerSettings = Map.copyOf(brokerSettings);
        certificateNames = List.copyOf(certificateNames);
    }

    /**
     * Reads {@code standalone.*} and {@code metrics.listen}, and tells the roles where everything is.
     *
     * @param file as the operator wrote it
     * @param portOffset added to every port
     * @throws ConfigException where a value is out of its range, or a key is set that standalone sets itself
     */
    static StandaloneConfig from(Settings file, int portOffset, DataFolder data) {
        Settings shifted = Listener.shifted(file, portOffset);
        List<String> names = new ArrayList<>(ALWAYS_NAMED);
        for (String name : shifted.text("standalone.tls.names", "").split(",")) {
            if (!name.isBlank()) {
                names.add(name.strip());
            }
        }
        Map<String, String> broker = shifted.passThrough(BROKER_PREFIX);
        Map<String, String> own = ownSettings(shifted, data);
        for (String key : own.keySet()) {
            file.findText(key).ifPresent(value -> {
                throw new ConfigException(key + " = " + value + " can't be set here: up runs its own and sets it");
            });
        }
        Settings roles = shifted.with(own)
                .withDefaults(Map.of("kafka.partitions", Integer.toString(Sizing.STANDALONE.partitions())));
        return new StandaloneConfig(
                loopback(Listener.KAFKA, roles),
                loopback(Listener.REGISTRY, roles),
                loopback(Listener.CONNECT, roles),
                loopback(Listener.POSTGRES, roles),
                Listener.METRICS.address(roles),
                broker,
                names,
                roles);
    }

    private static InetSocketAddress loopback(Listener listener, Settings settings) {
        InetSocketAddress address = listener.address(settings);
        if (!address.getHostString().equals("127.0.0.1")) {
            throw Settings.invalid(listener.key(), address.getHostString(), "127.0.0.1: it asks nobody who they are");
        }
        return address;
    }

    private static Map<String, String> ownSettings(Settings settings, DataFolder data) {
        OwnCertificates certificates = data.certificates();
        Map<String, String> own = new LinkedHashMap<>();
        own.put("kafka.bootstrap-servers", address(Listener.KAFKA, settings));
        own.put("kafka.replication", Integer.toString(Sizing.STANDALONE.replication()));
        own.put("kafka.min-in-sync-replicas", Integer.toString(Sizing.STANDALONE.minInSyncReplicas()));
        own.put("registry.url", "http://" + address(Listener.REGISTRY, settings) + "/apis/ccompat/v7");
        own.put("secrets.master-key-file", data.masterKey().toString());
        own.put("control-plane.admin-token-file", data.adminToken().toString());
        own.put("control-plane.processors-url", "http://" + address(Listener.QUERIES, settings));
        own.put("processors.state-dir", data.streams().toString());
        // after a kill the next start waits for the group to miss the old member; Kafka's default is 45 s
        own.put("processors.streams.consumer.session.timeout.ms", "10000");
        own.put("gateway.tls.certificate", certificates.server().toString());
        own.put("gateway.tls.private-key", certificates.serverKey().toString());
        String postgres = "jdbc:postgresql://" + address(Listener.POSTGRES, settings) + "/" + EmbeddedPostgres.NAME;
        own.put("connect.postgres.url", postgres);
        own.put("connect.postgres.user", EmbeddedPostgres.NAME);
        own.put("control-plane.erase.postgres.url", postgres);
        own.put("control-plane.erase.postgres.user", EmbeddedPostgres.NAME);
        own.put("control-plane.query.postgres.url", postgres);
        own.put("control-plane.query.postgres.user", EmbeddedPostgres.NAME);
        own.putAll(coldSettings(settings.passThrough("connect.cold.catalog."), postgres, data));
        // reconciliation goes by the same windows as the processors
        settings.findText("processors.window.sizes").ifPresent(v -> own.put("control-plane.reconcile.window-sizes", v));
        settings.findText("processors.window.grace").ifPresent(v -> own.put("control-plane.reconcile.window-grace", v));
        settings.findText("processors.window.idle-close")
                .ifPresent(v -> own.put("control-plane.reconcile.idle-close", v));
        return own;
    }

    /** Those who write the cold tier, query it and erase from it mean the same one. */
    private static Map<String, String> coldSettings(Map<String, String> catalog, String postgres, DataFolder data) {
        Map<String, String> own = new LinkedHashMap<>();
        if (catalog.isEmpty()) {
            String warehouse = data.cold().toString();
            own.put("connect.cold.warehouse", warehouse);
            own.put("control-plane.erase.cold.warehouse", warehouse);
            own.put("control-plane.query.catalog.uri", postgres);
            own.put("control-plane.query.catalog.warehouse", warehouse);
        }
        catalog.forEach((key, value) -> {
            own.put("control-plane.erase.cold.catalog." + key, value);
            own.put("control-plane.query.catalog." + key, value);
        });
        return own;
    }

    private static String address(Listener listener, Settings settings) {
        return listener.find(settings)
                .map(address -> address.getHostString() + ":" + address.getPort())
                .orElse("127.0.0.1:0");
    }

    /** Where all this is reached once it runs. A listener that is switched off has port 0. */
    Whereabouts where(DataFolder data) {
        return new Whereabouts(
                listener(Listener.MQTT),
                listener(Listener.MQTTS),
                URI.create("http://" + address(Listener.HTTP, roles)),
                URI.create("https://localhost:" + listener(Listener.HTTPS).getPort()),
                listener(Listener.AMQP),
                listener(Listener.AMQPS),
                listener(Listener.COAPS),
                URI.create("http://" + address(Listener.CONTROL_PLANE, roles)),
                "jdbc:postgresql://" + address(Listener.POSTGRES, roles) + "/" + EmbeddedPostgres.NAME + "?user="
                        + EmbeddedPostgres.NAME,
                data.cold(),
                data.certificates().authority(),
                data.adminToken());
    }

    private InetSocketAddress listener(Listener listener) {
        return listener.find(roles).orElse(InetSocketAddress.createUnresolved("127.0.0.1", 0));
    }
}
