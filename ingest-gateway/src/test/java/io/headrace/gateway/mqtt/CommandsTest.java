package io.headrace.gateway.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.gateway.mqtt.Peer.World;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Commands as devices of both versions see them. */
class CommandsTest {
    private static final String LISTEN_3 = "82 * 0001 \"commands/#\" 01";
    private static final String LISTEN_5 = "82 * 0001 {} \"commands/#\" 01";
    private static final String SESSION_5 = "10 * \"MQTT\" 05 C0 003C {11 00000E10} \"d1\" \"d1\" \"k1\"";

    private final World world = new World();

    @Test
    void aDeviceOfVersion3GetsWhatWaitsAndWhatComes() {
        world.commands.make("d1", "c1");
        Peer peer = world.connect3().send(LISTEN_3);
        assertThat(peer.received()).isEqualTo("9003000101" + hex("32 * \"commands/c1\" 0001 '{}'"));

        world.commands.make("d1", "c2", "on", Duration.ofSeconds(5));
        world.commands.make("d2", "c3");
        assertThat(peer.received()).isEqualTo(hex("32 * \"commands/c2\" 0002 'on'"));
        peer.send("40 02 0002");

        assertThat(world.commands.results()).containsExactly("c2 DELIVERED");
        assertThat(world.commands.lastResult().getProtocol()).isEqualTo("mqtt/3.1.1");
    }

    @Test
    void aDeviceOfVersion5IsToldWhatItIsHowLongItHoldsAndWhereToAnswer() {
        world.commands.make("d1", "c1", "{}", Duration.ofMillis(1_500));
        Peer peer = world.connect5().send("82 * 0001 {0B 07} \"commands/+\" 02");

        assertThat(peer.received())
                .isEqualTo("900400010002"
                        + hex("32 * \"commands/c1\" 0001 {02 00000002 03 \"application/json\""
                                + " 08 \"commands/c1/result\" 09 \"c1\" 0B 07 26 \"name\" \"open\"} '{}'"));
    }

    @Test
    void overlappingSubscriptionsGetOneCopyThatNamesBoth() {
        Peer peer = world.connect5().send("82 * 0001 {0B 05} \"commands/+\" 00 82 * 0002 {0B 8101} \"commands/#\" 01");
        peer.received();

        world.commands.make("d1", "c1");

        assertThat(peer.received()).startsWith("32").contains("0B05").contains("0B8101");
    }

    @Test
    void atQosZeroACommandIsDeliveredWhenItIsWritten() {
        Peer peer = world.connect3().send("82 * 0001 \"commands/+\" 00");
        peer.received();

        world.commands.make("d1", "c1");

        assertThat(peer.received()).isEqualTo(hex("30 * \"commands/c1\" '{}'"));
        assertThat(world.commands.results()).containsExactly("c1 DELIVERED");
    }

    @Test
    void nobodyListensToCommandsOfAnother() {
        Peer peer = world.connect3();

        peer.send("82 * 0001 \"commands/d2\" 01 82 * 0002 \"#\" 01 82 * 0003 \"commands/+/result\" 01");

        assertThat(peer.received()).isEqualTo("9003000180" + "9003000280" + "9003000380");
        world.commands.make("d1", "c1");
        assertThat(peer.received()).isEmpty();
    }

    @Test
    void noMoreIsInFlightThanTheDeviceTakes() {
        Peer peer = world.connected("10 * \"MQTT\" 05 C2 003C {21 0002} \"d1\" \"d1\" \"k1\"")
                .send(LISTEN_5);
        for (int i = 1; i <= 4; i++) {
            world.commands.make("d1", "c" + i);
        }
        assertThat(peer.received()).contains(ascii("c1"), ascii("c2")).doesNotContain(ascii("c3"));

        peer.send("40 02 0002");

        assertThat(peer.received()).contains(ascii("c3")).doesNotContain(ascii("c4"));
        assertThat(world.commands.results()).containsExactly("c2 DELIVERED");
    }

    @Test
    void whatIsUnacknowledgedIsSentAgainInOrderOnTheSessionsNextConnection() {
        Peer peer = world.connected(SESSION_5).send(LISTEN_5);
        world.commands
                .make("d1", "c1")
                .make("d1", "c2")
                .make("d1", "c3", "{}", Duration.ofSeconds(1))
                .make("d1", "c4");
        peer.received();
        peer.send("40 02 0001").vanish();
        world.commands.after(Duration.ofSeconds(1));

        Peer again = world.connected(SESSION_5);

        String sent = again.connack;
        assertThat(sent.indexOf(ascii("commands/c1"))).isPositive().isLessThan(sent.indexOf(ascii("commands/c2")));
        assertThat(sent)
                .contains("32", topic("c1") + "0005")
                .contains("3A", topic("c2") + "0002")
                .contains(topic("c4") + "0004")
                .doesNotContain(topic("c3"));
    }

    @Test
    void withoutASessionWhatIsUnansweredIsSentAnew() {
        Peer peer = world.connect3().send(LISTEN_3);
        world.commands.make("d1", "c1");
        peer.vanish();

        Peer again = world.connect3().send(LISTEN_3);

        assertThat(again.received()).isEqualTo("9003000101" + hex("32 * \"commands/c1\" 0001 '{}'"));
    }

    @Test
    void anAnswerIsAcknowledgedOnceItIsStored() {
        world.commands.make("d1", "c1").make("d1", "c2").make("d1", "c3").holdAnswers();
        Peer peer = world.connect3();

        peer.send("32 * \"commands/c1/result\" 0009 '{\"status\":\"failed\",\"detail\":\"jam\"}'");
        assertThat(peer.received()).isEmpty();
        world.commands.answerAll();

        assertThat(peer.received()).isEqualTo("40020009");
        assertThat(world.commands.results()).containsExactly("c1 FAILED");
        assertThat(world.commands.lastResult().getDetail()).isEqualTo("jam");
        assertThat(peer.send("34 * \"commands/c2/result\" 000A 'at 40 %'").received())
                .isEqualTo("5002000A");
        assertThat(peer.send("62 02 000A").received()).isEqualTo("7002000A");
        peer.send("30 * \"commands/c3/result\" ''");
        assertThat(world.commands.results()).containsExactly("c1 FAILED", "c2 SUCCEEDED", "c3 SUCCEEDED");
        assertThat(world.ingest.messages()).isEmpty();
    }

    @Test
    void aDeviceOfVersion5MayPutTheStatusBesideTheBody() {
        world.commands.make("d1", "c1");
        Peer peer = world.connect5();

        peer.send("32 * \"commands/c1/result\" 0001 {03 \"text/plain\" 26 \"status\" \"failed\"} 'E7'");
        peer.send("32 * \"commands/c1/result\" 0002 {26 \"status\" \"perhaps\"} 'E7'");

        assertThat(peer.received()).startsWith("40020001" + "40").contains("000299");
        assertThat(world.commands.lastResult().getStatus()).hasToString("FAILED");
        assertThat(world.commands.lastResult().getContentType()).isEqualTo("text/plain");
        assertThat(world.commands.lastResult().getPayload()).isEqualTo(StandardCharsets.UTF_8.encode("E7"));
    }

    @Test
    void anAnswerToNoCommandOfItsOwnIsRefusedAsFarAsTheVersionHasWords() {
        world.commands.make("d2", "theirs");
        Peer five = world.connect5();
        five.send("32 * \"commands/theirs/result\" 0001 {} 'x' 34 * \"commands/none/result\" 0002 {} 'x'");
        assertThat(five.received()).matches("40..000187.*50..000287.*");
        assertThat(five.isOpen()).isTrue();

        Peer three = world.connect3();
        three.send("32 * \"commands/theirs/result\" 0001 'x' 34 * \"commands/none/result\" 0002 'x'");

        assertThat(three.received()).isEqualTo("40020001" + "50020002");
        assertThat(three.send("62 02 0002").received()).isEqualTo("70020002");
        assertThat(world.commands.results()).isEmpty();
    }

    @Test
    void otherReservedTopicsStayReserved() {
        for (String topic :
                new String[] {"commands/c1", "commands//result", "commands/a/b/result", "commands/result"}) {
            assertThat(world.connect5()
                            .send("32 * \"" + topic + "\" 0001 {} 'x'")
                            .received())
                    .as(topic)
                    .matches("40..000190.*");
        }
    }

    @Test
    void anAnswerThatCannotBeStoredIsNotAcknowledged() {
        world.commands.make("d1", "c1").holdAnswers();
        Peer peer = world.connect5().send("32 * \"commands/c1/result\" 0001 {} 'x'");

        world.commands.failAll();

        assertThat(peer.received()).matches("E0..89.*");
    }

    @Test
    void aCommandThatTheDeviceRefusesHasFailedAndOneItCannotTakeIsRejected() {
        Peer peer = world.connected("10 * \"MQTT\" 05 C2 003C {27 000000A0} \"d1\" \"d1\" \"k1\"")
                .send(LISTEN_5);
        world.commands.make("d1", "c1").make("d1", "big", "x".repeat(200), Duration.ofMinutes(1));

        peer.received();
        peer.send("40 03 0001 97");

        assertThat(world.commands.results()).containsExactly("big REJECTED", "c1 FAILED");
        assertThat(world.commands.lastResult().getDetail()).isEqualTo("the device refused it: quota exceeded");
        assertThat(peer.isOpen()).isTrue();
    }

    @Test
    void aDeviceThatNeverAcknowledgesHasSoManyAndNoMore() {
        IntStream.range(0, 60).forEach(i -> world.commands.make("d1", "c" + i));
        Peer peer = world.connect3().send(LISTEN_3);

        assertThat(peer.received()).contains(ascii("commands/c31")).doesNotContain(ascii("commands/c32"));
        assertThat(peer.send("40 02 0001").received())
                .contains(ascii("commands/c32"))
                .doesNotContain(ascii("commands/c33"));
    }

    @Test
    void aDeviceThatDoesntReadIsSentNothingMoreUntilItDoes() {
        Peer peer = world.connect3().send("82 * 0001 \"commands/#\" 00");
        peer.received();
        peer.reads(false);

        world.commands.make("d1", "c1").make("d1", "c2");

        assertThat(peer.received()).isEmpty();
        assertThat(world.commands.results()).isEmpty();
        peer.reads(true);
        assertThat(peer.received()).contains(ascii("commands/c1")).contains(ascii("commands/c2"));
        assertThat(world.commands.results()).containsExactly("c1 DELIVERED", "c2 DELIVERED");
    }

    @Test
    void afterUnsubscribeNothingMoreIsSent() {
        Peer peer = world.connect3().send(LISTEN_3).send("A2 * 0002 \"commands/#\"");
        peer.received();

        world.commands.make("d1", "c1");

        assertThat(peer.received()).isEmpty();
        assertThat(peer.send(LISTEN_3).received()).contains(ascii("commands/c1"));
    }

    @Test
    void aDeviceThatIsDisabledGetsNoMore() {
        Peer peer = world.connect3().send(LISTEN_3);
        peer.received();
        world.identities.disable("d1");

        world.commands.make("d1", "c1");

        assertThat(peer.received()).isEmpty();
        assertThat(world.commands.results()).isEmpty();
    }

    private static String topic(String id) {
        return Bytes.hex(Bytes.of("\"commands/" + id + "\""));
    }

    private static String ascii(String text) {
        return Bytes.hex(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String hex(String notation) {
        return Bytes.hex(Bytes.of(notation));
    }
}
