package io.headrace.gateway.mqtt.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.DeviceId;
import io.headrace.gateway.admission.Allowance;
import io.headrace.gateway.identity.Credentials;
import io.headrace.gateway.identity.Verdict;
import io.headrace.gateway.mqtt.codec.Malformed;
import io.headrace.gateway.mqtt.codec.Packet;
import io.headrace.gateway.mqtt.codec.Properties;
import io.headrace.gateway.mqtt.codec.Property;
import io.headrace.gateway.mqtt.codec.ReasonCode;
import io.headrace.gateway.mqtt.codec.Version;
import io.headrace.gateway.mqtt.session.Delivery.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Transitions without a wire; what the wire sees of them is in {@code MqttConnectionTest}. */
class SessionTest {
    private static final long NOW = 1_000;
    private static final Verdict.Accepted D1 = new Verdict.Accepted(new DeviceId("d1"), "primary");
    private static final SessionLimits LIMITS =
            new SessionLimits(true, 4_096, 1_024, 4, 1 << 20, 10, Duration.ofHours(1), Duration.ofHours(2));

    private final Sessions sessions = new Sessions(10);
    private final Session session = new Session(LIMITS);

    @Test
    void asksForTheDeviceThatTheUserNameClaims() {
        List<Effect> effects = session.connect(connect(Version.V5, "d1", "d1"), List.of());

        assertThat(effects)
                .singleElement()
                .isInstanceOfSatisfying(
                        Effect.Authenticate.class,
                        ask -> assertThat(ask.credentials()).isEqualTo(new Credentials.Password("d1", "key")));
        assertThat(session.takesPackets()).isFalse();
    }

    @Test
    void takesPacketsOnlyOnceItHasItsSession() {
        session.connect(connect(Version.V5, "d1", "d1"), List.of());
        assertThat(session.authenticated(D1)).containsExactly(new Effect.Claim(D1.device(), true, Optional.empty()));
        assertThat(session.takesPackets()).isFalse();

        List<Effect> effects = session.claimed(claim(), Allowance.UNLIMITED);

        assertThat(effects.getFirst()).isInstanceOf(Effect.Send.class);
        assertThat(effects.getLast()).isEqualTo(new Effect.Establish(D1, Duration.ofSeconds(90)));
        assertThat(session.takesPackets()).isTrue();
    }

    @Test
    void tellsAnMqtt5ClientWhatItGetsInsteadOfWhatItAskedFor() {
        Properties asked = Properties.NONE.with(Property.SESSION_EXPIRY_INTERVAL, 0xFFFFFFFFL);
        session.connect(connect(Version.V5, "", "d1", 7_200, asked), List.of());
        session.authenticated(D1);

        Packet.Connack connack = (Packet.Connack)
                sent(session.claimed(claim(), Allowance.UNLIMITED).getFirst());

        assertThat(connack.properties().number(Property.SESSION_EXPIRY_INTERVAL))
                .hasValue(7_200);
        assertThat(connack.properties().number(Property.SERVER_KEEP_ALIVE)).hasValue(3_600);
        assertThat(connack.properties().number(Property.RECEIVE_MAXIMUM)).hasValue(4);
        assertThat(connack.properties().number(Property.TOPIC_ALIAS_MAXIMUM)).hasValue(10);
        assertThat(connack.properties().number(Property.MAXIMUM_PACKET_SIZE)).hasValue(4_096);
        assertThat(connack.properties().text(Property.ASSIGNED_CLIENT_IDENTIFIER))
                .contains("d1");
    }

    @Test
    void refusesWhileDevicesCannotBeToldApart() {
        session.connect(connect(Version.V3_1_1, "d1", "d1"), List.of());

        List<Effect> effects = session.unavailable();

        assertThat(sent(effects.getFirst())).isEqualTo(new Packet.Connack(false, 3, Properties.NONE));
        assertThat(session.isEnded()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void everyEndingEndsEveryPhaseOnceAndForAll(Ending ending) {
        for (int phase = 0; phase < 4; phase++) {
            Session one = inPhase(phase);
            List<Effect> effects = one.end(ending);

            assertThat(effects.getLast()).isInstanceOf(Effect.Close.class);
            assertThat(one.isEnded()).isTrue();
            assertThat(one.takesPackets()).isFalse();
            assertThat(one.end(Ending.LOST)).isEmpty();
            assertThat(one.authenticated(D1)).isEmpty();
            assertThat(one.claimed(claim(), Allowance.UNLIMITED)).isEmpty();
            assertThat(one.settled()).isEmpty();
            assertThat(one.drain()).isEmpty();
            assertThat(one.on(new Packet.Pingreq(), NOW)).isEmpty();
            assertThat(one.malformed(new Malformed(ReasonCode.MALFORMED_PACKET, "", Optional.empty())))
                    .isEmpty();
        }
    }

    @Test
    void saysInConnackOnlyWhatConnackMaySay() {
        Session waiting = inPhase(2);

        List<Effect> effects = waiting.end(Ending.TAKEN_OVER);

        assertThat(sent(effects.getFirst()))
                .isInstanceOfSatisfying(
                        Packet.Connack.class,
                        connack -> assertThat(connack.code()).isEqualTo(ReasonCode.UNSPECIFIED_ERROR.code()));
    }

    @Test
    void answersInOrderWhateverOrderTheyAreSettledIn() {
        Session connected = inPhase(3);
        Delivery first = store(connected, 1, 1);
        Delivery second = store(connected, 2, 2);
        Delivery third = store(connected, 1, 3);

        third.settle(Outcome.STORED);
        second.settle(Outcome.STORED);
        assertThat(connected.settled()).isEmpty();
        first.settle(Outcome.STORED);

        List<Effect> answers = connected.settled();

        assertThat(answers).hasSize(3);
        assertThat(acknowledged(answers.get(0))).containsExactly(1);
        assertThat(sent(answers.get(1))).isEqualTo(new Packet.Pubrec(2, ReasonCode.SUCCESS, Properties.NONE));
        assertThat(acknowledged(answers.get(2))).containsExactly(3);
    }

    @Test
    void aConnectionThatIsOverIsNotKeptByWhatTheSessionKeeps() {
        Session connected = inPhase(3);
        Delivery delivery = store(connected, 2, 1);
        List<Delivery> told = new ArrayList<>();
        delivery.onSettled(told::add);

        connected.end(Ending.LOST);
        delivery.settle(Outcome.STORED);

        assertThat(told).isEmpty();
    }

    @Test
    void acknowledgesManyAtOnceUpToTheFirstThatIsNotSettled() {
        Session connected = inPhase(
                3, new SessionLimits(true, 4_096, 1_024, 200, 1 << 20, 10, Duration.ofHours(1), Duration.ofHours(2)));
        List<Delivery> deliveries = new ArrayList<>();
        for (int packetId = 1; packetId <= 100; packetId++) {
            deliveries.add(store(connected, 1, packetId));
        }
        deliveries.forEach(delivery -> {
            if (delivery.packetId() != 91) {
                delivery.settle(Outcome.STORED);
            }
        });

        List<Integer> acknowledged = new ArrayList<>();
        connected.settled().forEach(effect -> acknowledged.addAll(acknowledged(effect)));

        assertThat(acknowledged)
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 90).boxed().toList());
    }

    @Test
    void answersWhatIsStoredBeforeItEndsForWhatIsNot() {
        Session connected = inPhase(3);
        Delivery first = store(connected, 1, 1);
        Delivery second = store(connected, 1, 2);
        first.settle(Outcome.STORED);
        second.settle(Outcome.UNAVAILABLE);

        List<Effect> effects = connected.settled();

        assertThat(acknowledged(effects.get(0))).containsExactly(1);
        assertThat(sent(effects.get(1)))
                .isInstanceOfSatisfying(
                        Packet.Disconnect.class, end -> assertThat(end.reason()).isEqualTo(ReasonCode.SERVER_BUSY));
        assertThat(connected.isEnded()).isTrue();
    }

    @Test
    void aDisconnectMayShortenTheSessionsLife() {
        Properties asked = Properties.NONE.with(Property.SESSION_EXPIRY_INTERVAL, 60);
        session.connect(connect(Version.V5, "d1", "d1", 60, asked), List.of());
        session.authenticated(D1);
        session.claimed(claim(), Allowance.UNLIMITED);

        List<Effect> effects = session.on(
                new Packet.Disconnect(ReasonCode.SUCCESS, Properties.NONE.with(Property.SESSION_EXPIRY_INTERVAL, 5)),
                NOW);

        assertThat(effects.getFirst()).isEqualTo(new Effect.Release(Duration.ofSeconds(5), Optional.empty()));
    }

    private static Delivery store(Session connected, int qos, int packetId) {
        Packet.Publish publish =
                new Packet.Publish(false, qos, false, packetId, "telemetry", new byte[1], Properties.NONE);
        return ((Effect.Store) connected.on(publish, NOW).getFirst()).delivery();
    }

    /** 0 awaits CONNECT, 1 authenticates, 2 claims its session, 3 is connected. */
    private Session inPhase(int phase) {
        return inPhase(phase, LIMITS);
    }

    private Session inPhase(int phase, SessionLimits limits) {
        Session one = new Session(limits);
        if (phase > 0) {
            one.connect(connect(Version.V5, "d1", "d1"), List.of());
        }
        if (phase > 1) {
            one.authenticated(D1);
        }
        if (phase > 2) {
            one.claimed(claim(), Allowance.UNLIMITED);
        }
        return one;
    }

    private Sessions.Claim claim() {
        Sessions.Claim claim = sessions.claim(D1.device(), () -> {}, true, NOW)
                .orElseThrow()
                .toCompletableFuture()
                .join();
        sessions.abandon(claim, NOW);
        return claim;
    }

    private static List<Integer> acknowledged(Effect effect) {
        Effect.Acknowledge stored = (Effect.Acknowledge) effect;
        return Arrays.stream(stored.packetIds()).limit(stored.count()).boxed().toList();
    }

    private static Packet.FromServer sent(Effect effect) {
        return ((Effect.Send) effect).packet();
    }

    private static Packet.Connect connect(Version version, String clientId, String userName) {
        return connect(version, clientId, userName, 60, Properties.NONE);
    }

    private static Packet.Connect connect(
            Version version, String clientId, String userName, int keepAlive, Properties properties) {
        Optional<byte[]> password = Optional.of("key".getBytes(StandardCharsets.UTF_8));
        return new Packet.Connect(
                version, true, keepAlive, clientId, Optional.empty(), Optional.of(userName), password, properties);
    }
}
