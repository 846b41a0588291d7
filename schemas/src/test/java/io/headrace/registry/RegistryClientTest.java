package io.headrace.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.headrace.config.Secret;
import io.headrace.record.Anomaly;
import io.headrace.record.Reading;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against canned answers of the protocol; the real registry is in the integration tests. */
class RegistryClientTest {
    private HttpServer server;
    private final List<String> requests = new ArrayList<>();
    private volatile int status = 200;
    private volatile String answer = "{}";

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        requests.add(
                exchange.getRequestMethod() + " " + exchange.getRequestURI().getRawPath() + " "
                        + exchange.getRequestHeaders().getFirst("Authorization") + " " + body.length());
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private RegistryConfig config() {
        URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/apis/ccompat/v7/");
        return new RegistryConfig(
                url, Optional.of("me"), Optional.of(Secret.of("pass")), Optional.empty(), Duration.ofSeconds(5));
    }

    @Test
    void aSchemaIsRegisteredOnceAndItsIdKept() {
        answer = "{\"id\": 7}";
        RegistryClient client = new RegistryClient(config());

        assertThat(client.register("a.b-value", Reading.getClassSchema())).isEqualTo(7);
        assertThat(client.register("a.b-value", Reading.getClassSchema())).isEqualTo(7);
        assertThat(client.schema(7)).isEqualTo(Reading.getClassSchema());
        assertThat(requests)
                .singleElement()
                .asString()
                .startsWith("POST /apis/ccompat/v7/subjects/a.b-value/versions Basic bWU6cGFzcw==");
    }

    @Test
    void anUnknownIdIsFinal() {
        status = 404;
        answer = "{\"error_code\":40403,\"message\":\"Schema not found\"}";

        assertThatThrownBy(() -> new RegistryClient(config()).schema(9))
                .isInstanceOfSatisfying(
                        UnknownSchemaException.class,
                        e -> assertThat(e.schemaId()).isEqualTo(9));
    }

    @Test
    void anUnknownIdIsAskedForOnceHoweverManyRecordsBearIt() {
        status = 404;
        RegistryClient client = new RegistryClient(config());

        for (int i = 0; i < 1_000; i++) {
            assertThatThrownBy(() -> client.schema(9)).isInstanceOf(UnknownSchemaException.class);
        }

        assertThat(requests).hasSize(1);
    }

    @Test
    void aRefusedSchemaNamesItsSubject() {
        status = 409;
        answer = "{\"error_code\":409,\"message\":\"incompatible\"}";

        assertThatThrownBy(() -> new RegistryClient(config()).register("a-value", Anomaly.getClassSchema()))
                .isInstanceOf(IncompatibleSchemaException.class)
                .hasMessageContaining("a-value");
    }

    @Test
    void aFailingOrSilentRegistryIsForTimeToHeal() {
        status = 503;
        assertThatThrownBy(() -> new RegistryClient(config()).schema(1))
                .isInstanceOf(RegistryUnavailableException.class);

        status = 200;
        answer = "<html>";
        assertThatThrownBy(() -> new RegistryClient(config()).register("a", Anomaly.getClassSchema()))
                .isInstanceOf(RegistryUnavailableException.class);

        RegistryConfig config = config();
        server.stop(0);
        assertThatThrownBy(() -> new RegistryClient(config).schema(1)).isInstanceOf(RegistryUnavailableException.class);
    }
}
