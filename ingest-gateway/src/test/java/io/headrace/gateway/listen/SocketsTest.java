package io.headrace.gateway.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.config.ConfigException;
import io.headrace.config.Settings;
import io.headrace.gateway.GatewayConfig;
import io.headrace.gateway.TestCertificates;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketsTest {
    private static final InetSocketAddress ANY_PORT = InetSocketAddress.createUnresolved("127.0.0.1", 0);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    private Sockets sockets(int maxConnections) {
        return new Sockets(
                new ListenConfig(1, maxConnections, DoorConfig.from(Settings.of(Map.of())), false, Optional.empty()),
                meters);
    }

    /** Sends back what comes. */
    private static final class Echo extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel channel) {
            channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext context, Object message) {
                    context.writeAndFlush(message);
                }
            });
        }

        @Override
        public boolean isSharable() {
            return true;
        }
    }

    private static Socket connected(Sockets sockets) throws IOException {
        String endpoint = sockets.endpoints().getFirst();
        int port = Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static int echoed(Socket socket) throws IOException {
        socket.getOutputStream().write(42);
        return socket.getInputStream().read();
    }

    private static int firstByte(Sockets sockets) {
        try (Socket socket = connected(sockets)) {
            return socket.getInputStream().read();
        } catch (IOException reset) {
            return -1;
        }
    }

    @Test
    void oneConnectionTooManyIsClosedAndTheOthersLiveOn() throws Exception {
        // Given
        try (Sockets sockets = sockets(2)) {
            sockets.listen("echo", "key", ANY_PORT, new Echo());
            try (Socket first = connected(sockets);
                    Socket second = connected(sockets)) {
                assertThat(echoed(first)).isEqualTo(42);
                assertThat(echoed(second)).isEqualTo(42);

                // When
                int third = firstByte(sockets);

                // Then
                assertThat(third).isEqualTo(-1);
                assertThat(echoed(first)).isEqualTo(42);
                assertThat(meters.get("headrace.listen.refused")
                                .tag("reason", "too-many")
                                .counter()
                                .count())
                        .isEqualTo(1);
            }
        }
    }

    @Test
    void aDrainIsOverWhenTheConnectionsAreGone() throws Exception {
        // Given
        try (Sockets sockets = sockets(2)) {
            sockets.listen("echo", "key", ANY_PORT, new Echo());
            try (Socket stays = connected(sockets)) {
                assertThat(echoed(stays)).isEqualTo(42);

                // When
                sockets.drain(Duration.ZERO);

                // Then
                assertThat(meters.get("headrace.listen.connections").gauge().value())
                        .isZero();
            }
        }
    }

    @Test
    void aKeyThatIsCutOffIsOneLineThatSaysSo(@TempDir Path folder) throws Exception {
        // Given
        new TestCertificates().server().write(folder, "server");
        Path key = Files.writeString(
                folder.resolve("server-key.pem"), "-----BEGIN PRIVATE KEY-----\nM\n-----END PRIVATE KEY-----\n");
        ListenConfig.KeyFiles files = new ListenConfig.KeyFiles("gateway.tls.", folder.resolve("server.pem"), key);

        // Then
        assertThatThrownBy(() -> ServerIdentity.load(files))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("must be a certificate and its key in PEM");
    }

    @Test
    void plaintextBeyondLoopbackMustBeAllowedByName() {
        try (Sockets sockets = sockets(1)) {
            InetSocketAddress everywhere = InetSocketAddress.createUnresolved("0.0.0.0", 0);
            assertThatThrownBy(() -> sockets.listen("mqtt", "gateway.mqtt.listen", everywhere, new Echo()))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("gateway.mqtt.listen = 0.0.0.0:0 must be a loopback address");
        }
    }

    @Test
    void aTakenPortIsOneLineThatNamesKeyAndAddress() throws Exception {
        try (Sockets sockets = sockets(1);
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            InetSocketAddress address = InetSocketAddress.createUnresolved("127.0.0.1", taken.getLocalPort());
            assertThatThrownBy(() -> sockets.listen("http", "gateway.http.listen", address, new Echo()))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageStartingWith("gateway.http.listen = 127.0.0.1:" + taken.getLocalPort())
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void aTlsListenerWithoutACertificateSaysWhatIsMissing() {
        try (Sockets sockets = sockets(1)) {
            assertThatThrownBy(() -> sockets.listenTls("https", "gateway.https.listen", ANY_PORT, new Echo()))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("needs gateway.tls.certificate and gateway.tls.private-key");
        }
    }

    @Test
    void keysOfTheGatewayAreReadAndAnUnknownOneStopsTheStart(@TempDir Path folder) throws Exception {
        // Given
        Path key = Files.writeString(folder.resolve("key"), "x");
        Map<String, String> values = new HashMap<>();
        values.put("registry.url", "http://127.0.0.1:8081/");
        values.put("secrets.master-key-file", key.toString());
        values.put("gateway.ingest.producer.send.buffer.bytes", "1000000");
        values.put("gateway.http.max-body", "1MiB");
        values.put("gateway.http.listn", "127.0.0.1:1");
        Settings settings = Settings.of(values);

        // When
        GatewayConfig config = GatewayConfig.from(settings);

        // Then
        assertThat(config.http().limits().maxBody()).isEqualTo(1 << 20);
        assertThat(config.http().tlsListen()).isEmpty();
        assertThatThrownBy(settings::requireAllRead)
                .isInstanceOf(ConfigException.class)
                .hasMessage("unknown key gateway.http.listn");
    }

    @Test
    void whatTheGuaranteesStandOnCannotBeConfiguredAway(@TempDir Path folder) throws Exception {
        // Given
        Path key = Files.writeString(folder.resolve("key"), "x");
        Settings settings = Settings.of(Map.of(
                "registry.url", "http://127.0.0.1:8081/",
                "secrets.master-key-file", key.toString(),
                "gateway.ingest.producer.acks", "1"));

        // Then
        assertThatThrownBy(() -> GatewayConfig.from(settings))
                .isInstanceOf(ConfigException.class)
                .hasMessage("gateway.ingest.producer.acks = 1 must be left to the gateway");
    }
}
