package io.headrace.gateway;

import io.headrace.config.Settings;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A gateway with every listener it has, each on a free port, in front of a {@link TestHub}. */
final class WholeGateway implements AutoCloseable {
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Gateway gateway;

    /** @param more settings, beside those that every listener needs; they win */
    WholeGateway(Path folder, TestHub hub, TestCertificates certificates, Map<String, String> more) throws IOException {
        certificates.server().write(folder, "server");
        Files.writeString(folder.resolve("ca.pem"), TestCertificates.pem(certificates.authority()));
        Files.writeString(folder.resolve("master.key"), "q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k=");
        Map<String, String> settings = new HashMap<>();
        settings.put("kafka.bootstrap-servers", hub.kafka().bootstrapServers());
        settings.put("kafka.replication", "1");
        settings.put("kafka.partitions", "4");
        settings.put("registry.url", "http://127.0.0.1:1/");
        settings.put("secrets.master-key-file", folder.resolve("master.key").toString());
        for (String listener : List.of("mqtt", "mqtts", "http", "https", "amqp", "amqps", "coap", "coaps")) {
            settings.put("gateway." + listener + ".listen", "127.0.0.1:0");
        }
        settings.put("gateway.tls.certificate", folder.resolve("server.pem").toString());
        settings.put("gateway.tls.private-key", folder.resolve("server-key.pem").toString());
        settings.put("gateway.tls.client-authorities", folder.resolve("ca.pem").toString());
        settings.putAll(more);
        gateway = Gateway.start(GatewayConfig.from(Settings.of(settings)), hub.schemas, meters);
    }

    /** @param listener as its endpoint's line begins */
    int port(String listener) {
        String line = gateway.endpoints().stream()
                .filter(endpoint -> endpoint.startsWith(listener + " "))
                .findFirst()
                .orElseThrow();
        return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
    }

    /** Names of all listeners. */
    List<String> listeners() {
        return gateway.endpoints().stream()
                .map(endpoint -> endpoint.substring(0, endpoint.indexOf(' ')))
                .toList();
    }

    /** Sum of all meters of a name and, where it isn't empty, with a tag of this value. */
    double meter(String name, String tag) {
        double sum = 0;
        for (Meter meter : meters.find(name).meters()) {
            boolean isMeant = tag.isEmpty()
                    || meter.getId().getTags().stream()
                            .anyMatch(each -> each.getValue().equals(tag));
            for (Measurement value : meter.measure()) {
                sum += isMeant ? value.getValue() : 0;
            }
        }
        return sum;
    }

    boolean isReady() {
        return gateway.isReady();
    }

    @Override
    public void close() {
        gateway.close();
    }
}
