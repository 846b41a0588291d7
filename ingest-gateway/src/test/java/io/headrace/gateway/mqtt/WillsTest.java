package io.headrace.gateway.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.gateway.ingest.Message;
import io.headrace.gateway.ingest.NotStoredException.Cause;
import io.headrace.gateway.listen.Drain;
import io.headrace.gateway.mqtt.Peer.World;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** When a will is published, and when not (sections 3.1.2.5 and 3.1.3.2.2 of MQTT 5, 3.1.2.5 of MQTT 3.1.1). */
class WillsTest {
    /** Delay 30 s, session for an hour. */
    private static final String DELAYED = connect("C4", "11 00000E10", "18 0000001E 02 00000014");

    private final World world = new World();

    private static String connect(String flags, String properties, String willProperties) {
        return "10 * \"MQTT\" 05 %s 003C {%s} \"d1\" {%s} \"telemetry/gone\" \"bye\" \"d1\" \"k1\""
                .formatted(flags, properties, willProperties);
    }

    private List<String> wills() {
        return world.ingest.messages().stream()
                .map(message -> new String(message.payload(), StandardCharsets.UTF_8))
                .toList();
    }

    @Test
    void waitsForItsDelay() {
        Peer peer = world.connected(DELAYED);
        peer.vanish();
        assertThat(wills()).isEmpty();

        world.after(Duration.ofMillis(29_999));
        assertThat(wills()).isEmpty();
        world.after(Duration.ofMillis(2));

        assertThat(wills()).containsExactly("bye");
    }

    @Test
    void expiryCountsFromItsPublication() {
        Peer peer = world.connected(DELAYED);
        peer.vanish();
        world.after(Duration.ofSeconds(31));

        assertThat(world.ingest.messages().getFirst().facts())
                .contains(new Message.Fact(
                        "hr-expires-at", Long.toString(World.NOW.plusSeconds(20).toEpochMilli())));
    }

    @Test
    void isForgottenWhenTheDeviceComesBackInTime() {
        Peer peer = world.connected(DELAYED);
        peer.vanish();
        world.after(Duration.ofSeconds(29));

        Peer back = world.connected("10 * \"MQTT\" 05 C0 003C {11 00000E10} \"d1\" \"d1\" \"k1\"");
        world.after(Duration.ofSeconds(60));
        back.send("E0 00");

        assertThat(back.connack).matches("20..0100.*");
        assertThat(wills()).isEmpty();
        assertThat(world.count("headrace.mqtt.wills", "outcome", "forgotten")).isOne();
        assertThat(world.count("headrace.mqtt.wills.bytes")).isZero();
    }

    @Test
    void isPublishedWhenACleanStartEndsItsSession() {
        Peer peer = world.connected(DELAYED);
        peer.vanish();

        world.connect5();

        assertThat(wills()).containsExactly("bye");
        world.after(Duration.ofSeconds(31));
        assertThat(wills()).hasSize(1);
    }

    @Test
    void isPublishedAtTheEndOfASessionThatIsShorterThanTheDelay() {
        Peer peer = world.connected(connect("C4", "11 00000005", "18 0000001E"));
        peer.vanish();
        world.after(Duration.ofMillis(4_999));
        assertThat(wills()).isEmpty();

        world.after(Duration.ofMillis(2));

        assertThat(wills()).containsExactly("bye");
    }

    @Test
    void isPublishedAtOnceWhereTheSessionEndsWithTheConnection() {
        world.connected(connect("C4", "", "18 0000001E")).vanish();

        assertThat(wills()).containsExactly("bye");
    }

    @Test
    void isPublishedAtOnceWhenDisconnectEndsTheSession() {
        world.connected(DELAYED).send("E0 * 04 {11 00000000}");

        assertThat(wills()).containsExactly("bye");
    }

    @Test
    void isDiscardedByANormalDisconnect() {
        Peer peer = world.connected(DELAYED);

        peer.send("E0 00");
        world.after(Duration.ofSeconds(31));

        assertThat(wills()).isEmpty();
        assertThat(world.count("headrace.mqtt.wills.bytes")).isZero();
    }

    @Test
    void isPublishedAfterDisconnectWithWill() {
        Peer peer = world.connected(DELAYED);

        peer.send("E0 01 04");
        assertThat(wills()).isEmpty();
        world.after(Duration.ofSeconds(31));

        assertThat(wills()).containsExactly("bye");
    }

    @Test
    void isPublishedOnKeepAliveTimeoutOnProtocolErrorAndOnTakeover() {
        String atOnce = connect("C6", "", "");
        world.connected(atOnce).after(Duration.ofSeconds(91));
        assertThat(wills()).hasSize(1);
        world.connected(atOnce).send("00 00");
        assertThat(wills()).hasSize(2);
        world.connected(atOnce);
        world.connect3();

        assertThat(wills()).hasSize(3);
    }

    @Test
    void isForgottenOnATakeoverThatResumesTheSession() {
        Peer peer = world.connected(DELAYED);

        world.connected("10 * \"MQTT\" 05 C0 003C {11 00000E10} \"d1\" \"d1\" \"k1\"");

        assertThat(peer.received()).matches("E0..8E.*");
        world.after(Duration.ofSeconds(31));
        assertThat(wills()).isEmpty();
    }

    @Test
    void isPublishedOnATakeoverThatStartsClean() {
        world.connected(DELAYED);

        world.connect5();

        assertThat(wills()).containsExactly("bye");
    }

    @Test
    void ofMqtt3IsPublishedAtOnceAndDiscardedByDisconnect() {
        String connect = "10 * \"MQTT\" 04 C6 003C \"d1\" \"telemetry\" \"bye\" \"d1\" \"k1\"";
        world.connected(connect).send("E0 00");
        assertThat(wills()).isEmpty();

        world.connected(connect).vanish();

        assertThat(wills()).containsExactly("bye");
    }

    @Test
    void isPublishedWhenTheGatewayDrains() {
        Peer peer = world.connected(DELAYED);

        peer.channel.pipeline().fireUserEventTriggered(Drain.BEGIN);

        assertThat(peer.received()).matches("E0..8B.*");
        assertThat(wills()).containsExactly("bye");
    }

    @Test
    void thatWaitsForItsDelayIsPublishedWhenTheGatewayEnds() {
        world.connected(DELAYED).vanish();
        assertThat(wills()).isEmpty();

        world.edge.close();

        assertThat(wills()).containsExactly("bye");
    }

    @Test
    void isTriedAgainUntilKafkaTakesIt() {
        Peer peer = world.connected(connect("C6", "", ""));
        world.ingest.refuseNext(Cause.UNAVAILABLE);
        peer.vanish();
        assertThat(wills()).isEmpty();
        world.ingest.refuseNext(Cause.NO_ROOM);
        world.after(Duration.ofMillis(1_001));
        assertThat(wills()).isEmpty();

        world.after(Duration.ofMillis(1_001));

        assertThat(wills()).containsExactly("bye");
        assertThat(world.count("headrace.mqtt.wills", "outcome", "published")).isOne();
        assertThat(world.count("headrace.mqtt.wills.bytes")).isZero();
    }

    @Test
    void ofOneDeviceKeepTheirOrderThroughAnOutage() {
        world.ingest.holdAnswers();
        Peer first = world.connected(connect("C6", "", "").replace("bye", "one"));
        first.vanish();
        world.connected(connect("C6", "", "").replace("bye", "two")).vanish();
        world.ingest.failAll(Cause.UNAVAILABLE);

        world.after(Duration.ofMillis(1_001));
        world.ingest.answerAll();

        assertThat(wills()).containsExactly("one", "two");
    }

    @Test
    void thatIsTooLargeForKafkaIsLostAndCounted() {
        Peer peer = world.connected(connect("C6", "", ""));
        world.ingest.refuseNext(Cause.TOO_LARGE);

        peer.vanish();
        world.after(Duration.ofSeconds(5));

        assertThat(wills()).isEmpty();
        assertThat(world.count("headrace.mqtt.wills", "outcome", "lost")).isOne();
    }

    @Test
    void ofADeviceThatWasDisabledMeanwhileIsNotPublished() {
        Peer peer = world.connected(DELAYED);
        peer.vanish();
        world.identities.disable("d1");

        world.after(Duration.ofSeconds(31));

        assertThat(wills()).isEmpty();
        assertThat(world.count("headrace.mqtt.wills", "outcome", "lost")).isOne();
    }

    @Test
    void ofADeviceThatSpraysThemAreNotPublished() {
        world.quotas.exhaust(Duration.ofSeconds(59).toNanos());
        world.connected(connect("C6", "", "")).vanish();
        assertThat(wills()).hasSize(1);
        world.quotas.exhaust(Duration.ofSeconds(61).toNanos());

        world.connected(connect("C6", "", "")).vanish();

        assertThat(wills()).hasSize(1);
    }

    @Test
    void haveRoomUpToTheirBudgetAndNotBeyond() {
        World small = new World(Map.of("gateway.mqtt.will-budget", "64KiB"));
        String d1 = "10 * \"MQTT\" 05 C6 003C {} \"d1\" {} \"telemetry\" [41x40000] \"d1\" \"k1\"";
        String d2 = "10 * \"MQTT\" 05 C6 003C {} \"d2\" {} \"telemetry\" [41x40000] \"d2\" \"k2\"";
        Peer first = small.connected(d1);

        Peer refused = small.open().send(d2);
        assertThat(refused.received()).matches("20..0097.*");
        assertThat(small.open()
                        .send(d2.replace("05 C6 003C {}", "04 C6 003C").replace("{} ", ""))
                        .received())
                .isEqualTo("20020003");
        first.send("E0 00");

        assertThat(small.connected(d2).isOpen()).isTrue();
    }

    @Test
    void largerThanAPayloadMayBeIsRefusedWithItsConnect() {
        World small = new World(Map.of("gateway.max-payload", "1KiB"));

        Peer peer = small.open().send("10 * \"MQTT\" 05 C6 003C {} \"d1\" {} \"telemetry\" [41x1025] \"d1\" \"k1\"");

        assertThat(peer.received()).matches("20..0095.*");
    }
}
