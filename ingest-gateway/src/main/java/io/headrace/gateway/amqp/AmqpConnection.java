package io.headrace.gateway.amqp;

import io.headrace.catalogue.DeviceId;
import io.headrace.gateway.admission.Allowance;
import io.headrace.gateway.amqp.codec.Condition;
import io.headrace.gateway.amqp.codec.Decoded;
import io.headrace.gateway.amqp.codec.FrameDecoder;
import io.headrace.gateway.amqp.codec.FrameEncoder;
import io.headrace.gateway.amqp.codec.Outcome;
import io.headrace.gateway.amqp.session.Delivery;
import io.headrace.gateway.amqp.session.Dialogue;
import io.headrace.gateway.amqp.session.Ending;
import io.headrace.gateway.amqp.session.Host;
import io.headrace.gateway.edge.Conversation;
import io.headrace.gateway.edge.Gathered;
import io.headrace.gateway.edge.Silence;
import io.headrace.gateway.identity.Credentials;
import io.headrace.gateway.identity.Identities;
import io.headrace.gateway.identity.Remote;
import io.headrace.gateway.identity.Verdict;
import io.headrace.gateway.ingest.Message;
import io.headrace.gateway.ingest.NotStoredException;
import io.headrace.gateway.listen.Authenticated;
import io.headrace.gateway.listen.PeerCertificates;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.EventExecutor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One AMQP connection on its event loop: feeds the {@link Dialogue} and does what it asks for. Stops decoding, and so
 * reading, and gives no credit, while too much is in flight in the gateway, while the device has used up its quota, or
 * while the peer doesn't read its answers. Whatever comes from other threads hops to the event loop, once for all that
 * came together.
 */
final class AmqpConnection implements Conversation, Host {
    /** As in {@code hr-protocol}. */
    static final String PROTOCOL = "amqp";

    private static final Logger LOG = LoggerFactory.getLogger(AmqpConnection.class);

    private final AmqpEdge edge;
    private final ChannelHandlerContext context;
    private final EventExecutor loop;
    private final Inbound inbound;
    private final Gathered outbound;
    private final FrameEncoder out;
    private final Dialogue dialogue;
    private final Remote remote;
    private final Timers timers;
    private final DeviceDownlink downlink;
    private final AtomicBoolean isWoken = new AtomicBoolean();
    private final Runnable resume = this::resume;
    /** A message from this place on won't be accepted: none that comes after it may be before it is sent again. */
    private final AtomicLong firstLost = new AtomicLong(Long.MAX_VALUE);

    private long places;
    private boolean isReading = true;
    private boolean isOverQuota;
    private @Nullable Silence silence;
    private Identities.@Nullable Watch watch;
    private Verdict.@Nullable Accepted device;
    private Allowance allowance = Allowance.UNLIMITED;

    AmqpConnection(AmqpEdge edge, ChannelHandlerContext context) {
        this.edge = edge;
        this.context = context;
        this.loop = context.executor();
        FrameDecoder decoder = new FrameDecoder();
        this.inbound = new Inbound(decoder);
        this.outbound = new Gathered(context);
        this.out = new FrameEncoder(outbound::buffer);
        this.downlink = new DeviceDownlink(this, edge.ports.commands(), loop);
        this.dialogue = new Dialogue(this, downlink, edge.config.session(), decoder, out);
        this.remote = Remote.of(PROTOCOL, context.channel().remoteAddress());
        this.timers = new Timers(loop);
        timers.start(Timers.Kind.OPEN, edge.config.timeouts().open(), () -> end(Ending.NO_OPEN));
    }

    @Override
    public void received(ByteBuf bytes) {
        if (dialogue.isEnded()) {
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
        if (!dialogue.isEnded()) {
            dialogue.grant();
            downlink.goOn();
            decode();
            flush();
        }
    }

    @Override
    public void drain() {
        dialogue.drain();
        goOn();
    }

    @Override
    public void lost() {
        end(Ending.LOST);
    }

    void end(Ending ending) {
        dialogue.end(ending);
    }

    private void decode() {
        while (mayDecode()) {
            Decoded next = inbound.next();
            if (next == Decoded.Incomplete.INSTANCE) {
                inbound.trim();
                read(true);
                return;
            }
            dialogue.on(next);
        }
        if (!dialogue.isEnded()) {
            read(false);
        }
    }

    private boolean mayDecode() {
        if (hasLost() || isOverQuota || !dialogue.takesFrames()) {
            return false;
        }
        if (!context.channel().isWritable()) {
            timers.startOnce(Timers.Kind.UNREAD, edge.config.timeouts().unread(), () -> end(Ending.NOT_READING));
            return false;
        }
        timers.stop(Timers.Kind.UNREAD);
        if (edge.ports.ingest().hasRoom() || !dialogue.isOpen()) {
            return true; // a device that comes back during an outage is let in, and waits there
        }
        edge.waiters.add(resume);
        return false;
    }

    private void read(boolean on) {
        if (on != isReading) {
            isReading = on;
            context.channel().config().setAutoRead(on);
        }
    }

    @Override
    public List<X509Certificate> certificates() {
        return PeerCertificates.of(context.channel());
    }

    @Override
    public Optional<Verdict> authenticate(Credentials credentials) {
        Identities identities = edge.ports.identities();
        return identities.isReady() ? Optional.of(identities.authenticate(credentials, remote)) : Optional.empty();
    }

    @Override
    public void opened(Verdict.Accepted accepted, long heartbeat) {
        timers.stop(Timers.Kind.OPEN);
        device = accepted;
        allowance = edge.ports.quotas().of(accepted.device());
        edge.meters.connected.incrementAndGet();
        edge.ports.events().connected(accepted.device(), remote);
        context.pipeline().fireUserEventTriggered(Authenticated.DEVICE);
        Duration silent = edge.config.session().idleTimeout().multipliedBy(2);
        silence = new Silence(loop, silent, () -> isReading, () -> end(Ending.SILENT));
        if (heartbeat > 0) {
            beat(Duration.ofMillis(heartbeat / 2), outbound.flushes());
        }
        Identities.Watch opened = edge.ports.identities().watch(accepted, () -> onLoop(() -> end(Ending.REVOKED)));
        if (dialogue.isEnded()) {
            opened.close();
        } else {
            watch = opened;
        }
    }

    /** Says that this side is there, where it has said nothing since the time before. */
    private void beat(Duration every, long flushesBefore) {
        timers.start(Timers.Kind.HEARTBEAT, every, () -> {
            if (outbound.flushes() == flushesBefore) {
                out.empty();
                outbound.flush();
            }
            beat(every, outbound.flushes());
        });
    }

    @Override
    public void store(Delivery delivery, Message message) {
        charge(message.payload().length);
        (delivery.isPresettled() ? edge.meters.presettled : edge.meters.unsettled).increment();
        edge.ports.ingest().accept(message).whenComplete((receipt, problem) -> settle(delivery, outcome(problem)));
    }

    /** On any thread. */
    void settle(Delivery delivery, Outcome outcome) {
        if (outcome == Outcome.RELEASED) {
            (delivery.isPresettled() ? edge.meters.lost : edge.meters.released).increment();
        } else if (outcome != Outcome.ACCEPTED) {
            edge.meters.rejected(outcome);
        }
        delivery.settle(outcome);
    }

    static Outcome outcome(@Nullable Throwable problem) {
        if (problem == null) {
            return Outcome.ACCEPTED;
        }
        Throwable cause =
                problem instanceof CompletionException && problem.getCause() != null ? problem.getCause() : problem;
        if (cause instanceof NotStoredException known) {
            return switch (known.kind()) {
                case UNAVAILABLE, NO_ROOM -> Outcome.RELEASED;
                case TOO_LARGE -> Outcome.TOO_LARGE;
            };
        }
        LOG.error("a message isn't accepted because of a bug", cause);
        return Outcome.RELEASED;
    }

    void charge(int bytes) {
        long wait = allowance.charge(bytes);
        if (wait > 0) {
            isOverQuota = true;
            timers.start(Timers.Kind.QUOTA, Duration.ofNanos(wait), () -> {
                isOverQuota = false;
                goOn();
            });
        }
    }

    /** On any thread, for each message; one hop to the loop takes all that are settled when it gets there. */
    @Override
    public void settled(Delivery delivery) {
        if (delivery.isLost()) {
            firstLost.accumulateAndGet(delivery.place(), Math::min);
        }
        if (isWoken.compareAndSet(false, true)) {
            loop.execute(this::answer);
        }
    }

    private void answer() {
        isWoken.set(false);
        if (!dialogue.isEnded()) {
            dialogue.settled();
            goOn();
        }
    }

    @Override
    public long nextPlace() {
        return places++;
    }

    @Override
    public long firstLost() {
        return firstLost.get();
    }

    /** On any thread; later even where that is the loop's, which may be in the middle of a frame. */
    private void resume() {
        loop.execute(this::goOn);
    }

    @Override
    public boolean mayGrant() {
        return !isOverQuota && !hasLost() && dialogue.takesFrames() && hasRoom();
    }

    private boolean hasRoom() {
        if (edge.ports.ingest().hasRoom()) {
            return true;
        }
        edge.waiters.add(resume);
        return false;
    }

    @Override
    public boolean reserve(int bytes) {
        return edge.ports.ingest().reserve(bytes);
    }

    @Override
    public void release(int bytes) {
        edge.ports.ingest().release(bytes);
    }

    @Override
    public ByteBuf buffer(int bytes) {
        return context.alloc().buffer(bytes);
    }

    @Override
    public void begun() {
        timers.startOnce(Timers.Kind.TRANSFER, edge.config.timeouts().transfer(), this::endStuck);
    }

    private void endStuck() {
        // while nothing is read here, it isn't the peer that takes its time
        long limit = isReading ? edge.config.timeouts().transfer().toNanos() : Long.MAX_VALUE;
        if (dialogue.endStuck(limit)) {
            begun();
        }
        flush();
    }

    @Override
    public void refuse(Delivery delivery, Outcome outcome) {
        charge(0);
        settle(delivery, outcome);
    }

    @Override
    public void refused(Condition condition) {
        edge.meters.refused(condition);
    }

    /** Of an open connection. */
    DeviceId device() {
        return Objects.requireNonNull(device, "commands are asked for on an open connection")
                .device();
    }

    /** There may be commands to send, or room for them. */
    void offer() {
        dialogue.offer();
        flush();
    }

    void offerAgainAfter(Duration rest) {
        timers.startOnce(Timers.Kind.COMMANDS, rest, () -> {
            dialogue.offerAgain();
            flush();
        });
    }

    /** Whether the peer reads what it is sent; all that is gathered goes out first. */
    boolean takesMore() {
        flush();
        return dialogue.takesFrames() && context.channel().isWritable();
    }

    @Override
    public long now() {
        return edge.ports.clock().millis();
    }

    @Override
    public long nanos() {
        return loop.ticker().nanoTime();
    }

    @Override
    public void close(Ending ending) {
        edge.meters.ended(ending);
        Verdict.Accepted known = device;
        String who = known == null ? "-" : known.device().value();
        if (ending.condition().isPresent()) {
            String condition = ending.condition().get().symbol();
            edge.log.broke(context.channel().remoteAddress(), who, condition, ending.detail());
        } else {
            edge.log.ended(context.channel().remoteAddress(), who, ending.detail());
        }
        if (known != null) {
            edge.meters.connected.decrementAndGet();
            edge.ports.events().disconnected(known.device(), remote, ending.detail());
        }
        timers.stopAll();
        if (silence != null) {
            silence.cancel();
        }
        if (watch != null) {
            watch.close();
        }
        edge.waiters.remove(resume);
        inbound.release();
        if (context.channel().isActive()) {
            read(true);
            outbound.finish();
        } else {
            outbound.release();
        }
    }

    private void onLoop(Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
        } else {
            loop.execute(task);
        }
    }
}
