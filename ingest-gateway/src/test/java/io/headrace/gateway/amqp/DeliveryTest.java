package io.headrace.gateway.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.gateway.amqp.Peer.World;
import io.headrace.gateway.ingest.NotStoredException.Cause;
import io.headrace.gateway.listen.Drain;
import java.time.Duration;
import java.util.Map;
import org.apache.qpid.protonj2.types.messaging.Accepted;
import org.apache.qpid.protonj2.types.transport.Attach;
import org.apache.qpid.protonj2.types.transport.Detach;
import org.apache.qpid.protonj2.types.transport.Disposition;
import org.apache.qpid.protonj2.types.transport.End;
import org.apache.qpid.protonj2.types.transport.ReceiverSettleMode;
import org.apache.qpid.protonj2.types.transport.Role;
import org.apache.qpid.protonj2.types.transport.SenderSettleMode;
import org.apache.qpid.protonj2.types.transport.Transfer;
import org.junit.jupiter.api.Test;

/** What a device is told of its messages: accepted means stored, and nothing else is accepted. */
class DeliveryTest {
    private final World world = new World();
    private final Peer peer = world.attached();

    DeliveryTest() {
        peer.received();
    }

    private static Disposition settledBySender(int first, int last) {
        return new Disposition()
                .setRole(Role.SENDER)
                .setFirst(first)
                .setLast(last)
                .setSettled(true)
                .setState(Accepted.getInstance());
    }

    @Test
    void acceptsWhenTheMessageIsStoredAndNotBefore() {
        world.ingest.holdAnswers();
        peer.message(0, "a");
        assertThat(peer.received()).isEmpty();

        world.ingest.answerAll();

        assertThat(peer.lines()).containsExactly("disposition 0 settled accepted");
        assertThat(world.ingest.payloads()).containsExactly("a");
    }

    @Test
    void acceptsWithOneFrameWhatIsStoredTogether() {
        world.ingest.holdAnswers();
        for (int id = 0; id < 40; id++) {
            peer.message(id, "m" + id);
        }

        world.ingest.answerAll();

        assertThat(peer.lines()).containsExactly("disposition 0-39 settled accepted");
    }

    @Test
    void givesNewCreditInBatches() {
        for (int id = 0; id < 49; id++) {
            peer.message(id, "x");
        }
        assertThat(peer.lines()).noneMatch(line -> line.startsWith("flow"));

        peer.message(49, "x");

        assertThat(peer.lines()).containsExactly("disposition 49 settled accepted", "flow 0 count 50 credit 200");
    }

    @Test
    void givesNoMoreCreditThanItsWindowHasLeft() {
        World narrow = new World(Map.of("gateway.amqp.credit", "4"));
        Peer sender = narrow.attached();
        narrow.ingest.holdAnswers();
        for (int id = 0; id < 4; id++) {
            sender.message(id, "x");
        }
        sender.received();

        narrow.ingest.answerNext();

        assertThat(sender.lines()).containsExactly("disposition 0 settled accepted", "flow 0 count 4 credit 1");
    }

    @Test
    void endsALinkThatSendsWithoutCredit() {
        World narrow = new World(Map.of("gateway.amqp.credit", "2"));
        Peer sender = narrow.attached();
        sender.received();
        narrow.ingest.holdAnswers();

        sender.message(0, "a").message(1, "b").message(2, "c");

        assertThat(sender.lines()).containsExactly("detach 0 amqp:link:transfer-limit-exceeded");
        narrow.ingest.answerAll();
        assertThat(narrow.ingest.messages()).hasSize(2);
        assertThat(sender.lines()).isEmpty();
        assertThat(sender.isOpen()).isTrue();
    }

    @Test
    void storesWhatIsSentSettledWithoutAWord() {
        peer.frame(0, Peer.transfer(0).setSettled(true), Peer.message("a"));

        assertThat(world.ingest.payloads()).containsExactly("a");
        assertThat(peer.lines()).isEmpty();
        assertThat(world.count("headrace.amqp.messages", "settled", "true")).isOne();
    }

    @Test
    void countsWhatIsSentSettledAndLost() {
        world.ingest.refuseNext(Cause.UNAVAILABLE);

        peer.frame(0, Peer.transfer(0).setSettled(true), Peer.message("a")).message(1, "b");

        assertThat(world.count("headrace.amqp.lost")).isOne();
        assertThat(peer.lines()).containsExactly("disposition 1 settled accepted");
    }

    @Test
    void releasesWhatIsNotStoredAndAllThatCameAfterItAndCloses() {
        world.ingest.holdAnswers();
        peer.message(0, "a").message(1, "b").message(2, "c").message(3, "d");

        world.ingest.answerNext();
        world.ingest.failNext(Cause.UNAVAILABLE);
        world.ingest.answerAll();

        assertThat(peer.lines())
                .containsExactly(
                        "disposition 0 settled accepted",
                        "disposition 1-3 settled released",
                        "close amqp:connection:forced");
        assertThat(peer.isOpen()).isFalse();
        assertThat(world.count("headrace.amqp.released")).isOne();
    }

    @Test
    void storesNothingThatCameAfterAMessageThatIsNotStored() {
        // Given: the second message is refused at once, while the first is still on its way
        world.ingest.holdAnswers();
        peer.message(0, "a");
        world.ingest.refuseNext(Cause.NO_ROOM);

        peer.send(Bytes.joined(
                Frames.amqp(0, Peer.transfer(1), Peer.message("b")),
                Frames.amqp(0, Peer.transfer(2), Peer.message("c"))));
        peer.message(3, "d");
        world.ingest.answerAll();

        assertThat(world.ingest.payloads()).containsExactly("a");
        assertThat(peer.lines())
                .containsExactly(
                        "disposition 0 settled accepted",
                        "disposition 1 settled released",
                        "close amqp:connection:forced");
    }

    @Test
    void closesForALostMessageEvenOfASessionThatIsOver() {
        world.ingest.holdAnswers();
        peer.frame(1, Peer.begin()).frame(1, Peer.sender(0, "telemetry")).message(0, "a");
        peer.frame(0, new End());
        peer.received();

        world.ingest.failNext(Cause.UNAVAILABLE);

        assertThat(peer.lines()).containsExactly("close amqp:connection:forced");
    }

    @Test
    void keepsTheOrderOverItsSessions() {
        world.ingest.holdAnswers();
        peer.frame(1, Peer.begin()).frame(1, Peer.sender(0, "telemetry"));
        peer.received();
        peer.message(0, "a").frame(1, Peer.transfer(0), Peer.message("b"));

        world.ingest.failNext(Cause.UNAVAILABLE);
        peer.frame(1, Peer.transfer(1), Peer.message("c"));

        assertThat(world.ingest.payloads()).isEmpty();
        assertThat(peer.lines())
                .containsExactly(
                        "disposition 0 settled released",
                        "disposition 0 settled released",
                        "close amqp:connection:forced");
    }

    @Test
    void acceptsNothingBehindALostMessageOnAnySessionEvenIfItIsStored() {
        world.ingest.holdAnswers();
        peer.frame(1, Peer.begin()).frame(1, Peer.sender(0, "telemetry"));
        peer.received();
        peer.message(0, "a").frame(1, Peer.transfer(0), Peer.message("b"));

        world.ingest.failNext(Cause.UNAVAILABLE);
        world.ingest.answerNext();

        assertThat(world.ingest.payloads()).containsExactly("b");
        assertThat(peer.lines())
                .containsExactly(
                        "disposition 0 settled released",
                        "disposition 0 settled released",
                        "close amqp:connection:forced");
    }

    @Test
    void acceptsWhatCameBeforeALostMessageOnAnotherSession() {
        world.ingest.holdAnswers();
        peer.frame(1, Peer.begin()).frame(1, Peer.sender(0, "telemetry"));
        peer.received();
        peer.frame(1, Peer.transfer(0), Peer.message("a")).message(7, "b");

        world.ingest.answerNext();
        world.ingest.failNext(Cause.UNAVAILABLE);

        assertThat(peer.lines())
                .containsExactly(
                        "disposition 0 settled accepted",
                        "disposition 7 settled released",
                        "close amqp:connection:forced");
    }

    @Test
    void givesTheCreditOfMessagesThatAreCalledOffAgain() {
        World narrow = new World(Map.of("gateway.amqp.credit", "2"));
        Peer sender = narrow.attached();
        for (int id = 0; id < 5; id++) {
            sender.frame(0, Peer.transfer(id).setMore(true), new byte[1])
                    .frame(0, new Transfer().setHandle(0).setAborted(true));
        }
        sender.received();

        sender.message(5, "a");

        assertThat(sender.lines()).contains("disposition 5 settled accepted");
        assertThat(narrow.ingest.reserved()).isZero();
    }

    @Test
    void waitsForTheSenderToSettleWhereTheLinkSaysSo() {
        World narrow = new World(Map.of("gateway.amqp.credit", "2"));
        Peer sender =
                narrow.begun().frame(0, Peer.sender(0, "telemetry").setReceiverSettleMode(ReceiverSettleMode.SECOND));
        assertThat(sender.next(Attach.class).getReceiverSettleMode()).isEqualTo(ReceiverSettleMode.SECOND);
        sender.received();

        sender.message(0, "a").message(1, "b");
        assertThat(sender.lines())
                .containsExactly("disposition 0 unsettled accepted", "disposition 1 unsettled accepted");
        sender.frame(0, settledBySender(0, 1));

        assertThat(sender.lines()).containsExactly("flow 0 count 2 credit 2");
    }

    @Test
    void settlesFirstWhereTheTransferSaysSo() {
        Peer sender =
                world.begun().frame(0, Peer.sender(0, "telemetry").setReceiverSettleMode(ReceiverSettleMode.SECOND));
        sender.received();

        sender.frame(0, Peer.transfer(0).setRcvSettleMode(ReceiverSettleMode.FIRST), Peer.message("a"));

        assertThat(sender.lines()).containsExactly("disposition 0 settled accepted");
    }

    @Test
    void saysNothingOfWhatTheSenderHasSettledMeanwhile() {
        world.ingest.holdAnswers();
        peer.message(0, "a").message(1, "b").frame(0, settledBySender(0, 0));

        world.ingest.answerAll();

        assertThat(peer.lines()).containsExactly("disposition 1 settled accepted");
    }

    @Test
    void echoesTheSettlementModes() {
        Peer sender = world.begun().frame(0, Peer.sender(0, "telemetry").setSenderSettleMode(SenderSettleMode.SETTLED));

        assertThat(sender.next(Attach.class).getSenderSettleMode()).isEqualTo(SenderSettleMode.SETTLED);
    }

    @Test
    void answersNothingOnALinkThatIsOver() {
        world.ingest.holdAnswers();
        peer.message(0, "a").frame(0, new Detach().setHandle(0).setClosed(true));

        world.ingest.answerAll();

        assertThat(peer.lines()).containsExactly("detach 0 -");
    }

    @Test
    void readsNothingAndGivesNoCreditWhileTheQuotaIsUsedUp() {
        world.quotas.exhaust(Duration.ofSeconds(3).toNanos());
        peer.message(0, "a");
        world.quotas.exhaust(0);

        peer.message(1, "b");
        assertThat(world.ingest.payloads()).containsExactly("a");
        assertThat(peer.channel.config().isAutoRead()).isFalse();
        peer.after(Duration.ofSeconds(3));

        assertThat(world.ingest.payloads()).containsExactly("a", "b");
        assertThat(peer.channel.config().isAutoRead()).isTrue();
    }

    @Test
    void readsNothingWhileThereIsNoRoom() {
        world.ingest.fill();
        peer.message(0, "a");
        assertThat(world.ingest.payloads()).isEmpty();
        assertThat(peer.channel.config().isAutoRead()).isFalse();

        world.ingest.makeRoom();
        peer.lines();

        assertThat(world.ingest.payloads()).containsExactly("a");
    }

    @Test
    void answersWhatItHasTakenBeforeItStops() {
        world.ingest.holdAnswers();
        peer.message(0, "a");

        peer.channel.pipeline().fireUserEventTriggered(Drain.BEGIN);
        peer.message(1, "b");
        assertThat(peer.lines()).isEmpty();
        world.ingest.answerAll();

        assertThat(peer.lines()).containsExactly("disposition 0 settled accepted", "close amqp:connection:forced");
        assertThat(world.ingest.payloads()).containsExactly("a");
    }
}
