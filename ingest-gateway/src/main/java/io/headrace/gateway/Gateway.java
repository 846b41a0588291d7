package io.headrace.gateway;

import io.headrace.gateway.admission.Allowance;
import io.headrace.gateway.edge.Ports;
import io.headrace.gateway.events.DeviceEvents;
import io.headrace.gateway.http.HttpEdge;
import io.headrace.gateway.identity.RegistryView;
import io.headrace.gateway.ingest.KafkaIngest;
import io.headrace.gateway.listen.Sockets;
import io.headrace.gateway.mqtt.MqttEdge;
import io.headrace.registry.RegistryClient;
import io.headrace.registry.SchemaRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** A running gateway. Recovers by itself from whatever happens to Kafka; needs it only to start. */
public final class Gateway implements AutoCloseable {
    private static final Duration LOOK_EVERY = Duration.ofMillis(20);

    private final Duration drainTimeout;
    private final KafkaIngest ingest;
    private final RegistryView identities;
    private final Sockets sockets;

    private Gateway(GatewayConfig config, SchemaRegistry schemas, MeterRegistry meters) {
        this.drainTimeout = config.drainTimeout();
        this.sockets = new Sockets(config.listen(), meters);
        this.identities = RegistryView.open(config.kafka(), schemas, config.identity(), meters);
        this.ingest = KafkaIngest.start(config.kafka(), config.ingest(), config.id(), meters);
    }

    /**
     * Starts, and returns when devices can connect.
     *
     * @throws io.headrace.config.ConfigException where an address can't be had or a certificate can't be read
     * @throws IllegalStateException where Kafka can't be reached, or the view isn't complete, within the start timeout
     */
    public static Gateway start(GatewayConfig config, MeterRegistry meters) {
        return start(config, new RegistryClient(config.registry()), meters);
    }

    /** As {@link #start(GatewayConfig, MeterRegistry)}, with schemas from somewhere else. */
    public static Gateway start(GatewayConfig config, SchemaRegistry schemas, MeterRegistry meters) {
        Gateway gateway = new Gateway(config, schemas, meters);
        try {
            gateway.awaitReady(config);
            gateway.listen(config, meters);
            return gateway;
        } catch (RuntimeException e) {
            gateway.close();
            throw e;
        }
    }

    private void awaitReady(GatewayConfig config) {
        long deadline = System.nanoTime() + config.startTimeout().toNanos();
        while (!isReady()) {
            if (System.nanoTime() > deadline) {
                String what = ingest.isReady()
                        ? "device.registry can't be read to its end"
                        : "the topic " + config.kafka().catalogue().raw().name() + " isn't there or can't be reached";
                throw new IllegalStateException("the gateway can't start: " + what + ", at "
                        + config.kafka().bootstrapServers());
            }
            try {
                Thread.sleep(LOOK_EVERY);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("the gateway's start was interrupted", e);
            }
        }
    }

    private void listen(GatewayConfig config, MeterRegistry meters) {
        Ports ports = new Ports(
                ingest, identities, _ -> Allowance.UNLIMITED, DeviceEvents.NOBODY, meters, InstantSource.system());
        MqttEdge mqtt = new MqttEdge(ports, config.mqtt());
        config.mqtt().listen().ifPresent(address -> sockets.listen("mqtt", "gateway.mqtt.listen", address, mqtt));
        config.mqtt()
                .tlsListen()
                .ifPresent(address -> sockets.listenTls("mqtts", "gateway.mqtts.listen", address, mqtt));
        HttpEdge http = new HttpEdge(ports, config.http());
        config.http().listen().ifPresent(address -> sockets.listen("http", "gateway.http.listen", address, http));
        config.http()
                .tlsListen()
                .ifPresent(address -> sockets.listenTls("https", "gateway.https.listen", address, http));
    }

    /** A line for each listener, such as {@code http 127.0.0.1:8080}. */
    public List<String> endpoints() {
        return sockets.endpoints();
    }

    /** Whether messages are taken now. */
    public boolean isReady() {
        return ingest.isReady() && identities.isReady();
    }

    /** Takes nothing new, answers what was taken, as far as that goes within the drain timeout, then ends. */
    @Override
    public void close() {
        sockets.drain(drainTimeout);
        ingest.close();
        sockets.close();
        identities.close();
    }
}
