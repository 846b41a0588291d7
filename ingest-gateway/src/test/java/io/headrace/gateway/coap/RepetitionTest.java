package io.headrace.gateway.coap;

import static io.headrace.gateway.coap.CoapPeer.ACK;
import static io.headrace.gateway.coap.CoapPeer.CON;
import static io.headrace.gateway.coap.CoapPeer.NON;
import static io.headrace.gateway.coap.CoapPeer.post;
import static io.headrace.gateway.coap.CoapPeer.telemetry;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.gateway.coap.CoapPeer.Opt;
import io.headrace.gateway.coap.CoapPeer.Reply;
import io.headrace.gateway.identity.PreSharedKeys.Slot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages that come again, in order, or not as messages at all. */
class RepetitionTest {
    private static final List<Opt> D1 = telemetry("d1", TestEdge.key("d1", Slot.PRIMARY));
    private static final List<Opt> D2 = telemetry("d2", TestEdge.key("d2", Slot.PRIMARY));

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
    void aRequestThatComesAgainIsAnsweredAgainAndStoredOnce() throws IOException {
        byte[] request = post(CON, 1, D1, "1");

        Reply first = peer.ask(request);
        Reply second = peer.ask(request);

        assertThat(second).isEqualTo(first);
        assertThat(edge.payloads()).containsExactly("1");
        assertThat(edge.meter("headrace.coap.duplicates")).isEqualTo(1);
    }

    @Test
    void aRequestThatComesAgainWhileTheFirstWaitsIsStoredOnce() throws IOException {
        // Given
        edge.ingest.holdAnswers();
        byte[] request = post(CON, 1, D1, "1");
        Reply empty = peer.ask(request);
        // When
        Reply again = peer.ask(request);
        edge.ingest.answerAll();
        // Then
        assertThat(empty.type()).isEqualTo(ACK);
        assertThat(again).isEqualTo(empty);
        assertThat(peer.receive().code()).isEqualTo("2.04");
        assertThat(edge.payloads()).containsExactly("1");
    }

    @Test
    void anotherMessageUnderTheSameIdIsNoRepetition() throws IOException {
        peer.ask(post(CON, 1, D1, "before the restart"));
        Reply reply = peer.ask(post(CON, 1, D1, "after"));

        assertThat(reply.code()).isEqualTo("2.04");
        assertThat(edge.payloads()).containsExactly("before the restart", "after");
    }

    /** Of whose bytes {@code Arrays.hashCode} makes the same number. */
    @Test
    void anAlikeMessageUnderTheSameIdIsNoRepetition() throws IOException {
        peer.ask(post(CON, 1, D1, "Aa"));
        Reply reply = peer.ask(post(CON, 1, D1, "BB"));

        assertThat(reply.code()).isEqualTo("2.04");
        assertThat(edge.payloads()).containsExactly("Aa", "BB");
    }

    @Test
    void theSameBytesFromAnotherPeerAreNoRepetition() throws IOException {
        byte[] request = post(NON, 1, D1, "1");
        peer.ask(request);

        try (CoapPeer other = new CoapPeer(edge.port("coap"))) {
            assertThat(other.ask(request).code()).isEqualTo("2.04");
        }
        assertThat(edge.payloads()).containsExactly("1", "1");
    }

    @Test
    void aDevicesMessagesAreStoredInTheOrderInWhichTheyCame() throws IOException {
        // Given
        int count = 2_000;
        List<String> expected =
                IntStream.range(0, count).mapToObj(Integer::toString).toList();
        // When
        try (CoapPeer other = new CoapPeer(edge.port("coap"))) {
            int answered = 0;
            for (int i = 0; i < count; i++) {
                peer.send(post(i % 2 == 0 ? CON : NON, i, D1, Integer.toString(i)));
                other.send(post(NON, i, D2, "other"));
                if (i - answered >= 16) {
                    peer.receive();
                    other.receive();
                    answered++;
                }
            }
            Awaitility.await().until(() -> edge.ingest.messages().size() == 2 * count);
        }
        // Then
        assertThat(edge.payloads())
                .filteredOn(payload -> !payload.equals("other"))
                .isEqualTo(expected);
    }

    @Test
    void onePeerHasSoManyWaitingAndNoMore() throws IOException {
        // Given
        edge.ingest.holdAnswers();
        for (int i = 0; i < InFlight.PER_PEER; i++) {
            peer.send(post(NON, i, D1, "1"));
        }
        Awaitility.await().until(() -> edge.ingest.unanswered() == InFlight.PER_PEER);
        // When
        Reply oneMore = peer.ask(post(NON, 1_000, D1, "1"));
        // Then
        assertThat(oneMore.code()).isEqualTo("5.03");
        try (CoapPeer other = new CoapPeer(edge.port("coap"))) {
            other.send(post(NON, 1, D2, "1"));
            Awaitility.await().until(() -> edge.ingest.unanswered() == InFlight.PER_PEER + 1);
        }
    }

    @Test
    void randomBytesHarmNothing() throws IOException {
        Random random = new Random(20261126);
        List<byte[]> seeds = new ArrayList<>(List.of(
                post(CON, 1, D1, "1"),
                post(NON, 2, CoapPeer.with(D1, Opt.block1(0, true, 2)), "x".repeat(64)),
                CoapPeer.request(CON, 1, 3, "t", List.of(), new byte[0])));
        for (int i = 0; i < 5_000; i++) {
            byte[] datagram;
            if (i % 2 == 0) {
                datagram = new byte[random.nextInt(64)];
                random.nextBytes(datagram);
            } else {
                datagram = seeds.get(random.nextInt(seeds.size())).clone();
                for (int flips = 0; flips <= random.nextInt(3); flips++) {
                    datagram[random.nextInt(datagram.length)] ^= (byte) (1 << random.nextInt(8));
                }
            }
            peer.send(datagram);
            if (i % 100 == 0) {
                try (CoapPeer neighbour = new CoapPeer(edge.port("coap"))) {
                    assertThat(neighbour.ask(post(CON, i, D2, "1")).code()).isEqualTo("2.04");
                }
            }
        }
    }
}
