package io.headrace.gateway.http.request;

import io.headrace.gateway.ingest.Ingest;
import io.headrace.gateway.ingest.NotStoredException;
import io.headrace.gateway.ingest.Receipt;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Collects the receipts of one request's messages, and answers once: with all of them, or with the first failure. */
final class Acks {
    private final @Nullable Receipt[] receipts;
    private final AtomicInteger missing;
    private final Consumer<Answer> onAnswer;

    /** @param onAnswer called once, on whatever thread the last receipt comes */
    Acks(int count, Consumer<Answer> onAnswer) {
        this.receipts = new Receipt[count];
        this.missing = new AtomicInteger(count);
        this.onAnswer = onAnswer;
        if (count == 0) {
            onAnswer.accept(new Answer.Stored(List.of()));
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
            store(index, new Receipt(partition, offset));
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

    private void store(int index, Receipt receipt) {
        receipts[index] = receipt;
        if (missing.decrementAndGet() == 0) {
            onAnswer.accept(new Answer.Stored(Arrays.stream(receipts)
                    .<Receipt>mapMulti((each, sink) -> {
                        if (each != null) {
                            sink.accept(each);
                        }
                    })
                    .toList()));
        }
    }
}
