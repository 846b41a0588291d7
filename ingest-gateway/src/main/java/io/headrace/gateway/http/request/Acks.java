package io.headrace.gateway.http.request;

import io.headrace.gateway.ingest.Ingest;
import io.headrace.gateway.ingest.NotStoredException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Collects the receipts of one request's messages, and answers once: with all of them, or with the first failure. */
final class Acks {
    private final Receipts receipts;
    private final AtomicInteger missing;
    private final Consumer<Answer> onAnswer;

    /** @param onAnswer called once, on whatever thread the last receipt comes */
    Acks(int count, Consumer<Answer> onAnswer) {
        this.receipts = new Receipts(count);
        this.missing = new AtomicInteger(count);
        this.onAnswer = onAnswer;
        if (count == 0) {
            onAnswer.accept(new Answer.Stored(receipts));
        }
    }

    /** To be told what becomes of a message. */
    Ingest.Answer answer(int index) {
        return new One(index);
    }

    private final class One implements Ingest.Answer {
        private final int index;

        private One(int index) {
            this.index = index;
        }

        @Override
        public void stored(int partition, long offset) {
            store(index, partition, offset);
        }

        @Override
        public void notStored(NotStoredException why) {
            fail(why);
        }
    }

    /** Whether one of the messages isn't stored: whatever comes after it must wait until the device sends it again. */
    boolean hasFailed() {
        return missing.get() < 0;
    }

    private void fail(NotStoredException why) {
        if (missing.getAndSet(Integer.MIN_VALUE / 2) > 0) {
            onAnswer.accept(Answer.notStored(why));
        }
    }

    private void store(int index, int partition, long offset) {
        receipts.set(index, partition, offset);
        if (missing.decrementAndGet() == 0) {
            onAnswer.accept(new Answer.Stored(receipts));
        }
    }
}
