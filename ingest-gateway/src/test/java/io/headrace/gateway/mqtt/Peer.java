package io.headrace.gateway.mqtt;

import io.headrace.config.Settings;
import io.headrace.gateway.admission.TestQuotas;
import io.headrace.gateway.command.InMemoryCommands;
import io.headrace.gateway.edge.Ports;
import io.headrace.gateway.events.InMemoryDeviceEvents;
import io.headrace.gateway.identity.InMemoryIdentities;
import io.headrace.gateway.ingest.InMemoryIngest;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A device's end of a connection without a network, in the notation of {@link Bytes}. */
final class Peer {
    static final String CONNECT_3 = "10 * \"MQTT\" 04 C2 003C \"d1\" \"d1\" \"k1\"";
    static final String CONNECT_5 = "10 * \"MQTT\" 05 C2 003C {} \"d1\" \"d1\" \"k1\"";

    final EmbeddedChannel channel;
    /** The answer to CONNECT, in hex. */
    String connack = "";

    private Peer(EmbeddedChannel channel) {
        this.channel = channel;
    }

    /** Keeps what goes out as plain bytes, so that a test need not read all of it. */
    private static final class Wire extends EmbeddedChannel {
        private Wire(MqttEdge edge) {
            super(edge);
        }

        @Override
        protected void handleOutboundMessage(Object message) {
            ByteBuf bytes = (ByteBuf) message;
            super.handleOutboundMessage(Unpooled.wrappedBuffer(Bytes.toArray(bytes)));
            bytes.release();
        }
    }

    /** A gateway for one test, whose clock stands still at {@link World#NOW}. */
    static final class World {
        static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

        final InMemoryCommands commands = InMemoryCommands.roomy(NOW);
        final InMemoryIngest ingest = new InMemoryIngest();
        final InMemoryIdentities identities =
                new InMemoryIdentities().with("d1", "k1").with("d2", "k2").with("off", "k3");
        final TestQuotas quotas = new TestQuotas();
        final InMemoryDeviceEvents events = new InMemoryDeviceEvents();
        final SimpleMeterRegistry meters = new SimpleMeterRegistry();
        final MqttEdge edge;
        private final EmbeddedChannel timers = new EmbeddedChannel();

        World(Map<String, String> settings) {
            timers.freezeTime();
            identities.disable("off");
            MqttConfig config = MqttConfig.from(Settings.of(settings), false);
            edge = new MqttEdge(
                    new Ports(ingest, commands, identities, quotas, events, meters, () -> NOW),
                    config,
                    timers.eventLoop());
        }

        World() {
            this(Map.of());
        }

        Peer open() {
            EmbeddedChannel channel = new Wire(edge);
            channel.freezeTime();
            return new Peer(channel);
        }

        Peer connect3() {
            return connected(CONNECT_3);
        }

        Peer connect5() {
            return connected(CONNECT_5);
        }

        Peer connected(String connect) {
            Peer peer = open();
            peer.send(connect);
            peer.connack = peer.received();
            if (!peer.isOpen() || !peer.connack.startsWith("20")) {
                throw new AssertionError("not let in: " + peer.connack);
            }
            return peer;
        }

        /** Lets time pass for what outlives connections. */
        World after(Duration time) {
            advance(timers, time);
            return this;
        }

        double count(String meter, String... tags) {
            return meters.get(meter)
                    .tags(tags)
                    .meter()
                    .measure()
                    .iterator()
                    .next()
                    .getValue();
        }
    }

    Peer send(String notation) {
        return send(Bytes.of(notation));
    }

    Peer send(byte[] bytes) {
        if (channel.isOpen()) {
            channel.writeInbound(Unpooled.copiedBuffer(bytes));
            channel.runPendingTasks();
        }
        return this;
    }

    Peer sendByteByByte(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            send(Arrays.copyOfRange(bytes, i, i + 1));
        }
        return this;
    }

    Peer after(Duration time) {
        advance(channel, time);
        return this;
    }

    private static void advance(EmbeddedChannel channel, Duration time) {
        channel.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
        channel.runScheduledPendingTasks();
        channel.runPendingTasks();
    }

    /** Whether it reads what it is sent, or what lies before it is as much as the socket holds. */
    void reads(boolean does) {
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, does);
        channel.runPendingTasks();
    }

    /** Everything that came since the last call, in hex. */
    String received() {
        channel.runPendingTasks();
        StringBuilder hex = new StringBuilder();
        for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
            hex.append(Bytes.hex(Bytes.toArray(next)));
            next.release();
        }
        return hex.toString();
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    void vanish() {
        channel.close();
        channel.runPendingTasks();
    }
}
