package io.headrace.gateway.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.gateway.amqp.Peer.World;
import io.headrace.gateway.ingest.NotStoredException.Cause;
import io.headrace.gateway.listen.Drain;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.apache.qpid.protonj2.types.messaging.Accepted;
import org.apache.qpid.protonj2.types.messaging.Modified;
import org.apache.qpid.protonj2.types.messaging.Rejected;
import org.apache.qpid.protonj2.types.messaging.Released;
import org.apache.qpid.protonj2.types.transport.Close;
import org.apache.qpid.protonj2.types.transport.DeliveryState;
import org.apache.qpid.protonj2.types.transport.Detach;
import org.apache.qpid.protonj2.types.transport.Disposition;
import org.apache.qpid.protonj2.types.transport.End;
import org.apache.qpid.protonj2.types.transport.ReceiverSettleMode;
import org.apache.qpid.protonj2.types.transport.Role;
import org.apache.qpid.protonj2.types.transport.Transfer;
import org.jspecify.annotations.Nullable;

/**
 * Connections of one device under a script of whatever happens in whatever order, a byte a step: frames good and bad,
 * Kafka's answers and failures, a full budget, quotas, time, drain. No step breaks a connection, no more is accepted than
 * is stored, and nothing is left when all is over.
 */
final class Script {
    private static final int STEPS = 22;
    private static final int MOST_STEPS = 200;

    private final World world =
            new World(Map.of("gateway.amqp.credit", "8", "gateway.amqp.max-links", "3", "gateway.max-payload", "1KiB"));
    private final byte[] script;
    private @Nullable Peer peer;
    private int at;
    private int deliveryId;
    private long accepted;

    private Script(byte[] script) {
        this.script = script;
    }

    /** Count of messages that were accepted. */
    static long play(byte[] script) {
        Script playing = new Script(script);
        playing.play();
        return playing.accepted;
    }

    private void play() {
        world.ingest.holdAnswers();
        for (int steps = 0; at < script.length && steps < MOST_STEPS; steps++) {
            step();
            if (peer != null) {
                listen(peer);
            }
            assertThat(accepted).isLessThanOrEqualTo(world.ingest.messages().size());
        }
        vanish();
        assertThat(world.count("headrace.amqp.connections")).isZero();
        assertThat(world.count("headrace.amqp.paused")).isZero();
        assertThat(world.identities.watched()).isZero();
        assertThat(world.ingest.reserved()).isZero();
    }

    private int next() {
        return at < script.length ? Byte.toUnsignedInt(script[at++]) : 0;
    }

    private void step() {
        switch (next() % STEPS) {
            case 0 -> connect();
            case 1 -> frame(Peer.begin());
            case 2 -> frame(Peer.sender(next() % 5, next() < 200 ? "telemetry/x" : "elsewhere"));
            case 3 -> frame(Peer.sender(next() % 3, "telemetry").setReceiverSettleMode(ReceiverSettleMode.SECOND));
            case 4 -> frame(Peer.transfer(deliveryId++).setHandle(next() % 3), Peer.message("x"));
            case 5 -> frame(Peer.transfer(deliveryId++).setHandle(next() % 3).setSettled(true), Peer.message("y"));
            case 6 -> frame(Peer.transfer(deliveryId++).setHandle(next() % 3).setMore(true), new byte[8 * next()]);
            case 7 -> frame(new Transfer().setHandle(next() % 3).setMore(next() < 128), new byte[64 * next()]);
            case 8 -> frame(new Transfer().setHandle(next() % 3).setAborted(true));
            case 9 -> frame(settled(next(), next()));
            case 10 -> frame(new Detach().setHandle(next() % 3).setClosed(true));
            case 11 -> frame(new End());
            case 12 -> answer();
            case 13 -> room();
            case 14 -> world.quotas.exhaust(next() * 100_000_000L);
            case 15 -> pass(Duration.ofSeconds(next()));
            case 16 -> raw();
            case 17 -> frame(Peer.receiver(next() % 3));
            case 18 -> frame(Peer.credit(next() % 3, next(), next()).setDrain(next() < 64));
            case 19 -> frame(outcome(next(), next(), next()));
            case 20 -> world.commands.make("d1", "c" + next(), "x".repeat(next()), Duration.ofSeconds(next() + 1));
            default -> rarely();
        }
    }

    private static Disposition outcome(int first, int count, int how) {
        DeliveryState state =
                switch (how % 4) {
                    case 0 -> Accepted.getInstance();
                    case 1 -> new Rejected();
                    case 2 -> Released.getInstance();
                    default -> new Modified(false, how > 128);
                };
        return Peer.outcome(first, first + count, state).setSettled(how < 200);
    }

    private static Disposition settled(int first, int count) {
        return new Disposition()
                .setRole(Role.SENDER)
                .setFirst(first)
                .setLast(first + count)
                .setSettled(true);
    }

    private void connect() {
        vanish();
        peer = world.begun();
        deliveryId = next();
    }

    private void answer() {
        if (world.ingest.unanswered() == 0) {
            return;
        }
        int how = next();
        if (how < 200) {
            world.ingest.answerNext();
        } else {
            world.ingest.failNext(how < 230 ? Cause.UNAVAILABLE : Cause.TOO_LARGE);
        }
    }

    private void room() {
        int how = next();
        if (how < 64) {
            world.ingest.fill();
        } else if (how < 192) {
            world.ingest.makeRoom();
        } else {
            world.ingest.reserveAtMost(how * 100L);
        }
    }

    private void pass(Duration time) {
        if (peer != null) {
            peer.after(time);
        }
    }

    private void raw() {
        int length = Math.min(next(), script.length - at);
        if (peer != null) {
            peer.send(Arrays.copyOfRange(script, at, at + length));
        }
        at += length;
    }

    private void rarely() {
        switch (next() % 8) {
            case 0 -> world.identities.disable("d1");
            case 1 -> drain();
            case 2 -> frame(new Close());
            case 3 -> vanish();
            default -> {}
        }
        world.identities.with("d1", "k1");
    }

    private void drain() {
        if (peer != null) {
            peer.channel.pipeline().fireUserEventTriggered(Drain.BEGIN);
        }
    }

    private void frame(Object performative) {
        frame(performative, new byte[0]);
    }

    private void frame(Object performative, byte[] payload) {
        if (peer != null) {
            peer.frame(0, performative, payload);
        }
    }

    private void vanish() {
        if (peer != null) {
            listen(peer);
            peer.vanish();
            peer.channel.checkException();
            peer = null;
        }
        world.ingest.makeRoom();
    }

    private void listen(Peer listening) {
        listening.channel.checkException();
        for (Object frame : listening.received()) {
            if (frame instanceof Disposition told && told.getState() instanceof Accepted) {
                accepted += told.hasLast() ? told.getLast() - told.getFirst() + 1 : 1;
            }
        }
    }
}
