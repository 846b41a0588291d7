package io.headrace.gateway.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.gateway.ingest.Message;
import io.headrace.gateway.ingest.NotStoredException.Cause;
import io.headrace.gateway.listen.Drain;
import io.headrace.gateway.mqtt.Peer.World;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MqttConnectionTest {
    private static final String KEPT_3 = "10 * \"MQTT\" 04 C0 003C \"d1\" \"d1\" \"k1\"";
    private static final String KEPT_5 = "10 * \"MQTT\" 05 C0 003C {11 00000E10} \"d1\" \"d1\" \"k1\"";
    private static final String WILL_5 =
            "10 * \"MQTT\" 05 C6 003C {} \"d1\" {} \"telemetry/gone\" \"bye\" \"d1\" \"k1\"";

    private final World world = new World();

    @Test
    void acknowledgesNothingBeforeItIsStored() {
        world.ingest.holdAnswers();
        Peer peer = world.connect3();

        peer.send("32 * \"telemetry\" 0001 'x' 34 * \"telemetry\" 0002 'y'");

        assertThat(peer.received()).isEmpty();
        world.ingest.answerAll();
        assertThat(peer.received()).isEqualTo("4002000150020002");
    }

    @Test
    void acknowledgesInTheOrderOfTheMessages() {
        // Given: the refusal of the second message is known at once
        world.ingest.holdAnswers();
        Peer peer = world.connect5();

        peer.send("32 * \"telemetry\" 0005 {} 'x' 32 * \"$SYS/a\" 0004 {} 'y' 32 * \"telemetry\" 0003 {} 'z'");

        assertThat(peer.received()).isEmpty();
        world.ingest.answerNext();
        assertThat(peer.received()).isEqualTo("40020005" + "4003000490");
        world.ingest.answerNext();
        assertThat(peer.received()).isEqualTo("40020003");
    }

    @Test
    void acknowledgesAReadBatchWithOneWriteAndOneFlush() {
        Peer peer = world.connect3();
        int[] counts = new int[2];
        peer.channel.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
            @Override
            public void write(ChannelHandlerContext context, Object packet, ChannelPromise promise) {
                counts[0]++;
                context.write(packet, promise);
            }

            @Override
            public void flush(ChannelHandlerContext context) {
                counts[1]++;
                context.flush();
            }
        });

        peer.send("32 * \"telemetry\" 0001 'x' 32 * \"telemetry\" 0002 'x' 32 * \"telemetry\" 0003 'x'");

        assertThat(peer.received()).isEqualTo("400200014002000240020003");
        assertThat(counts[0]).isOne();
        assertThat(counts[1]).isOne();
    }

    @Test
    void endsTheConnectionAtTheFirstMessageThatIsNotStored() {
        world.ingest.holdAnswers();
        Peer peer = world.connect5();
        peer.send("32 * \"telemetry\" 0001 {} 'x' 32 * \"telemetry\" 0002 {} 'y' 32 * \"telemetry\" 0003 {} 'z'");

        world.ingest.answerNext();
        world.ingest.failNext(Cause.UNAVAILABLE);
        world.ingest.answerNext();

        assertThat(peer.received()).matches("40020001E0..89.*");
        assertThat(peer.isOpen()).isFalse();
    }

    @Test
    void saysTooLargeWhereIngestSaysSo() {
        world.ingest.holdAnswers();
        Peer peer = world.connect5();
        peer.send("32 * \"telemetry\" 0001 {} 'x'");

        world.ingest.failNext(Cause.TOO_LARGE);

        assertThat(peer.received()).matches("E0..95.*");
    }

    @Test
    void countsMessagesOfQos0ThatAreLost() {
        world.ingest.holdAnswers();
        Peer peer = world.connect3();
        peer.send("30 * \"telemetry\" 'x'");

        world.ingest.failNext(Cause.UNAVAILABLE);

        assertThat(world.count("headrace.mqtt.lost")).isOne();
        assertThat(peer.isOpen()).isTrue();
    }

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
    void letsADeviceInDuringAnOutageAndTakesItsMessagesAfterwards() {
        world.ingest.fill();
        Peer peer = world.connect3();

        peer.send("32 * \"telemetry\" 0001 'x'");

        assertThat(peer.received()).isEmpty();
        world.ingest.makeRoom();
        assertThat(peer.received()).isEqualTo("40020001");
    }

    @Test
    void storesAQos2MessageOnceAcrossConnections() {
        // Given: the connection is lost between PUBLISH and PUBREC, with the answer of Kafka under way
        world.ingest.holdAnswers();
        Peer first = world.connected(KEPT_3);
        first.send("34 * \"telemetry\" 0007 'x'");
        first.vanish();
        Peer second = world.connected(KEPT_3);
        assertThat(second.connack).isEqualTo("20020100");

        second.send("3C * \"telemetry\" 0007 'x'");
        assertThat(second.received()).isEmpty();
        world.ingest.answerAll();

        assertThat(second.received()).isEqualTo("50020007");
        second.send("62 02 0007");
        assertThat(second.received()).isEqualTo("70020007");
        assertThat(world.ingest.messages()).hasSize(1);
    }

    @Test
    void storesAQos2MessageAgainWhenTheFirstTimeFailed() {
        world.ingest.holdAnswers();
        Peer first = world.connected(KEPT_3);
        first.send("34 * \"telemetry\" 0007 'x'");
        first.vanish();
        world.ingest.failNext(Cause.UNAVAILABLE);
        Peer second = world.connected(KEPT_3);

        second.send("3C * \"telemetry\" 0007 'x'");
        world.ingest.answerAll();

        assertThat(second.received()).isEqualTo("50020007");
        assertThat(world.ingest.messages()).hasSize(1);
    }

    @Test
    void refusesPubrelBeforePubrec() {
        world.ingest.holdAnswers();
        Peer peer = world.connect5();
        peer.send("34 * \"telemetry\" 0001 {} 'x'");

        peer.send("62 02 0001");

        assertThat(peer.received()).matches("E0..82.*");
    }

    @Test
    void takesAPacketIdentifierAgainAfterItsPubcomp() {
        Peer peer = world.connect3();

        peer.send("34 * \"telemetry\" 0001 'x'").send("62 02 0001").send("34 * \"telemetry\" 0001 'y'");

        assertThat(peer.received()).isEqualTo("50020001" + "70020001" + "50020001");
        assertThat(world.ingest.messages()).hasSize(2);
    }

    @Test
    void forgetsASessionThatWasNotToBeKept() {
        world.connected(KEPT_5).send("34 * \"telemetry\" 0007 {} 'x'").vanish();
        Peer clean = world.connect5();
        assertThat(clean.connack).matches("20..0000.*");

        clean.send("62 02 0007");

        assertThat(clean.received()).isEqualTo("7003000792");
    }

    @Test
    void endsTheOlderConnectionOfADevice() {
        Peer older = world.connect5();

        Peer newer = world.connect5();

        assertThat(older.received()).matches("E0..8E.*");
        assertThat(older.isOpen()).isFalse();
        assertThat(newer.isOpen()).isTrue();
        assertThat(world.identities.watched()).isOne();
    }

    @Test
    void keepsTheOlderConnectionWhenTheNewOneHasTheWrongKey() {
        Peer older = world.connect5();

        world.open().send("10 * \"MQTT\" 05 C2 003C {} \"d1\" \"d1\" \"no\"");

        assertThat(older.isOpen()).isTrue();
        assertThat(older.received()).isEmpty();
    }

    @Test
    void endsTheConnectionOfADeviceThatIsDisabled() {
        Peer peer = world.connect5();

        world.identities.disable("d1");

        assertThat(peer.received()).matches("E0..98.*");
        assertThat(peer.isOpen()).isFalse();
        assertThat(world.identities.watched()).isZero();
    }

    @Test
    void endsAConnectionThatIsSilentForOneAndAHalfKeepAlives() {
        Peer peer = world.connect5();
        peer.after(Duration.ofSeconds(80)).send("C0 00");
        assertThat(peer.received()).isEqualTo("D000");

        peer.after(Duration.ofSeconds(89));
        assertThat(peer.isOpen()).isTrue();
        peer.after(Duration.ofMillis(1_001));

        assertThat(peer.received()).matches("E0..8D.*");
        assertThat(peer.isOpen()).isFalse();
    }

    @Test
    void doesNotTakeItsOwnPauseForThePeersSilence() {
        Peer peer = world.connect3();
        world.ingest.fill();
        peer.send("32 * \"telemetry\" 0001 'x'").after(Duration.ofSeconds(91));

        assertThat(peer.isOpen()).isTrue();
        world.ingest.makeRoom();
        assertThat(peer.received()).isEqualTo("40020001");
    }

    @Test
    void tellsAnMqtt5ClientTheKeepAliveItGetsInstead() {
        Peer peer = world.connected("10 * \"MQTT\" 05 C2 0000 {} \"d1\" \"d1\" \"k1\"");

        assertThat(peer.connack).contains("130E10"); // server keep alive 3,600 s
    }

    @Test
    void endsAConnectionWithoutConnect() {
        Peer peer = world.open();
        peer.after(Duration.ofMillis(9_999)).send("10");
        assertThat(peer.isOpen()).isTrue();

        peer.after(Duration.ofMillis(2));

        assertThat(peer.isOpen()).isFalse();
        assertThat(peer.received()).isEmpty();
    }

    @Test
    void publishesTheWillOfAConnectionThatIsLost() {
        world.connected(WILL_5).vanish();

        Message will = world.ingest.messages().getFirst();
        assertThat(new String(will.payload(), StandardCharsets.UTF_8)).isEqualTo("bye");
        assertThat(will.facts())
                .containsExactly(new Message.Fact("hr-protocol", "mqtt/5"), new Message.Fact("hr-channel", "gone"));
    }

    @Test
    void publishesTheWillOnlyWhereTheDeviceDoesNotDiscardIt() {
        world.connected(WILL_5).send("E0 00");
        assertThat(world.ingest.messages()).isEmpty();

        world.connected(WILL_5).send("E0 01 04");
        world.connected(WILL_5).send("00 00");

        assertThat(world.ingest.messages()).hasSize(2);
    }

    @Test
    void doesNotPublishTheWillOfADeviceThatIsDisabled() {
        world.connected(WILL_5);

        world.identities.disable("d1");

        assertThat(world.ingest.messages()).isEmpty();
    }

    @Test
    void answersWhatItTookBeforeItDrains() {
        world.ingest.holdAnswers();
        Peer peer = world.connect5();
        peer.send("32 * \"telemetry\" 0001 {} 'x'");

        peer.channel.pipeline().fireUserEventTriggered(Drain.BEGIN);
        peer.send("32 * \"telemetry\" 0002 {} 'too late'");
        assertThat(peer.isOpen()).isTrue();
        world.ingest.answerAll();

        assertThat(peer.received()).matches("40020001E0..8B.*");
        assertThat(world.ingest.messages()).hasSize(1);
    }

    @Test
    void letsAnyClientInWhereNoAuthenticationIsAskedFor() {
        World open = new World(Map.of("gateway.mqtt.authentication", "none"));

        Peer named = open.connected("10 * \"MQTT\" 05 02 003C {} \"anything\"");
        Peer unnamed = open.connected("10 * \"MQTT\" 05 02 003C {} \"\"");

        assertThat(named.isOpen()).isTrue();
        assertThat(unnamed.connack).contains(Bytes.hex("auto-".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void sendsNothingThatIsLargerThanThePeerTakes() {
        Peer peer = world.connected("10 * \"MQTT\" 05 C2 003C {27 00000020} \"d1\" \"d1\" \"k1\"");
        peer.received();

        peer.send("C1 00");

        assertThat(peer.received()).isEqualTo("E00181"); // without its reason string
    }

    @Test
    void countsEndedConnectionsByReason() {
        world.connect5().send("C1 00");
        world.connect3().send("E0 00");

        assertThat(world.count("headrace.mqtt.ended", "reason", "MALFORMED_PACKET"))
                .isOne();
        assertThat(world.count("headrace.mqtt.ended", "reason", "SUCCESS")).isOne();
        assertThat(world.count("headrace.mqtt.connections")).isZero();
    }

    @Test
    void factsOfAMessageAreWhatTheDeviceSaidAndNoMore() {
        Peer peer = world.connect5();

        peer.send("""
                3A * "telemetry/room 1" 0009 {03 "application/json" 09 "c-1" 02 0000000A \
                26 "message-id" "m-1" 26 "device-time" "1700000000000" 26 "content-encoding" "gzip" \
                26 "hr-gateway" "spoofed" 26 "a b/ü" "v"} 'x'""");

        Message message = world.ingest.messages().getFirst();
        assertThat(message.receivedAt()).isEqualTo(World.NOW.toEpochMilli());
        assertThat(message.facts())
                .extracting(fact -> fact.name() + "=" + fact.value())
                .containsExactly(
                        "hr-protocol=mqtt/5",
                        "hr-channel=room 1",
                        "hr-packet-id=9",
                        "hr-resend=1",
                        "hr-content-type=application/json",
                        "hr-correlation-id=c-1",
                        "hr-expires-at=" + (World.NOW.toEpochMilli() + 10_000),
                        "hr-message-id=m-1",
                        "hr-device-time=1700000000000",
                        "hr-content-encoding=gzip",
                        "hr-p-hr-gateway=spoofed",
                        "hr-p-a_b__=v");
    }

    @Test
    void factsThatMakeNoSenseStayProperties() {
        Peer peer = world.connect5();

        peer.send("30 * \"other/topic\" {09 [FF00] 26 \"device-time\" \"noon\" 26 \"traceparent\" \"x\" "
                + "26 \"note\" [61 0D 0A 62]} 'x'");

        assertThat(world.ingest.messages().getFirst().facts())
                .extracting(fact -> fact.name() + "=" + fact.value())
                .isEqualTo(List.of(
                        "hr-protocol=mqtt/5",
                        "hr-topic=other/topic",
                        "hr-correlation-id=/wA=",
                        "hr-p-device-time=noon",
                        "hr-p-traceparent=x",
                        "hr-p-note=a  b"));
    }
}
