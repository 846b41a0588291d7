package io.headrace.gateway.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.gateway.listen.Drain;
import io.headrace.gateway.mqtt.Peer.World;
import io.netty.channel.ChannelOutboundBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Limits of a connection: at them, and one past them. */
class ConnectionBoundsTest {
    private final World world = new World();

    @Test
    void takesThePayloadUpToItsLimitAndNotAByteMore() {
        World small = new World(Map.of("gateway.max-payload", "1KiB"));
        Peer peer = small.connect5();

        peer.send("32 * \"telemetry\" 0001 {} 41x1024");
        assertThat(peer.received()).isEqualTo("40020001");
        peer.send("32 * \"telemetry\" 0002 {} 41x1025");

        assertThat(peer.received()).matches("E0..95.*");
        assertThat(small.ingest.messages()).hasSize(1);
    }

    @Test
    void refusesAPacketByItsAnnouncedLengthAlone() {
        World small = new World(Map.of("gateway.mqtt.max-packet", "2KiB"));
        Peer peer = small.connect5();

        peer.send("30 FE 0F"); // 2 + 1 + 2046 bytes, one more than 2 KiB

        assertThat(peer.received()).matches("E0..95.*");
    }

    @Test
    void keepsOnlyTheBytesThatCame() {
        Peer peer = world.connect3();

        peer.send("30 80 80 10").send("0009 'telemetry' 41x100");

        assertThat(peer.isOpen()).isTrue(); // 256 KiB announced, 114 bytes held
        assertThat(world.ingest.messages()).isEmpty();
    }

    @Test
    void largePacketsThatAreNotCompleteHaveABudgetAndStrangersAQuarterOfIt() {
        World small = new World(Map.of("gateway.mqtt.unfinished-budget", "1MiB"));
        Peer stranger = small.open();
        Peer first = small.connect5();

        stranger.send("10 FF FF 12 0004 'MQTT' 04 41x270000");
        first.send("30 FF FF 12 0009 'telemetry' 41x250000");

        assertThat(stranger.isOpen()).isFalse();
        assertThat(small.count("headrace.mqtt.unfinished.bytes")).isBetween(200_000.0, 310_000.0);
        assertThat(first.isOpen()).isTrue();
    }

    @Test
    void stopsReadingWhileTheMessagesInFlightHaveTooManyBytes() {
        World narrow = new World(Map.of("gateway.mqtt.max-in-flight", "1KiB"));
        narrow.ingest.holdAnswers();
        Peer peer = narrow.connect5();

        peer.send("32 * \"telemetry\" 0001 {} 41x1100 32 * \"telemetry\" 0002 {} 'x'");

        assertThat(narrow.ingest.unanswered()).isEqualTo(1);
        assertThat(peer.channel.config().isAutoRead()).isFalse();
        narrow.ingest.answerNext();
        assertThat(peer.received()).isEqualTo("40020001");
        narrow.ingest.answerNext();
        assertThat(peer.received()).isEqualTo("40020002");
        peer.send("32 * \"telemetry\" 0003 {} 'x'");
        assertThat(narrow.ingest.unanswered()).isEqualTo(1);
    }

    @Test
    void stopsReadingWhenAsMuchAsAllowedIsInFlight() {
        World narrow = new World(Map.of("gateway.mqtt.receive-maximum", "2"));
        narrow.ingest.holdAnswers();
        Peer peer = narrow.connect3();

        peer.send("32 * \"telemetry\" 0001 'x' 32 * \"telemetry\" 0002 'x' 32 * \"telemetry\" 0003 'x'");

        assertThat(narrow.ingest.unanswered()).isEqualTo(2);
        assertThat(peer.channel.config().isAutoRead()).isFalse();
        narrow.ingest.answerNext();
        assertThat(peer.received()).isEqualTo("40020001");
        assertThat(narrow.ingest.unanswered()).isEqualTo(2);
        narrow.ingest.answerAll();
        assertThat(peer.received()).isEqualTo("4002000240020003");
        assertThat(peer.channel.config().isAutoRead()).isTrue();
    }

    @Test
    void holdsAnMqtt5ClientToReceiveMaximum() {
        World narrow = new World(Map.of("gateway.mqtt.receive-maximum", "2"));
        narrow.ingest.holdAnswers();
        Peer peer = narrow.connect5();
        assertThat(peer.connack).contains("210002");

        peer.send("32 * \"telemetry\" 0001 {} 'x' 34 * \"telemetry\" 0002 {} 'x'");
        assertThat(peer.isOpen()).isTrue();
        peer.send("32 * \"telemetry\" 0003 {} 'x'");

        assertThat(peer.received()).matches("E0..93.*");
    }

    @Test
    void countsAQos2MessageUntilItIsComplete() {
        World narrow = new World(Map.of("gateway.mqtt.receive-maximum", "1"));
        Peer peer = narrow.connect5();

        peer.send("34 * \"telemetry\" 0001 {} 'x'");
        peer.send("62 02 0001");
        peer.send("34 * \"telemetry\" 0002 {} 'x'");
        assertThat(peer.received()).isEqualTo("50020001" + "70020001" + "50020002");
        peer.send("34 * \"telemetry\" 0003 {} 'x'");

        assertThat(peer.received()).matches("E0..93.*");
    }

    @Test
    void stopsReadingWhileTheGatewayHasNoRoom() {
        Peer peer = world.connect3();
        world.ingest.fill();
        peer.send("32 * \"telemetry\" 0001 'x'");
        peer.received();
        assertThat(peer.channel.config().isAutoRead()).isFalse();
        assertThat(world.count("headrace.mqtt.paused")).isOne();

        world.ingest.makeRoom();

        assertThat(peer.received()).isEqualTo("40020001");
        assertThat(peer.channel.config().isAutoRead()).isTrue();
    }

    @Test
    void readsOnWhereThereIsRoomAgainByTheTimeItAsksToBeTold() {
        Peer peer = world.connect3();
        world.ingest.fillForAMoment();

        peer.send("32 0E 0009 'tele'");
        peer.received();

        assertThat(peer.channel.config().isAutoRead()).isTrue();
        peer.send("'metry' 0001 'x'");
        assertThat(peer.received()).isEqualTo("40020001");
    }

    @Test
    void aDeviceThatWaitsHoldsNoPlaceForAPacketThatIsComplete() {
        Peer peer = world.connect3();
        peer.send("32 CD 9A 0C 0009 'telemetry' 0001 41x100000");
        assertThat(world.count("headrace.mqtt.unfinished.bytes")).isGreaterThan(100_000);
        world.quotas.exhaust(Duration.ofMinutes(1).toNanos());

        peer.send("41x100000");

        assertThat(peer.channel.config().isAutoRead()).isFalse();
        assertThat(world.ingest.messages()).hasSize(1);
        assertThat(world.count("headrace.mqtt.unfinished.bytes")).isZero();
    }

    @Test
    void whoWasNotReadHasNotBeenSilent() {
        Peer peer = world.connect3();
        world.ingest.fill();
        peer.send("C0 00").after(Duration.ofSeconds(89));

        world.ingest.makeRoom();
        assertThat(peer.received()).isEqualTo("D000");

        peer.after(Duration.ofSeconds(2));
        assertThat(peer.isOpen()).isTrue();
        peer.after(Duration.ofSeconds(88));
        assertThat(peer.isOpen()).isFalse();
    }

    @Test
    void whoReadsAgainWhileTheGatewayStopsIsStillAnswered() {
        world.ingest.holdAnswers();
        Peer peer = world.connect3();
        peer.send("32 * \"telemetry\" 0001 'x'");
        ChannelOutboundBuffer outbound =
                Objects.requireNonNull(peer.channel.unsafe().outboundBuffer());
        outbound.setUserDefinedWritability(1, false);
        peer.send("C0 00");

        peer.channel.pipeline().fireUserEventTriggered(Drain.BEGIN);
        outbound.setUserDefinedWritability(1, true);
        peer.after(Duration.ZERO).after(Duration.ofSeconds(11));
        world.ingest.answerAll();

        assertThat(peer.received()).isEqualTo("40020001");
    }

    @Test
    void letsADeviceInDuringAnOutageAndTakesItsMessagesAfterwards() {
        world.ingest.fill();
        Peer peer = world.connect3();

        peer.send("32 * \"telemetry\" 0001 'x'");

        assertThat(peer.received()).isEmpty();
        world.ingest.makeRoom();
        assertThat(peer.received()).isEqualTo("40020001");
    }

    @Test
    void cutsOffAPeerThatDoesNotReadItsAnswers() {
        Peer peer = world.connect3();
        ChannelOutboundBuffer outbound =
                Objects.requireNonNull(peer.channel.unsafe().outboundBuffer());
        outbound.setUserDefinedWritability(1, false);

        peer.send("C0 00").after(Duration.ofMillis(9_999));
        assertThat(peer.received()).isEmpty();
        assertThat(peer.isOpen()).isTrue();
        peer.after(Duration.ofMillis(2));

        assertThat(peer.isOpen()).isFalse();
    }

    @Test
    void goesOnWhenThePeerReadsAgain() {
        Peer peer = world.connect3();
        ChannelOutboundBuffer outbound =
                Objects.requireNonNull(peer.channel.unsafe().outboundBuffer());
        outbound.setUserDefinedWritability(1, false);
        peer.send("C0 00").after(Duration.ofSeconds(5));

        outbound.setUserDefinedWritability(1, true);
        peer.after(Duration.ZERO).after(Duration.ofSeconds(6));

        assertThat(peer.received()).isEqualTo("D000");
        assertThat(peer.isOpen()).isTrue();
    }

    @Test
    void sendsNothingThatIsLargerThanThePeerTakes() {
        Peer peer = world.connected("10 * \"MQTT\" 05 C2 003C {27 00000020} \"d1\" \"d1\" \"k1\"");
        peer.received();

        peer.send("C1 00");

        assertThat(peer.received()).isEqualTo("E00181"); // without its reason string
    }
}
