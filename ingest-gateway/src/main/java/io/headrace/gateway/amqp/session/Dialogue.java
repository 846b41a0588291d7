package io.headrace.gateway.amqp.session;

import io.headrace.gateway.amqp.codec.Condition;
import io.headrace.gateway.amqp.codec.Decoded;
import io.headrace.gateway.amqp.codec.Decoded.ProtocolHeader;
import io.headrace.gateway.amqp.codec.FrameDecoder;
import io.headrace.gateway.amqp.codec.FrameEncoder;
import io.headrace.gateway.amqp.codec.Malformed;
import io.headrace.gateway.amqp.codec.Performative;
import io.headrace.gateway.amqp.codec.Violation;
import io.headrace.gateway.amqp.message.MessageReader;
import io.headrace.gateway.identity.Credentials;
import io.headrace.gateway.identity.Verdict;
import java.util.Optional;

/** One connection from its first byte to its last frame: SASL, open, sessions, close. For the connection's event loop. */
public final class Dialogue {
    /** Tokens are long; the standard's 512 bytes would be too few for some (section 5.3.1). */
    private static final int MAX_SASL_FRAME = 4096;

    private static final int MIN_MAX_FRAME = 512;
    private static final int SHORTEST_IDLE_TIMEOUT = 1000;

    private final Host host;
    private final Downlink downlink;
    private final SessionLimits limits;
    private final FrameDecoder in;
    private final FrameEncoder out;
    private final LinkSessions sessions;
    private Phase phase = new Phase.AwaitingSasl();
    private boolean isDraining;

    /** @param in of the same connection, which is told what to expect */
    public Dialogue(Host host, Downlink downlink, SessionLimits limits, FrameDecoder in, FrameEncoder out) {
        this.host = host;
        this.downlink = downlink;
        this.limits = limits;
        this.in = in;
        this.out = out;
        this.sessions = new LinkSessions(limits.maxSessions(), out);
    }

    public boolean isEnded() {
        return phase instanceof Phase.Ended;
    }

    /** Whether anything may be decoded. */
    public boolean takesFrames() {
        return !isDraining && !isEnded();
    }

    public boolean isOpen() {
        return phase instanceof Phase.Opened;
    }

    /** Something other than {@link Decoded.Incomplete} was decoded. */
    public void on(Decoded decoded) {
        try {
            switch (decoded) {
                case Performative performative -> on(performative);
                case ProtocolHeader header -> header(header);
                case Malformed(Condition condition, String detail) -> throw new Violation(condition, detail);
                case Decoded.Empty alive -> {}
                case Decoded.Incomplete more -> throw new IllegalArgumentException("nothing was decoded");
            }
        } catch (Violation e) {
            end(Ending.of(e.condition(), e.detail()));
        }
    }

    private void header(ProtocolHeader header) throws Violation {
        switch (phase) {
            case Phase.AwaitingSasl first -> {
                out.saslHeader(); // also what a peer is told that began with something else (section 2.2)
                require(header.isVersion1() && header.id() == ProtocolHeader.SASL, "SASL comes first");
                out.saslMechanisms(SaslExchange.mechanisms(host.certificates()));
                in.expectSaslFrames(MAX_SASL_FRAME);
                phase = new Phase.AwaitingInit();
            }
            case Phase.AwaitingHeader(Verdict.Accepted device) -> {
                out.amqpHeader();
                require(header.isVersion1() && header.id() == ProtocolHeader.AMQP, "AMQP 1.0 comes after SASL");
                in.expectFrames(limits.maxFrame());
                phase = new Phase.AwaitingOpen(device);
            }
            default -> throw new Violation(Condition.FRAMING_ERROR, "a header where frames are due");
        }
    }

    private static void require(boolean isSo, String detail) throws Violation {
        if (!isSo) {
            throw new Violation(Condition.FRAMING_ERROR, detail);
        }
    }

    private void on(Performative performative) throws Violation {
        switch (phase) {
            case Phase.Opened(Verdict.Accepted device, Surroundings around) -> dispatch(performative, around);
            case Phase.AwaitingInit now -> {
                if (performative instanceof Performative.SaslInit init) {
                    authenticate(init);
                } else {
                    refuse(SaslExchange.BAD_CREDENTIALS);
                }
            }
            case Phase.AwaitingOpen(Verdict.Accepted device) -> {
                require(performative instanceof Performative.Open, "open comes first");
                if (performative instanceof Performative.Open open) {
                    open(open, device);
                }
            }
            default -> throw new Violation(Condition.FRAMING_ERROR, "a frame where a header is due");
        }
    }

    private void authenticate(Performative.SaslInit init) {
        Optional<Credentials> shown = SaslExchange.credentials(init, host.certificates());
        if (shown.isEmpty()) {
            refuse(SaslExchange.BAD_CREDENTIALS);
            return;
        }
        Optional<Verdict> verdict = host.authenticate(shown.get());
        if (verdict.isEmpty()) {
            refuse(SaslExchange.TRY_LATER);
            return;
        }
        switch (verdict.get()) {
            case Verdict.Accepted accepted -> {
                out.saslOutcome(SaslExchange.OK);
                in.expectHeader();
                phase = new Phase.AwaitingHeader(accepted);
            }
            case Verdict.Rejected(Verdict.Refusal why) ->
                refuse(
                        switch (why) {
                            case BAD_CREDENTIALS -> SaslExchange.BAD_CREDENTIALS;
                            case NOT_ENABLED -> SaslExchange.NOT_ALLOWED;
                            case THROTTLED -> SaslExchange.TRY_LATER;
                        });
        }
    }

    private void refuse(int outcome) {
        out.saslOutcome(outcome);
        end(Ending.REFUSED);
    }

    private void open(Performative.Open open, Verdict.Accepted device) throws Violation {
        if (open.maxFrameSize() < MIN_MAX_FRAME) {
            throw new Violation(Condition.INVALID_FIELD, "max-frame-size is below 512");
        }
        if (open.idleTimeout() > 0 && open.idleTimeout() < SHORTEST_IDLE_TIMEOUT) {
            throw new Violation(Condition.NOT_ALLOWED, "an idle time-out below a second");
        }
        out.limit(open.maxFrameSize());
        sendOpen();
        MessageReader reader = new MessageReader(device.device(), limits.maxPayload());
        phase = new Phase.Opened(device, new Surroundings(host, downlink, out, reader, limits));
        host.opened(device, open.idleTimeout() / 2);
    }

    private void sendOpen() {
        out.open(
                limits.containerId(),
                limits.maxFrame(),
                limits.maxSessions() - 1,
                limits.idleTimeout().toMillis());
    }

    private void dispatch(Performative performative, Surroundings around) throws Violation {
        switch (performative) {
            case Performative.OnSession each -> sessions.on(each);
            case Performative.Begin begin -> sessions.begin(begin, around);
            case Performative.End end -> sessions.end(end.channel());
            case Performative.Close close -> {
                out.close();
                over(Ending.CLOSED);
            }
            case Performative.Open again -> throw new Violation(Condition.NOT_ALLOWED, "a second open");
            case Performative.SaslInit late -> throw new Violation(Condition.NOT_ALLOWED, "SASL is over");
            case Performative.OtherSasl late -> throw new Violation(Condition.NOT_ALLOWED, "SASL is over");
        }
    }

    /** Deliveries were decided. */
    public void settled() {
        boolean isLost = sessions.answer();
        if (isLost || (host.hasLost() && sessions.isIdle())) {
            sessions.releaseAll();
            end(Ending.NOT_STORED);
        } else if (isDraining && sessions.isIdle()) {
            end(Ending.SHUTDOWN);
        } else {
            grant();
        }
    }

    /** There may be room for more under way. */
    public void grant() {
        sessions.grant();
    }

    /** There may be a command to send, or room for it. */
    public void offer() {
        sessions.offer();
    }

    /** Commands that were released may be sent again. */
    public void offerAgain() {
        sessions.offerAgain();
    }

    /** Ends links on which a message has been incomplete for so long; whether other messages are incomplete. */
    public boolean endStuck(long nanos) {
        return sessions.endStuck(nanos);
    }

    /** The gateway stops: nothing new is taken, and the connection ends when all is answered. */
    public void drain() {
        isDraining = true;
        if (!isOpen() || sessions.isIdle()) {
            end(Ending.SHUTDOWN);
        }
    }

    /** Ends the connection, telling the peer where it can be told. */
    public void end(Ending ending) {
        if (isEnded()) {
            return;
        }
        Optional<Condition> condition = ending.condition();
        boolean isNegotiated = isOpen() || phase instanceof Phase.AwaitingOpen;
        if (isNegotiated && condition.isPresent()) {
            if (!isOpen()) {
                sendOpen(); // close may only follow it (section 2.4.1)
            }
            out.close(condition.get(), ending.detail());
        }
        over(ending);
    }

    private void over(Ending ending) {
        sessions.drop();
        phase = new Phase.Ended();
        host.close(ending);
    }
}
