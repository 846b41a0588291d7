package io.headrace.gateway.http;

import static io.headrace.gateway.http.HttpPeer.BASIC;
import static io.headrace.gateway.http.HttpPeer.json;
import static io.headrace.gateway.http.HttpPeer.post;
import static io.headrace.gateway.http.HttpPeer.status;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What isn't telemetry: refused with its own status and a problem document, and nothing of it stored. */
class RefusedRequestsTest {
    private static final String HEAD = "POST /v1/telemetry HTTP/1.1\r\nHost: h\r\n" + BASIC;

    private final HttpPeer peer = new HttpPeer();

    private void assertRefused(String request, String status) {
        String response = peer.send(request);
        assertThat(status(response)).as(request).isEqualTo(status);
        assertThat(response)
                .contains(
                        "content-type: application/problem+json\r\n", "connection: close\r\n", "\"status\":" + status);
        assertThat(peer.ingest.messages()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            GET    | /v1/telemetry               | 405
            PUT    | /v1/telemetry/c             | 405
            POST   | /                           | 404
            POST   | /v1/telemetryx              | 404
            POST   | /v1/telemetry/../admin      | 404
            POST   | /v1/telemetry/..%2f..%2fx   | 404
            POST   | /v1/telemetry/%2e%2e/x      | 404
            POST   | /v1/telemetry/a%00b         | 404
            POST   | /v1/telemetry/a%0d%0ab      | 404
            POST   | /v1/telemetry/a%zz          | 404
            POST   | /v1/telemetry/%c0%af        | 404
            POST   | /v1/telemetry//             | 404
            POST   | /v1/telemetry/%2b           | 404
            POST   | http://h/v1/other           | 404
            """)
    void whatIsNotServedIsNotFoundOrNotAllowed(String method, String target, String status) {
        assertRefused(
                method + " " + target + " HTTP/1.1\r\nHost: h\r\n" + BASIC + "Content-Length: 1\r\n\r\n1", status);
    }

    @Test
    void theAbsoluteFormOfATargetIsServed() {
        assertThat(status(peer.send(post("http://h/v1/telemetry", "", "1")))).isEqualTo("202");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Authorization: Basic\r\n",
                "Authorization: Basic !!!\r\n",
                "Authorization: Basic ZC0x\r\n",
                "Authorization: Basic ZC0xOndyb25n\r\n",
                "Authorization: Bearer x\r\n",
                "Authorization: SharedAccessSignature sr=x\r\n",
                "Authorization: SharedAccessSignature sr=h%2Fdevices%2Fd-1&sig=AA%3D%3D&se=1\r\n",
                "Authorization: Basic ZC0xOmE=\r\nAuthorization: Basic ZC0xOmE=\r\n",
            })
    void withoutTheRightCredentialsTheAnswerIsTheSameForAll(String authorization) {
        // When
        String response =
                peer.send("POST /v1/telemetry HTTP/1.1\r\nHost: h\r\n" + authorization + "Content-Length: 1\r\n\r\n1");

        // Then
        assertThat(response)
                .startsWith("HTTP/1.1 401")
                .contains("www-authenticate: Basic", "unknown device or wrong credentials");
        assertThat(peer.ingest.messages()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Content-Type: text                               | 415
            Content-Type: application/x-www-form-urlencoded  | 415
            Content-Type: multipart/form-data; boundary=x    | 415
            Content-Encoding: br                             | 415
            Content-Encoding: gzip, gzip                     | 415
            Expires-In: soon                                 | 400
            Expires-In: -1                                   | 400
            Expires-In: 99999999999                          | 400
            Device-Time: 2026-01-01                          | 400
            Expect: 200-ok                                   | 417
            """)
    void aHeaderThatCannotBeMeantIsRefused(String header, String status) {
        assertRefused(HEAD + header + "\r\nContent-Length: 1\r\n\r\n1", status);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n1\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n0\r\n\r\n",
                "Content-Length: 1\r\nContent-Length: 2\r\n\r\n11",
                "Content-Length: 1, 2\r\n\r\n11",
                "Content-Length: -1\r\n\r\n1",
                "Content-Length: +1\r\n\r\n1",
                "Content-Length: 0x1\r\n\r\n1",
                "Content-Length: 99999999999999999999\r\n\r\n1",
                "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: identity\r\nContent-Length: 1\r\n\r\n1",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
                "Host: other\r\nContent-Length: 1\r\n\r\n1",
                "X-A: b\r\n c\r\nContent-Length : 1\r\n\r\n1",
                "X-A: b\u0000c\r\nContent-Length: 1\r\n\r\n1",
                "X-Property-a\rb: c\r\nContent-Length: 1\r\n\r\n1",
                "no colon\r\nContent-Length: 1\r\n\r\n1",
                "Transfer-Encoding: chunked\r\n\r\nxyz\r\n1\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n-1\r\n1\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n1;a=\"\r\nX\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n1;a=\nX\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFF\r\n1\r\n0\r\n\r\n",
            })
    void whatTwoServersCouldReadDifferentlyIsRefused(String rest) {
        assertRefused(HEAD + rest, "400");
    }

    @Test
    void aBodyOfUnknownLengthIsRefused() {
        assertRefused(HEAD + "\r\n", "411");
    }

    @Test
    void aBodyAtTheLimitIsTakenAndOneByteMoreIsNot() {
        // When
        String lines = "x".repeat(1023) + "\n" + "x".repeat(1024);
        String atTheLimit = peer.send(post("/v1/telemetry", "Content-Type: application/x-ndjson\r\n", lines));
        String oneMore = peer.send(HEAD + "Content-Length: " + (HttpPeer.MAX_BODY + 1) + "\r\n\r\n");

        // Then
        assertThat(status(atTheLimit)).isEqualTo("202");
        assertThat(status(oneMore)).isEqualTo("413");
    }

    @Test
    void aMessageOverItsLimitRefusesTheWholeBatchBeforeAnyIsStored() {
        assertRefused(json("[1, \"" + "x".repeat(1100) + "\"]"), "413");
    }

    @Test
    void moreMessagesThanABatchMayHaveAreRefused() {
        assertRefused(json("[" + "1,".repeat(HttpPeer.MAX_BATCH) + "1]"), "413");
    }

    @Test
    void aRequestLineAndHeadersHaveLimits() {
        assertRefused("POST /v1/telemetry/" + "x".repeat(5000) + " HTTP/1.1\r\n", "414");
        peer.newChannel();
        assertRefused(HEAD + "X-Long: " + "x".repeat(20_000) + "\r\n\r\n", "431");
    }

    @Test
    void anotherVersionOfTheProtocolIsRefused() {
        assertRefused("POST /v1/telemetry HTTP/2.0\r\nHost: h\r\n\r\n", "505");
    }

    @Test
    void randomBytesNeitherThrowNorStoreNorLogATrace() {
        // Given
        Logger logger = (Logger) LoggerFactory.getLogger("io.headrace");
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        Random random = new Random(20260101);
        String valid = json("{\"a\":1}");

        // When
        for (int i = 0; i < 20_000; i++) {
            peer.newChannel();
            byte[] bytes = i % 2 == 0 ? noise(random) : damaged(valid, random);
            peer.send(bytes);
            peer.channel.finishAndReleaseAll();
        }

        // Then
        logger.detachAppender(log);
        assertThat(log.list)
                .filteredOn(event -> event.getThrowableProxy() != null)
                .isEmpty();
        assertThat(peer.meters.get("headrace.http.body.bytes").gauge().value()).isZero();
    }

    private static byte[] noise(Random random) {
        byte[] bytes = new byte[1 + random.nextInt(300)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] damaged(String valid, Random random) {
        byte[] bytes = valid.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 1 + random.nextInt(5); i++) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }
}
