package io.headrace.gateway.amqp;

import io.headrace.config.Settings;
import io.headrace.gateway.admission.TestQuotas;
import io.headrace.gateway.command.InMemoryCommands;
import io.headrace.gateway.edge.Ports;
import io.headrace.gateway.events.InMemoryDeviceEvents;
import io.headrace.gateway.identity.InMemoryIdentities;
import io.headrace.gateway.ingest.InMemoryIngest;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.qpid.protonj2.types.DeliveryTag;
import org.apache.qpid.protonj2.types.Symbol;
import org.apache.qpid.protonj2.types.messaging.Data;
import org.apache.qpid.protonj2.types.messaging.Source;
import org.apache.qpid.protonj2.types.messaging.Target;
import org.apache.qpid.protonj2.types.security.SaslCode;
import org.apache.qpid.protonj2.types.security.SaslInit;
import org.apache.qpid.protonj2.types.security.SaslOutcome;
import org.apache.qpid.protonj2.types.transport.Attach;
import org.apache.qpid.protonj2.types.transport.Begin;
import org.apache.qpid.protonj2.types.transport.Close;
import org.apache.qpid.protonj2.types.transport.DeliveryState;
import org.apache.qpid.protonj2.types.transport.Detach;
import org.apache.qpid.protonj2.types.transport.Disposition;
import org.apache.qpid.protonj2.types.transport.End;
import org.apache.qpid.protonj2.types.transport.Flow;
import org.apache.qpid.protonj2.types.transport.Open;
import org.apache.qpid.protonj2.types.transport.Role;
import org.apache.qpid.protonj2.types.transport.Transfer;

/** A device's end of a connection without a network, whose frames Qpid's own codec writes and reads. */
final class Peer {
    static final String SASL_HEADER = "414d515003010000";
    static final String AMQP_HEADER = "414d515000010000";

    final EmbeddedChannel channel;
    private final List<Object> received = new ArrayList<>();
    private final ByteBuf bytes = Unpooled.buffer();

    private Peer(EmbeddedChannel channel) {
        this.channel = channel;
    }

    /** A gateway for one test, whose clock stands still at {@link World#NOW}. */
    static final class World {
        static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

        final InMemoryCommands commands = InMemoryCommands.roomy(NOW);
        final InMemoryIngest ingest = new InMemoryIngest();
        final InMemoryIdentities identities =
                new InMemoryIdentities().with("d1", "k1").with("off", "k3");
        final TestQuotas quotas = new TestQuotas();
        final InMemoryDeviceEvents events = new InMemoryDeviceEvents();
        final SimpleMeterRegistry meters = new SimpleMeterRegistry();
        final AmqpEdge edge;

        World(Map<String, String> settings) {
            identities.disable("off");
            AmqpConfig config = AmqpConfig.from(Settings.of(settings), false, "gw");
            edge = new AmqpEdge(new Ports(ingest, commands, identities, quotas, events, meters, () -> NOW), config);
        }

        World() {
            this(Map.of());
        }

        Peer connect() {
            EmbeddedChannel channel = new EmbeddedChannel(edge);
            channel.freezeTime();
            return new Peer(channel);
        }

        /** Through SASL. */
        Peer authenticated() {
            Peer peer = connect();
            peer.send(SASL_HEADER).frame(plain("d1", "k1"));
            if (peer.next(SaslOutcome.class).getCode() != SaslCode.OK) {
                throw new AssertionError("not let in");
            }
            return peer.send(AMQP_HEADER);
        }

        /** With the connection open, and a session on channel 0. */
        Peer begun() {
            Peer peer = authenticated();
            peer.frame(0, new Open().setContainerId("c1")).frame(0, begin());
            peer.next(Begin.class);
            return peer;
        }

        /** With a link for commands on handle 0, and credit for so many. */
        Peer listening(int credit) {
            Peer peer = begun();
            peer.frame(0, receiver(0)).frame(0, credit(0, 0, credit));
            peer.next(Attach.class);
            return peer;
        }

        /** With a link to {@code telemetry} on handle 0. */
        Peer attached() {
            Peer peer = begun();
            peer.frame(0, sender(0, "telemetry"));
            peer.next(Attach.class);
            return peer;
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

    static SaslInit plain(String id, String key) {
        return new SaslInit()
                .setMechanism(Symbol.valueOf("PLAIN"))
                .setInitialResponse(Frames.buffer(("\0" + id + "\0" + key).getBytes(StandardCharsets.UTF_8)));
    }

    static Begin begin() {
        return new Begin().setNextOutgoingId(0).setIncomingWindow(100).setOutgoingWindow(100);
    }

    static Attach sender(int handle, String address) {
        return new Attach()
                .setName("link-" + handle)
                .setHandle(handle)
                .setRole(Role.SENDER)
                .setSource(new Source().setAddress("here"))
                .setTarget(new Target().setAddress(address))
                .setInitialDeliveryCount(0);
    }

    static Attach receiver(int handle) {
        return new Attach()
                .setName("commands-" + handle)
                .setHandle(handle)
                .setRole(Role.RECEIVER)
                .setSource(new Source().setAddress("commands"))
                .setTarget(new Target().setAddress("here"));
    }

    /** A receiver's flow that knows of {@code count} deliveries, each of one frame. */
    static Flow credit(int handle, int count, int credit) {
        return new Flow()
                .setNextIncomingId(count)
                .setIncomingWindow(100)
                .setNextOutgoingId(0)
                .setOutgoingWindow(100)
                .setHandle(handle)
                .setDeliveryCount(count)
                .setLinkCredit(credit);
    }

    static Disposition outcome(long first, long last, DeliveryState state) {
        return new Disposition()
                .setRole(Role.RECEIVER)
                .setFirst(first)
                .setLast(last)
                .setSettled(true)
                .setState(state);
    }

    static Transfer transfer(int id) {
        return new Transfer()
                .setHandle(0)
                .setDeliveryId(id)
                .setDeliveryTag(new DeliveryTag.ProtonDeliveryTag(new byte[] {(byte) id}));
    }

    /** An encoded message with nothing but a payload. */
    static byte[] message(String payload) {
        return Frames.sections(new Data(payload.getBytes(StandardCharsets.UTF_8)));
    }

    Peer send(String hex) {
        return send(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    Peer send(byte[] some) {
        if (channel.isOpen()) {
            channel.writeInbound(Unpooled.copiedBuffer(some));
            channel.runPendingTasks();
        }
        return this;
    }

    Peer frame(SaslInit init) {
        return send(Frames.sasl(init));
    }

    Peer frame(int onChannel, Object performative) {
        return send(Frames.amqp(onChannel, performative, new byte[0]));
    }

    Peer frame(int onChannel, Object performative, byte[] payload) {
        return send(Frames.amqp(onChannel, performative, payload));
    }

    /** Sends a whole message, unsettled, on handle 0. */
    Peer message(int id, String payload) {
        return frame(0, transfer(id), message(payload));
    }

    Peer after(Duration time) {
        channel.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
        channel.runScheduledPendingTasks();
        channel.runPendingTasks();
        return this;
    }

    /** Everything that came since the last call: performatives, {@code "header <id>"} and {@code "empty"}. */
    List<Object> received() {
        pull();
        List<Object> all = List.copyOf(received);
        received.clear();
        return all;
    }

    /** What a test has taken and leaves to the next look. */
    void putBack(List<Object> frames) {
        received.addAll(0, frames);
    }

    /** Whether it reads what it is sent, or what lies before it is as much as the socket holds. */
    void reads(boolean does) {
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, does);
        channel.runPendingTasks();
    }

    /** The next of a kind, what comes before it thrown away. */
    <T> T next(Class<T> kind) {
        pull();
        while (!received.isEmpty()) {
            Object first = received.removeFirst();
            if (kind.isInstance(first)) {
                return kind.cast(first);
            }
        }
        throw new AssertionError("no " + kind.getSimpleName() + " came");
    }

    /** What came since the last call, one line each, as far as tests look at it. */
    List<String> lines() {
        return received().stream().map(Peer::line).toList();
    }

    static String line(Object received) {
        return switch (received) {
            case Disposition d ->
                "disposition " + d.getFirst() + (d.hasLast() ? "-" + d.getLast() : "")
                        + (d.getSettled() ? " settled " : " unsettled ")
                        + Frames.shown(d.getState());
            case Flow f ->
                f.hasHandle()
                        ? "flow " + f.getHandle() + " count " + f.getDeliveryCount() + " credit " + f.getLinkCredit()
                        : "flow next " + f.getNextIncomingId();
            case Attach a ->
                "attach " + a.getHandle() + " " + a.getRole() + " " + (a.getTarget() == null ? "nowhere" : "target");
            case Detach d -> "detach " + d.getHandle() + " " + Frames.shown(d.getError());
            case End e -> "end " + Frames.shown(e.getError());
            case Close c -> "close " + Frames.shown(c.getError());
            case Frames.Sent s ->
                "transfer " + s.head().getDeliveryId() + (s.head().getMore() ? " more" : "");
            case SaslOutcome o -> "outcome " + o.getCode();
            case String text -> text;
            default -> received.getClass().getSimpleName();
        };
    }

    private void pull() {
        channel.runPendingTasks();
        for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
            bytes.writeBytes(next);
            next.release();
        }
        received.addAll(Frames.cut(ByteBufUtil.getBytes(bytes)));
        bytes.clear();
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    void vanish() {
        channel.close();
        channel.runPendingTasks();
    }
}
