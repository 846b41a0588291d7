package io.headrace.gateway.http.request;

import io.headrace.gateway.ingest.Receipt;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
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

    void await(int index, CompletionStage<Receipt> stage) {
        stage.whenComplete((receipt, failure) -> {
            if (failure != null) {
                fail(
                        failure instanceof CompletionException && failure.getCause() != null
                                ? failure.getCause()
                                : failure);
            } else {
                store(index, receipt);
            }
        });
    }

    /** Whether one of the messages isn't stored: whatever comes after it must wait until the device sends it again. */
    boolean hasFailed() {
        return missing.get() < 0;
    }

    private void fail(Throwable failure) {
        if (missing.getAndSet(Integer.MIN_VALUE / 2) > 0) {
            onAnswer.accept(Answer.notStored(failure));
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
