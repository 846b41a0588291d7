package io.headrace.guarantee;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.codec.http2.Http2StreamFrame;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * Devices that share one connection of HTTP/2, each with one request at a time in a stream of its own, until the gateway
 * says good-bye. All happens on one event loop.
 */
final class Http2Devices implements AutoCloseable {
    /** What comes of requests. */
    interface Account {
        void sending(String device, long number);

        void acknowledged(String device, long number);
    }

    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final List<Integer> farewells = new CopyOnWriteArrayList<>();
    private final List<Integer> refusals = new CopyOnWriteArrayList<>();
    /** Streams without an answer. */
    private final ConcurrentHashMap.KeySetView<Integer, Boolean> open = ConcurrentHashMap.newKeySet();

    private final String key;
    private final Account account;
    private final Channel connection;

    /** Connects without TLS, as a client that knows that HTTP/2 is spoken, and lets the devices begin. */
    Http2Devices(int port, List<String> devices, String key, Account account) {
        this.key = key;
        this.account = account;
        this.connection = new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(
                                        Http2FrameCodecBuilder.forClient().build(),
                                        new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()),
                                        new Farewell());
                    }
                })
                .connect("127.0.0.1", port)
                .syncUninterruptibly()
                .channel();
        devices.forEach(device -> send(device, 1));
    }

    private void send(String device, long number) {
        if (!farewells.isEmpty()) {
            return;
        }
        new Http2StreamChannelBootstrap(connection)
                .handler(new Answer(device, number))
                .open()
                .addListener(opened -> {
                    if (opened.isSuccess()) {
                        request((Channel) opened.getNow(), device, number);
                    }
                });
    }

    private void request(Channel stream, String device, long number) {
        String token = Base64.getEncoder().encodeToString((device + ":" + key).getBytes(StandardCharsets.UTF_8));
        Http2Headers head = new DefaultHttp2Headers()
                .method("POST")
                .scheme("http")
                .authority("gateway")
                .path("/v1/telemetry")
                .add("authorization", "Basic " + token)
                .add("content-type", "application/json");
        String body = "{\"n\":" + number + "}";
        account.sending(device, number);
        stream.write(new DefaultHttp2HeadersFrame(head)).addListener(written -> {
            if (written.isSuccess()) {
                open.add(id(stream));
            }
        });
        stream.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.copiedBuffer(body, StandardCharsets.UTF_8), true));
    }

    private static int id(Channel stream) {
        return ((Http2StreamChannel) stream).stream().id();
    }

    /** The last stream that the gateway takes, as each GOAWAY without an error said it; -1 for one with an error. */
    List<Integer> farewells() {
        return List.copyOf(farewells);
    }

    /** Answers other than 202. */
    List<Integer> refusals() {
        return List.copyOf(refusals);
    }

    /** Streams that the gateway had promised to take, and has given no answer to. */
    List<Integer> unanswered() {
        return open.stream().filter(id -> id <= farewells.getLast()).toList();
    }

    /** Waits until the gateway has closed the connection. */
    boolean isClosedWithin(long seconds) {
        return connection.closeFuture().awaitUninterruptibly(seconds, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        connection.close();
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }

    /** Of one stream. */
    private final class Answer extends SimpleChannelInboundHandler<Http2StreamFrame> {
        private final String device;
        private final long number;

        Answer(String device, long number) {
            this.device = device;
            this.number = number;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, Http2StreamFrame frame) {
            if (frame instanceof Http2HeadersFrame head) {
                open.remove(id(context.channel()));
                int status = Integer.parseInt(head.headers().status().toString());
                if (status == 202) {
                    account.acknowledged(device, number);
                    send(device, number + 1);
                } else {
                    refusals.add(status);
                }
            }
        }
    }

    /** Of the connection. */
    private final class Farewell extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object frame) {
            if (frame instanceof Http2GoAwayFrame goAway) {
                farewells.add(goAway.errorCode() == 0 ? goAway.lastStreamId() : -1);
            }
            ReferenceCountUtil.release(frame);
        }
    }
}
