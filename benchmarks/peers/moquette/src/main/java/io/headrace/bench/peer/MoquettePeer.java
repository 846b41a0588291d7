package io.headrace.bench.peer;

import io.moquette.broker.Server;
import io.moquette.broker.config.MemoryConfig;
import io.moquette.interception.AbstractInterceptHandler;
import io.moquette.interception.messages.InterceptPublishMessage;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Moquette with an interceptor that hands each message to a producer. Moquette acknowledges by itself, before Kafka. */
public final class MoquettePeer {
    private MoquettePeer() {}

    /** Arguments: port, topic, producer settings as {@code name=value}. */
    public static void main(String[] args) throws Exception {
        String topic = args[1];
        Properties settings = new Properties();
        for (int i = 2; i < args.length; i++) {
            settings.setProperty(
                    args[i].substring(0, args[i].indexOf('=')), args[i].substring(args[i].indexOf('=') + 1));
        }
        KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
        Properties broker = new Properties();
        broker.setProperty("port", args[0]);
        broker.setProperty("host", "127.0.0.1");
        broker.setProperty("allow_anonymous", "true");
        broker.setProperty("persistence_enabled", "false");
        broker.setProperty("telemetry_enabled", "false");
        new Server().startServer(new MemoryConfig(broker), List.of(new Interceptor(topic, producer)));
        System.out.println("ready");
        while (System.in.read() >= 0) {
            // runs until whoever started it is gone
        }
        System.exit(0);
    }

    private static final class Interceptor extends AbstractInterceptHandler {
        private final String topic;
        private final KafkaProducer<String, byte[]> producer;

        private Interceptor(String topic, KafkaProducer<String, byte[]> producer) {
            this.topic = topic;
            this.producer = producer;
        }

        @Override
        public String getID() {
            return "kafka";
        }

        @Override
        public void onPublish(InterceptPublishMessage message) {
            byte[] payload = new byte[message.getPayload().readableBytes()];
            message.getPayload().readBytes(payload);
            producer.send(new ProducerRecord<>(topic, message.getClientID(), payload));
            super.onPublish(message);
        }

        @Override
        public void onSessionLoopError(Throwable error) {
            System.err.println("session loop: " + error);
        }
    }
}
