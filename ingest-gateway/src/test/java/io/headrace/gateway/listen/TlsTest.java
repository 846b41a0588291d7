package io.headrace.gateway.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.headrace.config.Settings;
import io.headrace.gateway.TestCertificates;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.ssl.OpenSsl;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What the listeners' TLS takes and refuses, as {@code openssl s_client} and the JDK's client see it. */
@ParameterizedClass
@ValueSource(booleans = {true, false})
class TlsTest {
    private static final InetSocketAddress ANY_PORT = InetSocketAddress.createUnresolved("127.0.0.1", 0);
    private static final TestCertificates CERTIFICATES = new TestCertificates();

    @Parameter
    boolean isNative;

    @TempDir
    Path folder;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<Sockets> opened = new ArrayList<>();

    /** Answers each byte with the peer's certificate, in brackets; {@code q} ends the connection. */
    private static final class WhoAreYou extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel channel) {
            channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext context, Object message) {
                    ByteBuf bytes = (ByteBuf) message;
                    boolean isLast = bytes.indexOf(bytes.readerIndex(), bytes.writerIndex(), (byte) 'q') >= 0;
                    bytes.release();
                    List<X509Certificate> chain = PeerCertificates.of(context.channel());
                    String who = chain.isEmpty()
                            ? "nobody"
                            : chain.getFirst().getSubjectX500Principal().getName();
                    var written = context.writeAndFlush(Unpooled.copiedBuffer("[" + who + "]", StandardCharsets.UTF_8));
                    if (isLast) {
                        written.addListener(ChannelFutureListener.CLOSE);
                    }
                }

                @Override
                public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
                    context.close();
                }
            });
        }

        @Override
        public boolean isSharable() {
            return true;
        }
    }

    @BeforeAll
    static void nativeTlsIsThere() {
        // On the machines that it is built for, silence here would hide that it is never used.
        if (System.getProperty("os.name").equals("Linux")) {
            assertThat(OpenSsl.isAvailable()).isTrue();
        }
    }

    @BeforeEach
    void writeCertificate() throws IOException {
        CERTIFICATES.server().write(folder, "server");
    }

    @AfterEach
    void close() {
        opened.forEach(Sockets::close);
    }

    private Sockets open(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("gateway.tls.native", Boolean.toString(isNative));
        all.put("gateway.tls.certificate", folder.resolve("server.pem").toString());
        all.put("gateway.tls.private-key", folder.resolve("server-key.pem").toString());
        Sockets sockets = new Sockets(ListenConfig.from(Settings.of(all)), meters);
        opened.add(sockets);
        sockets.listenTls("test", "key", ANY_PORT, new WhoAreYou());
        return sockets;
    }

    private int port() {
        String endpoint = opened.getFirst().endpoints().getFirst();
        return Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
    }

    /** Output of one probe. */
    private String probe(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of("timeout", "20", "openssl", "s_client", "-connect", "127.0.0.1:" + port(), "-ign_eof"));
        command.addAll(List.of(options));
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException notInstalled) {
            assumeThat(false).as("openssl is installed").isTrue();
            throw notInstalled;
        }
        process.getOutputStream().write("q\n".getBytes(StandardCharsets.US_ASCII));
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return output;
    }

    private void assertTaken(String... options) throws Exception {
        assertThat(probe(options)).as(String.join(" ", options)).contains("[nobody]");
    }

    private void assertRefused(String... options) throws Exception {
        assertThat(probe(options))
                .as(String.join(" ", options))
                .contains("alert")
                .doesNotContain("[nobody]")
                .doesNotContain("no cipher match");
    }

    private double handshakes(String result) {
        return meters.get("headrace.tls.handshakes")
                .tag("result", result)
                .counter()
                .count();
    }

    @Test
    void versionsFrom12AreSpoken() throws Exception {
        open(Map.of());
        assertTaken("-tls1_3");
        assertTaken("-tls1_2");
        assertRefused("-tls1_1", "-cipher", "ALL:@SECLEVEL=0");
        assertRefused("-tls1", "-cipher", "ALL:@SECLEVEL=0");
        assertThat(handshakes("completed")).isEqualTo(2);
        assertThat(handshakes("failed")).isEqualTo(2);
    }

    @Test
    void suitesHaveForwardSecrecyAndAuthenticatedEncryption() throws Exception {
        // Given both kinds of certificate
        CERTIFICATES.rsaServer().write(folder, "second");
        open(second());

        // Then
        for (String suite : List.of("AES128-GCM-SHA256", "AES256-GCM-SHA384", "CHACHA20-POLY1305")) {
            assertTaken("-tls1_2", "-cipher", "ECDHE-ECDSA-" + suite);
            assertTaken("-tls1_2", "-cipher", "ECDHE-RSA-" + suite);
        }
        for (String suite : List.of(
                "ECDHE-ECDSA-AES128-SHA",
                "ECDHE-ECDSA-AES128-SHA256",
                "ECDHE-RSA-AES256-SHA384",
                "ECDHE-RSA-AES128-SHA",
                "AES128-GCM-SHA256",
                "AES128-SHA",
                "DHE-RSA-AES128-GCM-SHA256",
                "ECDHE-ECDSA-AES128-CCM",
                "AECDH-AES128-SHA",
                "ECDHE-ECDSA-NULL-SHA")) {
            assertRefused("-tls1_2", "-cipher", suite + ":@SECLEVEL=0");
        }
    }

    private Map<String, String> second() {
        return Map.of(
                "gateway.tls.second.certificate", folder.resolve("second.pem").toString(),
                "gateway.tls.second.private-key",
                        folder.resolve("second-key.pem").toString());
    }

    @Test
    void aClientThatKnowsRsaOnlyGetsTheSecondCertificate() throws Exception {
        // Given
        CERTIFICATES.rsaServer().write(folder, "second");
        open(second());

        // Then
        assertThat(probe("-tls1_3")).contains("[nobody]", "Peer signature type: ECDSA");
        assertThat(probe("-tls1_2")).contains("[nobody]", "Peer signature type: ECDSA");
        assertThat(probe("-tls1_2", "-sigalgs", "RSA+SHA256")).contains("[nobody]", "Peer signature type: RSA");
        assertThat(probe("-tls1_3", "-sigalgs", "RSA-PSS+SHA256")).contains("[nobody]", "Peer signature type: RSA-PSS");
    }

    @Test
    void threeCurvesAreTaken() throws Exception {
        open(Map.of());
        for (String version : List.of("-tls1_3", "-tls1_2")) {
            // in TLS 1.2 the curve of the certificate's key has to be among them
            assertTaken(version, "-curves", "X25519:P-256");
            assertTaken(version, "-curves", "P-256");
            assertTaken(version, "-curves", "P-384:P-256");
            assertRefused(version, "-curves", "P-521");
            assertRefused(version, "-curves", "X448");
        }
    }

    @Test
    void aHandshakeIsNotBegunAgain() throws Exception {
        // Given
        open(Map.of());
        Process process;
        try {
            process = new ProcessBuilder(
                            "timeout", "20", "openssl", "s_client", "-tls1_2", "-connect", "127.0.0.1:" + port())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException notInstalled) {
            assumeThat(false).as("openssl is installed").isTrue();
            throw notInstalled;
        }

        // When the client asks for another one
        process.getOutputStream().write("R\nq\n".getBytes(StandardCharsets.US_ASCII));
        process.getOutputStream().flush();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        // Then
        assertThat(output).contains("RENEGOTIATING").containsAnyOf("no renegotiation", "alert", "error", "closed");
        assertThat(output).doesNotContain("[nobody]");
    }

    @Test
    void aSessionIsResumedWithTheCertificateThatBeganIt() throws Exception {
        // Given
        open(Map.of());
        CERTIFICATES.device("CN=d1").write(folder, "d1");
        String certificate = folder.resolve("d1.pem").toString();
        String key = folder.resolve("d1-key.pem").toString();
        for (String version : List.of("-tls1_3", "-tls1_2")) {
            String session = folder.resolve("session" + version).toString();

            // When
            String first = probe(version, "-cert", certificate, "-key", key, "-sess_out", session);
            String again = probe(version, "-cert", certificate, "-key", key, "-sess_in", session);

            // Then
            assertThat(first).contains("New, ", "[CN=d1]");
            assertThat(again).contains("Reused, ", "[CN=d1]");
        }
    }

    @Test
    void earlyDataIsNotTaken() throws Exception {
        // Given
        open(Map.of());
        String session = folder.resolve("session").toString();
        Path early = Files.writeString(folder.resolve("early"), "q");

        // When
        probe("-tls1_3", "-sess_out", session);
        String output = probe("-tls1_3", "-sess_in", session, "-early_data", early.toString());

        // Then
        assertThat(output).containsAnyOf("Early data was rejected", "Early data was not sent");
    }

    @Test
    void aChainOfFiveCertificatesIsRefused() throws Exception {
        // Given
        open(Map.of());
        CERTIFICATES.device("CN=d1").write(folder, "d1");
        StringBuilder chain = new StringBuilder();
        for (int i = 0; i < 4; i++) {
            chain.append(
                    TestCertificates.pem(CERTIFICATES.device("CN=between" + i).certificate()));
        }
        Path four = Files.writeString(folder.resolve("four.pem"), chain);
        Path three = Files.writeString(folder.resolve("three.pem"), chain.substring(chain.indexOf("-----END") + 26));
        String[] identity = {
            "-cert",
            folder.resolve("d1.pem").toString(),
            "-key",
            folder.resolve("d1-key.pem").toString()
        };

        // Then
        assertThat(probe(identity[0], identity[1], identity[2], identity[3], "-cert_chain", three.toString()))
                .contains("[CN=d1]");
        assertThat(probe(identity[0], identity[1], identity[2], identity[3], "-cert_chain", four.toString()))
                .contains("alert")
                .doesNotContain("[CN=d1]");
    }

    @Test
    void plaintextOnATlsPortEndsTheConnectionAndHarmsNobody() throws Exception {
        // Given
        open(Map.of());

        // When
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().readAllBytes().length).isLessThan(20);
        }

        // Then
        try (SSLSocket next = connected()) {
            assertThat(asked(next)).isEqualTo("[nobody]");
        }
    }

    private SSLSocket connected() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustAll()}, new SecureRandom());
        SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port());
        socket.setSoTimeout(10_000);
        socket.startHandshake();
        return socket;
    }

    private static final class TrustAll implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private static String asked(SSLSocket socket) throws IOException {
        socket.getOutputStream().write('?');
        byte[] answer = new byte[100];
        int length = socket.getInputStream().read(answer);
        return new String(answer, 0, Math.max(0, length), StandardCharsets.UTF_8);
    }

    private static X509Certificate shown(SSLSocket socket) throws IOException {
        return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }

    @Test
    void aNewCertificateIsShownToNewConnectionsAndTheOldOnesGoOn() throws Exception {
        // Given
        Sockets sockets = open(Map.of());
        try (SSLSocket old = connected()) {
            assertThat(asked(old)).isEqualTo("[nobody]");
            for (int i = 0; i < 5; i++) {
                // When
                TestCertificates.Identity next = CERTIFICATES.server();
                next.write(folder, "server");
                sockets.checkCertificates();

                // Then
                try (SSLSocket fresh = connected()) {
                    assertThat(shown(fresh)).isEqualTo(next.certificate());
                    assertThat(asked(fresh)).isEqualTo("[nobody]");
                }
                assertThat(asked(old)).isEqualTo("[nobody]");
            }
        }
        assertThat(reloads("loaded")).isEqualTo(5);
    }

    @Test
    void aCertificateThatCannotBeUsedLeavesTheOldOneInItsPlace() throws Exception {
        // Given
        Sockets sockets = open(Map.of());
        X509Certificate before;
        try (SSLSocket first = connected()) {
            before = shown(first);
        }

        // When the key isn't there yet, or the file is cut off, empty or gone
        TestCertificates.Identity next = CERTIFICATES.server();
        String pem = TestCertificates.pem(next.certificate());
        for (String content : List.of(pem, pem.substring(0, pem.length() / 2), "", "garbage")) {
            Files.writeString(folder.resolve("server.pem"), content);
            sockets.checkCertificates();
            sockets.checkCertificates();
            try (SSLSocket socket = connected()) {
                assertThat(shown(socket)).isEqualTo(before);
            }
        }
        Files.delete(folder.resolve("server.pem"));
        sockets.checkCertificates();

        // Then
        assertThat(reloads("failed")).isEqualTo(5);
        next.write(folder, "server");
        sockets.checkCertificates();
        try (SSLSocket socket = connected()) {
            assertThat(shown(socket)).isEqualTo(next.certificate());
        }
    }

    private double reloads(String result) {
        return meters.get("headrace.reload").tag("result", result).counter().count();
    }
}
