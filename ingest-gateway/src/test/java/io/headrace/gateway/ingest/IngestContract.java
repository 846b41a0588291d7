package io.headrace.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.catalogue.DeviceId;
import io.headrace.catalogue.Headers;
import io.headrace.gateway.ingest.Message.Fact;
import io.headrace.gateway.ingest.NotStoredException.Cause;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What every {@link Ingest} does, the fake as the real one. */
abstract class IngestContract {
    static final int MAX_PAYLOAD = 1024;

    /** One record as its topic has it. */
    record Seen(Receipt receipt, String device, String payload, long timestamp, List<Fact> facts) {}

    /** The ingest under test, with room, taking payloads to {@link #MAX_PAYLOAD}. */
    abstract Ingest ingest();

    /** What is stored so far. */
    abstract List<Seen> stored() throws Exception;

    /** Accepts messages, without any answer, until there is no room. */
    abstract void fill();

    /** Answers what waits for one. */
    abstract void answer();

    static Message message(String device, String payload) {
        return new Message(
                new DeviceId(device), payload.getBytes(StandardCharsets.UTF_8), 1_767_225_600_000L, List.of());
    }

    static Receipt receipt(CompletionStage<Receipt> stage) throws Exception {
        return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    static void assertNotStored(CompletionStage<Receipt> stage, Cause cause) {
        CompletableFuture<Receipt> future = stage.toCompletableFuture();
        assertThatThrownBy(() -> future.get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        NotStoredException.class,
                        notStored -> assertThat(notStored.kind()).isEqualTo(cause));
    }

    @Test
    void messagesOfOneDeviceStandInOnePartitionInTheOrderOfTheCalls() throws Exception {
        // When
        List<CompletionStage<Receipt>> stages = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            stages.add(ingest().accept(message("d-1", "p" + i)));
        }

        // Then
        List<Receipt> receipts = new ArrayList<>();
        for (CompletionStage<Receipt> stage : stages) {
            receipts.add(receipt(stage));
        }
        assertThat(receipts)
                .extracting(Receipt::partition)
                .containsOnly(receipts.getFirst().partition());
        assertThat(receipts).extracting(Receipt::offset).isSorted().doesNotHaveDuplicates();
        assertThat(stored()).extracting(Seen::payload).containsExactlyElementsOf(payloads(50));
    }

    private static List<String> payloads(int count) {
        List<String> payloads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            payloads.add("p" + i);
        }
        return payloads;
    }

    @Test
    void aReceiptSaysWhereTheRecordStandsWithAllThatIsKnownOfIt() throws Exception {
        // Given
        Message message = new Message(
                new DeviceId("d:2"),
                "{\"t\":1}".getBytes(StandardCharsets.UTF_8),
                1_767_225_600_123L,
                List.of(new Fact(Headers.PROTOCOL, "http"), new Fact(Headers.PROPERTY_PREFIX + "ort", "Köln")));

        // When
        Receipt receipt = receipt(ingest().accept(message));

        // Then
        Seen seen = stored().getLast();
        assertThat(seen.receipt()).isEqualTo(receipt);
        assertThat(seen.device()).isEqualTo("d:2");
        assertThat(seen.payload()).isEqualTo("{\"t\":1}");
        assertThat(seen.timestamp()).isEqualTo(1_767_225_600_123L);
        assertThat(seen.facts()).containsAll(message.facts());
    }

    @Test
    void aPayloadAtTheLimitIsTakenAndOneByteMoreIsNot() throws Exception {
        // When
        CompletionStage<Receipt> atTheLimit = ingest().accept(message("d", "x".repeat(MAX_PAYLOAD)));
        CompletionStage<Receipt> oneMore = ingest().accept(message("d", "x".repeat(MAX_PAYLOAD + 1)));

        // Then
        receipt(atTheLimit);
        assertNotStored(oneMore, Cause.TOO_LARGE);
    }

    @Test
    void whoWaitsForRoomIsCalledAtOnceWhereThereIsRoom() {
        // Given
        AtomicInteger calls = new AtomicInteger();

        // When
        ingest().whenRoom(calls::incrementAndGet);

        // Then
        assertThat(ingest().hasRoom()).isTrue();
        assertThat(calls).hasValue(1);
    }

    @Test
    void whoWaitsForRoomIsCalledOnceWhenThereIsRoomAgain() {
        // Given
        fill();
        AtomicInteger calls = new AtomicInteger();
        ingest().whenRoom(calls::incrementAndGet);
        assertThat(ingest().hasRoom()).isFalse();
        assertThat(calls).hasValue(0);

        // When
        answer();

        // Then
        assertThat(ingest().hasRoom()).isTrue();
        assertThat(calls).hasValue(1);
    }
}
