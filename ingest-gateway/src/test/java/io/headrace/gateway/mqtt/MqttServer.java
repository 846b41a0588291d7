package io.headrace.gateway.mqtt;

import io.headrace.config.Settings;
import io.headrace.gateway.identity.InMemoryIdentities;
import io.headrace.gateway.ingest.InMemoryIngest;
import io.headrace.gateway.listen.ListenConfig;
import io.headrace.gateway.listen.Sockets;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A real listener on a free port, in front of devices and messages in memory. Device {@code d1} has the key {@code k1}. */
final class MqttServer implements AutoCloseable {
    final InMemoryIngest ingest = new InMemoryIngest();
    final InMemoryIdentities identities =
            new InMemoryIdentities().with("d1", "k1").with("d2", "k2");
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Sockets sockets;

    private MqttServer(Map<String, String> settings) {
        Settings all = Settings.of(settings);
        ListenConfig listen = ListenConfig.from(all);
        MqttConfig config = MqttConfig.from(all, listen.tls().isPresent());
        MqttEdge edge = new MqttEdge(ingest, identities, config, meters);
        sockets = new Sockets(listen, meters);
        config.listen().ifPresent(address -> sockets.listen("mqtt", "gateway.mqtt.listen", address, edge));
        config.tlsListen().ifPresent(address -> sockets.listenTls("mqtts", "gateway.mqtts.listen", address, edge));
    }

    /** @param more settings besides the free ports */
    static MqttServer start(Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(more);
        settings.put("gateway.mqtt.listen", "127.0.0.1:0");
        settings.put("gateway.threads", "2");
        return new MqttServer(settings);
    }

    int port() {
        return portOf("mqtt ");
    }

    int tlsPort() {
        return portOf("mqtts ");
    }

    private int portOf(String protocol) {
        List<String> lines = sockets.endpoints();
        String line = lines.stream()
                .filter(endpoint -> endpoint.startsWith(protocol))
                .findFirst()
                .orElseThrow();
        return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
    }

    void drain(Duration limit) {
        sockets.drain(limit);
    }

    @Override
    public void close() {
        sockets.close();
    }
}
