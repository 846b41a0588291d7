package io.headrace.gateway.mqtt;

import io.headrace.catalogue.DeviceId;
import io.headrace.gateway.command.Command;
import io.headrace.gateway.edge.Conversation;
import io.headrace.gateway.edge.Silence;
import io.headrace.gateway.identity.Credentials;
import io.headrace.gateway.identity.Identities;
import io.headrace.gateway.identity.Remote;
import io.headrace.gateway.listen.Authenticated;
import io.headrace.gateway.listen.PeerCertificates;
import io.headrace.gateway.mqtt.codec.Decoded;
import io.headrace.gateway.mqtt.codec.Malformed;
import io.headrace.gateway.mqtt.codec.Packet;
import io.headrace.gateway.mqtt.codec.Property;
import io.headrace.gateway.mqtt.codec.ReasonCode;
import io.headrace.gateway.mqtt.session.Delivery;
import io.headrace.gateway.mqtt.session.Effect;
import io.headrace.gateway.mqtt.session.Ending;
import io.headrace.gateway.mqtt.session.LastWill;
import io.headrace.gateway.mqtt.session.Session;
import io.headrace.gateway.mqtt.session.Sessions;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One MQTT connection on its event loop: feeds the {@link Session} and carries out its effects. Stops decoding, and so
 * reading, while too much is in flight, on this connection or in the gateway, or while the peer doesn't read its answers.
 * Whatever comes from other threads hops to the event loop, once for all that came together.
 */
final class MqttConnection implements Conversation, Sessions.Holder, Delivery.Listener {
    /** However deep in debt a device is, somebody has a look at its connection so often. */
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final MqttEdge edge;
    private final ChannelHandlerContext context;
    private final EventExecutor loop;
    private final Session session;
    private final Inbound inbound;
    private final Outbound outbound;
    private final AtomicBoolean isWoken = new AtomicBoolean();
    private final Runnable resume = this::resume;
    private final Offering offering;
    private final Future<?> connectTimer;
    /** A message won't be acknowledged: one that comes after it must not be stored before it is sent again. */
    private volatile boolean hasLost;

    /** Messages of this read, by QoS. */
    private final int[] handedOver = new int[3];

    private boolean isReading = true;
    private @Nullable Future<?> unreadTimer;
    private @Nullable Future<?> pause;
    private @Nullable Silence silence;
    private Sessions.@Nullable Claim claim;
    /** Held for this connection until its end decides over it. */
    private @Nullable LastWill will;

    private Identities.@Nullable Watch watch;
    private @Nullable DeviceId device;
    private Remote remote;

    MqttConnection(MqttEdge edge, ChannelHandlerContext context) {
        this.edge = edge;
        this.context = context;
        this.loop = context.executor();
        this.session = new Session(edge.config.session());
        this.inbound = new Inbound(edge.config.session().maxPacket());
        this.outbound = new Outbound(context);
        this.offering = new Offering(edge.ports.commands());
        this.remote = Remote.of("mqtt", context.channel().remoteAddress());
        this.connectTimer = after(edge.config.connectTimeout(), Ending.NO_CONNECT);
    }

    @Override
    public void received(ByteBuf bytes) {
        if (session.isEnded()) {
            bytes.release();
            return;
        }
        if (silence != null) {
            silence.heard();
        }
        inbound.add(context.alloc(), bytes);
        decode();
    }

    @Override
    public void flush() {
        outbound.flush();
    }

    @Override
    public void goOn() {
        if (!session.isEnded()) {
            if (offering.isHeldUp()) {
                offer();
            }
            decode();
            flush();
        }
    }

    @Override
    public void drain() {
        carryOut(session.drain());
        goOn();
    }

    @Override
    public void lost() {
        end(Ending.LOST);
    }

    void end(Ending ending) {
        carryOut(session.end(ending));
    }

    @Override
    public void takenOver() {
        onLoop(() -> end(Ending.TAKEN_OVER));
    }

    /** What is done once for all that came together would cost as much as decoding it if done for each message. */
    private void decode() {
        decode(now());
        edge.meters.messages(handedOver);
    }

    private void decode(long now) {
        while (mayDecode()) {
            switch (inbound.next()) {
                case Decoded.Incomplete more -> {
                    if (inbound.trim(session.awaitsConnect() ? edge.unfinishedOfStrangers : edge.unfinished)) {
                        read(true);
                    } else {
                        end(Ending.NO_ROOM_FOR_PACKET);
                    }
                    return;
                }
                case Malformed bad -> malformed(bad);
                case Packet.Connect connect -> connect(connect);
                case Packet.FromClient packet -> carryOut(session.on(packet, now));
            }
        }
        if (!session.isEnded()) {
            inbound.giveBackDecoded();
            read(false);
        }
    }

    private boolean mayDecode() {
        if (unreadTimer != null && context.channel().isWritable()) {
            unreadTimer.cancel(false);
            unreadTimer = null;
        }
        if (hasLost || pause != null || !session.takesPackets()) {
            return false;
        }
        if (!context.channel().isWritable()) {
            unreadTimer = unreadTimer == null ? after(edge.config.unreadTimeout(), Ending.NOT_READING) : unreadTimer;
            return false;
        }
        if (edge.ports.ingest().hasRoom() || session.awaitsConnect()) {
            return true; // a device that comes back during an outage is let in, and waits there
        }
        edge.waiters.add(resume);
        return false;
    }

    private void read(boolean on) {
        if (on != isReading) {
            isReading = on;
            if (silence != null) {
                silence.heard(); // what came while nothing was read is yet to be heard
            }
            context.channel().config().setAutoRead(on);
        }
    }

    private void malformed(Malformed bad) {
        bad.version().ifPresent(version -> outbound.speak(version, Long.MAX_VALUE));
        carryOut(session.malformed(bad));
    }

    private void connect(Packet.Connect connect) {
        long limit = connect.properties().number(Property.MAXIMUM_PACKET_SIZE, Long.MAX_VALUE);
        outbound.speak(connect.version(), limit);
        remote = Remote.of(connect.version().protocol(), context.channel().remoteAddress());
        carryOut(session.connect(connect, PeerCertificates.of(context.channel())));
    }

    private void carryOut(List<Effect> effects) {
        for (int i = 0; i < effects.size(); i++) {
            carryOut(effects.get(i));
        }
    }

    private void carryOut(Effect effect) {
        switch (effect) {
            case Effect.Store(Delivery delivery, var message) -> {
                handedOver[delivery.qos()]++;
                delivery.beforeSettled(this);
                edge.ports.ingest().accept(message, delivery);
            }
            case Effect.Send(Packet.FromServer packet) -> {
                if (!outbound.send(packet)) {
                    end(Ending.LOST);
                }
            }
            case Effect.Acknowledge stored -> {
                if (!outbound.acknowledge(stored)) {
                    end(Ending.LOST);
                }
            }
            case Effect.Report(Delivery delivery, String commandId, var answer) -> {
                delivery.beforeSettled(this);
                offering.answer(known(), remote.protocol(), commandId, answer, delivery);
            }
            case Effect.Listen() -> listen();
            case Effect.Offer offer -> send(offer);
            case Effect.Delivered(Command command) -> {
                offering.delivered(command);
                offer();
            }
            case Effect.Declined(Command command, ReasonCode reason) -> {
                offering.declined(command, reason);
                offer();
            }
            case Effect.Await(Delivery delivery) -> delivery.onSettled(this);
            case Effect.Authenticate(Credentials credentials) ->
                carryOut(
                        edge.ports.identities().isReady()
                                ? session.authenticated(edge.ports.identities().authenticate(credentials, remote))
                                : session.unavailable());
            case Effect.Claim wanted -> claim(wanted);
            case Effect.Establish established -> establish(established);
            case Effect.Pause(long nanos) -> pause(nanos);
            case Effect.Refused(ReasonCode reason) -> edge.meters.refused(reason);
            case Effect.Publish(LastWill last) -> {
                will = null;
                edge.wills.publish(last);
            }
            case Effect.Release(Duration keepFor, Optional<LastWill> last) -> release(keepFor, last);
            case Effect.Close(ReasonCode reason, String detail) -> close(reason, detail);
        }
    }

    private void listen() {
        if (session.isEnded()) {
            return; // as its session began, or its right to be here ended meanwhile
        }
        offering.open(known(), remote.protocol(), () -> loop.execute(this::offer));
        offer();
    }

    private DeviceId known() {
        return Objects.requireNonNull(device, "an effect of a connection that is a device's");
    }

    /** As long as the connection is there: with its end the line is closed. */
    private void offer() {
        offering.offer(
                () -> session.takesCommands() && context.channel().isWritable(),
                command -> carryOut(session.offer(command, now())));
    }

    /** At once: a device that doesn't read is to be seen before more is sent to it. */
    private void send(Effect.Offer offer) {
        if (outbound.send(offer.packet())) {
            offering.sent(offer.packet(), offer.command());
            flush();
        } else {
            session.withdraw(offer.packet());
            offering.tooLarge(offer.command());
        }
    }

    /** On any thread, for each message; one hop to the loop takes all that are settled when it gets there. */
    @Override
    public void settled(Delivery delivery) {
        if (delivery.isLost()) {
            hasLost = true;
        } else if (delivery.isDropped()) {
            edge.meters.lost.increment();
        }
        // The look first: of the answers that come together all but the first find it woken.
        if (!isWoken.get() && isWoken.compareAndSet(false, true)) {
            loop.execute(this::answer);
        }
    }

    /** On any thread; later even where that is the loop's, which may be about to stop reading for want of room. */
    private void resume() {
        loop.execute(this::goOn);
    }

    private void answer() {
        isWoken.set(false);
        carryOut(session.settled());
        goOn();
    }

    private void pause(long nanos) {
        edge.meters.paused.increment();
        pause = loop.schedule(this::unpause, Math.min(nanos, LONGEST_PAUSE_NANOS), TimeUnit.NANOSECONDS);
    }

    private void unpause() {
        pause = null;
        goOn();
    }

    private void claim(Effect.Claim wanted) {
        if (wanted.will().isPresent() && !edge.wills.hold(wanted.will().get())) {
            end(Ending.NO_ROOM_FOR_WILL);
            return;
        }
        will = wanted.will().orElse(null);
        edge.sessions
                .claim(wanted.device(), this, wanted.cleanStart(), now())
                .ifPresentOrElse(
                        claims -> claims.thenAccept(granted -> onLoop(() -> claimed(granted))),
                        () -> end(Ending.TAKEOVER_STORM));
    }

    private void claimed(Sessions.Claim granted) {
        List<Effect> effects = session.claimed(granted, edge.ports.quotas().of(granted.device()));
        if (effects.isEmpty()) {
            edge.sessions.abandon(granted, now());
            return;
        }
        claim = granted;
        carryOut(effects);
        goOn();
    }

    private void establish(Effect.Establish established) {
        if (session.isEnded()) {
            return; // its CONNACK was more than the peer takes
        }
        connectTimer.cancel(false);
        edge.meters.connected.incrementAndGet();
        device = established.device().device();
        edge.ports.events().connected(device, remote);
        context.pipeline().fireUserEventTriggered(Authenticated.DEVICE);
        silence = new Silence(loop, established.silence(), () -> isReading, () -> end(Ending.SILENT));
        Identities.Watch opened =
                edge.ports.identities().watch(established.device(), () -> onLoop(() -> end(Ending.REVOKED)));
        if (session.isEnded()) {
            opened.close();
        } else {
            watch = opened;
        }
    }

    private void release(Duration keepFor, Optional<LastWill> last) {
        if (claim == null) {
            return;
        }
        Sessions.WaitingWill waiting = null;
        if (last.isPresent()) {
            will = null;
            waiting = edge.wills.delay(last.get(), last.get().delay(keepFor));
        }
        edge.sessions.release(claim, keepFor, waiting, now());
        claim = null;
    }

    private void close(ReasonCode reason, String detail) {
        edge.meters.ended(reason);
        String who = device == null ? "-" : device.value();
        if (reason.isError()) {
            edge.log.broke(context.channel().remoteAddress(), who, reason.name(), detail);
        } else {
            edge.log.ended(context.channel().remoteAddress(), who, detail);
        }
        if (device != null) {
            edge.ports.events().disconnected(device, remote, detail);
        }
        if (will != null) {
            edge.wills.forget(will);
            will = null;
        }
        cancel(connectTimer);
        cancel(unreadTimer);
        cancel(pause);
        if (silence != null) {
            silence.cancel();
            edge.meters.connected.decrementAndGet();
        }
        if (watch != null) {
            watch.close();
        }
        offering.close();
        edge.waiters.remove(resume);
        inbound.release();
        if (context.channel().isActive()) {
            read(true);
            outbound.finish();
        } else {
            outbound.release();
        }
    }

    private static void cancel(@Nullable Future<?> timer) {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private Future<?> after(Duration delay, Ending ending) {
        return loop.schedule(() -> end(ending), delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void onLoop(Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
        } else {
            loop.execute(task);
        }
    }

    private long now() {
        return edge.ports.clock().millis();
    }
}
