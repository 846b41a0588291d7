package io.headrace.gateway;

import io.headrace.gateway.admission.DeviceQuotas;
import io.headrace.gateway.admission.ThrottledIdentities;
import io.headrace.gateway.amqp.AmqpConfig;
import io.headrace.gateway.amqp.AmqpEdge;
import io.headrace.gateway.coap.CoapEdge;
import io.headrace.gateway.command.KafkaCommands;
import io.headrace.gateway.edge.Ports;
import io.headrace.gateway.events.KafkaDeviceEvents;
import io.headrace.gateway.events.ReportingIdentities;
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
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A running gateway. Recovers by itself from whatever happens to Kafka; needs it only to start. */
public final class Gateway implements AutoCloseable {
    private static final Duration LOOK_EVERY = Duration.ofMillis(20);
    private static final Duration TIDY_EVERY = Duration.ofSeconds(1);

    private final Duration drainTimeout;
    private final KafkaIngest ingest;
    private final KafkaCommands commands;
    private final RegistryView registry;
    private final KafkaDeviceEvents events;
    private final Heartbeats heartbeats;
    private final Chores chores = new Chores();
    private volatile boolean isClosing;
    private final Sockets sockets;
    private @Nullable MqttEdge mqtt;
    private @Nullable CoapEdge coap;

    private Gateway(GatewayConfig config, SchemaRegistry schemas, MeterRegistry meters) {
        this.drainTimeout = config.drainTimeout();
        this.sockets = new Sockets(config.listen(), meters);
        this.registry = RegistryView.open(config.kafka(), schemas, config.identity(), meters);
        this.events = KafkaDeviceEvents.start(config.kafka(), schemas, config.events(), config.id(), meters);
        this.commands = KafkaCommands.start(config.kafka(), schemas, config.command(), config.id(), meters);
        this.ingest = KafkaIngest.start(config.kafka(), config.ingest(), config.id(), meters);
        this.heartbeats = Heartbeats.start(config.kafka(), schemas, config.id(), this::isReady);
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
        ThrottledIdentities identities = new ThrottledIdentities(
                new ReportingIdentities(registry, events, config.events(), meters), config.throttle(), meters);
        DeviceQuotas quotas = new DeviceQuotas(config.quota(), registry, meters);
        chores.every(TIDY_EVERY, quotas::tidy);
        chores.every(TIDY_EVERY, sockets::feelPulse);
        config.listen().tls().ifPresent(tls -> chores.every(tls.reloadInterval(), this::checkFiles));
        chores.every(TIDY_EVERY, identities::tidy);
        Ports ports = new Ports(ingest, commands, identities, quotas, events, meters, InstantSource.system());
        MqttEdge mqtt = new MqttEdge(ports, config.mqtt());
        this.mqtt = mqtt;
        config.mqtt().listen().ifPresent(address -> sockets.listen("mqtt", "gateway.mqtt.listen", address, mqtt));
        config.mqtt()
                .tlsListen()
                .ifPresent(address -> sockets.listenTls("mqtts", "gateway.mqtts.listen", address, mqtt));
        HttpEdge http = new HttpEdge(ports, config.http(), mqtt);
        config.http().listen().ifPresent(address -> sockets.listen("http", "gateway.http.listen", address, http));
        config.http()
                .tlsListen()
                .ifPresent(
                        address -> sockets.listenTls("https", "gateway.https.listen", address, http, "h2", "http/1.1"));
        listenAmqp(config.amqp(), ports);
        coap = CoapEdge.start(ports, registry, config.coap(), config.listen(), sockets::serverIdentities);
    }

    private void listenAmqp(AmqpConfig config, Ports ports) {
        AmqpEdge amqp = new AmqpEdge(ports, config);
        config.listen().ifPresent(address -> sockets.listen("amqp", "gateway.amqp.listen", address, amqp));
        config.tlsListen().ifPresent(address -> sockets.listenTls("amqps", "gateway.amqps.listen", address, amqp));
    }

    /** A line for each listener, such as {@code http 127.0.0.1:8080}. */
    public List<String> endpoints() {
        List<String> all = new ArrayList<>(sockets.endpoints());
        if (coap != null) {
            all.addAll(coap.endpoints());
        }
        return List.copyOf(all);
    }

    /**
     * Looks now whether the files of certificates and authorities have changed, instead of at the next interval. New
     * connections see what is new, those that are there go on; what can't be used is logged, and the old stays.
     */
    public void checkFiles() {
        sockets.checkCertificates();
        registry.checkAuthorities();
    }

    /** Whether it does anything at all: if not, only a restart helps. */
    public boolean isLive() {
        return sockets.isLive();
    }

    /** Whether messages are taken now: not while Kafka is away, nor once it begins to stop. */
    public boolean isReady() {
        return !isClosing && ingest.isReady() && registry.isReady();
    }

    /** Takes nothing new, answers what was taken, as far as that goes within the drain timeout, then ends. */
    @Override
    public void close() {
        isClosing = true;
        heartbeats.close();
        long end = System.nanoTime() + drainTimeout.toNanos();
        if (coap != null) {
            coap.stopTaking();
        }
        sockets.drain(drainTimeout);
        if (coap != null) {
            coap.drain(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
            coap.close();
        }
        if (mqtt != null) {
            mqtt.close();
        }
        ingest.close();
        commands.close();
        sockets.close();
        chores.close();
        events.close();
        registry.close();
    }
}
