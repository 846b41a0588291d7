package io.headrace.gateway.mqtt.session;

import io.headrace.gateway.admission.Allowance;
import io.headrace.gateway.command.Command;
import io.headrace.gateway.identity.Credentials;
import io.headrace.gateway.identity.Verdict;
import io.headrace.gateway.mqtt.codec.Malformed;
import io.headrace.gateway.mqtt.codec.Packet;
import io.headrace.gateway.mqtt.codec.Properties;
import io.headrace.gateway.mqtt.codec.Property;
import io.headrace.gateway.mqtt.codec.ReasonCode;
import io.headrace.gateway.mqtt.codec.Version;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One connection, from its first byte to its last. Each method is a transition: it takes what happened and returns what
 * to do about it. For one thread.
 *
 * <pre>
 * AwaitingConnect ─CONNECT─▶ Authenticating ─verdict─▶ Claiming ─claimed─▶ Connected
 *        └──────────────────────────┴──────────────────────┴───────────────────┴─▶ Ended
 * </pre>
 */
public final class Session {
    private final SessionLimits limits;
    private final Opening opening;
    private Phase phase = new Phase.AwaitingConnect();
    private Duration sessionExpiry = Duration.ZERO;
    private Optional<LastWill> will = Optional.empty();
    private boolean isDraining;

    public Session(SessionLimits limits) {
        this.limits = limits;
        this.opening = new Opening(limits);
    }

    /** Whether the next packet may be decoded: not while an answer is awaited, nor while too much is in flight. */
    public boolean takesPackets() {
        return switch (phase) {
            case Phase.AwaitingConnect waiting -> true;
            case Phase.Connected connected ->
                !isDraining && !connected.exchange().isFull();
            case Phase.Authenticating asking -> false;
            case Phase.Claiming claiming -> false;
            case Phase.Ended ended -> false;
        };
    }

    /** Whether nothing came yet: what comes next is no message. */
    public boolean awaitsConnect() {
        return phase instanceof Phase.AwaitingConnect;
    }

    public boolean isEnded() {
        return phase instanceof Phase.Ended;
    }

    /**
     * A CONNECT came: the first packet, as the decoder sees to.
     *
     * @param chain the peer's TLS certificate and those above it; empty where it showed none
     */
    public List<Effect> connect(Packet.Connect connect, List<X509Certificate> chain) {
        phase = new Phase.Authenticating(connect);
        Optional<ReasonCode> refusal = opening.refusal(connect);
        if (refusal.isPresent()) {
            return end(refusal.get(), "CONNECT refused: " + refusal.get());
        }
        Optional<Credentials> credentials = opening.credentials(connect, chain);
        return credentials.isPresent()
                ? List.of(new Effect.Authenticate(credentials.get()))
                : end(ReasonCode.BAD_USER_NAME_OR_PASSWORD, "no credentials");
    }

    /** The answer to {@link Effect.Authenticate}. */
    public List<Effect> authenticated(Verdict verdict) {
        if (!(phase instanceof Phase.Authenticating(Packet.Connect connect))) {
            return List.of();
        }
        return switch (verdict) {
            case Verdict.Rejected(Verdict.Refusal why) ->
                switch (why) {
                    case BAD_CREDENTIALS -> end(ReasonCode.BAD_USER_NAME_OR_PASSWORD, "bad credentials");
                    case THROTTLED -> end(ReasonCode.CONNECTION_RATE_EXCEEDED, "too many wrong credentials lately");
                    case NOT_ENABLED -> end(ReasonCode.NOT_AUTHORIZED, "the device is not enabled");
                };
            case Verdict.Accepted accepted -> {
                if (!opening.isItsOwn(connect, accepted.device())) {
                    yield end(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID, "the client id must be the device id");
                }
                phase = new Phase.Claiming(connect, accepted);
                yield List.of(new Effect.Claim(
                        accepted.device(), connect.cleanStart(), opening.lastWill(connect, accepted.device())));
            }
        };
    }

    /** Devices can't be told apart yet: the peer is to come back. */
    public List<Effect> unavailable() {
        return end(ReasonCode.SERVER_UNAVAILABLE, "the gateway isn't ready yet");
    }

    /**
     * The answer to {@link Effect.Claim}. Without effects where the connection is over: then abandon the claim.
     *
     * @param allowance what the device may send
     */
    public List<Effect> claimed(Sessions.Claim claim, Allowance allowance) {
        if (!(phase instanceof Phase.Claiming(Packet.Connect connect, Verdict.Accepted device))) {
            return List.of();
        }
        Opening.Terms terms = opening.terms(connect);
        sessionExpiry = terms.sessionExpiry();
        will = opening.lastWill(connect, device.device());
        Exchange exchange = new Exchange(limits, connect, claim, allowance);
        phase = new Phase.Connected(connect, exchange);
        Effect connack = new Effect.Send(opening.connack(connect, device, terms, claim.isPresent()));
        Effect establish = new Effect.Establish(device, terms.silence());
        return exchange.downlink().isListening()
                ? List.of(connack, establish, new Effect.Listen())
                : List.of(connack, establish);
    }

    /** Whether a command may be sent: the device wants commands, and not too many are in flight. */
    public boolean takesCommands() {
        return !isDraining
                && phase instanceof Phase.Connected connected
                && connected.exchange().downlink().hasRoom();
    }

    /**
     * Sends a command, while {@link #takesCommands}.
     *
     * @param now epoch milliseconds
     */
    public List<Effect> offer(Command command, long now) {
        return phase instanceof Phase.Connected connected
                ? List.of(connected.exchange().downlink().offer(command, now))
                : List.of();
    }

    /** A command couldn't be sent: it is larger than what the peer takes. */
    public void withdraw(Packet.Publish packet) {
        if (phase instanceof Phase.Connected connected) {
            connected.exchange().downlink().withdraw(packet);
        }
    }

    /**
     * A packet other than CONNECT came.
     *
     * @param now epoch milliseconds
     */
    public List<Effect> on(Packet.FromClient packet, long now) {
        if (!(phase instanceof Phase.Connected(Packet.Connect connect, Exchange exchange))) {
            return List.of();
        }
        return packet instanceof Packet.Disconnect end ? disconnect(end, connect) : carryOut(exchange.on(packet, now));
    }

    /** Deliveries were settled. */
    public List<Effect> settled() {
        if (!(phase instanceof Phase.Connected(Packet.Connect connect, Exchange exchange))) {
            return List.of();
        }
        List<Effect> answers = carryOut(exchange.settled());
        if (isEnded() || (!exchange.isNextLost() && !isDrained(exchange))) {
            return answers;
        }
        List<Effect> all = new ArrayList<>(answers);
        all.addAll(isDrained(exchange) ? end(Ending.SHUTDOWN) : carryOut(exchange.settled()));
        return all;
    }

    /** The gateway stops: nothing new is taken, and the connection ends when all is answered. */
    public List<Effect> drain() {
        isDraining = true;
        boolean waits = phase instanceof Phase.Connected connected
                && !connected.exchange().isIdle();
        return waits ? List.of() : end(Ending.SHUTDOWN);
    }

    private boolean isDrained(Exchange exchange) {
        return isDraining && exchange.isIdle();
    }

    /** Bytes came that are no packet. */
    public List<Effect> malformed(Malformed bad) {
        if (phase instanceof Phase.AwaitingConnect && mayBeTold(bad)) {
            return refuse(bad.version().get(), bad.reason(), bad.detail(), Opening.because(bad.detail()));
        }
        return end(bad.reason(), bad.detail());
    }

    /** MQTT 3.1.1 has no answer to a CONNECT that breaks a rule, but for its version [MQTT-3.1.4-1, MQTT-3.1.2-2]. */
    private static boolean mayBeTold(Malformed bad) {
        return bad.version().equals(Optional.of(Version.V5))
                || (bad.version().isPresent() && bad.reason() == ReasonCode.UNSUPPORTED_PROTOCOL_VERSION);
    }

    /** Something else ends the connection. */
    public List<Effect> end(Ending ending) {
        if (isEnded()) {
            return List.of();
        }
        if (ending == Ending.REVOKED) {
            will = Optional.empty(); // what may not be connected may not publish
        }
        return ending.isTold()
                ? end(ending.reason(), ending.detail())
                : over(List.of(), ending.reason(), ending.detail());
    }

    private List<Effect> carryOut(Step step) {
        return switch (step) {
            case Step.Go(List<Effect> effects) -> effects;
            case Step.Stop(ReasonCode reason, String detail) -> end(reason, detail);
        };
    }

    private List<Effect> disconnect(Packet.Disconnect end, Packet.Connect connect) {
        long expiry = end.properties().number(Property.SESSION_EXPIRY_INTERVAL, -1);
        if (expiry > 0 && connect.properties().number(Property.SESSION_EXPIRY_INTERVAL, 0) == 0) {
            return end(ReasonCode.PROTOCOL_ERROR, "a session expiry that CONNECT didn't ask for");
        }
        if (expiry >= 0) {
            sessionExpiry = opening.granted(expiry);
        }
        if (end.reason() == ReasonCode.SUCCESS) {
            will = Optional.empty(); // [MQTT-3.14.4-3]: only a normal disconnection discards it
        }
        return over(List.of(), end.reason(), "the device disconnected");
    }

    private List<Effect> end(ReasonCode reason, String detail) {
        return switch (phase) {
            case Phase.Connected(Packet.Connect connect, Exchange exchange) -> {
                // What is stored is acknowledged first, so that it isn't sent again.
                List<Effect> effects = new ArrayList<>(exchange.answers());
                if (connect.version() == Version.V5) {
                    effects.add(new Effect.Send(new Packet.Disconnect(reason, Opening.because(connect, detail))));
                }
                yield over(effects, reason, detail);
            }
            case Phase.Authenticating(Packet.Connect connect) -> refuse(connect, reason, detail);
            case Phase.Claiming claiming -> refuse(claiming.connect(), reason, detail);
            case Phase.AwaitingConnect waiting -> over(List.of(), reason, detail);
            case Phase.Ended ended -> List.of();
        };
    }

    private List<Effect> refuse(Packet.Connect connect, ReasonCode reason, String detail) {
        return refuse(connect.version(), reason, detail, Opening.because(connect, detail));
    }

    private List<Effect> refuse(Version version, ReasonCode reason, String detail, Properties why) {
        List<Effect> answer = Opening.refused(version, reason, why)
                .<List<Effect>>map(connack -> List.of(new Effect.Send(connack)))
                .orElse(List.of());
        return over(answer, reason, detail);
    }

    private List<Effect> over(List<Effect> before, ReasonCode reason, String detail) {
        List<Effect> effects = new ArrayList<>(before);
        if (will.isPresent() && isDue(will.get())) {
            effects.add(new Effect.Publish(will.get()));
            will = Optional.empty();
        }
        if (phase instanceof Phase.Connected connected) {
            connected.exchange().end();
        }
        effects.add(new Effect.Release(sessionExpiry, will));
        effects.add(new Effect.Close(reason, detail));
        phase = new Phase.Ended();
        return effects;
    }

    /** Whether a will is published now: its session ends here, as all do with the gateway, or it has no delay. */
    private boolean isDue(LastWill last) {
        return isDraining || last.delay(sessionExpiry).isZero();
    }
}
