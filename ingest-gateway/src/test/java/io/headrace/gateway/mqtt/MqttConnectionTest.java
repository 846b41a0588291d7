package io.headrace.gateway.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.gateway.ingest.Message;
import io.headrace.gateway.listen.Drain;
import io.headrace.gateway.mqtt.Peer.World;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How a connection begins, lives and ends. */
class MqttConnectionTest {
    private static final String WILL_5 =
            "10 * \"MQTT\" 05 C6 003C {} \"d1\" {} \"telemetry/gone\" \"bye\" \"d1\" \"k1\"";

    private final World world = new World();

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
    void countsEndedConnectionsByReason() {
        world.connect5().send("C1 00");
        world.connect3().send("E0 00");

        assertThat(world.count("headrace.mqtt.ended", "reason", "MALFORMED_PACKET"))
                .isOne();
        assertThat(world.count("headrace.mqtt.ended", "reason", "SUCCESS")).isOne();
        assertThat(world.count("headrace.mqtt.connections")).isZero();
    }

    @Test
    void twoClientsOfOneIdCannotEndEachOtherForEver() {
        Peer current = world.connect5();
        for (int i = 0; i < 10; i++) {
            current = world.connect5();
        }

        Peer refused5 = world.open().send(Peer.CONNECT_5);
        Peer refused3 = world.open().send(Peer.CONNECT_3);

        assertThat(refused5.received()).matches("20..009F.*");
        assertThat(refused3.received()).isEqualTo("20020003");
        assertThat(current.isOpen()).isTrue();
        assertThat(current.send("C0 00").received()).isEqualTo("D000");
    }
}
