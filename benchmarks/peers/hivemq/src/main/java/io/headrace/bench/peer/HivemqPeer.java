package io.headrace.bench.peer;

import com.hivemq.embedded.EmbeddedExtension;
import com.hivemq.embedded.EmbeddedHiveMQ;
import com.hivemq.extension.sdk.api.ExtensionMain;
import com.hivemq.extension.sdk.api.async.Async;
import com.hivemq.extension.sdk.api.async.TimeoutFallback;
import com.hivemq.extension.sdk.api.auth.SimpleAuthenticator;
import com.hivemq.extension.sdk.api.interceptor.publish.PublishInboundInterceptor;
import com.hivemq.extension.sdk.api.interceptor.publish.parameter.PublishInboundInput;
import com.hivemq.extension.sdk.api.interceptor.publish.parameter.PublishInboundOutput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartOutput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopOutput;
import com.hivemq.extension.sdk.api.services.Services;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** HiveMQ CE with an asynchronous interceptor: a message goes on, and is acknowledged, when Kafka has it. */
public final class HivemqPeer {
    private HivemqPeer() {}

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
        Path home = Files.createTempDirectory("headrace-bench-hivemq");
        Path conf = Files.createDirectories(home.resolve("conf"));
        Files.writeString(conf.resolve("config.xml"), configuration(Integer.parseInt(args[0])));
        EmbeddedExtension extension = EmbeddedExtension.builder()
                .withId("kafka")
                .withName("kafka")
                .withVersion("1")
                .withAuthor("benchmark")
                .withPriority(1)
                .withStartPriority(1)
                .withExtensionMain(new Extension(topic, producer))
                .build();
        EmbeddedHiveMQ broker = EmbeddedHiveMQ.builder()
                .withConfigurationFolder(conf)
                .withDataFolder(Files.createDirectories(home.resolve("data")))
                .withExtensionsFolder(Files.createDirectories(home.resolve("extensions")))
                .withEmbeddedExtension(extension)
                .build();
        broker.start().join();
        System.out.println("ready");
        while (System.in.read() >= 0) {
            // runs until whoever started it is gone
        }
        Runtime.getRuntime().halt(0);
    }

    private static String configuration(int port) {
        return """
                <?xml version="1.0"?>
                <hivemq>
                  <listeners><tcp-listener><port>%d</port><bind-address>127.0.0.1</bind-address></tcp-listener></listeners>
                  <persistence><mode>in-memory</mode></persistence>
                  <anonymous-usage-statistics><enabled>false</enabled></anonymous-usage-statistics>
                </hivemq>
                """.formatted(port);
    }

    private record Extension(String topic, KafkaProducer<String, byte[]> producer)
            implements ExtensionMain, PublishInboundInterceptor {
        @Override
        public void extensionStart(ExtensionStartInput input, ExtensionStartOutput output) {
            SimpleAuthenticator everybody = (asked, answer) -> answer.authenticateSuccessfully();
            Services.securityRegistry().setAuthenticatorProvider(asked -> everybody);
            Services.initializerRegistry()
                    .setClientInitializer((client, context) -> context.addPublishInboundInterceptor(this));
        }

        @Override
        public void extensionStop(ExtensionStopInput input, ExtensionStopOutput output) {}

        @Override
        public void onInboundPublish(PublishInboundInput input, PublishInboundOutput output) {
            Async<PublishInboundOutput> stored = output.async(Duration.ofSeconds(30), TimeoutFallback.FAILURE);
            byte[] payload =
                    input.getPublishPacket().getPayload().map(HivemqPeer::bytes).orElse(new byte[0]);
            String device = input.getClientInformation().getClientId();
            producer.send(new ProducerRecord<>(topic, device, payload), (where, problem) -> {
                if (problem == null) {
                    stored.resume();
                }
            });
        }
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
