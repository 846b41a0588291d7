package io.headrace.gateway;

import static io.headrace.gateway.identity.TestDevices.KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Noise, and conversations with a few bytes changed, on every listener of a whole gateway, with Netty's leak detector at
 * its most suspicious. Seeded: a failure comes again.
 */
class RandomBytesIT {
    private static final int ROUNDS = Integer.getInteger("headrace.noise.rounds", 150);
    private static final ResourceLeakDetector.Level LEVEL = ResourceLeakDetector.getLevel();

    private final Random random = new Random(20_260_101);

    @BeforeAll
    static void suspectEverything() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    }

    @AfterAll
    static void trustAgain() {
        ResourceLeakDetector.setLevel(LEVEL);
    }

    @Test
    void noiseOnEveryListenerHarmsNobodyAndLeavesNothingBehind(@TempDir Path folder) throws Exception {
        // Given
        try (TestHub hub = new TestHub(folder.resolve("kafka"));
                Traces traces = new Traces()) {
            Neighbours.register(hub);
            hub.registerAll(List.of("noisy"));
            Map<String, String> settings = Map.of(
                    "gateway.mqtt.connect-timeout", "2s",
                    "gateway.amqp.open-timeout", "2s",
                    "gateway.http.head-timeout", "2s");
            try (WholeGateway gateway = new WholeGateway(folder, hub, new TestCertificates(), settings);
                    Neighbours neighbours = Neighbours.start(gateway.port("mqtt"), gateway.port("http"))) {
                // When
                for (int round = 0; round < ROUNDS; round++) {
                    for (String listener : gateway.listeners()) {
                        say(listener, gateway.port(listener), round);
                    }
                }

                // Then
                neighbours.assertUnharmed();
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> gateway.meter("headrace.listen.connections", "") <= neighbours.connections());
                neighbours.stop();
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> gateway.meter("headrace.listen.connections", "") == 0
                                && gateway.meter("headrace.ingest.in.flight.bytes", "") == 0);
                assertThat(gateway.isReady()).isTrue();
                assertThat(StoredOrder.of(hub).brokenPromises(neighbours.acknowledged()))
                        .isEmpty();
            }
            provokeLeakReports();
            assertThat(traces.complaints()).isEmpty();
        }
    }

    private void say(String listener, int port, int round) throws IOException {
        byte[] words = round % 3 == 0 ? noise() : mutated(conversation(listener));
        if (listener.startsWith("coap")) {
            try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
                socket.send(new DatagramPacket(
                        words, Math.min(words.length, 1_200), InetAddress.getLoopbackAddress(), port));
            }
            return;
        }
        boolean isTls = listener.endsWith("s");
        try (Wire wire = isTls && round % 2 == 0 ? Wire.openTls(port) : Wire.open(port)) {
            if (round % 5 == 0) {
                int half = words.length / 2;
                wire.send(Arrays.copyOf(words, half)).send(Arrays.copyOfRange(words, half, words.length));
            } else {
                wire.send(words);
            }
            if (round % 4 == 0) {
                wire.patience(100).read(1 + random.nextInt(8));
            }
        } catch (IOException endedByTheGateway) {
            // as it may, at any byte
            assertThat(endedByTheGateway).isNotInstanceOf(java.net.ConnectException.class);
        }
    }

    private byte[] noise() {
        byte[] bytes = new byte[1 + random.nextInt(2_000)];
        random.nextBytes(bytes);
        return bytes;
    }

    /** What a device would say there. */
    private byte[] conversation(String listener) {
        return switch (listener) {
            case "mqtt", "mqtts" -> mqtt();
            case "http", "https" -> random.nextInt(4) == 0 ? upgrade() : post();
            case "coap", "coaps" -> coap();
            default -> amqp();
        };
    }

    private byte[] mqtt() {
        int version = random.nextBoolean() ? 4 : 5;
        byte[] bytes = Wire.connect(version, "noisy", KEY);
        for (int i = random.nextInt(4); i > 0; i--) {
            bytes = joined(bytes, Wire.publish(version, random.nextInt(3), i, "{\"v\":" + i + "}"));
        }
        return joined(bytes, new byte[] {(byte) 0xE0, 0});
    }

    private byte[] post() {
        String head = "POST /v1/telemetry HTTP/1.1\r\nHost: h\r\nAuthorization: Basic " + token();
        return (random.nextBoolean()
                        ? head + "\r\nContent-Length: 7\r\n\r\n{\"v\":1}"
                        : head + "\r\nTransfer-Encoding: chunked\r\n\r\n7\r\n{\"v\":1}\r\n0\r\n\r\n")
                .repeat(1 + random.nextInt(3))
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String token() {
        return Base64.getEncoder().encodeToString(("noisy:" + KEY).getBytes(StandardCharsets.ISO_8859_1));
    }

    private byte[] upgrade() {
        List<String> lines = random.nextBoolean()
                ? List.of(
                        "GET /mqtt HTTP/1.1",
                        "Host: h",
                        "Upgrade: websocket",
                        "Connection: Upgrade",
                        "Sec-WebSocket-Protocol: mqtt",
                        "Sec-WebSocket-Version: 13",
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
                : List.of("PRI * HTTP/2.0", "", "SM");
        String text = String.join("\r\n", lines) + "\r\n\r\n";
        return joined(text.getBytes(StandardCharsets.ISO_8859_1), noise());
    }

    private byte[] coap() {
        byte[] head = {0x42, 0x02, (byte) random.nextInt(256), (byte) random.nextInt(256), 1, 2, (byte) 0xB2};
        byte[] rest = "v1\u0009telemetry\u00FF{}".getBytes(StandardCharsets.ISO_8859_1);
        return joined(head, rest);
    }

    private byte[] amqp() {
        byte[] sasl = {'A', 'M', 'Q', 'P', 3, 1, 0, 0};
        byte[] plain = {'A', 'M', 'Q', 'P', 0, 1, 0, 0};
        byte[] frame = {0, 0, 0, 26, 2, 1, 0, 0, 0, 0x53, 0x41, (byte) 0xC0, 13, 2, (byte) 0xA3, 5};
        byte[] rest = {'P', 'L', 'A', 'I', 'N', (byte) 0xA0, 3, 0, 'a', 0};
        return joined(joined(random.nextBoolean() ? sasl : plain, frame), rest);
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private byte[] mutated(byte[] words) {
        byte[] bytes = words;
        for (int changes = random.nextInt(4); changes > 0; changes--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
                default -> bytes = Arrays.copyOf(bytes, bytes.length + random.nextInt(64));
            }
        }
        return bytes;
    }

    /** The detector speaks up when buffers are collected that nobody released, and another one is made. */
    private static void provokeLeakReports() {
        for (int i = 0; i < 3; i++) {
            System.gc();
            for (int j = 0; j < 100; j++) {
                io.netty.buffer.ByteBufAllocator.DEFAULT.directBuffer(16).release();
            }
        }
    }
}
