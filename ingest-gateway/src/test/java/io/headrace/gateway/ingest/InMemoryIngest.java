package io.headrace.gateway.ingest;

import io.headrace.gateway.ingest.NotStoredException.Cause;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Ingest of one test: keeps what is accepted, and answers at once or when the test says so. Four partitions; a device
 * is always on one.
 */
public final class InMemoryIngest implements Ingest {
    private static final int PARTITIONS = 4;

    /** What Kafka would have. */
    public record Stored(Receipt receipt, Message message) {}

    private record Waiting(Message message, CompletableFuture<Receipt> receipt) {}

    private final int maxPayload;
    private final List<Stored> stored = new ArrayList<>();
    private final long[] offsets = new long[PARTITIONS];
    private final Deque<Waiting> unanswered = new ArrayDeque<>();
    private final Deque<Runnable> waiters = new ArrayDeque<>();
    private boolean answersAtOnce = true;
    private boolean hasRoom = true;
    private boolean isFullOnce;
    private long reservable = Long.MAX_VALUE;
    private long reserved;
    private @Nullable Cause refusal;

    public InMemoryIngest() {
        this(256 << 10);
    }

    public InMemoryIngest(int maxPayload) {
        this.maxPayload = maxPayload;
    }

    @Override
    public synchronized CompletionStage<Receipt> accept(Message message) {
        if (message.payload().length > maxPayload) {
            return CompletableFuture.failedStage(new NotStoredException(Cause.TOO_LARGE, "too large"));
        }
        if (refusal != null) {
            NotStoredException refused = new NotStoredException(refusal, "by the test");
            refusal = null;
            return CompletableFuture.failedStage(refused);
        }
        CompletableFuture<Receipt> receipt = new CompletableFuture<>();
        unanswered.add(new Waiting(message, receipt));
        if (answersAtOnce) {
            answerAll();
        }
        return receipt;
    }

    @Override
    public synchronized boolean reserve(int bytes) {
        if (reserved + bytes > reservable) {
            return false;
        }
        reserved += bytes;
        return true;
    }

    @Override
    public synchronized void release(int bytes) {
        reserved -= bytes;
    }

    /** Bytes that are reserved now. */
    public synchronized long reserved() {
        return reserved;
    }

    /** Lets at most so many bytes be reserved. */
    public synchronized void reserveAtMost(long bytes) {
        reservable = bytes;
    }

    @Override
    public synchronized boolean hasRoom() {
        boolean isFullNow = isFullOnce;
        isFullOnce = false;
        return hasRoom && !isFullNow;
    }

    @Override
    public void whenRoom(Runnable resume) {
        synchronized (this) {
            if (!hasRoom) {
                waiters.add(resume);
                return;
            }
        }
        resume.run();
    }

    /** From here on nothing is answered until the test says so. */
    public synchronized void holdAnswers() {
        answersAtOnce = false;
    }

    /** Stores and answers what waits, in order. */
    public synchronized void answerAll() {
        while (!unanswered.isEmpty()) {
            answerNext();
        }
    }

    /** Stores and answers the oldest that waits. */
    public synchronized void answerNext() {
        Waiting next = unanswered.remove();
        int partition = Math.floorMod(next.message.device().hashCode(), PARTITIONS);
        Receipt receipt = new Receipt(partition, offsets[partition]++);
        stored.add(new Stored(receipt, next.message));
        next.receipt.complete(receipt);
    }

    /** Fails what waits, the oldest first. */
    public synchronized void failAll(Cause cause) {
        while (!unanswered.isEmpty()) {
            failNext(cause);
        }
    }

    /** Fails the oldest that waits. */
    public synchronized void failNext(Cause cause) {
        unanswered.remove().receipt.completeExceptionally(new NotStoredException(cause, "by the test"));
    }

    /** Refuses the next message at once; those after it are taken again. */
    public synchronized void refuseNext(Cause cause) {
        refusal = cause;
    }

    public synchronized void fill() {
        hasRoom = false;
    }

    /** Is full when asked next, and has room again before anybody can wait for it. */
    public synchronized void fillForAMoment() {
        isFullOnce = true;
    }

    /** Makes room, and wakes who waits for it. */
    public void makeRoom() {
        List<Runnable> all;
        synchronized (this) {
            hasRoom = true;
            all = List.copyOf(waiters);
            waiters.clear();
        }
        all.forEach(Runnable::run);
    }

    public synchronized int unanswered() {
        return unanswered.size();
    }

    /** In the order of storing. */
    public synchronized List<Stored> stored() {
        return List.copyOf(stored);
    }

    public List<Message> messages() {
        return stored().stream().map(Stored::message).toList();
    }

    /** What they say, as text. */
    public List<String> payloads() {
        return messages().stream()
                .map(message -> new String(message.payload(), StandardCharsets.UTF_8))
                .toList();
    }
}
