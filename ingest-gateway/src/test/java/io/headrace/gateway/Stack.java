package io.headrace.gateway;

import static io.headrace.gateway.identity.TestDevices.KEY;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.gateway.coap.DtlsClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
    JAVA_HTTP_2("http", "http") {
        @Override
        void send(ForeignClient.Target to, String payload) throws Exception {
            HttpClient.Version spoken =
                    javaHttp(HttpClient.Version.HTTP_2, to, payload).version();
            // Without TLS it asks for an upgrade, which nobody has to follow (RFC 9113 §3.1).
            assertThat(spoken).isEqualTo(to.isTls() ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1);
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
    H2LOAD_1("http", "http") {
        @Override
        boolean isInstalled() {
            return Programs.isInstalled("h2load");
        }

        @Override
        void send(ForeignClient.Target to, String payload) throws Exception {
            h2load(to, payload, List.of("--h1"));
        }
    },
    H2LOAD_2("http", "http") {
        @Override
        boolean isInstalled() {
            return Programs.isInstalled("h2load");
        }

        @Override
        void send(ForeignClient.Target to, String payload) throws Exception {
            assertThat(h2load(to, payload, List.of())).contains("Application protocol: h2");
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
    },
    CALIFORNIUM("coap", "coap") {
        @Override
        void send(ForeignClient.Target to, String payload) throws Exception {
            if (to.isTls()) {
                try (DtlsClient client = DtlsClient.withKey(to.device(), SECRET)) {
                    assertThat(client.post(to.port(), payload)).isEqualTo("2.04");
                }
                return;
            }
            try (PlainCoap client = new PlainCoap(to.port(), KEY)) {
                assertThat(client.post(to.device(), payload)).isEqualTo("2.04");
            }
        }
    },
    LIBCOAP("coap", "coap") {
        @Override
        boolean isInstalled() {
            return Programs.isInstalled("coap-client-openssl") && Programs.isInstalled("coap-client-notls");
        }

        @Override
        void send(ForeignClient.Target to, String payload) throws Exception {
            List<String> command = new ArrayList<>();
            command.add("/usr/bin/coap-client-" + (to.isTls() ? "openssl" : "notls"));
            command.addAll(List.of("-v", "6", "-B", "15", "-m", "post", "-t", "50", "-e", payload));
            if (to.isTls()) {
                command.addAll(List.of("-u", to.device(), "-k", new String(SECRET, StandardCharsets.US_ASCII)));
                command.add("coaps://127.0.0.1:" + to.port() + "/v1/telemetry");
            } else {
                command.add(coap(to));
            }
            assertThat(Programs.run(command).output()).contains("c:2.04");
        }
    };

    /** What {@link io.headrace.gateway.identity.TestDevices#KEY} stands for. */
    private static final byte[] SECRET = Base64.getDecoder().decode(KEY);

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

    /** Without DTLS the key is a part of the address. */
    private static String coap(ForeignClient.Target to) {
        return "coap://127.0.0.1:" + to.port() + "/v1/telemetry?device=" + to.device() + "&password="
                + KEY.replace("=", "%3D");
    }

    private static String h2load(ForeignClient.Target to, String payload, List<String> more) throws Exception {
        Path body = Files.writeString(Files.createTempFile("payload", ".json"), payload);
        List<String> command = new ArrayList<>(List.of("/usr/bin/h2load", "-n1", "-c1", "-d", body.toString()));
        command.addAll(List.of("-H", "authorization: " + basic(to), "-H", "content-type: application/json"));
        command.addAll(more);
        command.add(uri(to));
        Programs.Ended ended = Programs.run(command);
        Files.delete(body);
        assertThat(ended.output()).contains("1 2xx");
        return ended.output();
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
