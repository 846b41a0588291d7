package io.headrace.standalone;

import io.headrace.config.Settings;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Every address that a standalone Headrace listens on: its key, and where it is by default. */
enum Listener {
    MQTT("gateway.mqtt.listen", 1883),
    MQTTS("gateway.mqtts.listen", 8883),
    HTTP("gateway.http.listen", 8080),
    HTTPS("gateway.https.listen", 8443),
    AMQP("gateway.amqp.listen", 5672),
    AMQPS("gateway.amqps.listen", 5671),
    COAP("gateway.coap.listen", 5683),
    COAPS("gateway.coaps.listen", 5684),
    CONTROL_PLANE("control-plane.listen", 8090),
    METRICS("metrics.listen", 9400),
    QUERIES("processors.query.listen", 9410),
    KAFKA("standalone.kafka.listen", 9092),
    REGISTRY("standalone.registry.listen", 8081),
    CONNECT("connect.listen", 8083),
    POSTGRES("standalone.postgres.listen", 15432);

    private static final String OFF = "off";
    private static final int LAST_PORT = 65_535;

    private final String key;
    private final int defaultPort;

    Listener(String key, int defaultPort) {
        this.key = key;
        this.defaultPort = defaultPort;
    }

    String key() {
        return key;
    }

    /** Of settings that {@link #shifted} has gone through; empty where it is switched off. */
    Optional<InetSocketAddress> find(Settings settings) {
        String otherwise = "127.0.0.1:" + defaultPort;
        return settings.text(key, otherwise).equals(OFF)
                ? Optional.empty()
                : Optional.of(settings.address(key, otherwise));
    }

    /** As {@link #find}, for one that can't be switched off. */
    InetSocketAddress address(Settings settings) {
        return settings.address(key, "127.0.0.1:" + defaultPort);
    }

    /**
     * Settings with every address in them, all ports moved by an offset.
     *
     * @throws io.headrace.config.ConfigException where a port leaves 1 to 65535
     */
    static Settings shifted(Settings settings, int offset) {
        Map<String, String> addresses = new LinkedHashMap<>();
        for (Listener listener : values()) {
            listener.find(settings).ifPresent(address -> {
                int port = address.getPort() + offset;
                if (port < 1 || port > LAST_PORT) {
                    throw Settings.invalid(
                            listener.key,
                            address.getHostString() + ":" + address.getPort() + " moved by " + offset,
                            "a port from 1 to " + LAST_PORT);
                }
                addresses.put(listener.key, address.getHostString() + ":" + port);
            });
        }
        return settings.with(addresses);
    }

    /** @throws InUseException for the first address that can't be listened on */
    static void requireFree(Settings settings) {
        for (Listener listener : values()) {
            listener.find(settings).ifPresent(listener::requireFree);
        }
    }

    private void requireFree(InetSocketAddress address) {
        InetSocketAddress resolved = new InetSocketAddress(address.getHostString(), address.getPort());
        try {
            if (isDatagram()) {
                new DatagramSocket(resolved).close();
            } else {
                requireFreeStream(resolved);
            }
        } catch (IOException e) {
            throw new InUseException("port " + address.getPort() + " is taken by another process (" + key + " = "
                    + address.getHostString() + ":" + address.getPort()
                    + "): set that key, or move all ports with --port-offset 10000");
        }
    }

    private boolean isDatagram() {
        return this == COAP || this == COAPS;
    }

    private static void requireFreeStream(InetSocketAddress address) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(address, 1);
        }
    }
}
