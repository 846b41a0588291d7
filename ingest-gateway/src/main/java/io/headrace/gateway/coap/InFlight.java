package io.headrace.gateway.coap;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.eclipse.californium.core.coap.MessageObserver;
import org.eclipse.californium.core.coap.MessageObserverAdapter;
import org.eclipse.californium.core.network.Exchange;

/**
 * Requests that wait for Kafka. One that waits for more than a moment is acknowledged, so that the device needn't
 * repeat it, and gets its answer in a message of its own (RFC 7252 §5.2.2); one that waits too long is given up. On the
 * listener's thread.
 */
final class InFlight {
    /** A device has one or a few at once (NSTART is 1 by default). */
    static final int PER_PEER = 32;

    /** A device repeats after 2 s at the earliest (ACK_TIMEOUT); most answers of Kafka come well before this. */
    static final Duration MOMENT = Duration.ofMillis(300);

    /** An answer leaves in no time, or not at all. */
    private static final Duration SENDING = Duration.ofSeconds(1);

    private final int limit;
    private final long patience;
    private final AtomicInteger gauge;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final Map<Object, Integer> byPeer = new HashMap<>();
    private final CountDownLatch drained = new CountDownLatch(1);
    /** Answers that are decided, and haven't left yet. */
    private final AtomicInteger unsent = new AtomicInteger();

    private final MessageObserver sent = new MessageObserverAdapter() {
        @Override
        public void onSent(boolean retransmission) {
            if (!retransmission) {
                unsent.decrementAndGet();
            }
        }

        @Override
        public void onSendError(Throwable error) {
            unsent.decrementAndGet();
        }
    };
    private int count;
    private boolean isDraining;

    /** One request. */
    static final class Waiting {
        final Exchange exchange;
        final long since = System.nanoTime();
        private final Object peer;
        private boolean isAcknowledged;
        private boolean isOver;

        private Waiting(Exchange exchange, Object peer) {
            this.exchange = exchange;
            this.peer = peer;
        }
    }

    /**
     * For one listener.
     *
     * @param patience how long a request may wait
     * @param gauge counts what waits, of all listeners
     */
    InFlight(int limit, Duration patience, AtomicInteger gauge) {
        this.limit = limit;
        this.patience = patience.toNanos();
        this.gauge = gauge;
    }

    boolean hasRoomFor(Object peer) {
        return count < limit && byPeer.getOrDefault(peer, 0) < PER_PEER;
    }

    Waiting add(Exchange exchange, Object peer) {
        Waiting added = new Waiting(exchange, peer);
        waiting.add(added);
        byPeer.merge(peer, 1, Integer::sum);
        count++;
        gauge.incrementAndGet();
        return added;
    }

    /**
     * Whether it still waited; what has been given up isn't answered twice. If so, its answer is to be watched by {@link
     * #sent}.
     */
    boolean end(Waiting one) {
        if (one.isOver) {
            return false;
        }
        one.isOver = true;
        unsent.incrementAndGet();
        byPeer.computeIfPresent(one.peer, (_, own) -> own == 1 ? null : own - 1);
        count--;
        gauge.decrementAndGet();
        while (!waiting.isEmpty() && waiting.element().isOver) {
            waiting.remove();
        }
        if (isDraining && count == 0) {
            drained.countDown();
        }
        return true;
    }

    /** Notes that an answer has left. */
    MessageObserver sent() {
        return sent;
    }

    /**
     * Acknowledges those that have waited for a moment, and gives up those that have waited too long. Several times a
     * second.
     *
     * @param giveUp answers one
     */
    void look(BiConsumer<Waiting, Answer> giveUp) {
        long now = System.nanoTime();
        for (Waiting one : waiting.toArray(Waiting[]::new)) {
            long age = now - one.since;
            if (age < MOMENT.toNanos()) {
                return;
            }
            if (!one.isOver && age > patience) {
                giveUp.accept(one, Answer.NOT_STORED);
            } else if (!one.isOver && !one.isAcknowledged) {
                one.isAcknowledged = true;
                one.exchange.sendAccept();
            }
        }
    }

    /** From here on {@link #awaitDrained} may end. */
    void drain() {
        isDraining = true;
        if (count == 0) {
            drained.countDown();
        }
    }

    /** On any thread: waits until nothing waits any more, and the answers have left. */
    void awaitDrained(Duration time) {
        try {
            drained.await(time.toMillis(), TimeUnit.MILLISECONDS);
            long end = System.nanoTime() + SENDING.toNanos();
            while (unsent.get() > 0 && System.nanoTime() < end) {
                Thread.sleep(1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
