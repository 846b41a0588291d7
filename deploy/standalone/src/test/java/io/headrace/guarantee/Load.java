package io.headrace.guarantee;

import io.headrace.testing.ProcessingGuarantee;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.LongStream;

/**
 * One device that sends numbered messages in small batches and, where it isn't told that one is stored, sends from that
 * one on again: over a new connection, under the same message ids, as long as it takes.
 */
final class Load implements Runnable {
    private static final int BATCH = 10;
    /** Without a message acknowledged. */
    private static final Duration GIVE_UP = Duration.ofMinutes(4);

    private final String device;
    private final ProcessingGuarantee guarantee;
    private final Link.Opener opener;
    private volatile long messages;
    private volatile long sent;

    /** A connection of the device. */
    interface Link extends AutoCloseable {
        CompletableFuture<Void> send(long number);

        @Override
        void close();

        /** Opens one. */
        interface Opener {
            Link open() throws Exception;
        }
    }

    Load(String device, long messages, ProcessingGuarantee guarantee, Link.Opener opener) {
        this.device = device;
        this.messages = messages;
        this.guarantee = guarantee;
        this.opener = opener;
    }

    /** Ends it soon, with all acknowledged that it has sent by then. */
    void finish() {
        messages = sent + 10 * BATCH;
    }

    @Override
    public void run() {
        long end = System.nanoTime() + GIVE_UP.toNanos();
        long next = 1;
        while (next <= messages) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException(device + " got no further than " + next);
            }
            try (Link link = opener.open()) {
                while (next <= messages) {
                    next = sendBatch(link, next);
                    end = System.nanoTime() + GIVE_UP.toNanos();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (Unacknowledged stopped) {
                next = stopped.first;
                pause();
            } catch (Exception noConnection) {
                pause();
            }
        }
    }

    private long sendBatch(Link link, long first) throws InterruptedException {
        long after = Math.min(first + BATCH, messages + 1);
        List<Long> numbers = LongStream.range(first, after).boxed().toList();
        sent = after - 1;
        List<CompletableFuture<Void>> answers = numbers.stream()
                .map(number -> {
                    guarantee.sending(device, number);
                    return link.send(number);
                })
                .toList();
        for (int i = 0; i < numbers.size(); i++) {
            try {
                answers.get(i).get(20, TimeUnit.SECONDS);
                guarantee.acknowledged(device, numbers.get(i));
            } catch (ExecutionException | TimeoutException e) {
                throw new Unacknowledged(numbers.get(i));
            }
        }
        return first + numbers.size();
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(300);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class Unacknowledged extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final long first;

        Unacknowledged(long first) {
            super("from " + first);
            this.first = first;
        }
    }
}
