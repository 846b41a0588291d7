package io.headrace.gateway.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.gateway.amqp.Peer.World;
import io.headrace.gateway.listen.Drain;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.qpid.protonj2.types.Symbol;
import org.apache.qpid.protonj2.types.UnsignedLong;
import org.apache.qpid.protonj2.types.messaging.Accepted;
import org.apache.qpid.protonj2.types.messaging.ApplicationProperties;
import org.apache.qpid.protonj2.types.messaging.Data;
import org.apache.qpid.protonj2.types.messaging.Header;
import org.apache.qpid.protonj2.types.messaging.Modified;
import org.apache.qpid.protonj2.types.messaging.Properties;
import org.apache.qpid.protonj2.types.messaging.Rejected;
import org.apache.qpid.protonj2.types.messaging.Released;
import org.apache.qpid.protonj2.types.messaging.Source;
import org.apache.qpid.protonj2.types.transport.Attach;
import org.apache.qpid.protonj2.types.transport.Detach;
import org.apache.qpid.protonj2.types.transport.Disposition;
import org.apache.qpid.protonj2.types.transport.End;
import org.apache.qpid.protonj2.types.transport.ErrorCondition;
import org.apache.qpid.protonj2.types.transport.Flow;
import org.apache.qpid.protonj2.types.transport.Open;
import org.apache.qpid.protonj2.types.transport.ReceiverSettleMode;
import org.apache.qpid.protonj2.types.transport.Role;
import org.apache.qpid.protonj2.types.transport.SenderSettleMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands over AMQP: a device receives them on one link, and answers on another. */
class CommandsTest {
    private final World world = new World();

    @Test
    void theLinkIsAttachedAndNothingIsSentBeforeThereIsCredit() {
        world.commands.make("d1", "c1");
        Peer peer = world.begun();

        peer.frame(0, Peer.receiver(3).setSource(new Source().setAddress("/commands")));

        Attach answer = peer.next(Attach.class);
        assertThat(answer.getHandle()).isEqualTo(3);
        assertThat(answer.getRole()).isEqualTo(Role.SENDER);
        assertThat(answer.getSource().getAddress()).isEqualTo("/commands");
        assertThat(answer.getInitialDeliveryCount()).isZero();
        assertThat(peer.received()).isEmpty();
        assertThat(peer.frame(0, Peer.credit(3, 0, 1)).lines()).containsExactly("transfer 0");
    }

    @Test
    void aCommandIsAMessageThatSaysAllOfIt() {
        Peer peer = world.listening(10);
        world.commands.make("d1", "c1", "{\"valve\":3}", Duration.ofSeconds(90));

        List<Object> sections = Frames.read(peer.next(Frames.Sent.class).payload());

        assertThat(((Header) sections.get(0)).getTimeToLive()).isEqualTo(90_000);
        Properties properties = (Properties) sections.get(1);
        assertThat(properties.getMessageId()).isEqualTo("c1");
        assertThat(properties.getCorrelationId()).isEqualTo("c1");
        assertThat(properties.getSubject()).isEqualTo("open");
        assertThat(properties.getReplyTo()).isEqualTo("commands/results");
        assertThat(properties.getContentType()).isEqualTo("application/json");
        assertThat(properties.getAbsoluteExpiryTime())
                .isEqualTo(World.NOW.plusSeconds(90).toEpochMilli());
        assertThat(new String(((Data) sections.get(2)).getValue(), StandardCharsets.UTF_8))
                .isEqualTo("{\"valve\":3}");
        assertThat(sections).hasSize(3);
    }

    @Test
    void creditIsRespectedAndSoIsTheOrder() {
        world.commands.make("d1", "c1").make("d2", "theirs").make("d1", "c2").make("d1", "c3");
        Peer peer = world.listening(2);

        assertThat(ids(peer)).containsExactly("c1", "c2");
        assertThat(peer.frame(0, Peer.credit(0, 1, 1)).received()).isEmpty();
        assertThat(ids(peer.frame(0, Peer.credit(0, 2, 5)))).containsExactly("c3");
    }

    @Test
    void theOutcomeSaysWhatBecameOfIt() {
        world.commands
                .make("d1", "taken")
                .make("d1", "refused")
                .make("d1", "not here")
                .make("d1", "said nothing");
        Peer peer = world.listening(10);

        peer.frame(0, Peer.outcome(0, 0, Accepted.getInstance()));
        peer.frame(0, Peer.outcome(1, 1, rejected("the valve\nis stuck")));
        peer.frame(0, Peer.outcome(2, 2, new Modified(true, true)));
        peer.frame(0, new Disposition().setRole(Role.RECEIVER).setFirst(3).setSettled(true));
        peer.after(Duration.ofSeconds(5));

        assertThat(world.commands.results()).containsExactly("taken DELIVERED", "refused FAILED");
        assertThat(world.commands.lastResult().getDetail())
                .isEqualTo("the device refused it: device:jam: the valve is stuck");
        assertThat(ids(peer)).as("each once").hasSize(4);
        assertThat(ids(world.listening(10))).containsExactly("taken", "not here", "said nothing");
    }

    private static Rejected rejected(String why) {
        return new Rejected().setError(new ErrorCondition(Symbol.valueOf("device:jam"), why));
    }

    @Test
    void whatIsReleasedComesAgainAfterAWhileUnlessItIsOver() {
        world.commands
                .make("d1", "c1")
                .make("d1", "late", "", Duration.ofSeconds(1))
                .make("d1", "answered")
                .make("d1", "c2");
        Peer peer = world.listening(10);
        peer.received();

        peer.frame(0, Peer.outcome(0, 2, Released.getInstance()));
        peer.frame(0, Peer.outcome(3, 3, new Modified(true, false)));
        assertThat(peer.received()).isEmpty();
        world.commands.after(Duration.ofSeconds(1));
        answer(peer, 0, "answered", "{}");
        peer.received();
        peer.after(Duration.ofSeconds(1));

        assertThat(ids(peer)).containsExactly("c1", "c2");
        assertThat(peer.after(Duration.ofSeconds(5)).received()).isEmpty();
    }

    @Test
    void whoSettlesSecondIsToldThatItIsSettled() {
        world.commands.make("d1", "c1");
        Peer peer = world.begun();
        peer.frame(0, Peer.receiver(0).setReceiverSettleMode(ReceiverSettleMode.SECOND));
        peer.frame(0, Peer.credit(0, 0, 1));
        peer.next(Frames.Sent.class);

        peer.frame(0, Peer.outcome(0, 0, Accepted.getInstance()).setSettled(false));

        Disposition told = peer.next(Disposition.class);
        assertThat(told.getRole()).isEqualTo(Role.SENDER);
        assertThat(told.getFirst()).isZero();
        assertThat(told.getSettled()).isTrue();
        assertThat(world.commands.results()).containsExactly("c1 DELIVERED");
    }

    @Test
    void onALinkWithoutAnswersItIsDeliveredWhenItIsWritten() {
        world.commands.make("d1", "c1");
        Peer peer = world.begun();

        peer.frame(0, Peer.receiver(0).setSenderSettleMode(SenderSettleMode.SETTLED))
                .frame(0, Peer.credit(0, 0, 1));

        assertThat(peer.next(Frames.Sent.class).head().getSettled()).isTrue();
        assertThat(world.commands.results()).containsExactly("c1 DELIVERED");
    }

    @Test
    void aDeviceThatNeverSettlesHasSoManyAndNoMore() {
        IntStream.range(0, 60).forEach(i -> world.commands.make("d1", "c" + i));
        Peer peer = world.listening(1_000);

        assertThat(ids(peer)).hasSize(32);
        peer.frame(0, Peer.outcome(0, 3, Accepted.getInstance()));

        assertThat(ids(peer)).containsExactly("c32", "c33", "c34", "c35");
    }

    @Test
    void aDeviceThatDoesntReadIsSentNothingMoreUntilItDoesAndIsCutOff() {
        Peer peer = world.listening(10);
        peer.reads(false);
        world.commands.make("d1", "c1").make("d1", "c2");
        assertThat(ids(peer)).isEmpty();

        peer.reads(true);
        assertThat(ids(peer)).containsExactly("c1", "c2");
        peer.reads(false);
        world.commands.make("d1", "c3");
        peer.frame(0, Peer.credit(0, 2, 10)).after(Duration.ofSeconds(10));

        assertThat(peer.isOpen()).isFalse();
        assertThat(ids(world.listening(10))).containsExactly("c1", "c2", "c3");
    }

    @Test
    void aLargeCommandComesInFramesThatThePeerTakesAndAsItsWindowOpens() {
        String payload = "x".repeat(3_000);
        world.commands.make("d1", "large", payload, Duration.ofMinutes(1)).make("d1", "next");
        Peer peer = world.authenticated();
        peer.frame(0, new Open().setContainerId("c1").setMaxFrameSize(512))
                .frame(0, Peer.begin().setIncomingWindow(4));
        peer.frame(0, Peer.receiver(0)).frame(0, Peer.credit(0, 0, 10).setIncomingWindow(4));

        List<Frames.Sent> first = sent(peer);
        assertThat(first).hasSize(4).allMatch(each -> each.head().getMore());
        peer.frame(0, Peer.credit(0, 0, 10).setNextIncomingId(4).setIncomingWindow(100));
        List<Frames.Sent> rest = sent(peer);

        StringBuilder whole = new StringBuilder();
        for (Frames.Sent each : java.util.stream.Stream.concat(first.stream(), rest.stream())
                .filter(each -> each.head().getDeliveryId() == 0)
                .toList()) {
            whole.append(new String(each.payload(), StandardCharsets.ISO_8859_1));
        }
        assertThat(whole).endsWith(payload);
        assertThat(rest.getLast().head().getDeliveryId()).isOne();
    }

    private static List<Frames.Sent> sent(Peer peer) {
        return peer.received().stream()
                .filter(Frames.Sent.class::isInstance)
                .map(Frames.Sent.class::cast)
                .toList();
    }

    @Test
    void whatTheDeviceSaysIsTooLargeIsRejected() {
        world.commands
                .make("d1", "big", "x".repeat(1_000), Duration.ofMinutes(1))
                .make("d1", "c1");
        Peer peer = world.begun();

        peer.frame(0, Peer.receiver(0).setMaxMessageSize(UnsignedLong.valueOf(500)))
                .frame(0, Peer.credit(0, 0, 1));

        assertThat(ids(peer)).containsExactly("c1");
        assertThat(world.commands.results()).containsExactly("big REJECTED");
    }

    @Test
    void whoDrainsHearsThatThereIsNoMore() {
        world.commands.make("d1", "c1");
        Peer peer = world.listening(0);

        peer.frame(0, Peer.credit(0, 0, 5).setDrain(true));

        assertThat(ids(peer)).containsExactly("c1");
        Flow told = peer.next(Flow.class);
        assertThat(told.getDrain()).isTrue();
        assertThat(told.getDeliveryCount()).isEqualTo(5);
        assertThat(told.getLinkCredit()).isZero();
        world.commands.make("d1", "c2");
        assertThat(peer.received()).as("no credit is left").isEmpty();
    }

    @Test
    void aConnectionHasOneLinkForCommandsAtATime() {
        Peer peer = world.listening(1);

        peer.frame(0, Peer.receiver(1));
        assertThat(peer.lines()).containsExactly("attach 1 SENDER nowhere", "detach 1 amqp:not-allowed");
        peer.frame(0, new Detach().setHandle(0).setClosed(true)).frame(0, Peer.receiver(0));
        assertThat(peer.lines()).containsExactly("detach 0 -", "attach 0 SENDER target");
    }

    @Test
    void theNextLinkIsOfferedWhatIsUnansweredAndNotWhatIsOver() {
        world.commands
                .make("d1", "unsettled")
                .make("d1", "accepted")
                .make("d1", "answered")
                .make("d1", "late", "", Duration.ofSeconds(1));
        Peer peer = world.listening(10);
        peer.frame(0, Peer.outcome(1, 1, Accepted.getInstance()));
        answer(peer, 0, "answered", "{}");
        peer.vanish();
        world.commands.after(Duration.ofSeconds(2));

        assertThat(ids(world.listening(10))).containsExactly("unsettled", "accepted");
    }

    @ParameterizedTest
    @ValueSource(strings = {"end", "detach", "lost", "disabled", "drain"})
    void afterItsEndNothingMoreIsSent(String how) {
        Peer peer = world.listening(10);
        peer.received();

        switch (how) {
            case "end" -> peer.frame(0, new End());
            case "detach" -> peer.frame(0, new Detach().setHandle(0).setClosed(true));
            case "lost" -> peer.vanish();
            case "disabled" -> world.identities.disable("d1");
            default -> peer.channel.pipeline().fireUserEventTriggered(Drain.BEGIN);
        }
        world.commands.make("d1", "c1");

        assertThat(ids(peer)).isEmpty();
        assertThat(world.commands.results()).isEmpty();
    }

    @Test
    void aTransferOnALinkForReceivingEndsTheLink() {
        Peer peer = world.listening(10);
        peer.received();

        assertThat(peer.message(0, "x").lines()).containsExactly("detach 0 amqp:not-allowed");
        world.commands.make("d1", "c1");
        assertThat(peer.received()).isEmpty();
    }

    @Test
    void anAnswerIsAcceptedOnceItIsStored() {
        world.commands.make("d1", "c1").make("d1", "c2").holdAnswers();
        Peer peer = world.listening(10);

        answer(peer, 0, "c1", "{\"status\":\"failed\",\"detail\":\"jam\"}");
        assertThat(dispositions(peer)).isEmpty();
        world.commands.answerAll();

        assertThat(dispositions(peer)).containsExactly("disposition 0 settled accepted");
        assertThat(world.commands.results()).containsExactly("c1 FAILED");
        assertThat(world.commands.lastResult().getDetail()).isEqualTo("jam");
        assertThat(world.commands.lastResult().getProtocol()).isEqualTo("amqp");
        assertThat(world.ingest.messages()).isEmpty();
    }

    @Test
    void theStatusMayStandBesideTheBody() {
        world.commands.make("d1", "c1");
        Peer peer = world.listening(10);

        answer(peer, 0, "c1", "E7", "perhaps");
        answer(peer, 1, "c1", "E7", "failed");

        assertThat(dispositions(peer))
                .containsExactly("disposition 0 settled rejected amqp:invalid-field", "disposition 1 settled accepted");
        assertThat(world.commands.lastResult().getStatus()).hasToString("FAILED");
        assertThat(world.commands.lastResult().getPayload()).isEqualTo(StandardCharsets.UTF_8.encode("E7"));
    }

    @Test
    void aSecondAnswerIsAcceptedAndChangesNothing() {
        world.commands.make("d1", "c1");
        Peer peer = world.listening(10);

        answer(peer, 0, "c1", "{\"status\":\"succeeded\"}");
        answer(peer, 1, "c1", "{\"status\":\"failed\"}");

        assertThat(dispositions(peer))
                .containsExactly("disposition 0 settled accepted", "disposition 1 settled accepted");
        assertThat(world.commands.results()).containsExactly("c1 SUCCEEDED");
    }

    @Test
    void anAnswerToNoCommandOfItsOwnIsRejected() {
        world.commands.make("d2", "theirs");
        Peer peer = world.listening(10);

        answer(peer, 0, "theirs", "x");
        answer(peer, 1, "never made", "x");
        peer.frame(0, Peer.transfer(2).setHandle(5), Peer.message("no correlation-id"));

        assertThat(dispositions(peer)).hasSize(3).allMatch(line -> line.endsWith("settled rejected amqp:not-found"));
        assertThat(world.commands.results()).isEmpty();
        assertThat(world.count("headrace.amqp.rejected", "reason", "NO_COMMAND"))
                .isEqualTo(3);
    }

    @Test
    void anAnswerThatCannotBeStoredIsReleasedAndToBeSentAgain() {
        world.commands.make("d1", "c1").holdAnswers();
        Peer peer = world.listening(10);
        answer(peer, 0, "c1", "x");

        world.commands.failAll();

        assertThat(peer.lines()).contains("disposition 0 settled released", "close amqp:connection:forced");
        assertThat(world.commands.results()).isEmpty();
        Peer back = world.listening(10);
        assertThat(ids(back)).containsExactly("c1");
        world.commands.answerAll();
        answer(back, 0, "c1", "x");
        assertThat(dispositions(back)).containsExactly("disposition 0 settled accepted");
    }

    private static void answer(Peer peer, int deliveryId, String commandId, String body, String... status) {
        if (deliveryId == 0) {
            peer.frame(0, Peer.sender(5, "commands/results"));
        }
        byte[] data = body.getBytes(StandardCharsets.UTF_8);
        Properties properties = new Properties();
        properties.setCorrelationId(commandId);
        byte[] message = status.length == 0
                ? Frames.sections(properties, new Data(data))
                : Frames.sections(properties, new ApplicationProperties(Map.of("status", status[0])), new Data(data));
        peer.frame(0, Peer.transfer(deliveryId).setHandle(5), message);
    }

    private static List<String> dispositions(Peer peer) {
        return peer.lines().stream()
                .filter(line -> line.startsWith("disposition"))
                .toList();
    }

    /** Of the commands that came since the last look. */
    private static List<String> ids(Peer peer) {
        List<Object> received = peer.received();
        peer.putBack(
                received.stream().filter(each -> !(each instanceof Frames.Sent)).toList());
        return received.stream()
                .filter(Frames.Sent.class::isInstance)
                .map(each ->
                        (Properties) Frames.read(((Frames.Sent) each).payload()).get(1))
                .map(properties -> String.valueOf(properties.getMessageId()))
                .toList();
    }
}
