package io.headrace.gateway.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.headrace.config.Settings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A process that runs out of file descriptors: those that are in live on, and new ones wait. */
class FewDescriptorsTest {
    /** In the child process: listens, prints its port, and ends with its input. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) throws IOException {
            Sockets sockets = new Sockets(ListenConfig.from(Settings.of(Map.of())), new SimpleMeterRegistry());
            sockets.listen(
                    "echo",
                    "key",
                    InetSocketAddress.createUnresolved("127.0.0.1", 0),
                    new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                                @Override
                                public void channelRead(ChannelHandlerContext context, Object message) {
                                    context.pipeline().fireUserEventTriggered(Authenticated.DEVICE);
                                    context.writeAndFlush(message);
                                }
                            });
                        }

                        @Override
                        public boolean isSharable() {
                            return true;
                        }
                    });
            System.out.println(sockets.endpoints().getFirst());
            while (System.in.read() >= 0) {
                // until the test ends
            }
            sockets.close();
        }
    }

    private static boolean isEchoed(Socket socket, Duration within) throws IOException {
        socket.setSoTimeout(Math.toIntExact(within.toMillis()));
        socket.getOutputStream().write(42);
        try {
            return socket.getInputStream().read() == 42;
        } catch (SocketTimeoutException notYet) {
            return false;
        }
    }

    @Test
    void newConnectionsWaitUntilThereAreDescriptorsAgainAndNothingSpins() throws Exception {
        assumeThat(System.getProperty("os.name")).isEqualTo("Linux");
        Process child = new ProcessBuilder(
                        "bash",
                        "-c",
                        "ulimit -n 256 && exec \"$0\" --enable-native-access=ALL-UNNAMED -Xmx64m -cp \"$1\" \"$2\"",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        System.getProperty("java.class.path"),
                        Child.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<Socket> clients = new ArrayList<>();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            // Given more clients than descriptors
            String endpoint = String.valueOf(out.readLine());
            int port = Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
            clients.add(new Socket(InetAddress.getLoopbackAddress(), port));
            // all classes are loaded now, which takes descriptors too
            assertThat(isEchoed(clients.getFirst(), Duration.ofSeconds(30))).isTrue();
            while (clients.size() < 400) {
                clients.add(new Socket(InetAddress.getLoopbackAddress(), port));
            }

            // When
            Socket first = clients.getFirst();
            Socket last = clients.getLast();
            assertThat(isEchoed(first, Duration.ofSeconds(20))).isTrue();
            assertThat(isEchoed(last, Duration.ofMillis(500))).isFalse();
            Duration before = child.toHandle().info().totalCpuDuration().orElseThrow();
            TimeUnit.SECONDS.sleep(2);
            Duration spent =
                    child.toHandle().info().totalCpuDuration().orElseThrow().minus(before);

            // Then
            assertThat(spent).isLessThan(Duration.ofMillis(1_500));
            assertThat(isEchoed(first, Duration.ofSeconds(20))).isTrue();
            for (Socket socket : clients.subList(1, 399)) {
                socket.close();
            }
            last.setSoTimeout(20_000);
            assertThat(last.getInputStream().read()).isEqualTo(42);
        } finally {
            for (Socket socket : clients) {
                socket.close();
            }
            child.getOutputStream().close();
            if (!child.waitFor(20, TimeUnit.SECONDS)) {
                child.destroyForcibly();
            }
        }
    }
}
