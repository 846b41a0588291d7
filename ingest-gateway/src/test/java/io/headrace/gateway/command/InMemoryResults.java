package io.headrace.gateway.command;

import io.headrace.gateway.ingest.NotStoredException;
import io.headrace.gateway.ingest.NotStoredException.Cause;
import io.headrace.record.CommandResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Results of one test: keeps what is stored, and answers at once or when the test says so. */
final class InMemoryResults implements Results {
    private record Waiting(CommandResult result, CompletableFuture<Void> stored) {}

    private final List<CommandResult> stored = new ArrayList<>();
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private boolean answersAtOnce = true;

    @Override
    public synchronized CompletionStage<Void> store(CommandResult result) {
        Waiting next = new Waiting(result, new CompletableFuture<>());
        waiting.add(next);
        if (answersAtOnce) {
            answerAll();
        }
        return next.stored();
    }

    synchronized void holdAnswers() {
        answersAtOnce = false;
    }

    synchronized void answerAll() {
        answersAtOnce = true;
        for (Waiting next = waiting.poll(); next != null; next = waiting.poll()) {
            stored.add(next.result());
            next.stored().complete(null);
        }
    }

    /** What waits is not stored. */
    synchronized void failAll() {
        for (Waiting next = waiting.poll(); next != null; next = waiting.poll()) {
            next.stored().completeExceptionally(new NotStoredException(Cause.UNAVAILABLE, "by the test"));
        }
    }

    synchronized List<CommandResult> stored() {
        return List.copyOf(stored);
    }
}
