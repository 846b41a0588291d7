package io.headrace.gateway.coap;

import static io.headrace.gateway.coap.CoapPeer.ACK;
import static io.headrace.gateway.coap.CoapPeer.CON;
import static io.headrace.gateway.coap.CoapPeer.MAX_AGE;
import static io.headrace.gateway.coap.CoapPeer.NON;
import static io.headrace.gateway.coap.CoapPeer.RST;
import static io.headrace.gateway.coap.CoapPeer.SIZE1;
import static io.headrace.gateway.coap.CoapPeer.post;
import static io.headrace.gateway.coap.CoapPeer.request;
import static io.headrace.gateway.coap.CoapPeer.telemetry;
import static io.headrace.gateway.coap.CoapPeer.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.Headers;
import io.headrace.gateway.coap.CoapPeer.Opt;
import io.headrace.gateway.coap.CoapPeer.Reply;
import io.headrace.gateway.identity.PreSharedKeys.Slot;
import io.headrace.gateway.ingest.Message;
import io.headrace.gateway.ingest.Message.Fact;
import io.headrace.gateway.ingest.NotStoredException.Cause;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every code that a request is answered with, seen byte by byte. */
class CoapAnswersTest {
    private static final List<Opt> D1 = telemetry("d1", TestEdge.key("d1", Slot.PRIMARY));
    private static final byte[] NOTHING = {};

    private TestEdge edge;
    private CoapPeer peer;

    @BeforeEach
    void start() throws IOException {
        edge = new TestEdge();
        peer = new CoapPeer(edge.port("coap"));
    }

    @AfterEach
    void stop() {
        peer.close();
        edge.close();
    }

    @Test
    void whatIsStoredIsAnsweredWithTheAcknowledgement() throws IOException {
        // Given
        List<Opt> options = with(
                telemetry("d1", TestEdge.key("d1", Slot.PRIMARY), "hall", "north"),
                Opt.number(12, 110),
                Opt.text(15, "message-id=m-1"));
        // When
        Reply reply = peer.ask(post(CON, 7, options, "[]"));
        // Then
        assertThat(reply.type()).isEqualTo(ACK);
        assertThat(reply.code()).isEqualTo("2.04");
        assertThat(reply.mid()).isEqualTo(7);
        assertThat(reply.token()).isEqualTo("t7");
        Message stored = edge.ingest.messages().getFirst();
        assertThat(stored.device().value()).isEqualTo("d1");
        assertThat(stored.payload()).asString().isEqualTo("[]");
        assertThat(stored.facts())
                .containsExactlyInAnyOrder(
                        new Fact(Headers.PROTOCOL, "coap"),
                        new Fact(Headers.CONTENT_TYPE, "application/senml+json"),
                        new Fact(Headers.CHANNEL, "hall/north"),
                        new Fact(Headers.MESSAGE_ID, "m-1"));
    }

    @Test
    void aNonConfirmableRequestGetsANonConfirmableAnswer() throws IOException {
        Reply reply = peer.ask(post(NON, 8, D1, "1"));

        assertThat(reply.type()).isEqualTo(NON);
        assertThat(reply.code()).isEqualTo("2.04");
        assertThat(reply.token()).isEqualTo("t8");
    }

    @Test
    void whenKafkaTakesLongerTheAnswerComesApart() throws IOException {
        // Given
        edge.ingest.holdAnswers();
        // When
        Reply first = peer.ask(post(CON, 9, D1, "1"));
        edge.ingest.answerAll();
        Reply second = peer.receive();
        Reply repeated = peer.receive();
        peer.acknowledge(repeated);
        // Then
        assertThat(first).isEqualTo(new Reply(ACK, "0.00", 9, "", java.util.Map.of(), "", 4));
        assertThat(second.type()).isEqualTo(CON);
        assertThat(second.code()).isEqualTo("2.04");
        assertThat(second.token()).isEqualTo("t9");
        assertThat(repeated).as("not acknowledged, so sent again").isEqualTo(second);
        assertThat(edge.payloads()).containsExactly("1");
    }

    @Test
    void nothingIsAnsweredBeforeKafkaHasIt() throws IOException {
        edge.ingest.holdAnswers();

        peer.send(post(NON, 10, D1, "1"));

        assertThat(peer.hearsNothing(700)).isTrue();
        edge.ingest.answerAll();
        assertThat(peer.receive().code()).isEqualTo("2.04");
    }

    @Test
    void whatIsNotStoredIsSaidSo() throws IOException {
        edge.ingest.refuseNext(Cause.UNAVAILABLE);

        Reply reply = peer.ask(post(CON, 11, D1, "1"));

        assertThat(reply.code()).isEqualTo("5.03");
        assertThat(reply.options().get(MAX_AGE)).isPositive();
    }

    @Test
    void aRequestThatWaitsTooLongIsGivenUpAndNotAcknowledgedLater() throws IOException {
        // Given
        try (TestEdge impatient = new TestEdge("gateway.coap.ack-timeout", "200ms");
                CoapPeer other = new CoapPeer(impatient.port("coap"))) {
            impatient.ingest.holdAnswers();
            // When
            Reply reply = other.ask(post(CON, 1, D1, "1"));
            impatient.ingest.answerAll();
            // Then
            assertThat(reply.code()).isEqualTo("5.03");
            assertThat(other.hearsNothing(300)).isTrue();
        }
    }

    @Test
    void withoutRoomItIsLater() throws IOException {
        edge.ingest.fill();

        Reply reply = peer.ask(post(CON, 12, D1, "1"));

        assertThat(reply.code()).isEqualTo("5.03");
        assertThat(reply.options().get(MAX_AGE)).isEqualTo(2);
        assertThat(edge.payloads()).isEmpty();
    }

    @Test
    void overTheQuotaItSaysWhen() throws IOException {
        edge.quotas.exhaust(Duration.ofMillis(6_500).toNanos());

        Reply reply = peer.ask(post(CON, 13, D1, "1"));

        assertThat(reply.code()).isEqualTo("4.29");
        assertThat(reply.options().get(MAX_AGE)).isEqualTo(7);
        assertThat(edge.payloads()).isEmpty();
    }

    @Test
    void aDisabledDeviceIsForbidden() throws IOException {
        edge.identities.disable("d1");

        assertThat(peer.ask(post(CON, 14, D1, "1")).code()).isEqualTo("4.03");
    }

    @Test
    void anUnknownDeviceIsAnsweredAsAWrongKeyIs() throws IOException {
        Reply unknown = peer.ask(post(CON, 15, telemetry("nobody", "x"), "1"));
        Reply wrong = peer.ask(post(CON, 16, telemetry("d1", "x"), "1"));

        assertThat(unknown.code()).isEqualTo("4.01");
        assertThat(wrong.code()).isEqualTo("4.01");
        assertThat(unknown.payload()).isEqualTo(wrong.payload());
    }

    @Test
    void aPayloadOverTheLimitIsTooLarge() throws IOException {
        Reply atLimit = peer.ask(post(CON, 17, D1, "x".repeat(4096)));
        Reply over = peer.ask(post(CON, 18, D1, "x".repeat(4097)));

        assertThat(atLimit.code()).isEqualTo("2.04");
        assertThat(over.code()).isEqualTo("4.13");
        assertThat(over.options().get(SIZE1)).isEqualTo(4096);
    }

    static Stream<Arguments> refused() {
        List<Opt> elsewhere = List.of(Opt.text(11, "v1"), Opt.text(11, "admin"));
        return Stream.of(
                Arguments.of("another path", "4.04", post(CON, 1, elsewhere, "1")),
                Arguments.of("no path", "4.04", post(CON, 1, List.of(), "1")),
                Arguments.of("level ..", "4.04", post(CON, 1, telemetry("d1", "x", ".."), "1")),
                Arguments.of("level with a slash", "4.04", post(CON, 1, telemetry("d1", "x", "a/b"), "1")),
                Arguments.of("channel over 256", "4.04", post(CON, 1, telemetry("d1", "x", "a".repeat(255), "b"), "1")),
                Arguments.of("GET", "4.05", request(CON, 1, 1, "t", D1, NOTHING)),
                Arguments.of("DELETE", "4.05", request(CON, 4, 1, "t", D1, NOTHING)),
                Arguments.of("observe", "4.05", request(CON, 1, 1, "t", with(D1, Opt.number(6, 0)), NOTHING)),
                Arguments.of("a Content-Format of XML", "4.15", post(CON, 1, with(D1, Opt.number(12, 41)), "1")),
                Arguments.of("unknown Content-Format", "4.15", post(CON, 1, with(D1, Opt.number(12, 65_000)), "1")),
                Arguments.of("Proxy-Uri", "5.05", post(CON, 1, with(D1, Opt.text(35, "coap://example.org/")), "1")),
                Arguments.of("Proxy-Scheme", "5.05", post(CON, 1, with(D1, Opt.text(39, "coap")), "1")),
                Arguments.of("unknown critical option", "4.02", post(CON, 1, with(D1, Opt.number(65_001, 1)), "1")),
                Arguments.of("OSCORE", "4.02", post(CON, 1, with(D1, Opt.number(9, 1)), "1")),
                Arguments.of("If-None-Match", "4.02", post(CON, 1, with(D1, new Opt(5, NOTHING)), "1")),
                Arguments.of("Block2 from the middle", "4.02", post(CON, 1, with(D1, Opt.number(23, 0x12)), "1")),
                Arguments.of("empty message id", "4.00", post(CON, 1, with(D1, Opt.text(15, "message-id=")), "1")),
                Arguments.of(
                        "message id with a line end",
                        "4.00",
                        post(CON, 1, with(D1, Opt.text(15, "message-id=a\r\nb")), "1")),
                Arguments.of("block of size 7", "4.00", post(CON, 1, with(D1, Opt.block1(0, true, 7)), "1")),
                Arguments.of(
                        "block over its size",
                        "4.00",
                        post(CON, 1, with(D1, Opt.block1(0, false, 0)), "x".repeat(17))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refused(String what, String code, byte[] datagram) throws IOException {
        Reply reply = peer.ask(datagram);

        assertThat(reply.code()).as(what).isEqualTo(code);
        assertThat(edge.payloads()).isEmpty();
        assertThat(reply.size()).as("at most three times the request").isLessThanOrEqualTo(3 * datagram.length);
        assertThat(peer.ask(post(CON, 2, D1, "after")).code()).isEqualTo("2.04");
    }

    @Test
    void whatIsNoMessageIsResetOrIgnored() throws IOException {
        byte[] endsInMarker = {0x40, 2, 0, 1, (byte) 0xff};
        byte[] optionPastTheEnd = {0x40, 2, 0, 2, (byte) 0xb9, 'v'};
        byte[] deltaOfFifteen = {0x40, 2, 0, 3, (byte) 0xf1, 'v'};
        byte[] longToken = {0x4f, 2, 0, 4, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6};
        byte[] emptyWithToken = {0x41, 0, 0, 5, 1};

        for (byte[] datagram : List.of(endsInMarker, optionPastTheEnd, deltaOfFifteen)) {
            Reply reply = peer.ask(datagram);
            assertThat(reply.code()).isIn("4.02", "4.00", "0.00");
            assertThat(reply.size()).isLessThanOrEqualTo(datagram.length);
        }
        peer.send(longToken);
        peer.send(emptyWithToken);
        peer.send(new byte[] {0x40});
        peer.send(new byte[0]);
        Reply ping = peer.ask(new byte[] {0x40, 0, 0, 6});
        while (ping.mid() != 6) {
            ping = peer.receive();
        }
        assertThat(ping.type()).isEqualTo(RST);
        assertThat(edge.meter("headrace.coap.dropped", "reason", "malformed")).isGreaterThanOrEqualTo(5);
    }

    @Test
    void noAnswerToASmallRequestIsMoreThanThreeTimesAsLarge() throws IOException {
        for (byte[] datagram : List.of(
                request(CON, 1, 1, "", List.of(), NOTHING),
                request(NON, 1, 2, "", List.of(), NOTHING),
                request(CON, 2, 3, "12345678", List.of(), NOTHING),
                request(CON, 2, 4, "", List.of(Opt.text(11, "v1"), Opt.text(11, "telemetry")), NOTHING),
                request(CON, 1, 5, "", List.of(Opt.text(11, ".well-known"), Opt.text(11, "core")), NOTHING))) {
            assertThat(peer.ask(datagram).size()).isLessThanOrEqualTo(3 * datagram.length);
        }
    }

    @Test
    void withoutAuthenticationAnyNameIsADevice() throws IOException {
        try (TestEdge open = new TestEdge("gateway.coap.authentication", "none");
                CoapPeer other = new CoapPeer(open.port("coap"))) {
            List<Opt> stranger = List.of(Opt.text(11, "v1"), Opt.text(11, "telemetry"), Opt.text(15, "device=new-1"));

            assertThat(other.ask(post(CON, 1, stranger, "1")).code()).isEqualTo("2.04");
            assertThat(other.ask(post(CON, 2, telemetry("not a name", ""), "1")).code())
                    .isEqualTo("4.01");
            assertThat(open.ingest.messages().getFirst().device().value()).isEqualTo("new-1");
        }
    }

    @Test
    void fromADeniedAddressNothingIsTaken() throws IOException {
        try (TestEdge elsewhere = new TestEdge("gateway.deny", "127.0.0.0/8");
                CoapPeer other = new CoapPeer(elsewhere.port("coap"))) {
            other.send(post(CON, 1, D1, "1"));

            Awaitility.await()
                    .untilAsserted(() -> assertThat(elsewhere.meter("headrace.coap.dropped", "reason", "denied"))
                            .isEqualTo(1));
            assertThat(other.hearsNothing(200)).isTrue();
        }
    }

    /** Those of devices that don't acknowledge what comes late: it is sent again and again for minutes. */
    @Test
    void manyAnswersThatNobodyAcknowledgesKeepNobodyOut() throws IOException {
        // Given
        edge.ingest.holdAnswers();
        List<CoapPeer> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 80; i++) {
                CoapPeer each = new CoapPeer(edge.port("coap"));
                silent.add(each);
                for (int mid = 0; mid < 30; mid++) {
                    each.send(post(CON, mid, D1, "late"));
                }
                int sent = silent.size() * 30;
                Awaitility.await().until(() -> edge.ingest.unanswered() == sent);
            }
            for (CoapPeer each : silent) {
                assertThat(each.receive().type())
                        .as("the empty acknowledgement")
                        .isEqualTo(ACK);
            }
            edge.ingest.answerAll();
            Awaitility.await().until(() -> edge.meter("headrace.coap.in.flight") == 0);
            // When
            Reply reply = peer.ask(post(CON, 1, telemetry("d1", "wrong"), "in time"));
            // Then
            assertThat(reply.code()).isEqualTo("4.01");
            assertThat(edge.meter("headrace.coap.dropped", "reason", "queue-full"))
                    .isZero();
        } finally {
            silent.forEach(CoapPeer::close);
        }
    }

    /** Again and again, since it is a race. */
    @RepeatedTest(20)
    void theLastAnswerLeavesBeforeTheSocketCloses() throws Exception {
        edge.ingest.holdAnswers();
        peer.send(post(CON, 1, D1, "before"));
        Awaitility.await().until(() -> edge.ingest.unanswered() == 1);
        Thread stopping = Thread.ofPlatform().start(() -> {
            edge.edge.drain(Duration.ofSeconds(20));
            edge.edge.close();
        });
        Awaitility.await().until(() -> stopping.getState() == Thread.State.TIMED_WAITING);

        edge.ingest.answerAll();

        assertThat(stopping.join(Duration.ofSeconds(10))).isTrue();
        Reply reply = peer.receive();
        assertThat((reply.code().equals("0.00") ? peer.receive() : reply).code())
                .isEqualTo("2.04");
    }

    @Test
    void whileItStopsWhatWasTakenIsAnsweredAndNothingMoreIsTaken() throws Exception {
        // Given
        edge.ingest.holdAnswers();
        peer.send(post(CON, 1, D1, "before"));
        Awaitility.await().until(() -> edge.ingest.unanswered() == 1);
        Thread stopping = Thread.ofPlatform().start(() -> edge.edge.drain(Duration.ofSeconds(20)));
        // When
        Awaitility.await().until(() -> stopping.getState() == Thread.State.TIMED_WAITING);
        peer.send(post(NON, 2, D1, "after"));
        List<String> codes =
                new ArrayList<>(List.of(peer.receive().code(), peer.receive().code()));
        edge.ingest.answerAll();
        // Then
        assertThat(stopping.join(Duration.ofSeconds(10))).isTrue();
        codes.add(peer.receive().code());
        assertThat(codes)
                .as("an acknowledgement, the one, the other")
                .containsExactlyInAnyOrder("0.00", "5.03", "2.04");
        assertThat(edge.payloads()).containsExactly("before");
    }
}
