package io.headrace.gateway.http;

import io.headrace.gateway.identity.Identities;
import io.headrace.gateway.ingest.Ingest;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http.HttpResponseEncoder;
import java.time.InstantSource;

/** Makes a connection speak HTTP; one object for all listeners. */
@Sharable
public final class HttpEdge extends ChannelInitializer<Channel> {
    final Ingest ingest;
    final Identities identities;
    final HttpConfig.Limits limits;
    final HttpConfig.Timeouts timeouts;
    final Admission admission;
    final BodyBudget bodies;
    final HttpMeters meters;

    public HttpEdge(Ingest ingest, Identities identities, HttpConfig config, MeterRegistry registry) {
        this(ingest, identities, config, registry, InstantSource.system());
    }

    HttpEdge(Ingest ingest, Identities identities, HttpConfig config, MeterRegistry registry, InstantSource clock) {
        this.ingest = ingest;
        this.identities = identities;
        this.limits = config.limits();
        this.timeouts = config.timeouts();
        this.admission = new Admission(ingest, identities, limits, clock);
        this.bodies = new BodyBudget(limits.bodyBudget());
        this.meters = new HttpMeters(registry, bodies);
    }

    @Override
    protected void initChannel(Channel channel) {
        HttpConnection connection = new HttpConnection(this);
        channel.pipeline()
                .addLast(connection.arrivals(), new StrictRequestDecoder(), new HttpResponseEncoder(), connection);
    }
}
