package io.headrace.gateway;

import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3Client;
import com.hivemq.client.mqtt.mqtt3.Mqtt3ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;

/** MQTT clients that we did not write, each publishing a list of payloads one after the other. */
enum ForeignClient {
    HIVEMQ_3 {
        @Override
        void publish(Target target, int qos, List<String> payloads) {
            Mqtt3ClientBuilder builder = Mqtt3Client.builder()
                    .identifier(target.device())
                    .serverHost("localhost")
                    .serverPort(target.port());
            if (target.isTls()) {
                builder = builder.sslConfig(ssl(target.trust()));
            }
            Mqtt3BlockingClient client = builder.simpleAuth()
                    .username(target.device())
                    .password(utf8(target.key()))
                    .applySimpleAuth()
                    .buildBlocking();
            client.connect();
            for (String payload : payloads) {
                client.publishWith()
                        .topic("telemetry")
                        .qos(qos(qos))
                        .payload(utf8(payload))
                        .send();
            }
            client.disconnect();
        }
    },
    HIVEMQ_5 {
        @Override
        void publish(Target target, int qos, List<String> payloads) {
            Mqtt5ClientBuilder builder = Mqtt5Client.builder()
                    .identifier(target.device())
                    .serverHost("localhost")
                    .serverPort(target.port());
            if (target.isTls()) {
                builder = builder.sslConfig(ssl(target.trust()));
            }
            Mqtt5BlockingClient client = builder.simpleAuth()
                    .username(target.device())
                    .password(utf8(target.key()))
                    .applySimpleAuth()
                    .buildBlocking();
            client.connect();
            for (String payload : payloads) {
                client.publishWith()
                        .topic("telemetry")
                        .qos(qos(qos))
                        .payload(utf8(payload))
                        .contentType("application/json")
                        .send();
            }
            client.disconnect();
        }
    },
    PAHO_3 {
        @Override
        void publish(Target target, int qos, List<String> payloads) throws Exception {
            MqttConnectOptions options = new MqttConnectOptions();
            options.setUserName(target.device());
            options.setPassword(target.key().toCharArray());
            options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
            if (target.isTls()) {
                options.setSocketFactory(context(target.trust()).getSocketFactory());
            }
            try (var client = new org.eclipse.paho.client.mqttv3.MqttClient(
                    target.uri(), target.device(), new MemoryPersistence())) {
                client.connect(options);
                for (String payload : payloads) {
                    client.publish("telemetry", utf8(payload), qos, false);
                }
                client.disconnect();
            }
        }
    },
    PAHO_5 {
        @Override
        void publish(Target target, int qos, List<String> payloads) throws Exception {
            MqttConnectionOptions options = new MqttConnectionOptions();
            options.setUserName(target.device());
            options.setPassword(utf8(target.key()));
            if (target.isTls()) {
                options.setSocketFactory(context(target.trust()).getSocketFactory());
            }
            MqttClient client = new MqttClient(
                    target.uri(), target.device(), new org.eclipse.paho.mqttv5.client.persist.MemoryPersistence());
            client.connect(options);
            for (String payload : payloads) {
                client.publish("telemetry", utf8(payload), qos, false);
            }
            client.disconnect();
            client.close();
        }
    },
    MOSQUITTO_3 {
        @Override
        void publish(Target target, int qos, List<String> payloads) throws Exception {
            mosquitto(target, qos, payloads, "mqttv311");
        }
    },
    MOSQUITTO_5 {
        @Override
        void publish(Target target, int qos, List<String> payloads) throws Exception {
            mosquitto(target, qos, payloads, "mqttv5");
        }
    },
    MQTTJS_3 {
        @Override
        void publish(Target target, int qos, List<String> payloads) throws Exception {
            mqttJs(target, qos, payloads, "4");
        }

        @Override
        boolean isInstalled() throws IOException, InterruptedException {
            return MQTT_JS.isInstalled();
        }
    },
    MQTTJS_5 {
        @Override
        void publish(Target target, int qos, List<String> payloads) throws Exception {
            mqttJs(target, qos, payloads, "5");
        }

        @Override
        boolean isInstalled() throws IOException, InterruptedException {
            return MQTT_JS.isInstalled();
        }
    };

    private static final Npm MQTT_JS = new Npm("mqtt", "5.16.0");

    /**
     * Where to publish, and as whom.
     *
     * @param port plain, or TLS
     * @param ca PEM file of the authority to trust
     * @param trust the same for Java
     */
    record Target(int port, boolean isTls, String device, String key, Path ca, TrustManagerFactory trust) {
        String uri() {
            return (isTls ? "ssl" : "tcp") + "://localhost:" + port;
        }
    }

    /** Returns when the client has all the answers that the QoS asks for. */
    abstract void publish(Target target, int qos, List<String> payloads) throws Exception;

    /** Whether it is on this machine, or could be brought there. */
    boolean isInstalled() throws IOException, InterruptedException {
        return (this != MOSQUITTO_3 && this != MOSQUITTO_5)
                || Path.of("/usr/bin/mosquitto_pub").toFile().canExecute();
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static MqttQos qos(int qos) {
        return Objects.requireNonNull(MqttQos.fromCode(qos));
    }

    private static MqttClientSslConfig ssl(TrustManagerFactory trust) {
        return MqttClientSslConfig.builder().trustManagerFactory(trust).build();
    }

    static SSLContext context(TrustManagerFactory trust) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static void mqttJs(Target target, int qos, List<String> payloads, String version)
            throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(
                (target.isTls() ? "mqtts" : "mqtt") + "://localhost:" + target.port(),
                target.device(),
                target.key(),
                target.isTls() ? target.ca().toString() : "-",
                version,
                Integer.toString(qos)));
        arguments.addAll(payloads);
        Npm.Ended ended = MQTT_JS.run("mqttjs.js", arguments);
        if (ended.code() != 0) {
            throw new IllegalStateException("MQTT.js failed: " + ended.output());
        }
    }

    /** One process, one connection: a line of its input is a message. */
    private static void mosquitto(Target target, int qos, List<String> payloads, String version)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                "/usr/bin/mosquitto_pub",
                "-h",
                "localhost",
                "-p",
                Integer.toString(target.port()),
                "-V",
                version,
                "-i",
                target.device(),
                "-u",
                target.device(),
                "-P",
                target.key(),
                "-q",
                Integer.toString(qos),
                "-t",
                "telemetry",
                "-l");
        if (target.isTls()) {
            builder.command().addAll(List.of("--cafile", target.ca().toString()));
        }
        Process process = builder.redirectErrorStream(true).start();
        try (var input = process.outputWriter(StandardCharsets.UTF_8)) {
            for (String payload : payloads) {
                input.write(payload + "\n");
            }
        }
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException("mosquitto_pub didn't end");
        }
        if (process.exitValue() != 0) {
            throw new IllegalStateException("mosquitto_pub failed: "
                    + new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
