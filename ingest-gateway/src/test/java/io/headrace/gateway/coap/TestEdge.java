package io.headrace.gateway.coap;

import io.headrace.config.Settings;
import io.headrace.gateway.admission.TestQuotas;
import io.headrace.gateway.command.InMemoryCommands;
import io.headrace.gateway.edge.Ports;
import io.headrace.gateway.events.InMemoryDeviceEvents;
import io.headrace.gateway.identity.InMemoryIdentities;
import io.headrace.gateway.identity.PreSharedKeys;
import io.headrace.gateway.ingest.InMemoryIngest;
import io.headrace.gateway.listen.ListenConfig;
import io.headrace.gateway.listen.Sockets;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** CoAP on free ports, before fakes. Devices {@code d1} and {@code d2}, whose keys are {@link #key}. */
final class TestEdge implements AutoCloseable {
    final InMemoryIngest ingest = new InMemoryIngest();
    final InMemoryCommands commands = InMemoryCommands.roomy(Instant.now());
    final InMemoryIdentities identities = new InMemoryIdentities()
            .with("d1", key("d1", PreSharedKeys.Slot.PRIMARY))
            .with("d2", key("d2", PreSharedKeys.Slot.PRIMARY));
    final TestQuotas quotas = new TestQuotas();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final CoapEdge edge;
    private final Sockets sockets;

    TestEdge(String... settings) {
        this((id, slot) -> Base64.getDecoder().decode(key(id, slot)), settings);
    }

    TestEdge(PreSharedKeys keys, String... settings) {
        Map<String, String> all = new HashMap<>(Map.of(
                "gateway.coap.listen", "127.0.0.1:0", "gateway.coaps.listen", "off", "gateway.max-payload", "4KiB"));
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        Settings read = Settings.of(all);
        Ports ports = new Ports(
                ingest, commands, identities, quotas, new InMemoryDeviceEvents(), meters, InstantSource.system());
        sockets = new Sockets(ListenConfig.from(read), meters);
        edge = CoapEdge.start(ports, keys, CoapConfig.from(read), ListenConfig.from(read), sockets::serverIdentities);
    }

    /** Base64, so that it is a password too. */
    static String key(String device, PreSharedKeys.Slot slot) {
        return Base64.getEncoder().encodeToString((device + " " + slot).getBytes(StandardCharsets.UTF_8));
    }

    int port(String scheme) {
        String line = edge.endpoints().stream()
                .filter(endpoint -> endpoint.startsWith(scheme + " "))
                .findFirst()
                .orElseThrow();
        return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
    }

    List<String> payloads() {
        return ingest.messages().stream()
                .map(message -> new String(message.payload(), StandardCharsets.UTF_8))
                .toList();
    }

    double meter(String name, String... tags) {
        return meters.get(name).tags(tags).meter().measure().iterator().next().getValue();
    }

    @Override
    public void close() {
        edge.close();
        sockets.close();
    }
}
