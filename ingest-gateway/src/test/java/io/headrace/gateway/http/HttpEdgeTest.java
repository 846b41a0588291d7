package io.headrace.gateway.http;

import static io.headrace.gateway.http.HttpPeer.json;
import static io.headrace.gateway.http.HttpPeer.post;
import static io.headrace.gateway.http.HttpPeer.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.Headers;
import io.headrace.gateway.ingest.Message;
import io.headrace.gateway.ingest.Message.Fact;
import io.headrace.gateway.ingest.NotStoredException.Cause;
import io.headrace.gateway.listen.Drain;
import org.junit.jupiter.api.Test;

class HttpEdgeTest {
    private final HttpPeer peer = new HttpPeer();

    @Test
    void oneReadingIsOneMessageAndItsReceiptSaysWhereItStands() {
        // When
        String response = peer.send(json("{\"temperature\": 21.5}"));

        // Then
        assertThat(response).startsWith("HTTP/1.1 202 Accepted\r\n").contains("content-type: application/json\r\n");
        assertThat(response).containsPattern("\\{\"receipts\":\\[\\{\"partition\":\\d,\"offset\":0}]}$");
        Message message = peer.ingest.messages().getFirst();
        assertThat(message.device().value()).isEqualTo("d-1");
        assertThat(message.receivedAt()).isEqualTo(HttpPeer.NOW.toEpochMilli());
        assertThat(peer.ingest.payloads()).containsExactly("{\"temperature\": 21.5}");
        assertThat(message.facts())
                .containsExactly(
                        new Fact(Headers.PROTOCOL, "http"), new Fact(Headers.CONTENT_TYPE, "application/json"));
    }

    @Test
    void anArrayIsOneMessageForEachElementWithItsOwnBytesAndReceiptsInOrder() {
        // When
        String response = peer.send(json(" [ {\"a\" : 1.0} ,{\"b\":\"x,]\\\"\"},[1, 2]\n] "));

        // Then
        assertThat(peer.ingest.payloads()).containsExactly("{\"a\" : 1.0}", "{\"b\":\"x,]\\\"\"}", "[1, 2]");
        assertThat(response).containsPattern("\"offset\":0}.*\"offset\":1}.*\"offset\":2}]}$");
    }

    @Test
    void aBatchSharesItsMessageIdToldApartByPlace() {
        // When
        peer.send(post(
                "/v1/telemetry", "Content-Type: application/x-ndjson\r\nMessage-Id: m\r\n", "{\"a\":1}\n{\"a\":2}\n"));
        peer.send(post("/v1/telemetry", "Content-Type: application/json\r\nMessage-Id: n\r\n", "{\"a\":3}"));

        // Then
        assertThat(peer.ingest.messages())
                .flatExtracting(Message::facts)
                .contains(
                        new Fact(Headers.MESSAGE_ID, "m#0"),
                        new Fact(Headers.MESSAGE_ID, "m#1"),
                        new Fact(Headers.MESSAGE_ID, "n"));
    }

    @Test
    void whatTheHeadersSayTravelsAsFactsAndNothingElseDoes() {
        // When
        peer.send(post("/v1/telemetry/hall%20a/%C3%BCber?x=1", """
                Message-Id: m-1\r
                Correlation-Id: c-1\r
                Expires-In: 60\r
                Device-Time: 1700000000000\r
                X-Property-Site: Köln\r
                traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r
                hr-gateway: forged\r
                hr-p-site: forged\r
                """, "x"));

        // Then
        assertThat(peer.ingest.messages().getFirst().facts())
                .containsExactlyInAnyOrder(
                        new Fact(Headers.PROTOCOL, "http"),
                        new Fact(Headers.CHANNEL, "hall a/über"),
                        new Fact(Headers.MESSAGE_ID, "m-1"),
                        new Fact(Headers.CORRELATION_ID, "c-1"),
                        new Fact(Headers.EXPIRES_AT, Long.toString(HttpPeer.NOW.toEpochMilli() + 60_000)),
                        new Fact(Headers.DEVICE_TIME, "1700000000000"),
                        new Fact(Headers.PROPERTY_PREFIX + "site", "Köln"),
                        new Fact(Headers.TRACEPARENT, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
    }

    @Test
    void aTraceThatIsNotValidIsLeftOutAndTheReadingIsNot() {
        // When
        String response = peer.send(post("/v1/telemetry", """
                traceparent: 00-00000000000000000000000000000000-b7ad6b7169203331-01\r
                tracestate: a=1\r
                """, "x"));

        // Then
        assertThat(status(response)).isEqualTo("202");
        assertThat(peer.ingest.messages().getFirst().facts()).containsExactly(new Fact(Headers.PROTOCOL, "http"));
    }

    @Test
    void overItsQuotaADeviceIsToldWhenToComeAgainAndNothingIsStoredFromThereOn() {
        // Given
        peer.quotas.exhaust(2_100_000_000L);

        // When
        String response = peer.send(json("[1, 2]") + json("3"));

        // Then
        assertThat(response)
                .startsWith("HTTP/1.1 429")
                .contains("retry-after: 3\r\n", "connection: close\r\n", "\"status\":429");
        assertThat(peer.ingest.messages()).isEmpty();
        peer.quotas.exhaust(0);
        peer.newChannel();
        assertThat(status(peer.send(json("[1, 2]")))).isEqualTo("202");
    }

    @Test
    void nothingIsStoredBehindAMessageThatIsRefused() {
        // Given
        peer.ingest.refuseNext(Cause.UNAVAILABLE);

        // When
        String response = peer.send(json("[1, 2]") + json("3"));

        // Then
        assertThat(response).startsWith("HTTP/1.1 503").contains("connection: close");
        assertThat(peer.ingest.stored()).isEmpty();
    }

    @Test
    void pipelinedRequestsAreAnsweredInTheirOrder() {
        // When
        String response = peer.send(json("1") + post("/v1/telemetry/c", "", "2") + json("3"));

        // Then
        assertThat(response.split("HTTP/1.1 202", -1)).hasSize(4);
        assertThat(response).containsSubsequence("\"offset\":0}", "\"offset\":1}", "\"offset\":2}");
        assertThat(peer.ingest.payloads()).containsExactly("1", "2", "3");
    }

    @Test
    void tenThousandRequestsInARowAreAnsweredInTheirOrder() {
        // When
        String response = "";
        for (int i = 0; i < 100; i++) {
            response += peer.send(json("1").repeat(100));
        }

        // Then
        assertThat(response.split("HTTP/1.1 202", -1)).hasSize(10_001);
        assertThat(response.indexOf("\"offset\":4711}")).isLessThan(response.indexOf("\"offset\":4712}"));
    }

    @Test
    void aRequestIsAnsweredOnlyWhenItsMessageIsStored() {
        // Given
        peer.ingest.holdAnswers();

        // When
        String early = peer.send(json("1"));
        peer.ingest.answerAll();
        String late = peer.received();

        // Then
        assertThat(early).isEmpty();
        assertThat(status(late)).isEqualTo("202");
    }

    @Test
    void afterAFailureNothingBehindItIsAcknowledgedAndTheConnectionEnds() {
        // Given
        peer.ingest.holdAnswers();
        peer.send(json("1") + json("2") + json("3"));

        // When
        peer.ingest.answerNext();
        String response = peer.received();
        peer.ingest.failNext(Cause.UNAVAILABLE);
        response += peer.received();
        peer.ingest.answerNext();
        response += peer.received() + peer.send(json("4"));

        // Then
        assertThat(response).containsSubsequence("HTTP/1.1 202", "HTTP/1.1 503", "connection: close");
        assertThat(response.split("HTTP/1.1 ", -1)).hasSize(3);
        assertThat(peer.ingest.payloads()).doesNotContain("4");
        peer.afterSeconds(2);
        assertThat(peer.channel.isOpen()).isFalse();
    }

    @Test
    void aBatchWithOneMessageNotStoredIsNotAcknowledged() {
        // Given
        peer.ingest.holdAnswers();
        peer.send(json("[1,2,3]"));

        // When
        peer.ingest.answerNext();
        peer.ingest.failNext(Cause.NO_ROOM);
        peer.ingest.answerNext();

        // Then
        assertThat(peer.received()).startsWith("HTTP/1.1 503").contains("retry-after: 2\r\n");
    }

    @Test
    void aRequestWaitsForKafkaNoLongerThanTheAckTimeout() {
        // Given
        peer.ingest.holdAnswers();
        peer.send(json("1"));

        // When
        String early = peer.afterSeconds(4);
        String late = peer.afterSeconds(2);

        // Then
        assertThat(early).isEmpty();
        assertThat(late).startsWith("HTTP/1.1 503").contains("retry-after: 2\r\n");
    }

    @Test
    void aDisabledDeviceLosesItsConnection() {
        // Given
        peer.send(json("1"));
        assertThat(peer.identities.watched()).isEqualTo(1);

        // When
        peer.identities.disable("d-1");
        peer.received();

        // Then
        assertThat(peer.channel.isOpen()).isFalse();
        assertThat(peer.identities.watched()).isZero();
        peer.newChannel();
        assertThat(status(peer.send(json("1")))).isEqualTo("403");
    }

    @Test
    void aStoppingGatewayAnswersWhatItTookAndCloses() {
        // Given
        peer.ingest.holdAnswers();
        peer.send(json("1"));

        // When
        peer.channel.pipeline().fireUserEventTriggered(Drain.BEGIN);
        peer.ingest.answerAll();
        String response = peer.received();
        peer.afterSeconds(2);

        // Then
        assertThat(response).startsWith("HTTP/1.1 202").contains("connection: close");
        assertThat(peer.channel.isOpen()).isFalse();
    }

    @Test
    void aStoppingGatewaySaysThatItClosesWithTheLastAnswer() {
        // Given
        peer.ingest.holdAnswers();
        peer.send(json("1") + json("2"));

        // When
        peer.channel.pipeline().fireUserEventTriggered(Drain.BEGIN);
        peer.ingest.answerNext();
        String first = peer.received();
        peer.ingest.answerNext();
        String last = peer.received();

        // Then
        assertThat(first).startsWith("HTTP/1.1 202").contains("connection: keep-alive");
        assertThat(last).startsWith("HTTP/1.1 202").contains("connection: close");
    }

    @Test
    void aClientOfHttpOneZeroIsAnsweredAndTheConnectionEnds() {
        // When
        String response = peer.send("POST /v1/telemetry HTTP/1.0\r\n" + HttpPeer.BASIC + "Content-Length: 1\r\n\r\n1");

        // Then
        assertThat(response).startsWith("HTTP/1.1 202").contains("connection: close");
    }
}
