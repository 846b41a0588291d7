package io.headrace.gateway.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.gateway.amqp.Peer.World;
import io.headrace.gateway.listen.Drain;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.qpid.protonj2.types.Symbol;
import org.apache.qpid.protonj2.types.security.SaslInit;
import org.apache.qpid.protonj2.types.security.SaslMechanisms;
import org.apache.qpid.protonj2.types.transport.Begin;
import org.apache.qpid.protonj2.types.transport.Close;
import org.apache.qpid.protonj2.types.transport.End;
import org.apache.qpid.protonj2.types.transport.Flow;
import org.apache.qpid.protonj2.types.transport.Open;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A connection from its first byte to its end. */
class AmqpConnectionTest {
    private final World world = new World();

    @Test
    void letsADeviceInThatShowsItsKey() {
        Peer peer = world.connect().send(Peer.SASL_HEADER);
        assertThat(peer.next(SaslMechanisms.class).getSaslServerMechanisms()).containsExactly(Symbol.valueOf("PLAIN"));

        peer.frame(Peer.plain("d1", "k1")).send(Peer.AMQP_HEADER).frame(0, new Open().setContainerId("c1"));

        assertThat(peer.lines()).containsExactly("outcome OK", "header 0", "Open");
        assertThat(world.events.lines()).containsExactly("connected d1 amqp");
        assertThat(world.count("headrace.amqp.connections")).isOne();
    }

    @Test
    void tellsItsLimits() {
        Peer peer = world.authenticated().frame(0, new Open().setContainerId("c1"));

        Open open = peer.next(Open.class);
        assertThat(open.getContainerId()).isEqualTo("gw");
        assertThat(open.getMaxFrameSize()).isEqualTo(64 << 10);
        assertThat(open.getChannelMax()).isEqualTo(7);
        assertThat(open.getIdleTimeout()).isEqualTo(60_000);
    }

    @Test
    void takesEverythingInOneRead() {
        // Given: a client that doesn't wait for answers
        byte[] all = Bytes.joined(
                Bytes.hex(Peer.SASL_HEADER),
                Frames.sasl(Peer.plain("d1", "k1")),
                Bytes.hex(Peer.AMQP_HEADER),
                Frames.amqp(0, new Open().setContainerId("c1"), new byte[0]),
                Frames.amqp(0, Peer.begin(), new byte[0]));

        Peer peer = world.connect().send(all);

        assertThat(peer.lines())
                .containsExactly("header 3", "SaslMechanisms", "outcome OK", "header 0", "Open", "Begin");
    }

    @Test
    void takesEverythingByteByByte() {
        byte[] all = Bytes.joined(
                Bytes.hex(Peer.SASL_HEADER),
                Frames.sasl(Peer.plain("d1", "k1")),
                Bytes.hex(Peer.AMQP_HEADER),
                Frames.amqp(0, new Open().setContainerId("c1"), new byte[0]));
        Peer peer = world.connect();

        for (byte each : all) {
            peer.send(new byte[] {each});
        }

        assertThat(peer.lines()).endsWith("outcome OK", "header 0", "Open");
    }

    @ParameterizedTest
    @CsvSource({
        "PLAIN, '|d1|wrong', AUTH",
        "PLAIN, '|nobody|k1', AUTH",
        "PLAIN, 'd2|d1|k1', AUTH",
        "PLAIN, 'd1', AUTH",
        "PLAIN, '', AUTH",
        "PLAIN, '|off|k3', SYS_PERM",
        "EXTERNAL, 'd1', AUTH",
        "ANONYMOUS, 'd1', AUTH",
        "CRAM-MD5, '|d1|k1', AUTH",
    })
    void refusesWhatProvesNothing(String mechanism, String response, String outcome) {
        Peer peer = world.connect().send(Peer.SASL_HEADER);

        peer.frame(new SaslInit()
                .setMechanism(Symbol.valueOf(mechanism))
                .setInitialResponse(Frames.buffer(Bytes.text(response.replace('|', '\0')))));

        assertThat(peer.lines()).endsWith("outcome " + outcome);
        assertThat(peer.isOpen()).isFalse();
        assertThat(world.count("headrace.amqp.ended", "condition", "UNAUTHORIZED_ACCESS"))
                .isOne();
    }

    @Test
    void takesAnActingIdThatIsTheDevicesOwn() {
        Peer peer = world.connect().send(Peer.SASL_HEADER);

        peer.frame(new SaslInit()
                .setMechanism(Symbol.valueOf("PLAIN"))
                .setInitialResponse(Frames.buffer(Bytes.text("d1\0d1\0k1"))));

        assertThat(peer.lines()).endsWith("outcome OK");
    }

    @ParameterizedTest
    @CsvSource({"414d515000010000", "414d515002010000", "414d515003000900", "474554202f204854", "ffffffff00000000"})
    void tellsWhoeverDoesNotBeginWithSaslThatItShould(String first) {
        Peer peer = world.connect().send(first);

        boolean isAmqp = first.startsWith("414d5150");
        assertThat(peer.lines()).isEqualTo(isAmqp ? List.of("header 3") : List.of());
        assertThat(peer.isOpen()).isFalse();
        assertThat(world.count("headrace.amqp.ended", "condition", "FRAMING_ERROR"))
                .isOne();
    }

    @Test
    void endsAConnectionThatShowsCredentialsTwice() {
        Peer peer = world.connect().send(Peer.SASL_HEADER).frame(Peer.plain("d1", "k1"));

        peer.frame(Peer.plain("d1", "k1"));

        assertThat(peer.isOpen()).isFalse();
    }

    @Test
    void endsAConnectionThatIsNotOpenedInTime() {
        Peer stranger = world.connect();
        Peer known = world.authenticated();
        known.received();

        stranger.after(Duration.ofSeconds(10));
        known.after(Duration.ofSeconds(10));

        assertThat(stranger.isOpen()).isFalse();
        assertThat(known.lines()).containsExactly("Open", "close amqp:resource-limit-exceeded");
        assertThat(known.isOpen()).isFalse();
    }

    @Test
    void opensBeforeItClosesWhereAFrameComesTooEarly() {
        Peer peer = world.authenticated().frame(0, Peer.begin());

        assertThat(peer.lines()).endsWith("Open", "close amqp:connection:framing-error");
    }

    @ParameterizedTest
    @CsvSource({"511, 0, amqp:invalid-field", "512, 999, amqp:not-allowed"})
    void refusesTermsThatItCannotKeep(int maxFrame, int idleTimeout, String condition) {
        Peer peer = world.authenticated()
                .frame(
                        0,
                        new Open()
                                .setContainerId("c1")
                                .setMaxFrameSize(maxFrame)
                                .setIdleTimeout(idleTimeout));

        assertThat(peer.lines()).endsWith("close " + condition);
    }

    @Test
    void answersTheClose() {
        Peer peer = world.begun().frame(0, new Close());

        assertThat(peer.lines()).containsExactly("close -");
        assertThat(peer.isOpen()).isFalse();
        assertThat(world.events.lines())
                .containsExactly("connected d1 amqp", "disconnected d1 amqp the device closed the connection");
        assertThat(world.count("headrace.amqp.connections")).isZero();
        assertThat(world.identities.watched()).isZero();
    }

    @Test
    void noticesThatTheConnectionIsLost() {
        Peer peer = world.begun();

        peer.vanish();

        assertThat(world.events.lines()).endsWith("disconnected d1 amqp the connection was lost");
        assertThat(world.identities.watched()).isZero();
    }

    @Test
    void endsTheConnectionOfADeviceThatMayNotBeConnectedAnyMore() {
        Peer peer = world.begun();

        world.identities.disable("d1");

        assertThat(peer.lines()).containsExactly("close amqp:unauthorized-access");
        assertThat(peer.isOpen()).isFalse();
    }

    @Test
    void endsAConnectionThatIsSilent() {
        Peer peer = world.begun();

        peer.after(Duration.ofSeconds(119)).send("0000000802000000");
        peer.after(Duration.ofSeconds(119));
        assertThat(peer.isOpen()).isTrue();
        peer.after(Duration.ofSeconds(2));

        assertThat(peer.lines()).containsExactly("close amqp:resource-limit-exceeded");
    }

    @Test
    void saysThatItIsThereAsOftenAsThePeerWants() {
        Peer peer =
                world.authenticated().frame(0, new Open().setContainerId("c1").setIdleTimeout(4_000));
        peer.received();

        for (int second = 0; second < 4; second++) {
            peer.after(Duration.ofSeconds(1));
        }

        assertThat(peer.lines()).hasSizeGreaterThanOrEqualTo(2).containsOnly("empty");
    }

    @Test
    void saysNothingToAPeerWithoutATimeOut() {
        Peer peer =
                world.authenticated().frame(0, new Open().setContainerId("c1").setIdleTimeout(0));
        peer.received();

        peer.after(Duration.ofSeconds(100));

        assertThat(peer.lines()).isEmpty();
    }

    @Test
    void answersAnEchoAndTheEndOfASession() {
        Peer peer = world.begun();

        peer.frame(
                        0,
                        new Flow()
                                .setNextIncomingId(0)
                                .setIncomingWindow(1)
                                .setNextOutgoingId(0)
                                .setOutgoingWindow(1)
                                .setEcho(true))
                .frame(0, new End())
                .frame(0, Peer.begin());

        assertThat(peer.lines()).containsExactly("flow next 0", "end -", "Begin");
    }

    @Test
    void endsOnAChannelAboveItsMaximum() {
        Peer peer = world.begun().frame(8, Peer.begin());

        assertThat(peer.lines()).containsExactly("close amqp:connection:framing-error");
    }

    @Test
    void endsWhereASessionBeginsTwice() {
        Peer peer = world.begun().frame(0, Peer.begin());

        assertThat(peer.lines()).containsExactly("close amqp:not-allowed");
    }

    @Test
    void beginsAsManySessionsAsItTold() {
        Peer peer = world.begun();

        for (int channel = 1; channel < 8; channel++) {
            peer.frame(channel, Peer.begin());
        }

        assertThat(peer.received()).hasSize(7).allMatch(Begin.class::isInstance);
    }

    @Test
    void sendsIdleDevicesAwayWhenTheGatewayStops() {
        Peer open = world.begun();
        Peer stranger = world.connect();

        open.channel.pipeline().fireUserEventTriggered(Drain.BEGIN);
        stranger.channel.pipeline().fireUserEventTriggered(Drain.BEGIN);

        assertThat(open.lines()).containsExactly("close amqp:connection:forced");
        assertThat(open.isOpen()).isFalse();
        assertThat(stranger.isOpen()).isFalse();
    }

    @Test
    void namesTheOpenTimeOutsKey() {
        World hasty = new World(Map.of("gateway.amqp.open-timeout", "1s"));
        Peer peer = hasty.connect();

        peer.after(Duration.ofSeconds(1));

        assertThat(peer.isOpen()).isFalse();
    }
}
