package io.headrace.gateway;

import io.headrace.config.Settings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.TrustManagerFactory;

/** A gateway for MQTT and AMQP, with TLS and without, on free ports, in front of a {@link TestHub}. */
final class TlsGateway implements AutoCloseable {
    private final Path folder;
    private final TrustManagerFactory trust;
    private final Gateway gateway;

    TlsGateway(Path folder, TestHub hub, TestCertificates certificates) throws IOException, GeneralSecurityException {
        this.folder = folder;
        certificates.server().write(folder, "server");
        Files.writeString(folder.resolve("ca.pem"), TestCertificates.pem(certificates.authority()));
        Files.writeString(folder.resolve("master.key"), "q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k=");
        trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", certificates.authority());
        trust.init(trusted);
        gateway = started(hub);
    }

    /** PEM file of the authority that signed the server's certificate. */
    Path ca() {
        return folder.resolve("ca.pem");
    }

    /** The same for Java's clients. */
    TrustManagerFactory trust() {
        return trust;
    }

    private Gateway started(TestHub hub) {
        Map<String, String> settings = new HashMap<>();
        settings.put("kafka.bootstrap-servers", hub.kafka().bootstrapServers());
        settings.put("kafka.replication", "1");
        settings.put("kafka.partitions", "4");
        settings.put("registry.url", "http://127.0.0.1:1/");
        settings.put("secrets.master-key-file", folder.resolve("master.key").toString());
        settings.put("gateway.coap.listen", "off");
        settings.put("gateway.coaps.listen", "off");
        settings.put("gateway.http.listen", "off");
        settings.put("gateway.https.listen", "off");
        settings.put("gateway.mqtt.listen", "127.0.0.1:0");
        settings.put("gateway.mqtts.listen", "127.0.0.1:0");
        settings.put("gateway.amqp.listen", "127.0.0.1:0");
        settings.put("gateway.amqps.listen", "127.0.0.1:0");
        settings.put("gateway.tls.certificate", folder.resolve("server.pem").toString());
        settings.put("gateway.tls.private-key", folder.resolve("server-key.pem").toString());
        settings.put("gateway.tls.client-authorities", folder.resolve("ca.pem").toString());
        return Gateway.start(GatewayConfig.from(Settings.of(settings)), hub.schemas, new SimpleMeterRegistry());
    }

    /** @param protocol {@code mqtt}, {@code mqtts}, {@code amqp} or {@code amqps} */
    int port(String protocol) {
        String line = gateway.endpoints().stream()
                .filter(endpoint -> endpoint.startsWith(protocol + " "))
                .findFirst()
                .orElseThrow();
        return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
    }

    @Override
    public void close() {
        gateway.close();
    }
}
