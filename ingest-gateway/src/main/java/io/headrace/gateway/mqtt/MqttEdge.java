package io.headrace.gateway.mqtt;

import io.headrace.gateway.edge.Ports;
import io.headrace.gateway.mqtt.session.Sessions;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelInitializer;

/**
 * Makes a connection speak MQTT 3.1.1 and 5; one object for all listeners, since they share the devices' sessions. Behind
 * an {@link io.netty.handler.ssl.SslHandler} it takes the peer's certificate from there.
 */
@Sharable
public final class MqttEdge extends ChannelInitializer<Channel> {
    final Ports ports;
    final MqttConfig config;
    final Sessions sessions;
    final RoomWaiters waiters;
    final MqttMeters meters;
    final EndingLog log = new EndingLog();

    public MqttEdge(Ports ports, MqttConfig config) {
        this.ports = ports;
        this.config = config;
        this.sessions = new Sessions(config.maxIdleSessions());
        this.waiters = new RoomWaiters(ports.ingest());
        this.meters = new MqttMeters(ports.meters(), sessions, waiters);
    }

    @Override
    protected void initChannel(Channel channel) {
        channel.pipeline().addLast(new MqttHandler(this));
    }
}
