package io.headrace.bench;

import io.headrace.bench.run.BenchException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Measures several by turns, some seconds each, so that what the machine does meanwhile comes to all of them, and none is
 * judged by one accident. Before the turns that count each has one to warm up in.
 */
final class Rounds implements AutoCloseable {
    /** One of those that are measured. */
    interface Contender {
        void warmUp();

        void turn();
    }

    private final BiConsumer<String, BenchException> onFailure;
    private final Map<String, Contender> contenders = new LinkedHashMap<>();
    private final Deque<Runnable> closers = new ArrayDeque<>();

    /** @param onFailure told of one that can't be measured, which then has no more turns */
    Rounds(BiConsumer<String, BenchException> onFailure) {
        this.onFailure = onFailure;
    }

    /** Lets one take part. */
    void add(String name, Contender contender) {
        contenders.put(name, contender);
    }

    /** Done at the end, the last first. */
    void atEnd(Runnable close) {
        closers.push(close);
    }

    void play(int rounds) {
        each("warm-up", Contender::warmUp);
        for (int i = 1; i <= rounds; i++) {
            each("round " + i + " of " + rounds, Contender::turn);
        }
    }

    private void each(String round, Consumer<Contender> what) {
        System.err.println(round);
        for (Map.Entry<String, Contender> entry : List.copyOf(contenders.entrySet())) {
            try {
                what.accept(entry.getValue());
            } catch (BenchException e) {
                contenders.remove(entry.getKey());
                onFailure.accept(entry.getKey(), e);
            }
        }
    }

    @Override
    public void close() {
        while (!closers.isEmpty()) {
            closers.pop().run();
        }
    }
}
