package io.headrace.gateway.http;

import static io.headrace.gateway.http.HttpPeer.status;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.headrace.gateway.listen.Drain;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** MQTT in frames that are written byte by byte (RFC 6455 §5.2). */
class WebSocketTest {
    private static final int FIN = 0x80;
    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final byte[] CONNACK = {0x20, 2, 0, 0};
    private static final byte[] PUBACK = {0x40, 2, 0, 1};

    private final HttpPeer peer = new HttpPeer();

    private static String request(String path, String... headers) {
        return "GET " + path + " HTTP/1.1\r\nHost: gateway\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
    }

    /** The key is the one of RFC 6455 §1.3. */
    private static String upgrade(String path, String... more) {
        List<String> headers = new ArrayList<>(List.of(
                "Connection: keep-alive, Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "Sec-WebSocket-Version: 13"));
        headers.addAll(List.of(more));
        return request(path, headers.toArray(String[]::new));
    }

    private static String upgrade() {
        return upgrade("/mqtt", "Sec-WebSocket-Protocol: mqtt");
    }

    private static byte[] frame(int first, byte[] payload) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(first);
        if (payload.length < 126) {
            bytes.write(0x80 | payload.length);
        } else {
            bytes.write(0x80 | 126);
            bytes.write(payload.length >> 8);
            bytes.write(payload.length);
        }
        byte[] mask = {1, 2, 3, 4};
        bytes.writeBytes(mask);
        for (int i = 0; i < payload.length; i++) {
            bytes.write(payload[i] ^ mask[i % 4]);
        }
        return bytes.toByteArray();
    }

    private static byte[] connect() throws IOException {
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(rest);
        out.writeUTF("MQTT");
        out.write(new byte[] {4, (byte) 0xc2, 0, 60});
        out.writeUTF("d-1");
        out.writeUTF("d-1");
        out.writeUTF(HttpPeer.KEY);
        return packet(0x10, rest.toByteArray());
    }

    private static byte[] publish(String payload) throws IOException {
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(rest);
        out.writeUTF("telemetry");
        out.writeShort(1);
        out.writeBytes(payload);
        return packet(0x32, rest.toByteArray());
    }

    private static byte[] packet(int type, byte[] rest) {
        byte[] packet = new byte[2 + rest.length];
        packet[0] = (byte) type;
        packet[1] = (byte) rest.length;
        System.arraycopy(rest, 0, packet, 2, rest.length);
        return packet;
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            bytes.writeBytes(part);
        }
        return bytes.toByteArray();
    }

    /** What the gateway's frames hold: {@code 2 20020000} for a binary one. */
    private List<String> frames() {
        byte[] bytes = peer.receivedBytes();
        List<String> frames = new ArrayList<>();
        for (int at = 0; at < bytes.length; ) {
            int length = bytes[at + 1];
            assertThat(length).as("unmasked, and short").isBetween(0, 125);
            frames.add((bytes[at] & 15) + " "
                    + HexFormat.of().formatHex(Arrays.copyOfRange(bytes, at + 2, at + 2 + length)));
            at += 2 + length;
        }
        return frames;
    }

    private List<String> send(byte[]... frames) {
        for (byte[] frame : frames) {
            if (peer.channel.isActive()) {
                peer.channel.writeInbound(io.netty.buffer.Unpooled.wrappedBuffer(frame));
            }
        }
        return frames();
    }

    private static String shown(byte[] packet) {
        return BINARY + " " + HexFormat.of().formatHex(packet);
    }

    private void open() throws IOException {
        assertThat(peer.send(upgrade())).startsWith("HTTP/1.1 101");
        assertThat(send(frame(FIN | BINARY, connect()))).containsExactly(shown(CONNACK));
    }

    private void assertClosedWith(int code, List<String> frames) {
        assertThat(frames)
                .hasSize(1)
                .first()
                .asString()
                .startsWith(CLOSE + " " + HexFormat.of().toHexDigits((short) code));
        assertThat(send(frame(FIN | BINARY, new byte[] {0x32}))).isEmpty();
        peer.afterSeconds(2);
        assertThat(peer.channel.isOpen()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/mqtt", "/mqtt?x=1", "/$iothub/websocket?iothub-no-client-cert=true", "/%24iothub/websocket"})
    void theConnectionIsMqttsWhereItIsAskedFor(String path) {
        assertThat(peer.send(upgrade(path, "Sec-WebSocket-Protocol: mqttv3.1, mqtt")))
                .startsWith("HTTP/1.1 101 Switching Protocols\r\n")
                .contains(
                        "upgrade: websocket\r\n",
                        "connection: upgrade\r\n",
                        "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n",
                        "sec-websocket-protocol: mqtt\r\n")
                .endsWith("\r\n\r\n");
    }

    @Test
    void aMessageIsStoredAndAcknowledged() throws IOException {
        // Given
        open();

        // When
        List<String> frames = send(frame(FIN | BINARY, publish("21.5")));

        // Then
        assertThat(frames).containsExactly(shown(PUBACK));
        assertThat(peer.ingest.payloads()).containsExactly("21.5");
        assertThat(peer.meters.get("headrace.websocket.opened").counter().count())
                .isEqualTo(1);
    }

    @Test
    void packetsMayShareAFrameBeSplitOverFramesAndFollowTheRequestAtOnce() throws IOException {
        // Given
        byte[] second = publish("second");

        // When
        byte[] all = concat(
                upgrade().getBytes(StandardCharsets.US_ASCII),
                frame(FIN | BINARY, concat(connect(), publish("first"), Arrays.copyOf(second, 5))),
                frame(BINARY, Arrays.copyOfRange(second, 5, 7)),
                frame(FIN | PING, new byte[] {7}),
                frame(CONTINUATION, new byte[0]),
                frame(FIN | CONTINUATION, Arrays.copyOfRange(second, 7, second.length)));
        String response = peer.send(all);

        // Then
        assertThat(response).startsWith("HTTP/1.1 101");
        assertThat(peer.ingest.payloads()).containsExactly("first", "second");
    }

    @Test
    void byteByByteIsTheSame() throws IOException {
        // When
        for (byte each : concat(
                upgrade().getBytes(StandardCharsets.US_ASCII),
                frame(FIN | BINARY, connect()),
                frame(FIN | BINARY, publish("1")))) {
            peer.channel.writeInbound(io.netty.buffer.Unpooled.wrappedBuffer(new byte[] {each}));
        }

        // Then
        assertThat(peer.ingest.payloads()).containsExactly("1");
    }

    @Test
    void aPingIsAnsweredAPongIsNot() throws IOException {
        // Given
        open();

        // When
        List<String> frames = send(frame(FIN | PING, new byte[] {1, 2}), frame(FIN | PONG, new byte[] {3}));

        // Then
        assertThat(frames).containsExactly(PONG + " 0102");
    }

    @Test
    void aCloseIsAnsweredAndTheConnectionEnds() throws IOException {
        // Given
        open();

        // When
        List<String> frames = send(frame(FIN | CLOSE, new byte[] {0x03, (byte) 0xe8}));

        // Then
        assertThat(frames).containsExactly(CLOSE + " 03e8");
        assertThat(peer.channel.isOpen()).isFalse();
        assertThat(peer.identities.watched()).isZero();
    }

    @Test
    void textIsNoMqtt() throws IOException {
        open();
        assertClosedWith(1003, send(frame(FIN | TEXT, "x".getBytes(StandardCharsets.US_ASCII))));
        assertThat(peer.meters
                        .get("headrace.websocket.closed")
                        .tag("code", "1003")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void aFrameThatIsNotMaskedIsRefused() throws IOException {
        open();
        assertClosedWith(1002, send(new byte[] {(byte) (FIN | BINARY), 1, 0x32}));
    }

    @Test
    void aFrameOverTheLimitIsRefusedByItsLengthAlone() throws IOException {
        open();
        assertClosedWith(1009, send(new byte[] {(byte) (FIN | BINARY), (byte) (0x80 | 126), 0x10, 0x01, 1, 2, 3, 4}));
    }

    @ParameterizedTest
    @ValueSource(ints = {FIN | 0x40 | BINARY, FIN | 3, FIN | 11, FIN | CONTINUATION, PING})
    void reservedBitsAndMisplacedFramesAreRefused(int first) throws IOException {
        open();
        assertClosedWith(1002, send(frame(first, new byte[] {1})));
    }

    @Test
    void aDeviceThatMqttRefusesIsToldInMqttAndInWebSocket() throws IOException {
        // Given
        open();

        // When: a second CONNECT
        List<String> frames = send(frame(FIN | BINARY, connect()));

        // Then
        assertClosedWith(1000, frames);
    }

    @Test
    void aDisabledDeviceLosesItsConnection() throws IOException {
        // Given
        open();

        // When
        peer.identities.disable("d-1");

        // Then
        assertClosedWith(1000, frames());
    }

    @Test
    void aStoppingGatewayAnswersWhatItTookAndSaysGoodbye() throws IOException {
        // Given
        open();
        peer.ingest.holdAnswers();
        send(frame(FIN | BINARY, publish("1")));

        // When
        peer.channel.pipeline().fireUserEventTriggered(Drain.BEGIN);
        peer.ingest.answerAll();

        // Then
        List<String> frames = frames();
        assertThat(frames).startsWith(shown(PUBACK)).hasSize(2);
        assertThat(frames.getLast()).startsWith(CLOSE + " 03e8");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Sec-WebSocket-Protocol: mqtt                                              | 101
            Sec-WebSocket-Protocol: x, mqtt                                           | 101
            Sec-WebSocket-Protocol: mqtt; Origin: https://console.example             | 101
            X-None: 1                                                                 | 400
            Sec-WebSocket-Protocol: mqttv3.1                                          | 400
            Sec-WebSocket-Protocol: MQTT                                              | 400
            Sec-WebSocket-Protocol: mqtt; Origin: https://evil.example                | 403
            Sec-WebSocket-Protocol: mqtt; Origin: https://console.example.evil        | 403
            Sec-WebSocket-Protocol: mqtt; Origin: null                                | 403
            Sec-WebSocket-Protocol: mqtt; Content-Length: 5                           | 400
            Sec-WebSocket-Protocol: mqtt; Transfer-Encoding: chunked                  | 400
            Sec-WebSocket-Protocol: mqtt; Host: other                                 | 400
            Sec-WebSocket-Protocol: mqtt; Sec-WebSocket-Version: 8                    | 426
            Sec-WebSocket-Protocol: mqtt; Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ== | 400
            """)
    void onlyARequestWithNothingWrongIsUpgraded(String more, String status) {
        assertThat(status(peer.send(upgrade("/mqtt", more.split("; "))))).isEqualTo(status);
    }

    @Test
    void aRequestOfAnotherKindIsToldWhatIsSpokenHere() {
        assertThat(peer.send(request("/mqtt"))).startsWith("HTTP/1.1 426").contains("upgrade: websocket");
        peer.newChannel();
        assertThat(peer.send(upgrade().replace("Version: 13", "Version: 7")))
                .startsWith("HTTP/1.1 426")
                .contains("sec-websocket-version: 13");
        peer.newChannel();
        assertThat(status(peer.send(upgrade().replace("ZQ==", "ZQ=")))).isEqualTo("400");
        peer.newChannel();
        assertThat(peer.send(upgrade().replace("GET", "POST")))
                .startsWith("HTTP/1.1 405")
                .contains("allow: GET");
        peer.newChannel();
        assertThat(status(peer.send(upgrade("/mqtt/x", "Sec-WebSocket-Protocol: mqtt"))))
                .isEqualTo("404");
        peer.newChannel();
        assertThat(status(peer.send(upgrade().replace("HTTP/1.1", "HTTP/1.0")))).isEqualTo("400");
    }

    @Test
    void aConnectionMayHaveCarriedRequestsBefore() throws IOException {
        assertThat(status(peer.send(HttpPeer.json("1")))).isEqualTo("202");
        open();
    }

    @Test
    void randomBytesNeitherThrowNorLogATrace() throws IOException {
        // Given
        Logger logger = (Logger) LoggerFactory.getLogger("io.headrace");
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        Random random = new Random(20260104);
        byte[] valid = concat(frame(FIN | BINARY, connect()), frame(FIN | BINARY, publish("1")));

        // When
        for (int i = 0; i < 3_000; i++) {
            peer.newChannel();
            peer.send(upgrade());
            byte[] bytes = valid.clone();
            for (int damage = random.nextInt(6); damage >= 0; damage--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            peer.send(bytes);
            peer.channel.finishAndReleaseAll();
        }

        // Then
        logger.detachAppender(log);
        assertThat(log.list)
                .filteredOn(event -> event.getThrowableProxy() != null)
                .isEmpty();
    }
}
