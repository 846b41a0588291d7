package io.headrace.gateway.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.gateway.amqp.Peer.World;
import org.apache.qpid.protonj2.types.messaging.Source;
import org.apache.qpid.protonj2.types.messaging.Target;
import org.apache.qpid.protonj2.types.transactions.Coordinator;
import org.apache.qpid.protonj2.types.transport.Attach;
import org.apache.qpid.protonj2.types.transport.Detach;
import org.apache.qpid.protonj2.types.transport.End;
import org.apache.qpid.protonj2.types.transport.Flow;
import org.apache.qpid.protonj2.types.transport.Open;
import org.apache.qpid.protonj2.types.transport.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Links: where a device may send, and how much. */
class LinkTest {
    private final World world = new World();
    private final Peer peer = world.begun();

    @ParameterizedTest
    @ValueSource(strings = {"telemetry", "/telemetry", "telemetry/indoor", "/telemetry/indoor/air"})
    void takesALinkToTelemetryAndGivesItCredit(String address) {
        peer.frame(0, Peer.sender(3, address));

        Attach answer = peer.next(Attach.class);
        assertThat(answer.getHandle()).isEqualTo(3);
        assertThat(answer.getRole()).isEqualTo(Role.RECEIVER);
        assertThat(((Target) answer.getTarget()).getAddress()).isEqualTo(address);
        assertThat(answer.getSource().getAddress()).isEqualTo("here");
        assertThat(answer.getMaxMessageSize().longValue()).isEqualTo((256 << 10) + (64 << 10));
        assertThat(peer.lines()).containsExactly("flow 3 count 0 credit 200");
    }

    @ParameterizedTest
    @CsvSource({
        "elsewhere, amqp:not-found",
        "telemetry/, amqp:not-found",
        "telemetryx, amqp:not-found",
        "//telemetry, amqp:not-found",
        "devices/d2/messages/events, amqp:unauthorized-access",
        "/devices/d1/messages/events, amqp:unauthorized-access",
        "commands/d2, amqp:unauthorized-access",
        "$management, amqp:unauthorized-access",
    })
    void refusesOtherAddresses(String address, String condition) {
        peer.frame(0, Peer.sender(0, address));

        assertThat(peer.lines()).containsExactly("attach 0 RECEIVER nowhere", "detach 0 " + condition);
        assertThat(peer.isOpen()).isTrue();
    }

    @Test
    void refusesTheAnonymousNode() {
        peer.frame(0, Peer.sender(0, "x").setTarget(new Target()));

        assertThat(peer.lines()).containsExactly("attach 0 RECEIVER nowhere", "detach 0 amqp:not-found");
    }

    @Test
    void refusesDynamicNodes() {
        peer.frame(0, Peer.sender(0, "x").setTarget(new Target().setDynamic(true)));

        assertThat(peer.lines()).containsExactly("attach 0 RECEIVER nowhere", "detach 0 amqp:not-implemented");
    }

    @Test
    void refusesTransactions() {
        peer.frame(0, Peer.sender(0, "x").setTarget(new Coordinator()));

        assertThat(peer.lines()).containsExactly("attach 0 RECEIVER nowhere", "detach 0 amqp:not-implemented");
        assertThat(world.count("headrace.amqp.links.refused", "condition", "NOT_IMPLEMENTED"))
                .isOne();
    }

    @ParameterizedTest
    @CsvSource({
        "commands/d1, amqp:unauthorized-access",
        "devices/d2/messages/devicebound, amqp:unauthorized-access",
        "telemetry, amqp:not-found",
        "elsewhere, amqp:not-found",
    })
    void sendsNothingButCommands(String address, String condition) {
        peer.frame(0, Peer.receiver(0).setSource(new Source().setAddress(address)));

        assertThat(peer.lines()).containsExactly("attach 0 SENDER nowhere", "detach 0 " + condition);
    }

    @Test
    void takesAHandleAgainThatIsFree() {
        peer.frame(0, Peer.sender(0, "telemetry"));
        peer.received();

        peer.frame(0, new Detach().setHandle(0).setClosed(true)).frame(0, Peer.sender(0, "telemetry/x"));

        assertThat(peer.lines()).containsExactly("detach 0 -", "attach 0 RECEIVER target", "flow 0 count 0 credit 200");
    }

    @Test
    void takesAHandleAgainOnceThePeerHasSeenTheRefusal() {
        peer.frame(0, Peer.sender(0, "elsewhere"));
        peer.received();

        peer.message(0, "lost on the way").frame(0, new Detach().setHandle(0).setClosed(true));
        peer.frame(0, Peer.sender(0, "telemetry"));

        assertThat(peer.lines()).containsExactly("attach 0 RECEIVER target", "flow 0 count 0 credit 200");
        assertThat(world.ingest.messages()).isEmpty();
    }

    @Test
    void endsASessionThatUsesAHandleTwice() {
        peer.frame(0, Peer.sender(0, "telemetry"));
        peer.received();

        peer.frame(0, Peer.sender(0, "telemetry/x"));

        assertThat(peer.lines()).containsExactly("end amqp:session:handle-in-use");
        assertThat(peer.isOpen()).isTrue();
    }

    @Test
    void endsASessionThatUsesAHandleOfNoLink() {
        peer.message(0, "x");

        assertThat(peer.lines()).containsExactly("end amqp:session:unattached-handle");
        peer.message(1, "y").frame(0, new End());
        peer.frame(0, Peer.begin());
        assertThat(peer.lines()).containsExactly("Begin");
    }

    @Test
    void endsTheConnectionOnAHandleAboveItsMaximum() {
        peer.frame(0, Peer.sender(16, "telemetry"));

        assertThat(peer.lines()).containsExactly("close amqp:connection:framing-error");
    }

    @Test
    void endsTheConnectionOnAChannelWithoutASession() {
        peer.frame(5, Peer.sender(0, "telemetry"));

        assertThat(peer.lines()).containsExactly("close amqp:connection:framing-error");
    }

    @Test
    void endsTheConnectionOnALinkNameThatIsTooLong() {
        peer.frame(0, Peer.sender(0, "telemetry").setName("n".repeat(257)));

        assertThat(peer.lines()).containsExactly("close amqp:invalid-field");
    }

    @Test
    void leavesTheSourceOutWhereThePeersFramesAreTooSmall() {
        Peer small = world.authenticated()
                .frame(0, new Open().setContainerId("c1").setMaxFrameSize(512))
                .frame(0, Peer.begin());

        small.frame(0, Peer.sender(0, "telemetry").setSource(new Source().setAddress("s".repeat(600))));

        assertThat(small.next(Attach.class).getSource()).isNull();
    }

    @Test
    void closesWhereThePeersFramesAreTooSmallForTheAnswer() {
        Peer small = world.authenticated()
                .frame(0, new Open().setContainerId("c1").setMaxFrameSize(512))
                .frame(0, Peer.begin());
        small.received();

        small.frame(0, Peer.sender(0, "telemetry").setName("ß".repeat(256)));

        assertThat(small.lines()).containsExactly("close amqp:frame-size-too-small");
    }

    @Test
    void givesNoCreditWithoutRoomAndGivesItWhenThereIsSome() {
        Peer late = world.begun();
        world.ingest.fill();
        late.frame(0, Peer.sender(0, "telemetry"));
        assertThat(late.lines()).isEmpty(); // nothing is read either

        world.ingest.makeRoom();

        assertThat(late.lines()).containsExactly("attach 0 RECEIVER target", "flow 0 count 0 credit 200");
    }

    @Test
    void tellsTheStateOfALinkWhenAsked() {
        peer.frame(0, Peer.sender(0, "telemetry")).message(0, "x");
        peer.received();

        peer.frame(
                0,
                new Flow()
                        .setNextIncomingId(0)
                        .setIncomingWindow(1)
                        .setNextOutgoingId(1)
                        .setOutgoingWindow(1)
                        .setHandle(0)
                        .setEcho(true));

        assertThat(peer.lines()).containsExactly("flow 0 count 1 credit 199");
    }
}
