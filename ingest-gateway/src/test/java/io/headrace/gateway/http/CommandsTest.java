package io.headrace.gateway.http;

import static io.headrace.gateway.http.HttpPeer.post;
import static io.headrace.gateway.http.HttpPeer.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.gateway.listen.Drain;
import io.headrace.record.CommandStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands over HTTP: a device asks for the next one, and answers it. */
class CommandsTest {
    private final HttpPeer peer = new HttpPeer();

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: gateway\r\n" + HttpPeer.BASIC + "\r\n";
    }

    @Test
    void whatWaitsIsGivenAtOnceWithItsIdNameAndTime() {
        // Given
        peer.commands.make("d-1", "c-1", "{\"valve\":3}", Duration.ofSeconds(90));

        // When
        String response = peer.send(get("/v1/commands"));

        // Then
        assertThat(response)
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("command-id: c-1\r\n")
                .contains("command-name: open\r\n")
                .contains("expires-in: 90\r\n")
                .contains("content-type: application/json\r\n")
                .contains("connection: keep-alive\r\n")
                .endsWith("\r\n\r\n{\"valve\":3}");
        assertThat(peer.commands.results()).containsExactly("c-1 DELIVERED");
    }

    @Test
    void whoAsksWhenThereIsNoneIsAnsweredAsSoonAsThereIs() {
        // Given
        assertThat(peer.send(get("/v1/commands?wait=20"))).isEmpty();
        assertThat(peer.afterSeconds(19)).isEmpty();

        // When
        peer.commands.make("d-1", "c-1");

        // Then
        assertThat(peer.received()).startsWith("HTTP/1.1 200").contains("command-id: c-1\r\n");
        assertThat(peer.afterSeconds(60)).isEmpty();
    }

    @Test
    void whoAsksInVainIsToldSoAfterItsTimeAndMayAskAgain() {
        // Given
        assertThat(peer.send(get("/v1/commands?wait=20"))).isEmpty();

        // When
        String response = peer.afterSeconds(20);

        // Then
        assertThat(response).startsWith("HTTP/1.1 204").doesNotContain("content-length");
        peer.commands.make("d-1", "c-1");
        assertThat(peer.received()).isEmpty();
        assertThat(peer.send(get("/v1/commands?wait=0"))).startsWith("HTTP/1.1 200");
    }

    @Test
    void aCommandComesAgainUntilItIsAnsweredOrTheDeviceSaysThatItHasIt() {
        // Given
        peer.commands.make("d-1", "c-1").make("d-1", "c-2").make("d-2", "x");

        // When
        String first = peer.send(get("/v1/commands"));
        String again = peer.send(get("/v1/commands"));
        String next = peer.send(get("/v1/commands?after=c-1"));
        String none = peer.send(get("/v1/commands?wait=0&after=c-2"));

        // Then
        assertThat(first).contains("command-id: c-1\r\n");
        assertThat(again).contains("command-id: c-1\r\n");
        assertThat(next).contains("command-id: c-2\r\n");
        assertThat(none).startsWith("HTTP/1.1 204");

        // When
        peer.send(post("/v1/commands/c-1/result", "", ""));

        // Then
        assertThat(peer.send(get("/v1/commands?after=c-1"))).contains("command-id: c-2\r\n");
        assertThat(peer.commands.results()).containsOnlyOnce("c-1 SUCCEEDED").doesNotContain("x DELIVERED");
    }

    @Test
    void aDeviceThatDoesntReadWhatItHasAskedForIsntReadEither() {
        // Given
        peer.channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
        peer.commands.make("d-1", "c-1");

        // When
        String response = peer.send(get("/v1/commands"));

        // Then
        assertThat(response).contains("command-id: c-1\r\n");
        assertThat(peer.channel.config().isAutoRead()).isFalse();
        peer.channel.unsafe().outboundBuffer().setUserDefinedWritability(1, true);
        assertThat(peer.received()).isEmpty();
        assertThat(peer.channel.config().isAutoRead()).isTrue();
    }

    @Test
    void anAnswerIsAcceptedOnceKafkaHasIt() {
        // Given
        peer.commands.make("d-1", "c-1");
        peer.commands.holdAnswers();

        // When
        String early = peer.send(post(
                "/v1/commands/c-1/result",
                "Content-Type: application/json\r\n",
                "{\"status\":\"failed\",\"detail\":\"it is stuck\",\"payload\":{\"angle\":4}}"));

        // Then
        assertThat(early).isEmpty();
        peer.commands.answerAll();
        assertThat(peer.received()).startsWith("HTTP/1.1 202").endsWith("{\"result\":\"stored\"}");
        assertThat(peer.commands.lastResult().getStatus()).isEqualTo(CommandStatus.FAILED);
        assertThat(peer.commands.lastResult().getDetail()).isEqualTo("it is stuck");
        assertThat(StandardCharsets.UTF_8
                        .decode(peer.commands.lastResult().getPayload())
                        .toString())
                .isEqualTo("{\"angle\":4}");
        assertThat(peer.commands.lastResult().getProtocol()).isEqualTo("http");
    }

    @Test
    void anAnswerThatKafkaDoesntTakeIsNotAccepted() {
        // Given
        peer.commands.make("d-1", "c-1");
        peer.commands.holdAnswers();

        // When
        peer.send(post("/v1/commands/c-1/result?status=succeeded", "", "done"));
        peer.commands.failAll();

        // Then
        assertThat(peer.received()).startsWith("HTTP/1.1 503").contains("retry-after");
    }

    @Test
    void whoAnswersTwiceIsToldThatTheFirstCounts() {
        // Given
        peer.commands.make("d-1", "c-1");

        // When
        peer.send(post("/v1/commands/c-1/result?status=succeeded", "", ""));
        String second = peer.send(post("/v1/commands/c-1/result?status=failed", "", ""));

        // Then
        assertThat(second).startsWith("HTTP/1.1 202").endsWith("{\"result\":\"had one\"}");
        assertThat(peer.commands.results()).containsExactly("c-1 SUCCEEDED");
    }

    @Test
    void anotherDevicesCommandIsUnknown() {
        // Given
        peer.commands.make("d-2", "x");

        // When
        String response = peer.send(post("/v1/commands/x/result", "", ""));

        // Then
        assertThat(status(response)).isEqualTo("404");
        assertThat(peer.commands.results()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /v1/commands?wait=soon, 400",
        "GET, /v1/commands?wait=-1, 400",
        "GET, /v1/commands?wait=1&wait=2, 400",
        "GET, /v1/commands?after=a%2Fb, 400",
        "GET, /v1/commands?after=%zz, 400",
        "POST, /v1/commands, 405",
        "GET, /v1/commands/c-1/result, 405",
        "POST, /v1/commands/c-1/result?status=maybe, 400",
        "POST, /v1/commands/%2e%2e%2fx/result, 404",
        "POST, /v1/commands/c-1, 404",
        "GET, /v1/commandsx, 404",
        "GET, /v1/commands/, 404",
    })
    void whatIsAskedForWronglyIsRefused(String method, String path, String status) {
        // When
        String response = peer.send(
                method + " " + path + " HTTP/1.1\r\nHost: gateway\r\n" + HttpPeer.BASIC + "Content-Length: 0\r\n\r\n");

        // Then
        assertThat(status(response)).isEqualTo(status);
    }

    @Test
    void withoutCredentialsThereAreNoCommands() {
        // Given
        peer.commands.make("d-1", "c-1");

        // When
        String response = peer.send("GET /v1/commands HTTP/1.1\r\nHost: gateway\r\n\r\n");

        // Then
        assertThat(status(response)).isEqualTo("401");
        assertThat(peer.commands.results()).isEmpty();
    }

    @Test
    void whoHangsUpLeavesItsCommandToTheNextConnection() {
        // Given
        peer.send(get("/v1/commands"));
        peer.channel.close();
        peer.channel.runPendingTasks();

        // When
        peer.commands.make("d-1", "c-1");

        // Then
        assertThat(peer.commands.results()).isEmpty();
        peer.newChannel();
        assertThat(peer.send(get("/v1/commands"))).contains("command-id: c-1\r\n");
    }

    @Test
    void aGatewayThatStopsLetsNobodyWait() {
        // Given
        assertThat(peer.send(get("/v1/commands"))).isEmpty();

        // When
        peer.channel.pipeline().fireUserEventTriggered(Drain.BEGIN);

        // Then
        assertThat(peer.received()).startsWith("HTTP/1.1 204").contains("connection: close");
    }

    @Test
    void aNameThatAHeaderCantHoldIsWrittenAsInAUrl() {
        // Given
        peer.commands.make("d-1", "c-1", "", Duration.ofMinutes(1), "Klappe öffnen");

        // When
        String response = peer.send(get("/v1/commands"));

        // Then
        assertThat(response).contains("command-name: Klappe%20%C3%B6ffnen\r\n").contains("content-length: 0\r\n");
    }

    @Test
    void overHttp2WhoWaitsDoesntHoldUpItsNeighboursAndMayGiveUp() {
        // Given
        Http2Peer two = new Http2Peer();
        two.open();
        byte[] poll = Http2Peer.request("GET", "/v1/commands");
        int whole = Http2Peer.END_HEADERS | Http2Peer.END_STREAM;

        // When
        List<String> first = two.frame(Http2Peer.HEADERS, whole, 1, poll);
        List<String> telemetry = two.request(3, "{\"a\":1}");
        two.frame(Http2Peer.RST_STREAM, 0, 1, new byte[] {0, 0, 0, 8});
        two.http.commands.make("d-1", "c-1", "7", Duration.ofMinutes(1));
        List<String> afterReset = two.frames();
        List<String> second = two.frame(Http2Peer.HEADERS, whole, 5, poll);

        // Then
        assertThat(first).isEmpty();
        assertThat(telemetry).first().isEqualTo("3 HEADERS 202");
        assertThat(afterReset).isEmpty();
        assertThat(second).startsWith("5 HEADERS 200", "5 DATA 7");
        assertThat(two.http.commands.results()).containsExactly("c-1 DELIVERED");
    }
}
