package io.headrace.gateway.http;

import static io.headrace.gateway.http.HttpPeer.json;
import static io.headrace.gateway.http.HttpPeer.status;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a peer may cost, in bytes and in time, and what becomes of one that would cost more. */
class HttpLimitsTest {
    private final HttpPeer peer = new HttpPeer();

    @Test
    void aSocketIsNotReadPastSixteenUnansweredRequests() {
        // Given
        peer.ingest.holdAnswers();

        // When
        peer.send(json("1").repeat(15));
        boolean isRead = peer.channel.config().isAutoRead();
        peer.send(json("1"));
        boolean isReadAtTheLimit = peer.channel.config().isAutoRead();
        String response = "";
        while (peer.ingest.unanswered() > 0) {
            peer.ingest.answerNext();
            response += peer.received();
        }

        // Then
        assertThat(isRead).isTrue();
        assertThat(isReadAtTheLimit).isFalse();
        assertThat(response.split("HTTP/1.1 202", -1)).hasSize(17);
        assertThat(peer.channel.config().isAutoRead()).isTrue();
    }

    @Test
    void aPeerThatDoesNotReadItsAnswersIsCutOff() {
        // Given
        peer.send(json("1"));
        peer.channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
        peer.channel.runPendingTasks();

        // When
        peer.afterSeconds(29);
        boolean isOpenAt29 = peer.channel.isOpen();
        peer.afterSeconds(2);

        // Then
        assertThat(isOpenAt29).isTrue();
        assertThat(peer.channel.isOpen()).isFalse();
    }

    @Test
    void withoutRoomARequestIsRefusedBeforeItsBodyIsRead() {
        // Given
        peer.ingest.fill();

        // When
        String response = peer.send("POST /v1/telemetry HTTP/1.1\r\nHost: h\r\n" + HttpPeer.BASIC
                + "Expect: 100-continue\r\nContent-Length: 10\r\n\r\n");

        // Then
        assertThat(response)
                .startsWith("HTTP/1.1 503")
                .contains("retry-after: 2\r\n")
                .doesNotContain("100 Continue");
    }

    @Test
    void aBodyIsAskedForWhereTheClientWaitsForThat() {
        // When
        String asked = peer.send("POST /v1/telemetry HTTP/1.1\r\nHost: h\r\n" + HttpPeer.BASIC
                + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
        String response = peer.send("{}");

        // Then
        assertThat(asked).startsWith("HTTP/1.1 100 Continue\r\n");
        assertThat(status(response)).isEqualTo("202");
    }

    @Test
    void aChunkedBodyIsTakenUpToTheLimit() {
        // Given
        String head =
                "POST /v1/telemetry HTTP/1.1\r\nHost: h\r\n" + HttpPeer.BASIC + "Transfer-Encoding: chunked\r\n\r\n";
        String chunk = "200\r\n" + "x".repeat(512) + "\r\n";

        // When
        String small = peer.send(head + chunk + "0\r\n\r\n");
        String large = peer.send(head + chunk.repeat(5));

        // Then
        assertThat(status(small)).isEqualTo("202");
        assertThat(status(large)).isEqualTo("413");
        assertThat(peer.meters.get("headrace.http.body.bytes").gauge().value()).isZero();
    }

    @Test
    void bodiesOfAllConnectionsTogetherHaveALimit() {
        // Given
        peer.ingest.reserveAtMost(5000);
        String head = "POST /v1/telemetry HTTP/1.1\r\nHost: h\r\n" + HttpPeer.BASIC + "Content-Length: 2048\r\n\r\n";
        for (int i = 0; i < 3; i++) {
            peer.newChannel();
            assertThat(peer.send(head + "x".repeat(1500))).isEmpty();
        }

        // When
        peer.newChannel();
        String response = peer.send(head + "x".repeat(1500));

        // Then
        assertThat(response).startsWith("HTTP/1.1 503");
    }

    @Test
    void aPeerThatNeverFinishesItsHeadersIsSentAway() {
        // Given
        peer.send("POST /v1/telemetry HTTP/1.1\r\nHost");

        // When
        String response = peer.afterSeconds(11);
        peer.afterSeconds(2);

        // Then
        assertThat(status(response)).isEqualTo("408");
        assertThat(peer.channel.isOpen()).isFalse();
    }

    @Test
    void aPeerThatTricklesItsHeadersIsSentAway() {
        // Given
        peer.send(json("1"));
        peer.send("POST /v1/telemetry HTTP/1.1\r\nHost: h\r\nX-Trickle: ");

        // When
        String response = "";
        int seconds = 0;
        while (seconds < 40 && response.isEmpty()) {
            response = peer.send("x") + peer.afterSeconds(1);
            seconds++;
        }

        // Then
        assertThat(status(response)).isEqualTo("408");
        assertThat(seconds).isLessThanOrEqualTo(11);
    }

    @Test
    void anAnswerGivesHeadersThatHaveBegunNoMoreTime() {
        // Given
        peer.ingest.holdAnswers();
        peer.send(json("1"));
        peer.send("POST /v1/telemetry HTTP/1.1\r\n");

        // When
        peer.ingest.answerAll();
        String answer = peer.received();
        String response = peer.afterSeconds(11);

        // Then
        assertThat(status(answer)).isEqualTo("202");
        assertThat(status(response)).isEqualTo("408");
    }

    @Test
    void aPeerThatTricklesItsBodyIsSentAway() {
        // Given
        peer.send("POST /v1/telemetry HTTP/1.1\r\nHost: h\r\n" + HttpPeer.BASIC + "Content-Length: 100\r\n\r\n");

        // When
        String response = "";
        for (int i = 0; i < 40 && response.isEmpty(); i++) {
            response = peer.send("x") + peer.afterSeconds(1);
        }

        // Then
        assertThat(status(response)).isEqualTo("408");
    }

    @Test
    void anIdleConnectionIsClosedWithoutAWord() {
        // Given
        peer.send(json("1"));

        // When
        String response = peer.afterSeconds(59);
        boolean isOpenAt59 = peer.channel.isOpen();
        response += peer.afterSeconds(2);

        // Then
        assertThat(isOpenAt59).isTrue();
        assertThat(response).isEmpty();
        assertThat(peer.channel.isOpen()).isFalse();
    }
}
