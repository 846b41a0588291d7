package io.headrace.gateway;

import io.headrace.config.KafkaConfig;
import io.headrace.config.Settings;
import io.headrace.gateway.admission.QuotaConfig;
import io.headrace.gateway.admission.ThrottleConfig;
import io.headrace.gateway.amqp.AmqpConfig;
import io.headrace.gateway.coap.CoapConfig;
import io.headrace.gateway.command.CommandConfig;
import io.headrace.gateway.events.EventsConfig;
import io.headrace.gateway.http.HttpConfig;
import io.headrace.gateway.identity.IdentityConfig;
import io.headrace.gateway.ingest.IngestConfig;
import io.headrace.gateway.listen.ListenConfig;
import io.headrace.gateway.mqtt.MqttConfig;
import io.headrace.registry.RegistryConfig;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;

/**
 * Configuration of one gateway.
 *
 * @param id names this gateway in {@code hr-gateway} and in events; the host's name by default
 * @param startTimeout how long the start waits for Kafka and the view of {@code device.registry}
 * @param drainTimeout how long the stop waits for messages in flight
 * @param kafka where messages go
 * @param registry schemas of {@code device.registry}
 * @param ingest the way to Kafka
 * @param command what devices are to do
 * @param identity how devices prove who they are
 * @param quota how much devices may send
 * @param throttle how many wrong credentials are looked at
 * @param events what is told of connections
 * @param listen sockets
 * @param http telemetry over HTTP
 * @param mqtt telemetry over MQTT
 * @param amqp telemetry over AMQP 1.0
 * @param coap telemetry over CoAP
 */
public record GatewayConfig(
        String id,
        Duration startTimeout,
        Duration drainTimeout,
        KafkaConfig kafka,
        RegistryConfig registry,
        IngestConfig ingest,
        CommandConfig command,
        IdentityConfig identity,
        QuotaConfig quota,
        ThrottleConfig throttle,
        EventsConfig events,
        ListenConfig listen,
        HttpConfig http,
        MqttConfig mqtt,
        AmqpConfig amqp,
        CoapConfig coap) {

    /** Reads everything under {@code gateway.}, {@code kafka.}, {@code registry.} and {@code secrets.}. */
    public static GatewayConfig from(Settings settings) {
        ListenConfig listen = ListenConfig.from(settings);
        String id = settings.text("gateway.id", hostName());
        return new GatewayConfig(
                id,
                settings.duration(
                        "gateway.start-timeout", Duration.ofMinutes(1), Duration.ofSeconds(1), Duration.ofHours(1)),
                settings.duration(
                        "gateway.drain-timeout", Duration.ofSeconds(10), Duration.ZERO, Duration.ofMinutes(10)),
                KafkaConfig.from(settings),
                RegistryConfig.from(settings),
                IngestConfig.from(settings),
                CommandConfig.from(settings),
                IdentityConfig.from(settings),
                QuotaConfig.from(settings),
                ThrottleConfig.from(settings),
                EventsConfig.from(settings),
                listen,
                HttpConfig.from(settings, listen.tls().isPresent()),
                MqttConfig.from(settings, listen.tls().isPresent()),
                AmqpConfig.from(settings, listen.tls().isPresent(), id),
                CoapConfig.from(settings));
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            return "gateway";
        }
    }
}
