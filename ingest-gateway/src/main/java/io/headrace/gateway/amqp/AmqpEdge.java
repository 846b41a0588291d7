package io.headrace.gateway.amqp;

import io.headrace.gateway.edge.ConversationHandler;
import io.headrace.gateway.edge.EndingLog;
import io.headrace.gateway.edge.Ports;
import io.headrace.gateway.edge.RoomWaiters;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelInitializer;

/**
 * Makes a connection speak AMQP 1.0; one object for all listeners. Behind an {@link io.netty.handler.ssl.SslHandler} it
 * takes the peer's certificate from there.
 */
@Sharable
public final class AmqpEdge extends ChannelInitializer<Channel> {
    final Ports ports;
    final AmqpConfig config;
    final RoomWaiters waiters;
    final AmqpMeters meters;
    final EndingLog log = new EndingLog("AMQP");

    public AmqpEdge(Ports ports, AmqpConfig config) {
        this.ports = ports;
        this.config = config;
        this.waiters = new RoomWaiters(ports.ingest());
        this.meters = new AmqpMeters(ports.meters(), waiters);
    }

    @Override
    protected void initChannel(Channel channel) {
        channel.pipeline()
                .addLast(new ConversationHandler("AMQP", context -> new AmqpConnection(this, context), meters.broken));
    }
}
