package io.headrace.gateway.coap;

import static io.headrace.gateway.coap.CoapPeer.ACCEPT;
import static io.headrace.gateway.coap.CoapPeer.ACK;
import static io.headrace.gateway.coap.CoapPeer.BLOCK2;
import static io.headrace.gateway.coap.CoapPeer.CON;
import static io.headrace.gateway.coap.CoapPeer.MAX_AGE;
import static io.headrace.gateway.coap.CoapPeer.NON;
import static io.headrace.gateway.coap.CoapPeer.OBSERVE;
import static io.headrace.gateway.coap.CoapPeer.commands;
import static io.headrace.gateway.coap.CoapPeer.get;
import static io.headrace.gateway.coap.CoapPeer.request;
import static io.headrace.gateway.coap.CoapPeer.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.gateway.coap.CoapPeer.Opt;
import io.headrace.gateway.coap.CoapPeer.Reply;
import io.headrace.gateway.identity.PreSharedKeys.Slot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Commands over CoAP, seen byte by byte: asked for, observed, answered. */
class CommandsTest {
    private static final List<Opt> D1 = commands("d1", TestEdge.key("d1", Slot.PRIMARY));
    private static final List<Opt> D2 = commands("d2", TestEdge.key("d2", Slot.PRIMARY));
    private static final Opt OBSERVED = Opt.number(OBSERVE, 0);
    private static final Opt NO_LONGER = Opt.number(OBSERVE, 1);
    private static final byte[] NOTHING = {};

    private TestEdge edge;
    private CoapPeer peer;

    @BeforeEach
    void start() throws IOException {
        edge = new TestEdge();
        peer = new CoapPeer(edge.port("coap"));
    }

    private void startAgain(String... settings) throws IOException {
        stop();
        edge = new TestEdge(settings);
        peer = new CoapPeer(edge.port("coap"));
    }

    @AfterEach
    void stop() {
        peer.close();
        edge.close();
    }

    /** Begins an observation, up to the acknowledgement of its first notification, which says nothing. */
    private static Reply observe(CoapPeer device, int mid, List<Opt> options) throws IOException {
        Reply accepted = device.ask(get(CON, mid, "o" + mid, with(options, OBSERVED)));
        assertThat(accepted.type()).isEqualTo(ACK);
        assertThat(accepted.code()).isEqualTo("0.00");
        Reply first = device.receive();
        assertThat(first.type()).isEqualTo(CON);
        assertThat(first.code()).isEqualTo("2.05");
        assertThat(first.token()).isEqualTo("o" + mid);
        assertThat(first.payload()).isEmpty();
        device.acknowledge(first);
        return first;
    }

    private static String id(Reply reply) {
        String after = reply.payload().substring(reply.payload().indexOf("\"id\":\"") + 6);
        return after.substring(0, after.indexOf('"'));
    }

    private void eventually(String... results) {
        Awaitility.await()
                .untilAsserted(() -> assertThat(edge.commands.results()).containsExactly(results));
    }

    private double ended(String reason) {
        return edge.meter("headrace.coap.observations.ended", "reason", reason);
    }

    @Test
    void aCommandIsANotificationAndDeliveredWithItsAcknowledgement() throws IOException {
        Reply first = observe(peer, 1, D1);

        edge.commands.make("d1", "c1", "{\"valve\":3}", Duration.ofSeconds(90));
        Reply command = peer.receive();

        assertThat(command.type()).isEqualTo(CON);
        assertThat(command.token()).isEqualTo("o1");
        assertThat(command.options().get(12)).isEqualTo(50);
        assertThat(command.options().get(OBSERVE)).isGreaterThan(first.options().get(OBSERVE));
        assertThat(command.options().get(MAX_AGE)).isEqualTo(240);
        assertThat(command.payload())
                .matches("\\{\"id\":\"c1\",\"name\":\"open\",\"expiresIn\":(89|90),"
                        + "\"contentType\":\"application/json\",\"payload\":\\{\"valve\":3}}");
        assertThat(edge.commands.results()).isEmpty();
        peer.acknowledge(command);
        eventually("c1 DELIVERED");
    }

    @Test
    void noOtherIsSentBeforeOneIsAcknowledgedAndTheyComeInTheirOrder() throws IOException {
        edge.commands.make("d1", "c1").make("d2", "theirs").make("d1", "c2");
        observe(peer, 1, D1);
        Reply first = peer.receive();
        assertThat(id(first)).isEqualTo("c1");

        assertThat(peer.hearsNothing(500)).isTrue();
        peer.acknowledge(first);
        Reply second = peer.receive();

        assertThat(id(second)).isEqualTo("c2");
        peer.acknowledge(second);
        eventually("c1 DELIVERED", "c2 DELIVERED");
        assertThat(peer.hearsNothing(300)).isTrue();
    }

    @Test
    void whoDoesntAnswerFromWhereItSaysItIsGetsNoCommandAndNoMoreThanItHasSent() throws IOException {
        edge.commands.make("d1", "c1", "x".repeat(900), Duration.ofMinutes(1));
        byte[] forged = get(CON, 1, "o1", with(D1, OBSERVED));

        Reply accepted = peer.ask(forged);
        Reply first = peer.receive();
        Reply again = peer.receive();

        assertThat(again).isEqualTo(first);
        assertThat(accepted.size() + 5 * first.size())
                .as("as many times as it is sent by default")
                .isLessThan(3 * forged.length);
        assertThat(edge.commands.results()).isEmpty();
    }

    @Test
    void aNotificationThatIsNeverAcknowledgedEndsTheObservationAndTheNextOneHasTheCommand() throws IOException {
        startAgain("gateway.coap.max-retransmit", "1");
        observe(peer, 1, D1);
        edge.commands.make("d1", "c1");
        assertThat(id(peer.receive())).isEqualTo("c1");
        assertThat(id(peer.receive())).isEqualTo("c1");

        Awaitility.await().untilAsserted(() -> assertThat(ended("timed-out")).isOne());
        assertThat(edge.meter("headrace.coap.observations")).isZero();
        observe(peer, 2, D1);

        Reply again = peer.receive();
        assertThat(id(again)).isEqualTo("c1");
        assertThat(again.token()).isEqualTo("o2");
    }

    @Test
    void aResetEndsIt() throws IOException {
        observe(peer, 1, D1);
        edge.commands.make("d1", "c1").make("d1", "c2");

        peer.reset(peer.receive());

        Awaitility.await().untilAsserted(() -> assertThat(ended("rejected")).isOne());
        assertThat(peer.hearsNothing(300)).isTrue();
        assertThat(edge.commands.results()).isEmpty();
    }

    @Test
    void aDeviceMayEndItAndIsGivenNothingWithThat() throws IOException {
        observe(peer, 1, D1);
        edge.commands.make("d1", "c1");
        peer.acknowledge(peer.receive());

        Reply other = peer.ask(get(CON, 2, "other", with(D1, NO_LONGER)));
        assertThat(ended("cancelled")).as("another token").isZero();
        Reply last = peer.ask(get(CON, 3, "o1", with(D1, NO_LONGER)));

        assertThat(List.of(other.code(), last.code())).containsOnly("2.05");
        assertThat(last.payload()).isEmpty();
        assertThat(last.options()).doesNotContainKey(OBSERVE);
        assertThat(ended("cancelled")).isOne();
        edge.commands.make("d1", "c2");
        assertThat(peer.hearsNothing(300)).isTrue();
    }

    @Test
    void aDeviceHasOneObservationTheLatestWhichHasWhatIsUnanswered() throws IOException {
        edge.commands.make("d1", "c1");
        observe(peer, 1, D1);
        peer.acknowledge(peer.receive());
        try (CoapPeer restarted = new CoapPeer(edge.port("coap"))) {
            observe(restarted, 1, D1);

            assertThat(id(restarted.receive())).isEqualTo("c1");
            assertThat(ended("replaced")).isOne();
            assertThat(edge.meter("headrace.coap.observations")).isOne();
            assertThat(peer.hearsNothing(300)).isTrue();
        }
    }

    @Test
    void whereThereAreTooManyTheDeviceIsAnsweredAsIfItHadAsked() throws IOException {
        startAgain("gateway.coap.max-observations", "1");
        observe(peer, 1, D2);
        edge.commands.make("d1", "c1");
        try (CoapPeer late = new CoapPeer(edge.port("coap"))) {
            Reply reply = late.ask(get(CON, 1, "t", with(D1, OBSERVED)));

            assertThat(reply.type()).isEqualTo(ACK);
            assertThat(id(reply)).isEqualTo("c1");
            assertThat(reply.options()).doesNotContainKey(OBSERVE);
        }
        observe(peer, 2, D2);
        assertThat(edge.meter("headrace.coap.observations")).isOne();
    }

    @Test
    void whatIsOverIsNotSentAgain() throws IOException {
        observe(peer, 1, D1);
        edge.commands.make("d1", "late", "{}", Duration.ofSeconds(1)).make("d1", "c2");
        assertThat(id(peer.receive())).isEqualTo("late");

        edge.commands.after(Duration.ofSeconds(1));

        assertThat(id(peer.receive())).as("instead of sending the first again").isEqualTo("c2");
    }

    @Test
    void aDeviceThatIsDisabledIsToldAndGetsNoMore() throws IOException {
        observe(peer, 1, D1);

        edge.identities.disable("d1");
        edge.commands.make("d1", "c1");
        Reply last = peer.receive();

        assertThat(last.type()).isEqualTo(NON);
        assertThat(last.code()).isEqualTo("4.03");
        assertThat(last.token()).isEqualTo("o1");
        assertThat(peer.hearsNothing(300)).isTrue();
        assertThat(ended("revoked")).isOne();
        assertThat(edge.identities.watched()).isZero();
        assertThat(peer.ask(get(CON, 2, "t", with(D1, OBSERVED))).code()).isEqualTo("4.03");
    }

    @Test
    void aStoppingGatewayEndsIt() throws IOException {
        observe(peer, 1, D1);

        edge.edge.stopTaking();

        Reply last = peer.receive();
        assertThat(last.code()).isEqualTo("5.03");
        assertThat(last.token()).isEqualTo("o1");
        Awaitility.await()
                .untilAsserted(() -> assertThat(edge.identities.watched()).isZero());
    }

    @Test
    void aDeviceThatHearsNothingForAWhileIsToldThatNothingWaitsAndHasToSayThatItIsThere() throws IOException {
        startAgain("gateway.coap.observe-interval", "1s");
        Reply first = observe(peer, 1, D1);

        Reply beat = peer.receive();
        assertThat(beat.type()).isEqualTo(CON);
        assertThat(beat.payload()).isEmpty();
        assertThat(beat.options().get(OBSERVE)).isGreaterThan(first.options().get(OBSERVE));
        assertThat(beat.options().get(MAX_AGE)).isEqualTo(2);
        peer.acknowledge(beat);
        assertThat(peer.receive().payload()).isEmpty();
    }

    @Test
    void whoAsksIsGivenTheFirstUntilItIsAnsweredOrTheDeviceSaysThatItHasIt() throws IOException {
        edge.commands.make("d1", "c1").make("d1", "c2");

        Reply first = peer.ask(get(CON, 1, "t1", D1));
        Reply again = peer.ask(get(NON, 2, "t2", D1));
        Reply next = peer.ask(get(CON, 3, "t3", with(D1, Opt.text(15, "after=c1"))));
        Reply none = peer.ask(get(CON, 4, "t4", with(D1, Opt.text(15, "after=c2"))));

        assertThat(first.type()).isEqualTo(ACK);
        assertThat(first.options().get(MAX_AGE)).isZero();
        assertThat(again.type()).isEqualTo(NON);
        assertThat(List.of(id(first), id(again), id(next))).containsExactly("c1", "c1", "c2");
        assertThat(none.code()).isEqualTo("2.05");
        assertThat(none.payload()).isEmpty();
        eventually("c1 DELIVERED", "c1 DELIVERED", "c2 DELIVERED");
    }

    @Test
    void askingCountsAsAMessage() throws IOException {
        edge.quotas.exhaust(3_000_000_000L);

        Reply reply = peer.ask(get(CON, 1, "t1", with(D1, OBSERVED)));

        assertThat(reply.code()).isEqualTo("4.29");
        assertThat(edge.meter("headrace.coap.observations")).isZero();
    }

    @Test
    void theDeviceChoosesTheFormat() throws IOException {
        edge.commands.make("d1", "c1");

        Reply cbor = peer.ask(get(CON, 1, "t1", with(D1, Opt.number(ACCEPT, 60))));

        assertThat(cbor.options().get(12)).isEqualTo(60);
        assertThat(cbor.payload()).contains("bidbc1dnamedopen");
        assertThat(peer.ask(get(CON, 2, "t2", with(D1, Opt.number(ACCEPT, 41)))).code())
                .isEqualTo("4.06");
    }

    @Test
    void withoutAProofOfItsAddressNoAnswerIsMoreThanThreeTimesWhatADeviceSends() throws IOException {
        String payload = "\"" + "x".repeat(2_000) + "\"";
        edge.commands.make("d1", "c1", payload, Duration.ofMinutes(1));
        StringBuilder whole = new StringBuilder();
        Reply reply = peer.ask(get(CON, 1, "t", D1));
        int number = 0;
        while (true) {
            whole.append(reply.payload());
            long block = Objects.requireNonNull(reply.options().get(BLOCK2));
            assertThat(block >> 4).isEqualTo(number);
            if ((block & 8) == 0) {
                break;
            }
            assertThat(edge.commands.results()).isEmpty();
            number++;
            byte[] next = get(CON, 1 + number, "t", with(D1, Opt.number(BLOCK2, (number << 4) | (int) (block & 7))));
            reply = peer.ask(next);
            assertThat(reply.size()).isLessThanOrEqualTo(3 * next.length);
        }

        assertThat(whole.toString()).endsWith("\"payload\":" + payload + "}");
        eventually("c1 DELIVERED");
        assertThat(peer.ask(get(CON, 900, "t", with(D1, Opt.number(BLOCK2, (3 << 4) | 2))))
                        .code())
                .isEqualTo("4.08");
    }

    @Test
    void anObserverGetsALargeCommandInBlocksAndTheNextOneWhenItHasAllOfThem() throws IOException {
        edge.commands
                .make("d1", "large", "\"" + "x".repeat(2_500) + "\"", Duration.ofMinutes(1))
                .make("d1", "next");
        observe(peer, 1, D1);

        Reply first = peer.receive();
        peer.acknowledge(first);
        assertThat(first.options().get(BLOCK2)).isEqualTo(8 | 6);
        assertThat(first.payload()).hasSize(1024);
        assertThat(peer.hearsNothing(300)).isTrue();
        Reply second = peer.ask(get(CON, 2, "b", with(D1, Opt.number(BLOCK2, (1 << 4) | 6))));
        assertThat(edge.commands.results()).isEmpty();
        Reply third = peer.ask(get(CON, 3, "b", with(D1, Opt.number(BLOCK2, (2 << 4) | 6))));

        assertThat(first.payload() + second.payload() + third.payload()).endsWith("xx\"}");
        assertThat(List.of(second.options().get(4), third.options().get(4)))
                .containsOnly(first.options().get(4));
        assertThat(id(peer.receive())).isEqualTo("next");
        eventually("large DELIVERED");
    }

    @Test
    void aLargeCommandThatIsntAskedForToItsEndEndsTheObservation() throws IOException {
        startAgain("gateway.coap.block-timeout", "1s");
        edge.commands.make("d1", "large", "\"" + "x".repeat(2_500) + "\"", Duration.ofMinutes(1));
        observe(peer, 1, D1);
        peer.acknowledge(peer.receive());

        Awaitility.await().untilAsserted(() -> assertThat(ended("stuck")).isOne());
        assertThat(edge.commands.results()).isEmpty();
    }

    private Reply answer(int mid, String id, String body, Opt... more) throws IOException {
        List<Opt> options = with(commands("d1", TestEdge.key("d1", Slot.PRIMARY), id, "result"), more);
        return peer.ask(request(CON, 2, mid, "a" + mid, options, body.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void anAnswerIsTakenOnceKafkaHasIt() throws IOException {
        edge.commands.make("d1", "c1").holdAnswers();

        Reply accepted =
                answer(1, "c1", "{\"status\":\"failed\",\"detail\":\"jam\",\"payload\":7}", Opt.number(12, 50));
        assertThat(accepted.code()).isEqualTo("0.00");
        edge.commands.answerAll();
        Reply reply = peer.receive();
        peer.acknowledge(reply);

        assertThat(reply.code()).isEqualTo("2.04");
        assertThat(edge.commands.results()).containsExactly("c1 FAILED");
        assertThat(edge.commands.lastResult().getDetail()).isEqualTo("jam");
        assertThat(edge.commands.lastResult().getProtocol()).isEqualTo("coap");
        assertThat(edge.ingest.messages()).isEmpty();
    }

    @Test
    void anAnswerThatKafkaDoesntTakeIsToBeSentAgain() throws IOException {
        edge.commands.make("d1", "c1").holdAnswers();
        assertThat(answer(1, "c1", "x").code()).isEqualTo("0.00");

        edge.commands.failAll();
        Reply refused = peer.receive();
        peer.acknowledge(refused);
        edge.commands.answerAll();

        assertThat(refused.code()).isEqualTo("5.03");
        assertThat(refused.options()).containsKey(MAX_AGE);
        assertThat(answer(2, "c1", "x").code()).isEqualTo("2.04");
        assertThat(edge.commands.results()).containsExactly("c1 SUCCEEDED");
    }

    @Test
    void theFirstAnswerCountsAndTheStatusMayStandInTheQuery() throws IOException {
        edge.commands.make("d1", "c1").make("d2", "theirs");

        assertThat(answer(1, "c1", "E7", Opt.text(15, "status=perhaps")).code()).isEqualTo("4.00");
        assertThat(answer(2, "c1", "E7", Opt.text(15, "status=failed"), Opt.number(12, 0))
                        .payload())
                .isEmpty();
        Reply second = answer(3, "c1", "{\"status\":\"succeeded\"}");
        Reply others = answer(4, "theirs", "x");

        assertThat(second.code()).isEqualTo("2.04");
        assertThat(second.payload()).isEqualTo("had one");
        assertThat(others.code()).isEqualTo("4.04");
        assertThat(edge.commands.results()).containsExactly("c1 FAILED");
        assertThat(edge.commands.lastResult().getContentType()).startsWith("text/plain");
    }

    @Test
    void otherRequestsAreRefused() throws IOException {
        String key = TestEdge.key("d1", Slot.PRIMARY);

        assertThat(peer.ask(request(CON, 2, 1, "t", D1, NOTHING)).code()).isEqualTo("4.05");
        assertThat(peer.ask(get(CON, 2, "t", commands("d1", key, "c1", "result")))
                        .code())
                .isEqualTo("4.05");
        assertThat(peer.ask(get(CON, 3, "t", commands("d1", key, "c1"))).code()).isEqualTo("4.04");
        assertThat(peer.ask(get(CON, 4, "t", commands("d1", key, "../x", "result")))
                        .code())
                .isEqualTo("4.04");
        assertThat(peer.ask(get(CON, 5, "t", with(commands("d1", "wrong"), OBSERVED)))
                        .code())
                .isEqualTo("4.01");
        assertThat(answer(6, "c1", "x", Opt.number(12, 11050)).code()).isEqualTo("4.15");
        assertThat(edge.meter("headrace.coap.observations")).isZero();
    }

    @Test
    void aHundredObservationsOfOneDeviceAreOne() throws IOException {
        for (int i = 1; i <= 100; i++) {
            peer.send(get(NON, i, "o" + i, with(D1, OBSERVED)));
        }

        Awaitility.await().untilAsserted(() -> assertThat(ended("replaced")).isEqualTo(99));
        assertThat(edge.meter("headrace.coap.observations")).isOne();
        assertThat(edge.identities.watched()).isOne();
    }
}
