package io.headrace.gateway.mqtt;

import io.headrace.gateway.identity.Identities;
import io.headrace.gateway.ingest.Ingest;
import io.headrace.gateway.mqtt.session.Sessions;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelInitializer;
import java.time.InstantSource;

/**
 * Makes a connection speak MQTT 3.1.1 and 5; one object for all listeners, since they share the devices' sessions. Behind
 * an {@link io.netty.handler.ssl.SslHandler} it takes the peer's certificate from there.
 */
@Sharable
public final class MqttEdge extends ChannelInitializer<Channel> {
    final Ingest ingest;
    final Identities identities;
    final MqttConfig config;
    final Sessions sessions;
    final RoomWaiters waiters;
    final MqttMeters meters;
    final EndingLog log = new EndingLog();
    final InstantSource clock;

    public MqttEdge(Ingest ingest, Identities identities, MqttConfig config, MeterRegistry registry) {
        this(ingest, identities, config, registry, InstantSource.system());
    }

    MqttEdge(Ingest ingest, Identities identities, MqttConfig config, MeterRegistry registry, InstantSource clock) {
        this.ingest = ingest;
        this.identities = identities;
        this.config = config;
        this.sessions = new Sessions(config.maxIdleSessions());
        this.waiters = new RoomWaiters(ingest);
        this.meters = new MqttMeters(registry, sessions, waiters);
        this.clock = clock;
    }

    @Override
    protected void initChannel(Channel channel) {
        channel.pipeline().addLast(new MqttHandler(this));
    }
}
