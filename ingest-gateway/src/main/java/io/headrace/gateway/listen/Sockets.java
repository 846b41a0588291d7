package io.headrace.gateway.listen;

import io.headrace.config.ConfigException;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.internal.SystemPropertyUtil;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Event loops and listening sockets of the gateway, for all protocols. */
public final class Sockets implements AutoCloseable {
    private final ListenConfig config;
    private final Census census;
    private final DoorMeters meters;
    private final Connections connections;
    private final Optional<Certificates> certificates;
    private final EventLoopGroup loops;
    private final Pulse pulse;
    private final Class<? extends ServerChannel> channelType;
    private final List<Channel> listeners = new ArrayList<>();
    private final List<String> endpoints = new ArrayList<>();

    /** @throws ConfigException where the certificates can't be used */
    public Sockets(ListenConfig config, MeterRegistry meters) {
        this.config = config;
        this.census = new Census(config.door());
        this.meters = new DoorMeters(meters, census);
        this.connections = new Connections(config.maxConnections(), this.meters.tooManyInAll, meters);
        this.certificates = config.tls().map(tls -> new Certificates(tls, meters));
        forgoLeakDetection();
        boolean isNative = Epoll.isAvailable();
        this.channelType = isNative ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        this.loops = new MultiThreadIoEventLoopGroup(
                config.threads(),
                new DefaultThreadFactory("gateway-loop", true),
                isNative ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        this.pulse = new Pulse(loops);
    }

    /**
     * Netty by default follows one buffer in 128 with stack traces, which is for tests: they and whoever looks for a leak set
     * the level themselves.
     */
    private static void forgoLeakDetection() {
        if (SystemPropertyUtil.get("io.netty.leakDetection.level") == null
                && ResourceLeakDetector.getLevel() == ResourceLeakDetector.Level.SIMPLE) {
            ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
        }
    }

    /**
     * Takes plaintext connections.
     *
     * @param protocol for the endpoint's line: {@code mqtt}
     * @param key configuration key of the address, for messages
     * @param address port 0 for any free one
     * @param pipeline adds the protocol's handlers to a new connection
     * @throws ConfigException where the address isn't loopback and plaintext isn't allowed beyond, or can't be had
     */
    public void listen(String protocol, String key, InetSocketAddress address, ChannelHandler pipeline) {
        InetSocketAddress resolved = config.plaintext(key, address);
        bind(protocol, key, resolved, config.door().rate(), new ChannelInitializer<SocketChannel>() {
            @Override
            protected void initChannel(SocketChannel channel) {
                channel.pipeline().addLast(connections, stranger(channel), pipeline);
            }
        });
    }

    /**
     * Takes TLS connections; otherwise as {@link #listen}.
     *
     * @param applicationProtocols offered by ALPN, best first; none where the port has one protocol only
     * @throws ConfigException where the certificate can't be used
     */
    public void listenTls(
            String protocol,
            String key,
            InetSocketAddress address,
            ChannelHandler pipeline,
            String... applicationProtocols) {
        TlsContext context = certificates
                .orElseThrow(() -> new ConfigException(key + " = " + ListenConfig.shown(address)
                        + " needs gateway.tls.certificate and gateway.tls.private-key"))
                .newContext(List.of(applicationProtocols));
        bind(
                protocol,
                key,
                ListenConfig.resolved(key, address),
                config.door().tlsRate(),
                new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline()
                                .addLast(connections, stranger(channel), context.newHandler(channel.alloc()), pipeline);
                    }
                });
    }

    private Stranger stranger(SocketChannel channel) {
        return new Stranger(channel.attr(Census.VISIT).get(), config.door().strangerTimeout(), meters.unknownTooLong);
    }

    private void bind(String protocol, String key, InetSocketAddress address, int rate, ChannelHandler pipeline) {
        ChannelFuture bound = new ServerBootstrap()
                .group(loops)
                .channel(channelType)
                .handler(new Door(config.door(), rate, census, meters))
                .option(ChannelOption.SO_BACKLOG, 4096)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(32 << 10, 64 << 10))
                .childHandler(pipeline)
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new ConfigException(key + " = " + ListenConfig.shown(address) + " can't be listened on: "
                    + bound.cause().getMessage());
        }
        Channel listener = bound.channel();
        listeners.add(listener);
        endpoints.add(protocol + " " + ListenConfig.shown((InetSocketAddress) listener.localAddress()));
    }

    /** The server's certificates as they are now, best first; for what makes sockets of its own. None without TLS. */
    public List<ServerIdentity> serverIdentities() {
        return certificates.map(Certificates::now).orElseGet(List::of);
    }

    /** Looks whether the certificates' files have changed; connections that are there go on as they are. */
    public void checkCertificates() {
        certificates.ifPresent(Certificates::check);
    }

    /** Asks the event loops whether they are there. Once a second, on one thread. */
    public void feelPulse() {
        pulse.ask();
    }

    /** Whether every event loop does its work, as far as was asked lately. */
    public boolean isLive() {
        return pulse.isFelt();
    }

    /** A line for each listener, such as {@code mqtt 127.0.0.1:1883}, with the port that it really has. */
    public List<String> endpoints() {
        return List.copyOf(endpoints);
    }

    /**
     * Takes no more connections, and lets those that are there answer what they have taken.
     *
     * @param limit after which they are closed as they are
     */
    public void drain(Duration limit) {
        listeners.forEach(listener -> listener.close().awaitUninterruptibly());
        connections.drain(limit);
    }

    /** Closes everything. */
    @Override
    public void close() {
        drain(Duration.ZERO);
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
}
