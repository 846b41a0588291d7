package io.headrace.gateway.http;

import io.headrace.gateway.http.request.Deadline;
import io.headrace.gateway.identity.Verdict;
import io.headrace.gateway.listen.Authenticated;
import io.headrace.gateway.listen.Drain;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/2 connection, on its event loop; its requests are {@link Http2Request}s. Netty's codec bounds what a peer may
 * do to a connection, with the numbers below; PING and SETTINGS, which ask for an answer each, are counted here.
 */
final class Http2Session extends ChannelInboundHandlerAdapter {
    /** RFC 9113 §6.5.2 and CVE-2023-44487: streams that a peer may open and reset at once. */
    private static final int MAX_RESETS = 200;
    /** Frames without content that a stream may have in a row. */
    private static final int MAX_EMPTY_FRAMES = 2;
    /** CONTINUATION frames of less than 8 KiB for one head (CVE-2024-27316). */
    private static final int MAX_CONTINUATIONS = 16;
    /** Answers to PING, SETTINGS and resets that wait for a peer that doesn't read. */
    private static final int MAX_UNREAD_CONTROL = 1_000;
    /** Frames that ask for an answer, of the connection and not of a stream. */
    private static final int MAX_CONTROL = 500;

    private static final int WINDOW_SECONDS = 30;
    /** More than the way to a client and back takes. */
    private static final long NOTICE_MILLIS = 500;

    private final HttpEdge edge;
    private final Watches watches;
    private final Deadline idle = new Deadline();
    private @Nullable ChannelHandlerContext context;
    private boolean isDraining;
    private int streams;
    private int control;
    private long windowStart;

    private Http2Session(HttpEdge edge) {
        this.edge = edge;
        this.watches = new Watches(edge.ports.identities(), this::revoked);
    }

    static void install(HttpEdge edge, ChannelPipeline pipeline) {
        Http2Session session = new Http2Session(edge);
        pipeline.addLast(codec(edge), new Http2MultiplexHandler(session.newStreams()), session);
    }

    private static Http2FrameCodec codec(HttpEdge edge) {
        return Http2FrameCodecBuilder.forServer()
                .initialSettings(Http2Settings.defaultSettings()
                        .maxConcurrentStreams(edge.config.maxStreams())
                        .maxHeaderListSize(StrictRequestDecoder.MAX_HEADERS))
                .validateHeaders(true)
                .decoderEnforceMaxRstFramesPerWindow(MAX_RESETS, WINDOW_SECONDS)
                .encoderEnforceMaxRstFramesPerWindow(MAX_RESETS, WINDOW_SECONDS)
                .decoderEnforceMaxConsecutiveEmptyDataFrames(MAX_EMPTY_FRAMES)
                .decoderEnforceMaxSmallContinuationFrames(MAX_CONTINUATIONS)
                .encoderEnforceMaxQueuedControlFrames(MAX_UNREAD_CONTROL)
                .gracefulShutdownTimeoutMillis(edge.timeouts.body().toMillis())
                .build();
    }

    private ChannelInitializer<Channel> newStreams() {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel stream) {
                opened(stream);
                stream.pipeline()
                        .addLast(
                                new Http2StreamFrameToHttpObjectCodec(true), new Http2Request(edge, Http2Session.this));
            }
        };
    }

    private void opened(Channel stream) {
        streams++;
        idle.clear();
        stream.closeFuture().addListener(_ -> closed());
    }

    private void closed() {
        streams--;
        if (streams == 0 && !isDraining && context != null && context.channel().isActive()) {
            idle.set(context.executor(), edge.timeouts.idle(), context::close);
        }
    }

    /** A request of the connection is this device's. */
    void authenticated(Channel connection, Verdict.Accepted device) {
        if (watches.add(device)) {
            connection.pipeline().fireUserEventTriggered(Authenticated.DEVICE);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        this.context = context;
        windowStart = context.executor().ticker().nanoTime();
        idle.set(context.executor(), edge.timeouts.head(), context::close);
    }

    /** Frames of the connection: those of a stream went to its {@link Http2Request}. */
    @Override
    public void channelRead(ChannelHandlerContext context, Object frame) {
        ReferenceCountUtil.release(frame);
        long now = context.executor().ticker().nanoTime();
        if (now - windowStart > TimeUnit.SECONDS.toNanos(WINDOW_SECONDS)) {
            windowStart = now;
            control = 0;
        }
        control++;
        if (control > MAX_CONTROL) {
            edge.meters.flooded();
            end(context, Http2Error.ENHANCE_YOUR_CALM);
        }
    }

    /** On a thread of the view of devices. */
    private void revoked() {
        ChannelHandlerContext here = context;
        if (here != null) {
            here.executor().execute(() -> end(here, Http2Error.NO_ERROR));
        }
    }

    /** Ends the connection with all that is open on it: Netty's own close would wait for its streams. */
    private static void end(ChannelHandlerContext context, Http2Error why) {
        ChannelHandlerContext codec = context.pipeline().context(Http2FrameCodec.class);
        if (codec != null) {
            context.writeAndFlush(new DefaultHttp2GoAwayFrame(why));
            codec.close();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == Drain.BEGIN) {
            drain(context);
        }
        context.fireUserEventTriggered(event);
    }

    /**
     * In two steps (RFC 9113 §6.8): what the client sent before it could know is taken; then what is open is answered, and
     * the connection closed.
     */
    private void drain(ChannelHandlerContext context) {
        context.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR).setExtraStreamIds(Integer.MAX_VALUE));
        idle.clear();
        isDraining = true;
        edge.requests.drain();
        Runnable close = () -> {
            context.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
            context.close();
        };
        context.executor().schedule(close, NOTICE_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        idle.clear();
        watches.close();
        context.fireChannelInactive();
    }

    /** The codec has said GOAWAY already, where there is anything to say. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        edge.broken(cause);
        ChannelHandlerContext codec = context.pipeline().context(Http2FrameCodec.class);
        if (codec != null && !(cause instanceof Http2Exception)) {
            codec.close();
        }
    }
}
