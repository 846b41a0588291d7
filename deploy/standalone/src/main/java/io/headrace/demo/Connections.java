package io.headrace.demo;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientBuilder;
import io.headrace.standalone.Whereabouts;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Opens devices' connections; over TLS they trust the installation's own authority and nothing else. */
final class Connections implements AutoCloseable {
    private final Whereabouts where;
    private final TrustManagerFactory trust;
    private final SSLContext tls;
    private final HttpClient http;

    Connections(Whereabouts where) {
        this.where = where;
        try {
            this.trust = trusting(where.authority());
            this.tls = SSLContext.getInstance("TLS");
            tls.init(null, trust.getTrustManagers(), null);
            this.http = HttpClient.newBuilder()
                    .connectTimeout(Duration.ofSeconds(10))
                    .sslContext(tls)
                    .build();
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("can't trust " + where.authority() + ": " + e, e);
        }
    }

    private static TrustManagerFactory trusting(Path pem) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(pem)) {
            store.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        return trust;
    }

    /**
     * Connects a device.
     *
     * @param key one of its keys, in Base64
     * @throws NotAcceptedException where the gateway refuses it
     */
    Connection open(Wire wire, String device, String key) {
        return switch (wire) {
            case MQTT_5, MQTT_5_TLS, MQTT_WEBSOCKET -> Mqtt5Connection.open(mqtt(wire, device), device, key);
            case MQTT_311, MQTT_311_TLS -> Mqtt3Connection.open(mqtt(wire, device), device, key);
            case HTTP -> new HttpConnection(http, where.http(), device, key);
            case HTTPS -> new HttpConnection(http, where.https(), device, key);
            case AMQP -> AmqpConnection.open(where.amqp(), Optional.empty(), device, key);
            case AMQPS -> AmqpConnection.open(where.amqps(), Optional.of(tls), device, key);
            case COAPS -> CoapConnection.open(where.coaps(), device, key);
        };
    }

    private MqttClientBuilder mqtt(Wire wire, String device) {
        InetSocketAddress address = address(wire);
        MqttClientBuilder builder = MqttClient.builder()
                .identifier(device)
                .serverHost(wire.isTls() ? "localhost" : address.getHostString())
                .serverPort(address.getPort());
        if (wire == Wire.MQTT_WEBSOCKET) {
            return builder.webSocketConfig().serverPath("mqtt").applyWebSocketConfig();
        }
        return wire.isTls() ? builder.sslConfig().trustManagerFactory(trust).applySslConfig() : builder;
    }

    private InetSocketAddress address(Wire wire) {
        if (wire == Wire.MQTT_WEBSOCKET) {
            return InetSocketAddress.createUnresolved(
                    where.http().getHost(), where.http().getPort());
        }
        return wire.isTls() ? where.mqtts() : where.mqtt();
    }

    @Override
    public void close() {
        http.close();
    }
}
