package io.headrace.gateway.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.gateway.listen.Drain;
import io.headrace.gateway.mqtt.Peer.World;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A device that sends more than it may: refused where the protocol can say so, held back where it can't. */
class QuotaTest {
    private static final Duration WAIT = Duration.ofSeconds(3);

    private final World world = new World();

    @Test
    void refusesMessagesOfMqtt5WithoutStoringThem() {
        Peer peer = world.connect5();
        world.quotas.exhaust(WAIT.toNanos());

        peer.send("32 * \"telemetry\" 0001 {} 'x' 34 * \"telemetry\" 0002 {} 'y'");

        assertThat(peer.received()).isEqualTo(Bytes.hex(Bytes.of("""
                40 * 0001 97 {1F "more than the device may send"} \
                50 * 0002 97 {1F "more than the device may send"}""")));
        assertThat(world.ingest.messages()).isEmpty();
        assertThat(world.count("headrace.mqtt.refused", "reason", "QUOTA_EXCEEDED"))
                .isEqualTo(2);
        assertThat(peer.isOpen()).isTrue();
    }

    @Test
    void takesARefusedPacketIdentifierAgain() {
        Peer peer = world.connect5();
        world.quotas.exhaust(WAIT.toNanos());
        peer.send("34 * \"telemetry\" 0002 {} 'y'");
        peer.received();
        world.quotas.exhaust(0);

        peer.send("34 * \"telemetry\" 0002 {} 'z'").send("62 02 0002");

        assertThat(peer.received()).isEqualTo("5002000270020002");
        assertThat(world.ingest.messages()).hasSize(1);
    }

    @Test
    void chargesAQos2MessageOnceHoweverOftenItIsSent() {
        Peer peer = world.connect5();
        peer.send("34 * \"telemetry\" 0002 {} 'y'");
        world.quotas.exhaust(WAIT.toNanos());

        peer.send("3C * \"telemetry\" 0002 {} 'y'");

        assertThat(peer.received()).isEqualTo("5002000250020002");
    }

    @Test
    void readsMqtt3LaterInsteadOfRefusing() {
        Peer peer = world.connect3();
        world.quotas.exhaust(WAIT.toNanos());

        peer.send("32 * \"telemetry\" 0001 'x' 32 * \"telemetry\" 0002 'y'");

        assertThat(peer.received()).isEqualTo("40020001");
        assertThat(peer.channel.config().isAutoRead()).isFalse();
        world.quotas.exhaust(0);
        peer.after(WAIT.minusMillis(1));
        assertThat(peer.received()).isEmpty();
        peer.after(Duration.ofMillis(2));
        assertThat(peer.received()).isEqualTo("40020002");
        assertThat(peer.channel.config().isAutoRead()).isTrue();
    }

    @Test
    void readsQos0OfMqtt5Later() {
        Peer peer = world.connect5();
        world.quotas.exhaust(WAIT.toNanos());

        peer.send("30 * \"telemetry\" {} 'x' 30 * \"telemetry\" {} 'y'");

        assertThat(world.ingest.messages()).hasSize(1);
        peer.after(WAIT.plusMillis(1));
        assertThat(world.ingest.messages()).hasSize(2);
        assertThat(world.count("headrace.mqtt.throttled")).isEqualTo(2);
    }

    @Test
    void looksAgainAfterAMinuteHoweverLongTheWait() {
        Peer peer = world.connect3();
        world.quotas.exhaust(Duration.ofDays(1).toNanos());
        peer.send("30 * \"telemetry\" 'x' 30 * \"telemetry\" 'y'");

        peer.after(Duration.ofSeconds(61));

        assertThat(world.ingest.messages()).hasSize(2);
    }

    @Test
    void doesNotTakeThePauseForThePeersSilence() {
        Peer peer = world.connected("10 * \"MQTT\" 04 C2 0002 \"d1\" \"d1\" \"k1\"");
        world.quotas.exhaust(Duration.ofSeconds(50).toNanos());
        peer.send("30 * \"telemetry\" 'x'");

        peer.after(Duration.ofSeconds(10)).after(Duration.ofSeconds(39));

        assertThat(peer.isOpen()).isTrue();
        peer.after(Duration.ofSeconds(2)).after(Duration.ofSeconds(2)).after(Duration.ofSeconds(2));
        assertThat(peer.isOpen()).isFalse(); // read again, and silent
    }

    @Test
    void drainsAConnectionThatIsHeldBack() {
        Peer peer = world.connect5();
        world.quotas.exhaust(WAIT.toNanos());
        peer.send("30 * \"telemetry\" {} 'x'");

        peer.channel.pipeline().fireUserEventTriggered(Drain.BEGIN);

        assertThat(peer.received()).matches("E0..8B.*");
    }
}
