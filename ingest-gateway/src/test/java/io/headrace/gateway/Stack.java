package io.headrace.gateway;

import static io.headrace.gateway.identity.TestDevices.KEY;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.qpid.protonj2.client.Client;
import org.apache.qpid.protonj2.client.Connection;
import org.apache.qpid.protonj2.client.ConnectionOptions;
import org.apache.qpid.protonj2.client.Message;
import org.apache.qpid.protonj2.client.Sender;

/** Client stacks of the world, each sending one payload and returning when it was told that it is stored. */
enum Stack {
    HIVEMQ_3("mqtt", "mqtt/3.1.1"),
    HIVEMQ_5("mqtt", "mqtt/5"),
    PAHO_3("mqtt", "mqtt/3.1.1"),
    PAHO_5("mqtt", "mqtt/5"),
    MOSQUITTO_3("mqtt", "mqtt/3.1.1"),
    MOSQUITTO_5("mqtt", "mqtt/5"),
    MQTT_JS_3("mqtt", "mqtt/3.1.1") {
        @Override
        boolean isInstalled() throws Exception {
            return Programs.hasModule("mqtt", "5.16.0");
        }

        @Override
        void send(ForeignClient.Target to, String payload) throws Exception {
            mqttJs(to, "4", payload);
        }
    },
    MQTT_JS_5("mqtt", "mqtt/5") {
        @Override
        boolean isInstalled() throws Exception {
            return MQTT_JS_3.isInstalled();
        }

        @Override
        void send(ForeignClient.Target to, String payload) throws Exception {
            mqttJs(to, "5", payload);
        }
    },
    JAVA_HTTP_1("http", "http") {
        @Override
        void send(ForeignClient.Target to, String payload) throws Exception {
            assertThat(javaHttp(HttpClient.Version.HTTP_1_1, to, payload).version())
                    .isEqualTo(HttpClient.Version.HTTP_1_1);
        }
    },
    CURL("http", "http") {
        @Override
        boolean isInstalled() {
            return Programs.isInstalled("curl");
        }

        @Override
        void send(ForeignClient.Target to, String payload) throws Exception {
            Programs.Ended ended = Programs.run(List.of(
                    "/usr/bin/curl",
                    "-sS",
                    "--fail-with-body",
                    "--max-time",
                    "30",
                    "--cacert",
                    to.ca().toString(),
                    "-u",
                    to.device() + ":" + KEY,
                    "-H",
                    "Content-Type: application/json",
                    "-d",
                    payload,
                    uri(to)));
            assertThat(ended.code()).as(ended.output()).isZero();
        }
    },
    NODE_FETCH("http", "http") {
        @Override
        boolean isInstalled() {
            return Programs.isInstalled("node");
        }

        @Override
        boolean speaksTls() {
            return false; // it takes no authority by argument
        }

        @Override
        void send(ForeignClient.Target to, String payload) throws Exception {
            Programs.Ended ended = Programs.node("fetch.js", uri(to), to.device(), KEY, payload);
            assertThat(ended.code()).as(ended.output()).isZero();
        }
    },
    H2LOAD("http", "http") {
        @Override
        boolean isInstalled() {
            return Programs.isInstalled("h2load");
        }

        @Override
        void send(ForeignClient.Target to, String payload) throws Exception {
            Path body = Files.writeString(Files.createTempFile("payload", ".json"), payload);
            Programs.Ended ended = Programs.run(List.of(
                    "/usr/bin/h2load",
                    "-n1",
                    "-c1",
                    "--h1",
                    "-d",
                    body.toString(),
                    "-H",
                    "authorization: " + basic(to),
                    "-H",
                    "content-type: application/json",
                    uri(to)));
            assertThat(ended.output()).contains("1 2xx");
        }
    },
    PROTON_J("amqp", "amqp") {
        @Override
        void send(ForeignClient.Target to, String payload) throws Exception {
            ConnectionOptions options =
                    new ConnectionOptions().user(to.device()).password(KEY);
            if (to.isTls()) {
                options.sslOptions().sslEnabled(true).sslContextOverride(ForeignClient.context(to.trust()));
            }
            try (Client client = Client.create();
                    Connection connection = client.connect("localhost", to.port(), options);
                    Sender sender = connection.openSender("telemetry")) {
                sender.send(Message.create(payload.getBytes(StandardCharsets.UTF_8)))
                        .awaitAccepted(30, TimeUnit.SECONDS);
            }
        }
    },
    RHEA("amqp", "amqp") {
        @Override
        boolean isInstalled() throws Exception {
            return Rhea.isInstalled();
        }

        @Override
        void send(ForeignClient.Target to, String payload) throws Exception {
            assertThat(Rhea.send(to, List.of(payload)).output()).contains("\"accepted\":1");
        }
    };

    private final String listener;
    private final String protocol;

    Stack(String listener, String protocol) {
        this.listener = listener;
        this.protocol = protocol;
    }

    /** The plain listener that it talks to; the other one has an {@code s} more. */
    String listener() {
        return listener;
    }

    /** What {@code hr-protocol} must say. */
    String protocol() {
        return protocol;
    }

    boolean speaksTls() {
        return true;
    }

    boolean isInstalled() throws Exception {
        return !listener.equals("mqtt") || ForeignClient.valueOf(name()).isInstalled();
    }

    void send(ForeignClient.Target to, String payload) throws Exception {
        ForeignClient.valueOf(name()).publish(to, 1, List.of(payload));
    }

    private static void mqttJs(ForeignClient.Target to, String version, String payload) throws Exception {
        Programs.Ended ended = Programs.node(
                "mqtt.js",
                Programs.modules(),
                (to.isTls() ? "mqtts" : "mqtt") + "://localhost:" + to.port(),
                to.device(),
                KEY,
                to.isTls() ? to.ca().toString() : "-",
                version,
                payload);
        assertThat(ended.code()).as(ended.output()).isZero();
    }

    private static HttpResponse<String> javaHttp(HttpClient.Version version, ForeignClient.Target to, String payload)
            throws Exception {
        try (HttpClient client = HttpClient.newBuilder()
                .version(version)
                .sslContext(ForeignClient.context(to.trust()))
                .build()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(uri(to)))
                    .header("Authorization", basic(to))
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(payload))
                    .build();
            HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
            return answer;
        }
    }

    private static String uri(ForeignClient.Target to) {
        return (to.isTls() ? "https" : "http") + "://localhost:" + to.port() + "/v1/telemetry";
    }

    private static String basic(ForeignClient.Target to) {
        byte[] pair = (to.device() + ":" + KEY).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }
}
