package io.headrace.gateway;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Devices over MQTT 3.1.1 at QoS 1, thousands in one process. Each numbers its messages from 1 and has up to a window of
 * them in flight; whoever is cut off comes back and sends from the first unacknowledged message on.
 */
final class MqttLoad implements AutoCloseable {
    private static final int CONNACK = 0x20;
    private static final int PUBACK = 0x40;
    private static final int IDS = 65_535;

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, EpollIoHandler.newFactory());
    private final List<Publisher> publishers = new CopyOnWriteArrayList<>();
    private final int port;
    private final String key;
    private final @Nullable SslContext tls;
    private volatile boolean isClosed;

    /** @param key of all devices */
    MqttLoad(int port, String key) {
        this(port, key, null);
    }

    /**
     * As {@link #MqttLoad(int, String)}.
     *
     * @param tls what each connection begins with; null for none
     */
    MqttLoad(int port, String key, @Nullable SslContext tls) {
        this.port = port;
        this.key = key;
        this.tls = tls;
    }

    /**
     * How a device sends.
     *
     * @param window messages in flight
     * @param messages after which it is content
     * @param pause between an answer and the next message
     * @param size of a payload, bytes
     */
    record Pace(int window, long messages, Duration pause, int size) {
        /** As fast as it can, without an end. */
        static Pace full(int window) {
            return new Pace(window, Long.MAX_VALUE, Duration.ZERO, 128);
        }
    }

    /** @param source local address: the gateway may judge by it */
    Publisher add(String device, String source, Pace pace) {
        Publisher publisher = new Publisher(device, source, pace);
        publishers.add(publisher);
        return publisher;
    }

    List<Publisher> publishers() {
        return publishers;
    }

    long acknowledged() {
        return publishers.stream().mapToLong(Publisher::acknowledged).sum();
    }

    @Override
    public void close() {
        stop();
    }

    /** No device comes back from here on; what is acknowledged is acknowledged. */
    void stop() {
        isClosed = true;
        publishers.forEach(Publisher::disconnect);
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }

    /** One device. Its fields are its event loop's; what others read is volatile. */
    final class Publisher {
        private final String device;
        private final InetSocketAddress source;
        private final Pace pace;
        private final long[] sentAt;
        private long next = 1;
        private volatile long acknowledged;
        private volatile long slowestNanos;
        private volatile int connections;
        private volatile @Nullable Channel channel;

        private Publisher(String device, String source, Pace pace) {
            this.device = device;
            this.source = new InetSocketAddress(source, 0);
            this.pace = pace;
            this.sentAt = new long[pace.window()];
        }

        String device() {
            return device;
        }

        /** The first so many of its messages are acknowledged, in their order. */
        long acknowledged() {
            return acknowledged;
        }

        /** The longest that a message waited for its answer, since {@link #forget}. */
        Duration slowest() {
            return Duration.ofNanos(slowestNanos);
        }

        /** How often it was let in. */
        int connections() {
            return connections;
        }

        void forget() {
            slowestNanos = 0;
        }

        void connect() {
            if (isClosed) {
                return;
            }
            new Bootstrap()
                    .group(loops)
                    .channel(EpollSocketChannel.class)
                    .localAddress(source)
                    .option(ChannelOption.TCP_NODELAY, true)
                    .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 30_000)
                    .handler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel opened) {
                            if (tls != null) {
                                SslHandler handshake = tls.newHandler(opened.alloc(), "localhost", port);
                                handshake.setHandshakeTimeout(2, TimeUnit.MINUTES);
                                opened.pipeline().addLast(handshake);
                            }
                            opened.pipeline().addLast(new Answers(Publisher.this));
                        }
                    })
                    .connect("127.0.0.1", port)
                    .addListener(done -> {
                        if (!done.isSuccess()) {
                            comeBack();
                        }
                    });
        }

        /** Breaks its connection off; it comes back by itself. */
        void disconnect() {
            Channel now = channel;
            if (now != null) {
                now.close();
            }
        }

        private void comeBack() {
            if (!isClosed && acknowledged < pace.messages()) {
                long jitter = ThreadLocalRandom.current().nextLong(200, 1_000);
                loops.schedule(this::connect, jitter, TimeUnit.MILLISECONDS);
            }
        }

        private void connected(Channel opened) {
            int before = connections;
            connections = before + 1;
            channel = opened;
            next = acknowledged + 1;
            fill();
        }

        private void acknowledged(Channel from, int packetId) {
            if (packetId != id(acknowledged + 1)) {
                throw new IllegalStateException(
                        device + " is told of " + packetId + " and waits for message " + (acknowledged + 1) + " first");
            }
            long now = System.nanoTime();
            slowestNanos = Math.max(slowestNanos, now - sentAt[(int) (acknowledged % sentAt.length)]);
            long told = acknowledged + 1;
            acknowledged = told;
            if (pace.pause().isZero()) {
                fill();
            } else {
                from.eventLoop().schedule(this::fill, pace.pause().toMillis(), TimeUnit.MILLISECONDS);
            }
        }

        private void fill() {
            Channel to = channel;
            if (to == null) {
                return;
            }
            ByteBuf out = Unpooled.buffer(256);
            while (next <= acknowledged + pace.window() && next <= pace.messages()) {
                sentAt[(int) ((next - 1) % sentAt.length)] = System.nanoTime();
                publish(out, next);
                next++;
            }
            to.writeAndFlush(out);
        }

        private void publish(ByteBuf out, long number) {
            StringBuilder payload =
                    new StringBuilder(pace.size()).append("{\"n\":").append(number);
            payload.append(",\"pad\":\"");
            while (payload.length() < pace.size() - 2) {
                payload.append('x');
            }
            byte[] body = payload.append("\"}").toString().getBytes(StandardCharsets.US_ASCII);
            out.writeByte(0x32);
            length(out, 2 + "telemetry".length() + 2 + body.length);
            text(out, "telemetry");
            out.writeShort(id(number)).writeBytes(body);
        }

        private ByteBuf connectPacket() {
            ByteBuf out = Unpooled.buffer(128);
            out.writeByte(0x10);
            length(out, 10 + 2 + device.length() + 2 + device.length() + 2 + key.length());
            text(out, "MQTT");
            out.writeByte(4).writeByte(0xC2).writeShort(600);
            text(out, device);
            text(out, device);
            text(out, key);
            return out;
        }

        private static int id(long number) {
            return (int) ((number - 1) % IDS) + 1;
        }
    }

    private static void length(ByteBuf out, int value) {
        int left = value;
        while (left > 127) {
            out.writeByte((left & 0x7F) | 0x80);
            left >>= 7;
        }
        out.writeByte(left);
    }

    private static void text(ByteBuf out, String value) {
        out.writeShort(value.length()).writeCharSequence(value, StandardCharsets.US_ASCII);
    }

    /** Reads what the gateway says: CONNACK once, then PUBACKs. */
    private static final class Answers extends ByteToMessageDecoder {
        private final Publisher publisher;

        private Answers(Publisher publisher) {
            this.publisher = publisher;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            context.writeAndFlush(publisher.connectPacket());
        }

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
            while (in.readableBytes() >= 4) {
                int type = in.readUnsignedByte();
                in.skipBytes(1);
                int value = in.readUnsignedShort();
                if (type == PUBACK) {
                    publisher.acknowledged(context.channel(), value);
                } else if (type == CONNACK && value == 0) {
                    publisher.connected(context.channel());
                } else {
                    context.close();
                }
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            publisher.comeBack();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}
