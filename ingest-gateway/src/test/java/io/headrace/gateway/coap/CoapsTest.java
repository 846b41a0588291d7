package io.headrace.gateway.coap;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.gateway.TestCertificates;
import io.headrace.gateway.identity.PreSharedKeys.Slot;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Random;
import org.awaitility.Awaitility;
import org.eclipse.californium.core.coap.CoAP;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CoAP over DTLS, with Californium's client. */
class CoapsTest {
    private static final byte[] KEY = Base64.getDecoder().decode(TestEdge.key("d1", Slot.PRIMARY));
    private static final byte[] WRONG = "wrong".getBytes(StandardCharsets.UTF_8);

    private final TestCertificates certificates = new TestCertificates();
    private TestEdge edge;
    private int port;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        certificates.server().write(folder, "server");
        edge = new TestEdge(
                "gateway.coap.listen", "off",
                "gateway.coaps.listen", "127.0.0.1:0",
                "gateway.coaps.max-handshakes", "8",
                "gateway.tls.certificate", folder.resolve("server.pem").toString(),
                "gateway.tls.private-key", folder.resolve("server-key.pem").toString());
        port = edge.port("coaps");
    }

    @AfterEach
    void stop() {
        edge.close();
    }

    @Test
    void aDeviceWithItsKeyIsLetIn() throws IOException {
        try (DtlsClient client = DtlsClient.withKey("d1", KEY)) {
            assertThat(client.post(port, "1")).isEqualTo("2.04");
            assertThat(client.post(port, "2", CoAP.Type.NON)).isEqualTo("2.04");
        }
        assertThat(edge.payloads()).containsExactly("1", "2");
        assertThat(edge.meter("headrace.coaps.handshakes", "result", "completed"))
                .isEqualTo(1);
    }

    @Test
    void whoHasNoKeyCannotTellWhetherTheDeviceExists() throws IOException {
        try (DtlsClient wrong = DtlsClient.withKey("d1", WRONG);
                DtlsClient unknown = DtlsClient.withKey("nobody", WRONG);
                Nat wrongPath = new Nat(port);
                Nat unknownPath = new Nat(port)) {
            assertThat(wrong.post(wrongPath.port(), "1")).isEqualTo("no session");
            assertThat(unknown.post(unknownPath.port(), "1")).isEqualTo("no session");

            assertThat(unknownPath.fromServer().stream()
                            .map(bytes -> (int) bytes[0])
                            .distinct())
                    .isEqualTo(wrongPath.fromServer().stream()
                            .map(bytes -> (int) bytes[0])
                            .distinct()
                            .toList());
        }
        assertThat(edge.payloads()).isEmpty();
        assertThat(edge.meter("headrace.coaps.handshakes", "result", "wrong-key"))
                .isEqualTo(2);
    }

    @Test
    void aDeviceWithItsOtherKeyIsLetInWithTheSecondHandshake(@TempDir Path folder) throws IOException {
        try (TestEdge rotating = new TestEdge(
                        (id, slot) -> slot == Slot.SECONDARY ? KEY : new byte[32],
                        "gateway.coap.listen",
                        "off",
                        "gateway.coaps.listen",
                        "127.0.0.1:0");
                DtlsClient first = DtlsClient.withKey("d1", KEY);
                DtlsClient second = DtlsClient.withKey("d1", KEY);
                DtlsClient third = DtlsClient.withKey("d1", KEY)) {
            int other = rotating.port("coaps");
            assertThat(first.post(other, "1")).isEqualTo("no session");
            assertThat(second.post(other, "2")).isEqualTo("2.04");
            assertThat(third.post(other, "3")).as("remembered").isEqualTo("2.04");
        }
    }

    @Test
    void theAddressIsProvenBeforeAnythingElse() throws IOException {
        try (DtlsClient client = DtlsClient.withKey("d1", KEY);
                Nat path = new Nat(port)) {
            assertThat(client.post(path.port(), "1")).isEqualTo("2.04");

            byte[] hello = path.fromDevice().getFirst();
            byte[] answer = path.fromServer().getFirst();
            assertThat(answer[0]).as("a handshake record").isEqualTo((byte) 22);
            assertThat(answer[13]).as("HelloVerifyRequest").isEqualTo((byte) 3);
            assertThat(answer.length).isLessThan(hello.length);
        }
    }

    @Test
    void aSessionLivesOnWhenTheDevicesAddressChanges() throws IOException {
        try (DtlsClient client = DtlsClient.withKey("d1", KEY);
                Nat path = new Nat(port)) {
            assertThat(client.post(path.port(), "1")).isEqualTo("2.04");
            path.rebind();
            assertThat(client.post(path.port(), "2")).isEqualTo("2.04");
        }
        assertThat(edge.payloads()).containsExactly("1", "2");
        assertThat(edge.meter("headrace.coaps.handshakes", "result", "completed"))
                .isEqualTo(1);
    }

    @Test
    void recordsThatAreSentAgainByAnotherAreNotTakenAgain() throws IOException {
        try (DtlsClient client = DtlsClient.withKey("d1", KEY);
                Nat path = new Nat(port);
                DatagramSocket eavesdropper = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            assertThat(client.post(path.port(), "1")).isEqualTo("2.04");

            for (byte[] heard : path.fromDevice()) {
                eavesdropper.send(new DatagramPacket(heard, heard.length, InetAddress.getLoopbackAddress(), port));
                path.repeat(heard);
            }

            assertThat(client.post(path.port(), "2")).isEqualTo("2.04");
        }
        assertThat(edge.payloads()).containsExactly("1", "2");
    }

    @Test
    void theExtendedMasterSecretIsRequired() throws IOException {
        try (DtlsClient client = DtlsClient.withoutExtendedSecret("d1", KEY)) {
            assertThat(client.post(port, "1")).isEqualTo("no session");
        }
    }

    @Test
    void aSessionEndsWhenTheDeviceIsDisabled() throws IOException {
        try (DtlsClient client = DtlsClient.withKey("d1", KEY)) {
            assertThat(client.post(port, "1")).isEqualTo("2.04");
            assertThat(edge.identities.watched()).isEqualTo(1);
            edge.identities.disable("d1");
            assertThat(client.post(port, "2")).isIn("4.03", "none", "no session");
            Awaitility.await()
                    .untilAsserted(() -> assertThat(client.post(port, "3")).isEqualTo("4.03"));
        }
        assertThat(edge.payloads()).containsExactly("1");
        assertThat(edge.identities.watched()).isZero();
    }

    @Test
    void theDeviceIsToldAtOnceWhenItsSessionEnds() throws IOException {
        try (DtlsClient client = DtlsClient.withKey("d1", KEY);
                Nat path = new Nat(port)) {
            assertThat(client.post(path.port(), "1")).isEqualTo("2.04");
            int before = path.fromServer().size();

            edge.identities.disable("d1");

            Awaitility.await().untilAsserted(() -> assertThat(path.fromServer()).hasSizeGreaterThan(before));
            assertThat(path.fromServer().getLast()[0])
                    .as("an alert, or one with a connection id")
                    .isIn((byte) 21, (byte) 25);
        }
    }

    @Test
    void fromADeniedAddressNothingIsTakenAndItIsCounted() throws IOException {
        try (TestEdge elsewhere = new TestEdge(
                        "gateway.coap.listen",
                        "off",
                        "gateway.coaps.listen",
                        "127.0.0.1:0",
                        "gateway.deny",
                        "127.0.0.0/8");
                DtlsClient client = DtlsClient.withKey("d1", KEY)) {
            assertThat(client.post(elsewhere.port("coaps"), "1")).isEqualTo("no session");

            assertThat(elsewhere.meter("headrace.coap.dropped", "reason", "denied"))
                    .isPositive();
            assertThat(elsewhere.payloads()).isEmpty();
        }
    }

    @Test
    void aCertificateProvesItsKeyAndIdentityDecides() throws IOException {
        try (DtlsClient client =
                DtlsClient.withCertificate(TestCertificates.selfSigned("CN=stranger"), certificates.authority())) {
            assertThat(client.post(port, "1")).isEqualTo("4.01");
        }
    }

    @Test
    void handshakesThatDontEndAreBoundedByAddress() throws IOException {
        // Given two that hang, of the two that one address may have
        try (DtlsClient first = DtlsClient.withKey("d1", WRONG);
                DtlsClient second = DtlsClient.withKey("d2", WRONG);
                DtlsClient third = DtlsClient.withKey("d1", KEY)) {
            first.post(port, "1");
            second.post(port, "2");
            // When
            String answer = third.post(port, "3");
            // Then
            assertThat(answer).isEqualTo("no session");
            assertThat(edge.meter("headrace.coaps.handshakes", "result", "too-many"))
                    .isPositive();
        }
        Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            try (DtlsClient later = DtlsClient.withKey("d1", KEY)) {
                assertThat(later.post(port, "4")).isEqualTo("2.04");
            }
        });
    }

    @Test
    void aBodyInBlocksIsOneMessage() throws IOException {
        try (DtlsClient client = DtlsClient.withKey("d1", KEY)) {
            assertThat(client.post(port, "x".repeat(4_000))).isEqualTo("2.04");
            assertThat(client.post(port, "x".repeat(5_000))).isEqualTo("4.13");
        }
        assertThat(edge.payloads()).containsExactly("x".repeat(4_000));
    }

    @Test
    void theDeviceIsToldWhenTheGatewayStops() throws IOException {
        try (DtlsClient client = DtlsClient.withKey("d1", KEY);
                Nat path = new Nat(port)) {
            assertThat(client.post(path.port(), "1")).isEqualTo("2.04");
            int before = path.fromServer().size();

            edge.edge.drain(Duration.ofSeconds(5));
            edge.edge.close();

            Awaitility.await().untilAsserted(() -> assertThat(path.fromServer()).hasSizeGreaterThan(before));
        }
    }

    @Test
    void randomBytesHarmNothing() throws IOException {
        Random random = new Random(20261126);
        try (DtlsClient client = DtlsClient.withKey("d1", KEY);
                DatagramSocket stranger = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            assertThat(client.post(port, "1")).isEqualTo("2.04");
            for (int i = 0; i < 5_000; i++) {
                byte[] datagram = new byte[random.nextInt(128)];
                random.nextBytes(datagram);
                if (i % 2 == 0 && datagram.length > 13) {
                    datagram[0] = (byte) (20 + random.nextInt(6));
                    datagram[1] = (byte) 0xfe;
                    datagram[2] = (byte) 0xfd;
                    datagram[11] = 0;
                    datagram[12] = (byte) (datagram.length - 13);
                }
                stranger.send(new DatagramPacket(datagram, datagram.length, InetAddress.getLoopbackAddress(), port));
            }
            assertThat(client.post(port, "2")).isEqualTo("2.04");
        }
    }
}
