package io.headrace.gateway.http;

import io.headrace.gateway.edge.Ports;
import io.headrace.gateway.http.request.Requests;
import io.headrace.gateway.http.websocket.MqttUpgrade;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http2.Http2Exception;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a connection speak HTTP/1.1, HTTP/2, or MQTT over WebSocket; one object for all listeners. */
@Sharable
public final class HttpEdge extends ChannelInitializer<Channel> {
    private static final Logger LOG = LoggerFactory.getLogger(HttpEdge.class);

    final Ports ports;
    final HttpConfig config;
    final HttpConfig.Timeouts timeouts;
    final Requests requests;
    final MqttUpgrade mqtt;
    final HttpMeters meters;

    /** @param mqtt makes a connection speak MQTT */
    public HttpEdge(Ports ports, HttpConfig config, ChannelHandler mqtt) {
        this.ports = ports;
        this.config = config;
        this.timeouts = config.timeouts();
        this.requests = new Requests(ports, config.limits());
        this.mqtt = new MqttUpgrade(config.webSocket(), mqtt, ports.meters());
        this.meters = new HttpMeters(ports.meters(), requests);
    }

    @Override
    protected void initChannel(Channel channel) {
        channel.pipeline().addLast(new VersionChoice(this));
    }

    /** Resets, TLS errors and broken framing are the peer's, and many; anything else is ours, and worth a trace. */
    void broken(Throwable cause) {
        meters.broken();
        if (isOfThePeer(cause) || isOfThePeer(cause.getCause())) {
            LOG.debug("connection broken: {}", cause.getMessage());
        } else {
            LOG.error("connection ended by a fault of the gateway", cause);
        }
    }

    private static boolean isOfThePeer(@Nullable Throwable cause) {
        return cause instanceof IOException || cause instanceof DecoderException || cause instanceof Http2Exception;
    }
}
