package io.headrace.bench.peer;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.MqttServer;
import io.vertx.mqtt.MqttServerOptions;
import io.vertx.mqtt.messages.MqttPublishMessage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * What somebody writes in an afternoon: Vert.x's MQTT server, one instance for each core, into one producer; PUBACK when
 * Kafka has the message, from the producer's own thread, which Vert.x gathers into few writes.
 */
public final class VertxPeer {
    private VertxPeer() {}

    /**
     * Arguments: port, topic, producer settings as {@code name=value}; with {@code same-record=yes} among them the
     * messages have the headers that the gateway's have.
     */
    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(args[0]);
        String topic = args[1];
        Properties settings = new Properties();
        for (int i = 2; i < args.length; i++) {
            settings.setProperty(
                    args[i].substring(0, args[i].indexOf('=')), args[i].substring(args[i].indexOf('=') + 1));
        }
        boolean isSameRecord = settings.remove("same-record") != null;
        KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
        int loops = Math.max(2, Runtime.getRuntime().availableProcessors());
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(loops));
        vertx.deployVerticle(
                        () -> new Server(port, new Target(topic, producer, isSameRecord)),
                        new DeploymentOptions().setInstances(loops))
                .toCompletionStage()
                .toCompletableFuture()
                .get();
        System.out.println("ready");
        while (System.in.read() >= 0) {
            // runs until whoever started it is gone
        }
        System.exit(0);
    }

    private record Target(String topic, KafkaProducer<String, byte[]> producer, boolean isSameRecord) {
        private static final Header PROTOCOL = header("hr-protocol", "mqtt/3.1.1");
        private static final Header GATEWAY = header("hr-gateway", "bench");

        private static Header header(String name, String value) {
            return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
        }

        private ProducerRecord<String, byte[]> newRecord(String device, MqttPublishMessage message) {
            byte[] payload = message.payload().getBytes();
            if (!isSameRecord) {
                return new ProducerRecord<>(topic, device, payload);
            }
            Header packetId = header("hr-packet-id", Integer.toString(message.messageId()));
            return new ProducerRecord<>(topic, null, device, payload, List.of(PROTOCOL, packetId, GATEWAY));
        }
    }

    private static final class Server extends VerticleBase {
        private final int port;
        private final Target target;

        private Server(int port, Target target) {
            this.port = port;
            this.target = target;
        }

        @Override
        public Future<?> start() {
            MqttServerOptions options =
                    new MqttServerOptions().setPort(port).setHost("127.0.0.1").setMaxMessageSize(262144);
            return MqttServer.create(vertx, options)
                    .endpointHandler(this::serve)
                    .listen();
        }

        private void serve(MqttEndpoint endpoint) {
            String device = endpoint.clientIdentifier();
            endpoint.publishAutoAck(false);
            endpoint.publishHandler(message ->
                    target.producer.send(target.newRecord(device, message), (where, problem) -> {
                        if (problem == null) {
                            endpoint.publishAcknowledge(message.messageId());
                        }
                    }));
            endpoint.accept(false);
        }
    }
}
