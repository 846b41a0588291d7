package io.headrace.gateway.http;

import io.headrace.gateway.edge.Ports;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http.HttpResponseEncoder;

/** Makes a connection speak HTTP; one object for all listeners. */
@Sharable
public final class HttpEdge extends ChannelInitializer<Channel> {
    final Ports ports;
    final HttpConfig.Limits limits;
    final HttpConfig.Timeouts timeouts;
    final Admission admission;
    final BodyBudget bodies;
    final HttpMeters meters;

    public HttpEdge(Ports ports, HttpConfig config) {
        this.ports = ports;
        this.limits = config.limits();
        this.timeouts = config.timeouts();
        this.admission = new Admission(ports, limits);
        this.bodies = new BodyBudget(limits.bodyBudget());
        this.meters = new HttpMeters(ports.meters(), bodies);
    }

    @Override
    protected void initChannel(Channel channel) {
        HttpConnection connection = new HttpConnection(this);
        channel.pipeline()
                .addLast(connection.arrivals(), new StrictRequestDecoder(), new HttpResponseEncoder(), connection);
    }
}
