package io.headrace.gateway.coap;

import static io.headrace.gateway.coap.CoapPeer.BLOCK1;
import static io.headrace.gateway.coap.CoapPeer.CON;
import static io.headrace.gateway.coap.CoapPeer.SIZE1;
import static io.headrace.gateway.coap.CoapPeer.post;
import static io.headrace.gateway.coap.CoapPeer.telemetry;
import static io.headrace.gateway.coap.CoapPeer.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.gateway.coap.CoapPeer.Opt;
import io.headrace.gateway.coap.CoapPeer.Reply;
import io.headrace.gateway.identity.PreSharedKeys.Slot;
import java.io.IOException;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bodies in blocks of 64 bytes. */
class BlockwiseTest {
    private static final List<Opt> D1 = telemetry("d1", TestEdge.key("d1", Slot.PRIMARY));
    private static final int SZX = 2;
    private static final String FULL = "x".repeat(64);

    private TestEdge edge;
    private CoapPeer peer;
    private int mid;

    @BeforeEach
    void start() throws IOException {
        edge = new TestEdge("gateway.coap.max-transfers", "8", "gateway.coap.block-timeout", "1s");
        peer = new CoapPeer(edge.port("coap"));
    }

    @AfterEach
    void stop() {
        peer.close();
        edge.close();
    }

    private Reply block(int num, boolean more, String payload, Opt... options) throws IOException {
        return peer.ask(post(CON, ++mid, with(with(D1, options), Opt.block1(num, more, SZX)), payload));
    }

    @Test
    void blocksInOrderAreOneMessage() throws IOException {
        Reply first = block(0, true, FULL);
        Reply second = block(1, true, FULL);
        Reply last = block(2, false, "end");

        assertThat(first.code()).isEqualTo("2.31");
        assertThat(first.options().get(BLOCK1)).isEqualTo(8 | SZX);
        assertThat(second.code()).isEqualTo("2.31");
        assertThat(second.options().get(BLOCK1)).isEqualTo(16 | 8 | SZX);
        assertThat(last.code()).isEqualTo("2.04");
        assertThat(last.options().get(BLOCK1)).isEqualTo(32 | SZX);
        assertThat(edge.payloads()).containsExactly(FULL + FULL + "end");
        assertThat(edge.ingest.reserved()).isZero();
    }

    @Test
    void whatHasComeHasItsPlaceInTheBudget() throws IOException {
        block(0, true, FULL);
        assertThat(edge.ingest.reserved()).isEqualTo(64);

        edge.ingest.reserveAtMost(100);
        Reply second = block(1, true, FULL);

        assertThat(second.code()).isEqualTo("5.03");
        assertThat(edge.ingest.reserved()).isZero();
    }

    @Test
    void aBlockOutOfOrderEndsTheBody() throws IOException {
        block(0, true, FULL);
        assertThat(block(2, true, FULL).code()).isEqualTo("4.08");
        assertThat(block(1, true, FULL).code()).as("it is over").isEqualTo("4.08");

        block(0, true, FULL);
        block(1, true, FULL);
        assertThat(block(1, true, FULL).code()).as("overlapping").isEqualTo("4.08");
        assertThat(edge.payloads()).isEmpty();
        assertThat(edge.ingest.reserved()).isZero();
    }

    @Test
    void aBodyThatBeginsInTheMiddleIsRefused() throws IOException {
        assertThat(block(5, true, FULL).code()).isEqualTo("4.08");
        assertThat(block(1_000_000, false, "end").code()).isEqualTo("4.08");
    }

    @Test
    void aBlockThatIsNotTheLastMustBeFull() throws IOException {
        assertThat(block(0, true, "short").code()).isEqualTo("4.00");
    }

    @Test
    void theFormatStaysTheSame() throws IOException {
        block(0, true, FULL, Opt.number(12, 50));
        assertThat(block(1, false, "end", Opt.number(12, 60)).code()).isEqualTo("4.08");
    }

    @Test
    void aBodyOverTheLimitIsTooLargeAsSoonAsThatIsKnown() throws IOException {
        Reply announced = block(0, true, FULL, Opt.number(SIZE1, 4097));
        assertThat(announced.code()).isEqualTo("4.13");
        assertThat(announced.options().get(SIZE1)).isEqualTo(4096);

        for (int num = 0; num < 64; num++) {
            assertThat(block(num, true, FULL).code()).isEqualTo("2.31");
        }
        assertThat(block(64, false, "x").code()).isEqualTo("4.13");
        assertThat(edge.payloads()).isEmpty();
        assertThat(edge.ingest.reserved()).isZero();
    }

    @Test
    void bodiesThatAreNeverFinishedAreBoundedAndDropped() throws IOException {
        // Given
        for (int peers = 0; peers < 2; peers++) {
            try (CoapPeer other = new CoapPeer(edge.port("coap"))) {
                for (int tag = 0; tag < 6; tag++) {
                    Reply reply = other.ask(
                            post(CON, tag, with(D1, Opt.number(292, tag + 1), Opt.block1(0, true, SZX)), FULL));
                    assertThat(reply.code()).isEqualTo("2.31");
                }
            }
        }
        assertThat(edge.ingest.reserved()).as("two peers, four each").isEqualTo(8 * 64);
        // When
        Reply oneMore = block(0, true, FULL);
        // Then
        assertThat(oneMore.code()).isEqualTo("5.03");
        Awaitility.await()
                .untilAsserted(() -> assertThat(edge.ingest.reserved()).isZero());
        assertThat(block(0, true, FULL).code()).isEqualTo("2.31");
    }

    @Test
    void whatIsTakenOneByOneStillCountsForTheQuotaAsOne() throws IOException {
        block(0, true, FULL);
        edge.quotas.exhaust(1);

        assertThat(block(1, false, "end").code()).isEqualTo("4.29");
        assertThat(edge.payloads()).isEmpty();
        assertThat(edge.ingest.reserved()).isZero();
    }
}
