package io.headrace.gateway;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.eclipse.californium.core.CoapClient;
import org.eclipse.californium.core.CoapResponse;
import org.eclipse.californium.core.coap.MediaTypeRegistry;
import org.eclipse.californium.core.config.CoapConfig;
import org.eclipse.californium.core.network.CoapEndpoint;
import org.eclipse.californium.elements.config.Configuration;
import org.eclipse.californium.elements.config.SystemConfig;
import org.eclipse.californium.elements.config.UdpConfig;
import org.eclipse.californium.elements.exception.ConnectorException;
import org.jspecify.annotations.Nullable;

/** Californium's client without DTLS, on a port of its own and without its file of settings. */
final class PlainCoap implements AutoCloseable {
    private static final long PATIENCE_MS = 30_000;

    private final CoapEndpoint endpoint;
    private final int port;
    private final String key;

    /** @param key of all devices */
    PlainCoap(int port, String key) {
        this.port = port;
        this.key = key;
        CoapConfig.register();
        endpoint = CoapEndpoint.builder()
                .setConfiguration(
                        new Configuration(SystemConfig.DEFINITIONS, UdpConfig.DEFINITIONS, CoapConfig.DEFINITIONS))
                .setInetSocketAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .build();
    }

    /** The answer's code, {@code 2.04}; {@code none} where there is none. */
    String post(String device, String payload) {
        CoapClient client = new CoapClient(
                "coap://127.0.0.1:" + port + "/v1/telemetry?device=" + device + "&password=" + key.replace("=", "%3D"));
        client.setEndpoint(endpoint);
        client.setTimeout(PATIENCE_MS);
        try {
            @Nullable CoapResponse answer = client.post(payload, MediaTypeRegistry.APPLICATION_JSON);
            return answer == null ? "none" : answer.getCode().text;
        } catch (ConnectorException | IOException notSent) {
            return "none";
        }
    }

    @Override
    public void close() {
        endpoint.destroy();
    }
}
