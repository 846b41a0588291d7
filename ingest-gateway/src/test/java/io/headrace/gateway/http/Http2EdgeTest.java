package io.headrace.gateway.http;

import static io.headrace.gateway.http.Http2Peer.CONTINUATION;
import static io.headrace.gateway.http.Http2Peer.DATA;
import static io.headrace.gateway.http.Http2Peer.END_HEADERS;
import static io.headrace.gateway.http.Http2Peer.END_STREAM;
import static io.headrace.gateway.http.Http2Peer.HEADERS;
import static io.headrace.gateway.http.Http2Peer.post;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.gateway.ingest.NotStoredException.Cause;
import io.headrace.gateway.listen.Drain;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same service as over HTTP/1.1, by frames. */
class Http2EdgeTest {
    private static final int MAX_FRAME = 16_384;

    private final Http2Peer peer = new Http2Peer();

    @BeforeEach
    void open() {
        assertThat(peer.open()).contains("SETTINGS", "SETTINGS ACK");
    }

    @Test
    void aBatchIsAnsweredWithItsReceipts() {
        // When
        List<String> frames = peer.request(1, "[{\"a\":1}, {\"a\":2}]");

        // Then
        assertThat(frames).first().isEqualTo("1 HEADERS 202");
        assertThat(frames.getLast())
                .matches(
                        "1 DATA \\{\"receipts\":\\[\\{\"partition\":\\d,\"offset\":0},\\{\"partition\":\\d,\"offset\":1}]}");
        assertThat(peer.http.ingest.payloads()).containsExactly("{\"a\":1}", "{\"a\":2}");
    }

    @Test
    void theFirstBytesMayComeOneByOne() {
        // Given
        Http2Peer slow = new Http2Peer();

        // When
        for (byte each : Http2Peer.PREFACE.getBytes(StandardCharsets.US_ASCII)) {
            slow.write(Unpooled.wrappedBuffer(new byte[] {each}));
        }
        List<String> frames = slow.frame(Http2Peer.SETTINGS, 0, 0, new byte[0]);

        // Then
        assertThat(frames).startsWith("SETTINGS").endsWith("SETTINGS ACK");
        assertThat(slow.request(1, "1")).contains("1 HEADERS 202");
    }

    @Test
    void requestsOfOneConnectionAreStoredInTheOrderInWhichTheirBodiesAreComplete() {
        // When
        peer.head(1);
        peer.head(3);
        peer.data(1, "\"first to ", 0);
        peer.data(3, "\"first to end\"", END_STREAM);
        peer.data(1, "begin\"", END_STREAM);

        // Then
        assertThat(peer.http.ingest.payloads()).containsExactly("\"first to end\"", "\"first to begin\"");
    }

    @Test
    void aRefusedRequestLeavesItsNeighboursAlone() {
        // Given
        peer.http.ingest.holdAnswers();
        peer.request(1, "1");
        peer.request(3, "3");
        peer.http.ingest.failNext(Cause.UNAVAILABLE);

        // When
        List<String> frames = new ArrayList<>(peer.frames());
        peer.http.ingest.answerNext();
        frames.addAll(peer.frames());
        frames.addAll(peer.request(5, "5"));

        // Then
        assertThat(frames).contains("1 HEADERS 503 retry 2", "3 HEADERS 202").doesNotContain("GOAWAY 5 0");
        assertThat(peer.http.ingest.payloads()).containsExactly("3");
        peer.http.ingest.answerAll();
        assertThat(peer.frames()).contains("5 HEADERS 202");
    }

    @Test
    void overItsQuotaADeviceIsToldWhenToComeAgain() {
        // Given
        peer.http.quotas.exhaust(1);

        // When
        List<String> frames = peer.request(1, "[1,2]");

        // Then
        assertThat(frames).contains("1 HEADERS 429 retry 1");
        assertThat(peer.http.ingest.payloads()).isEmpty();
    }

    @Test
    void aBodyIsReadNoFurtherThanToItsLimitAndTheClientIsToldToStop() {
        // When
        peer.head(1);
        List<String> frames = peer.data(1, "x".repeat(HttpPeer.MAX_BODY + 1), 0);

        // Then
        assertThat(frames).contains("1 HEADERS 413").endsWith("1 RST 0");
        assertThat(peer.request(3, "3")).contains("3 HEADERS 202");
    }

    @Test
    void withoutRoomARequestIsRefusedBeforeItsBodyIsRead() {
        // Given
        peer.http.ingest.fill();

        // When
        List<String> frames = peer.head(1);

        // Then
        assertThat(frames).contains("1 HEADERS 503 retry 2").endsWith("1 RST 0");
        assertThat(frames).noneMatch(frame -> frame.contains("WINDOW"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT /v1/telemetry 405", "POST / 404", "GET /mqtt 404"})
    void whatIsNotServedIsNotFoundOrNotAllowed(String expected) {
        // Given
        String[] parts = expected.split(" ");

        // When
        List<String> frames = peer.frame(
                HEADERS,
                END_HEADERS | END_STREAM,
                1,
                Http2Peer.block(":method", parts[0], ":scheme", "http", ":path", parts[1], ":authority", "h"));

        // Then
        assertThat(frames).contains("1 HEADERS " + parts[2]);
    }

    @Test
    void aBodyIsAskedForWhereTheClientWaitsForThat() {
        assertThat(peer.head(1, "expect", "100-continue")).containsExactly("1 HEADERS 100");
        assertThat(peer.data(1, "1", END_STREAM)).contains("1 HEADERS 202");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nx-admin: 1", "a\nb", "a\u0000b"})
    void aHeaderThatWouldBeSeveralIsRefused(String value) {
        // When
        List<String> frames = new ArrayList<>(peer.head(1, "x-property-site", value));
        frames.addAll(peer.data(1, "1", END_STREAM));

        // Then
        assertThat(frames).anyMatch(frame -> frame.startsWith("1 RST"));
        assertThat(peer.http.ingest.payloads()).isEmpty();
        assertThat(peer.request(3, "3")).contains("3 HEADERS 202");
    }

    @Test
    void aBodyThatIsNotAsLongAsAnnouncedIsNotStored() {
        // When
        peer.head(1, "content-length", "5");
        List<String> frames = peer.data(1, "1", END_STREAM);

        // Then
        assertThat(frames).containsExactly("1 RST 1");
        assertThat(peer.http.ingest.payloads()).isEmpty();
        assertThat(peer.http.ingest.reserved()).isZero();
    }

    @Test
    void aRequestThatIsResetIsNotStored() {
        // When
        peer.head(1);
        peer.data(1, "1", 0);
        peer.frame(Http2Peer.RST_STREAM, 0, 1, new byte[] {0, 0, 0, 8});

        // Then
        assertThat(peer.http.ingest.payloads()).isEmpty();
        assertThat(peer.http.ingest.reserved()).isZero();
        assertThat(peer.request(3, "3")).contains("3 HEADERS 202");
    }

    @Test
    void aPeerThatTricklesItsBodyLosesThatRequest() {
        // Given
        peer.head(1);

        // When
        List<String> frames = new ArrayList<>();
        for (int i = 0; i < 40 && frames.isEmpty(); i++) {
            peer.data(1, "x", 0);
            frames.addAll(peer.afterSeconds(1));
        }

        // Then
        assertThat(frames).contains("1 HEADERS 408").endsWith("1 RST 0");
    }

    @Test
    void aPeerThatDoesNotTakeItsAnswerLosesIt() {
        // Given: a window of no byte for each stream
        peer.frame(Http2Peer.SETTINGS, 0, 0, new byte[] {0, 4, 0, 0, 0, 0});
        peer.request(1, "1");

        // When
        List<String> frames = peer.afterSeconds(31);

        // Then
        assertThat(frames).contains("1 RST 8");
    }

    @Test
    void anIdleConnectionIsToldAndClosed() {
        // Given
        peer.request(1, "1");

        // When
        List<String> early = peer.afterSeconds(59);
        List<String> late = peer.afterSeconds(2);

        // Then
        assertThat(early).isEmpty();
        assertThat(late).containsExactly("GOAWAY 1 0");
        assertThat(peer.http.channel.isOpen()).isFalse();
    }

    @Test
    void aConnectionWithoutARequestIsClosed() {
        assertThat(peer.afterSeconds(11)).contains("GOAWAY 0 0");
        assertThat(peer.http.channel.isOpen()).isFalse();
    }

    @Test
    void aStoppingGatewaySaysSoAnswersWhatItTookAndCloses() {
        // Given
        peer.http.ingest.holdAnswers();
        peer.request(1, "1");
        peer.head(3);

        // When
        peer.http.channel.pipeline().fireUserEventTriggered(Drain.BEGIN);
        List<String> atOnce = peer.frames();
        peer.request(5, "5, sent before it could be known");
        List<String> soon = peer.afterSeconds(1);
        peer.data(3, "3", END_STREAM);
        boolean isOpen = peer.http.channel.isOpen();
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            peer.http.ingest.answerNext();
            answers.addAll(peer.frames());
        }

        // Then
        assertThat(atOnce).containsExactly("GOAWAY 2147483647 0");
        assertThat(soon).containsExactly("GOAWAY 5 0");
        assertThat(isOpen).isTrue();
        assertThat(answers).contains("1 HEADERS 202", "5 HEADERS 202", "3 HEADERS 202");
        assertThat(peer.http.ingest.payloads()).containsExactly("1", "5, sent before it could be known", "3");
        assertThat(peer.http.channel.isOpen()).isFalse();
    }

    @Test
    void aDisabledDeviceLosesItsConnection() {
        // Given
        peer.http.ingest.holdAnswers();
        peer.request(1, "1");
        assertThat(peer.http.identities.watched()).isEqualTo(1);

        // When
        peer.http.identities.disable("d-1");
        List<String> frames = peer.frames();

        // Then
        assertThat(frames).contains("GOAWAY 1 0");
        assertThat(peer.http.channel.isOpen()).isFalse();
        assertThat(peer.http.identities.watched()).isZero();
    }

    @Test
    void noMoreRequestsAreOpenAtOnceThanAllowed() {
        // Given
        for (int i = 0; i < HttpPeer.MAX_STREAMS; i++) {
            peer.head(1 + 2 * i);
        }

        // When
        List<String> frames = peer.head(1 + 2 * HttpPeer.MAX_STREAMS);

        // Then
        assertThat(frames).containsExactly(1 + 2 * HttpPeer.MAX_STREAMS + " RST 7");
        assertThat(peer.data(1, "1", END_STREAM)).contains("1 HEADERS 202");
    }

    @Test
    void headersThatAreTooLargeAreRefused() {
        // When
        List<String> frames = sendBlock(1, post("x-long", "x".repeat(20_000)));

        // Then
        assertThat(frames).contains("1 HEADERS 431");
        assertThat(peer.http.ingest.payloads()).isEmpty();
    }

    private List<String> sendBlock(int stream, byte[] block) {
        List<String> frames = new ArrayList<>();
        for (int from = 0; from < block.length; from += MAX_FRAME) {
            byte[] part = java.util.Arrays.copyOfRange(block, from, Math.min(block.length, from + MAX_FRAME));
            int flags = from + MAX_FRAME >= block.length ? END_HEADERS : 0;
            frames.addAll(peer.frame(from == 0 ? HEADERS : CONTINUATION, flags, stream, part));
        }
        return frames;
    }

    @Test
    void dataOnAStreamThatWasNeverOpenedEndsTheConnection() {
        // When
        List<String> frames = peer.frame(DATA, END_STREAM, 7, new byte[] {1});

        // Then
        assertThat(frames).hasSize(1).first().asString().matches("GOAWAY \\d+ 1");
        assertThat(peer.http.channel.isOpen()).isFalse();
    }
}
