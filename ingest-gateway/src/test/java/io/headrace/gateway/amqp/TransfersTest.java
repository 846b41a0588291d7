package io.headrace.gateway.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.gateway.amqp.Peer.World;
import io.headrace.gateway.ingest.NotStoredException.Cause;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.apache.qpid.protonj2.types.transport.Transfer;
import org.junit.jupiter.api.Test;

/** What a message may come in: how many transfers, how many bytes, under which numbers. */
class TransfersTest {
    private final World world = new World();
    private final Peer peer = world.attached();

    TransfersTest() {
        peer.received();
    }

    @Test
    void joinsAMessageOfSeveralTransfers() {
        byte[] message = Peer.message("a long message");
        world.ingest.reserveAtMost(message.length);

        peer.frame(0, Peer.transfer(0).setMore(true), Arrays.copyOfRange(message, 0, 5));
        assertThat(world.ingest.reserved()).isEqualTo(5);
        peer.frame(0, new Transfer().setHandle(0).setMore(true), Arrays.copyOfRange(message, 5, 6));
        peer.frame(0, new Transfer().setHandle(0), Arrays.copyOfRange(message, 6, message.length));

        assertThat(world.ingest.payloads()).containsExactly("a long message");
        assertThat(peer.lines()).containsExactly("disposition 0 settled accepted");
        assertThat(world.ingest.reserved()).isZero();
    }

    @Test
    void forgetsAMessageThatIsCalledOff() {
        peer.frame(0, Peer.transfer(0).setMore(true), Peer.message("a"));

        peer.frame(0, new Transfer().setHandle(0).setAborted(true)).message(1, "b");

        assertThat(world.ingest.payloads()).containsExactly("b");
        assertThat(peer.lines()).containsExactly("disposition 1 settled accepted");
        assertThat(world.ingest.reserved()).isZero();
    }

    @Test
    void rejectsAPayloadOverTheLimitAndGoesOn() {
        World small = new World(Map.of("gateway.max-payload", "1KiB"));
        Peer sender = small.attached();
        sender.received();

        sender.message(0, "x".repeat(1025)).message(1, "x".repeat(1024));

        assertThat(sender.lines())
                .containsExactly(
                        "disposition 0 settled rejected amqp:link:message-size-exceeded",
                        "disposition 1 settled accepted");
        assertThat(small.count("headrace.amqp.rejected", "reason", "TOO_LARGE")).isOne();
    }

    @Test
    void rejectsAMessageThatGrowsOverTheLimitAndKeepsNothingOfIt() {
        World small = new World(Map.of("gateway.max-payload", "1KiB"));
        Peer sender = small.attached();
        sender.received();
        byte[] part = new byte[50_000];

        sender.frame(0, Peer.transfer(0).setMore(true), part);
        for (int i = 0; i < 100; i++) {
            sender.frame(0, new Transfer().setHandle(0).setMore(true), part);
            assertThat(small.ingest.reserved()).isLessThanOrEqualTo((1 << 10) + (64 << 10));
        }
        sender.frame(0, new Transfer().setHandle(0), part);

        assertThat(sender.lines()).containsExactly("disposition 0 settled rejected amqp:link:message-size-exceeded");
        assertThat(small.ingest.reserved()).isZero();
    }

    @Test
    void endsALinkWhoseMessageNeverEnds() {
        peer.frame(0, Peer.transfer(0).setMore(true), new byte[10]);

        peer.after(Duration.ofSeconds(20)).frame(0, new Transfer().setHandle(0).setMore(true), new byte[10]);
        peer.after(Duration.ofSeconds(10));

        assertThat(peer.lines()).containsExactly("detach 0 amqp:resource-limit-exceeded");
        assertThat(world.ingest.reserved()).isZero();
    }

    @Test
    void releasesAMessageThatThereIsNoRoomFor() {
        world.ingest.reserveAtMost(8);

        peer.frame(0, Peer.transfer(0).setMore(true), new byte[10]).frame(0, new Transfer().setHandle(0), new byte[10]);

        assertThat(peer.lines()).containsExactly("disposition 0 settled released", "close amqp:connection:forced");
    }

    @Test
    void forgetsIncompleteMessagesWithTheirConnection() {
        peer.frame(0, Peer.transfer(0).setMore(true), new byte[10]);

        peer.vanish();

        assertThat(world.ingest.reserved()).isZero();
    }

    @Test
    void rejectsWhatIsNoMessageAndGoesOn() {
        peer.frame(0, Peer.transfer(0), Bytes.text("no message")).message(1, "b");

        assertThat(peer.lines())
                .containsExactly("disposition 0 settled rejected amqp:decode-error", "disposition 1 settled accepted");
        assertThat(world.count("headrace.amqp.rejected", "reason", "DAMAGED")).isOne();
    }

    @Test
    void rejectsOtherFormatsOfMessages() {
        peer.frame(0, Peer.transfer(0).setMessageFormat(0x80013700L), Peer.message("a"));

        assertThat(peer.lines()).containsExactly("disposition 0 settled rejected amqp:not-implemented");
    }

    @Test
    void rejectsWhatKafkaFindsTooLarge() {
        world.ingest.refuseNext(Cause.TOO_LARGE);

        peer.message(0, "a").message(1, "b");

        assertThat(peer.lines())
                .containsExactly(
                        "disposition 0 settled rejected amqp:link:message-size-exceeded",
                        "disposition 1 settled accepted");
    }

    @Test
    void closesWhereDeliveriesAreMixedUp() {
        peer.frame(0, Peer.transfer(0).setMore(true), new byte[1]).message(1, "b");

        assertThat(peer.lines()).containsExactly("close amqp:invalid-field");
    }

    @Test
    void closesWhereADeliveryIdIsUsedTwice() {
        peer.message(7, "a").message(7, "b");

        assertThat(peer.lines()).containsExactly("disposition 7 settled accepted", "close amqp:invalid-field");
    }

    @Test
    void countsDeliveryIdsBeyondTheirRange() {
        peer.message(-1, "a").message(0, "b");

        assertThat(peer.lines())
                .containsExactly("disposition 4294967295 settled accepted", "disposition 0 settled accepted");
    }
}
