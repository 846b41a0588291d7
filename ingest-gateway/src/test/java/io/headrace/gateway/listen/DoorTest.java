package io.headrace.gateway.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headrace.config.Settings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Real sockets; each address under 127.0.0.0/8 is a source of its own. */
class DoorTest {
    private static final InetSocketAddress ANY_PORT = InetSocketAddress.createUnresolved("127.0.0.1", 0);
    private static final int GREETED = 'h';
    private static final int GONE = -1;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<Socket> clients = new ArrayList<>();
    private final List<Sockets> opened = new ArrayList<>();

    /** Greets who comes in; whoever sends a byte is a device from then on. */
    private static final class Greeting extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel channel) {
            channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                @Override
                public void channelActive(ChannelHandlerContext context) {
                    context.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {GREETED}));
                }

                @Override
                public void channelRead(ChannelHandlerContext context, Object message) {
                    ((ByteBuf) message).release();
                    context.pipeline().fireUserEventTriggered(Authenticated.DEVICE);
                    context.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {GREETED}));
                }
            });
        }

        @Override
        public boolean isSharable() {
            return true;
        }
    }

    private void open(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(Map.of("gateway.connection-rate", "10000"));
        all.putAll(settings);
        Sockets sockets = new Sockets(
                new ListenConfig(1, 1_000, DoorConfig.from(Settings.of(all)), false, Optional.empty()), meters);
        opened.add(sockets);
        sockets.listen("test", "key", ANY_PORT, new Greeting());
    }

    @AfterEach
    void close() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
        opened.forEach(Sockets::close);
    }

    private Socket from(String address) throws IOException {
        String endpoint = opened.getFirst().endpoints().getFirst();
        int port = Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
        Socket socket = new Socket();
        clients.add(socket);
        socket.bind(new InetSocketAddress(address, 0));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 10_000);
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static int read(Socket socket) {
        try {
            return socket.getInputStream().read();
        } catch (IOException reset) {
            return GONE;
        }
    }

    private static boolean isGreeted(Socket socket) throws IOException {
        return socket.getInputStream().available() > 0;
    }

    private static void authenticate(Socket socket) throws IOException {
        assertThat(read(socket)).isEqualTo(GREETED);
        socket.getOutputStream().write(1);
        assertThat(read(socket)).isEqualTo(GREETED);
    }

    private double refused(String reason) {
        return meters.get("headrace.listen.refused")
                .tag("reason", reason)
                .counter()
                .count();
    }

    private double gauge(String name) {
        return meters.get(name).gauge().value();
    }

    @Test
    void deniedAddressesAreClosedAtOnce() throws Exception {
        open(Map.of("gateway.deny", "127.6.6.0/24"));
        assertThat(read(from("127.6.6.1"))).isEqualTo(GONE);
        assertThat(read(from("127.6.7.1"))).isEqualTo(GREETED);
        assertThat(refused("address-denied")).isEqualTo(1);
    }

    @Test
    void aStormIsSpreadOverTimeAndNobodyIsRefused() throws Exception {
        // Given room for 10 at once and 50 a second
        open(Map.of("gateway.connection-rate", "50"));
        long start = System.nanoTime();

        // When
        List<Socket> storm = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            storm.add(from("127.0.0.1"));
        }

        // Then
        for (Socket socket : storm) {
            assertThat(read(socket)).isEqualTo(GREETED);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(900));
        assertThat(gauge("headrace.listen.waiting")).isZero();
    }

    @Test
    void oneSourceThatHammersDoesNotTakeTheOthersTurns() throws Exception {
        // Given a source with 200 connections waiting, at 20 a second
        open(Map.of("gateway.connection-rate", "20"));
        List<Socket> hammer = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            hammer.add(from("127.6.6.6"));
        }

        // When
        Socket other = from("127.0.0.7");

        // Then
        assertThat(read(other)).isEqualTo(GREETED);
        int before = 0;
        for (Socket socket : hammer) {
            before += isGreeted(socket) ? 1 : 0;
        }
        assertThat(before).isLessThan(150);
    }

    @Test
    void strangersOverTheLimitWaitUntilOneIsKnownOrGone() throws Exception {
        // Given
        open(Map.of("gateway.max-unauthenticated", "2"));
        Socket first = from("127.0.0.1");
        Socket second = from("127.0.0.2");
        assertThat(read(first)).isEqualTo(GREETED);
        assertThat(read(second)).isEqualTo(GREETED);
        Socket third = from("127.0.0.3");
        Socket fourth = from("127.0.0.4");
        await().until(() -> gauge("headrace.listen.waiting") == 2);
        assertThat(isGreeted(third)).isFalse();

        // When
        first.getOutputStream().write(1);
        second.close();

        // Then
        assertThat(read(third)).isEqualTo(GREETED);
        assertThat(read(fourth)).isEqualTo(GREETED);
        assertThat(read(first)).isEqualTo(GREETED);
        assertThat(gauge("headrace.listen.strangers")).isEqualTo(2);
    }

    @Test
    void strangersOfOneSourceWaitForEachOtherAndNobodyForThem() throws Exception {
        // Given
        open(Map.of("gateway.max-unauthenticated-per-source", "1"));
        assertThat(read(from("127.6.6.6"))).isEqualTo(GREETED);
        Socket waiting = from("127.6.6.6");

        // Then
        assertThat(read(from("127.0.0.1"))).isEqualTo(GREETED);
        assertThat(isGreeted(waiting)).isFalse();
    }

    @Test
    void whoDoesNotShowWhoItIsIsSentAwayAndWhoDoesStays() throws Exception {
        // Given
        open(Map.of("gateway.authentication-timeout", "300ms"));
        Socket device = from("127.0.0.1");
        authenticate(device);

        // When
        Socket stranger = from("127.0.0.1");
        int first = read(stranger);
        int second = read(stranger);

        // Then
        assertThat(first).isEqualTo(GREETED);
        assertThat(second).isEqualTo(GONE);
        assertThat(refused("not-authenticated-in-time")).isEqualTo(1);
        device.getOutputStream().write(1);
        assertThat(read(device)).isEqualTo(GREETED);
        assertThat(gauge("headrace.listen.strangers")).isZero();
    }

    @Test
    void connectionsOfOneSourceAreBounded() throws Exception {
        // Given
        open(Map.of("gateway.max-connections-per-source", "2"));
        authenticate(from("127.0.0.1"));
        authenticate(from("127.0.0.1"));

        // Then
        assertThat(read(from("127.0.0.1"))).isEqualTo(GONE);
        authenticate(from("127.0.0.2"));
        assertThat(refused("too-many-of-source")).isEqualTo(1);

        // When
        clients.getFirst().close();

        // Then
        await().untilAsserted(() -> authenticate(from("127.0.0.1")));
    }

    @Test
    void whoWaitsTooLongIsSentAway() throws Exception {
        // Given
        open(Map.of("gateway.max-unauthenticated-per-source", "1", "gateway.authentication-timeout", "1s"));
        List<Socket> hammer = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            hammer.add(from("127.6.6.6"));
        }

        // Then
        for (Socket socket : hammer) {
            while (read(socket) == GREETED) {
                assertThat(socket.isConnected()).isTrue();
            }
        }
        assertThat(refused("waited-too-long")).isPositive();
        assertThat(refused("waited-too-long") + refused("not-authenticated-in-time"))
                .isEqualTo(10);
    }
}
