package io.headrace.gateway.mqtt;

import io.headrace.gateway.edge.ConversationHandler;
import io.headrace.gateway.edge.EndingLog;
import io.headrace.gateway.edge.Ports;
import io.headrace.gateway.edge.RoomWaiters;
import io.headrace.gateway.mqtt.session.Sessions;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelInitializer;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.GlobalEventExecutor;

/**
 * Makes a connection speak MQTT 3.1.1 and 5; one object for all listeners, since they share the devices' sessions. Behind
 * an {@link io.netty.handler.ssl.SslHandler} it takes the peer's certificate from there.
 */
@Sharable
public final class MqttEdge extends ChannelInitializer<Channel> implements AutoCloseable {
    final Ports ports;
    final MqttConfig config;
    final Sessions sessions;
    final RoomWaiters waiters;
    final MqttMeters meters;
    final Wills wills;
    final Unfinished unfinished;
    /** Apart, so that they can't take the devices' room. */
    final Unfinished unfinishedOfStrangers;

    final EndingLog log = new EndingLog("MQTT");

    public MqttEdge(Ports ports, MqttConfig config) {
        this(ports, config, GlobalEventExecutor.INSTANCE);
    }

    /** @param timers for what outlives connections */
    MqttEdge(Ports ports, MqttConfig config, EventExecutor timers) {
        this.ports = ports;
        this.config = config;
        this.sessions = new Sessions(config.maxIdleSessions());
        this.waiters = new RoomWaiters(ports.ingest());
        this.meters = new MqttMeters(ports.meters(), sessions, waiters);
        this.unfinished = new Unfinished(config.unfinishedBudget());
        this.unfinishedOfStrangers = new Unfinished(config.unfinishedBudget() / 4);
        meters.watch(unfinished, unfinishedOfStrangers);
        this.wills = new Wills(ports, meters, config.willBudget(), timers);
    }

    @Override
    protected void initChannel(Channel channel) {
        channel.pipeline()
                .addLast(new ConversationHandler("MQTT", context -> new MqttConnection(this, context), meters.broken));
    }

    /** Once the connections are gone: hands over the wills that wait, since the sessions end here. */
    @Override
    public void close() {
        wills.close();
    }
}
