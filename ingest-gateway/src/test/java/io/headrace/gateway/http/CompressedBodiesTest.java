package io.headrace.gateway.http;

import static io.headrace.gateway.http.HttpPeer.status;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import io.headrace.catalogue.Headers;
import io.headrace.gateway.ingest.Message;
import io.headrace.gateway.ingest.Message.Fact;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompressedBodiesTest {
    private static final String JSON = "application/json";

    private final HttpPeer peer = new HttpPeer();

    @AfterEach
    void nothingIsLeftInTheBudget() {
        assertThat(peer.ingest.reserved()).isZero();
        assertThat(peer.meters.get("headrace.http.body.bytes").gauge().value()).isZero();
    }

    private static byte[] compressed(String coding, byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out =
                switch (coding) {
                    case "gzip", "x-gzip", "GZIP" -> new GZIPOutputStream(bytes);
                    case "deflate" -> new DeflaterOutputStream(bytes);
                    default -> new ZstdOutputStreamNoFinalizer(bytes);
                }) {
            out.write(plain);
        }
        return bytes.toByteArray();
    }

    private static byte[] compressed(String coding, String plain) throws IOException {
        return compressed(coding, plain.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] request(String type, String coding, byte[] body) {
        byte[] head = ("POST /v1/telemetry HTTP/1.1\r\nHost: h\r\n" + HttpPeer.BASIC + "Content-Type: " + type
                        + "\r\nContent-Encoding: " + coding + "\r\nContent-Length: " + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        return all;
    }

    private List<String> payloads() {
        return peer.ingest.messages().stream()
                .map(message -> new String(message.payload(), StandardCharsets.UTF_8))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "GZIP", "x-gzip", "deflate", "zstd"})
    void aCompressedBatchIsOneMessageForEachElementEachAsIfItHadComePlain(String coding) throws IOException {
        // When
        String array = peer.send(request(JSON, coding, compressed(coding, "[{\"a\": 1}, {\"a\":2}]")));
        String lines = peer.send(request("application/x-ndjson", coding, compressed(coding, "{\"a\":3}\n{\"a\":4}\n")));
        String single = peer.send(request(JSON, coding, compressed(coding, "{\"a\":5}")));

        // Then
        assertThat(List.of(status(array), status(lines), status(single))).containsOnly("202");
        assertThat(payloads()).containsExactly("{\"a\": 1}", "{\"a\":2}", "{\"a\":3}", "{\"a\":4}", "{\"a\":5}");
        assertThat(peer.ingest.messages())
                .flatExtracting(Message::facts)
                .extracting(Fact::key)
                .doesNotContain(Headers.CONTENT_ENCODING);
    }

    @Test
    void aMessageThatIsOneWhateverIsInItTravelsAsItCameWithItsEncoding() throws IOException {
        // Given
        byte[] body = compressed("gzip", "anything");

        // When
        peer.send(request("application/cbor", "GZIP", body));
        peer.send(request("application/cbor", "identity", body));

        // Then
        assertThat(peer.ingest.messages())
                .allSatisfy(message -> assertThat(message.payload()).isEqualTo(body));
        assertThat(peer.ingest.messages().getFirst().facts()).contains(new Fact(Headers.CONTENT_ENCODING, "gzip"));
        assertThat(peer.ingest.messages().getLast().facts())
                .extracting(Fact::key)
                .doesNotContain(Headers.CONTENT_ENCODING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "zstd"})
    void aBodyMayInflateToTheLimitAndNotToOneByteMore(String coding) throws IOException {
        // Given
        String atTheLimit = ("1".repeat(1023) + "\n").repeat(HttpPeer.MAX_BODY / 1024);

        // When
        String taken = peer.send(request("application/x-ndjson", coding, compressed(coding, atTheLimit)));
        String refused = peer.send(request("application/x-ndjson", coding, compressed(coding, atTheLimit + "\n")));

        // Then
        assertThat(status(taken)).isEqualTo("202");
        assertThat(refused).startsWith("HTTP/1.1 413").contains("inflated", "connection: close");
        assertThat(peer.ingest.messages()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "zstd"})
    void aBombTakesNoMoreRoomThanTheLimit(String coding) throws IOException {
        // Given
        byte[] bomb = compressed(coding, new byte[1 << 20]);
        peer.ingest.reserveAtMost(bomb.length + HttpPeer.MAX_BODY);

        // When
        String response = peer.send(request(JSON, coding, bomb));

        // Then
        assertThat(bomb.length).isLessThan(HttpPeer.MAX_BODY);
        assertThat(status(response)).isEqualTo("413");
        assertThat(peer.ingest.messages()).isEmpty();
    }

    @Test
    void whatInflatesIsInTheBudgetToo() throws IOException {
        // Given
        byte[] body = compressed("gzip", " ".repeat(1000) + "1");
        peer.ingest.reserveAtMost(body.length + 1000);

        // When
        String tooMuch = peer.send(request(JSON, "gzip", body));
        peer.ingest.reserveAtMost(body.length + 1001);
        peer.newChannel();
        String enough = peer.send(request(JSON, "gzip", body));

        // Then
        assertThat(tooMuch).startsWith("HTTP/1.1 503").contains("retry-after: 2\r\n");
        assertThat(status(enough)).isEqualTo("202");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "zstd"})
    void aDamagedBodyIsRefused(String coding) throws IOException {
        // Given
        byte[] whole = compressed(coding, "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]");

        // When, Then
        for (byte[] bad : List.of(
                new byte[0],
                new byte[] {1},
                "[1]".getBytes(StandardCharsets.UTF_8),
                Arrays.copyOf(whole, whole.length - 1),
                Arrays.copyOf(whole, whole.length / 2),
                Arrays.copyOf(whole, 3))) {
            peer.newChannel();
            assertThat(peer.send(request(JSON, coding, bad)))
                    .as("%d bytes", bad.length)
                    .startsWith("HTTP/1.1 400")
                    .contains("no whole " + coding);
        }
        assertThat(peer.ingest.messages()).isEmpty();
    }

    @Test
    void aZstdFrameThatWantsAHugeWindowIsRefused() {
        // Given: RFC 8878 §3.1.1: magic, no single segment, window descriptor of exponent 20 (1 GiB), an empty last
        // block
        byte[] frame = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0x00, (byte) (20 << 3), 0x01, 0x00, 0x00};

        // When
        String response = peer.send(request(JSON, "zstd", frame));

        // Then
        assertThat(status(response)).isEqualTo("400");
    }

    @Test
    void randomBytesNeitherThrowNorStayInTheBudget() {
        // Given
        Random random = new Random(20260102);

        // When
        for (int i = 0; i < 3_000; i++) {
            String coding = List.of("gzip", "deflate", "zstd").get(i % 3);
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            if (i % 2 == 0 && bytes.length > 4) {
                byte[] magic = coding.equals("gzip")
                        ? new byte[] {0x1f, (byte) 0x8b, 8, 0}
                        : coding.equals("zstd") ? new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd} : new byte[] {0x78};
                System.arraycopy(magic, 0, bytes, 0, magic.length);
            }
            peer.newChannel();
            assertThat(status(peer.send(request(JSON, coding, bytes)))).isIn("400", "413", "202");
            peer.channel.finishAndReleaseAll();
        }
    }
}
