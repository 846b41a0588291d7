package io.headrace.gateway.coap;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.californium.core.network.Exchange;
import org.eclipse.californium.core.network.KeyMID;
import org.eclipse.californium.core.network.deduplication.Deduplicator;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the latest requests of each peer, so that one that comes again is answered as before and not stored again;
 * also while the first still waits for Kafka. Bounded for each peer and in total, where Californium's own are bounded
 * for each peer at most: the oldest that is answered is forgotten first.
 *
 * <p>A repetition has the same message id and the same bytes. The same id with other bytes is a new message, of a
 * device that began its ids anew after a restart, or has gone through all of them: to answer that with an old answer
 * would acknowledge what isn't stored.
 */
final class RecentRequests implements Deduplicator {
    /** More than a peer may have in flight, so that a peer never pushes out its own unanswered request. */
    static final int PER_PEER = 4 * InFlight.PER_PEER;

    /** EXCHANGE_LIFETIME of RFC 7252 §4.8.2: after that a message id may be used again. */
    private static final long LIFETIME = TimeUnit.SECONDS.toNanos(247);

    private final int limit;
    private final CoapMeters meters;
    private final Map<KeyMID, Remembered> all = new LinkedHashMap<>();
    private final Map<Object, Deque<KeyMID>> byPeer = new HashMap<>();

    private record Remembered(Exchange exchange, Fingerprint fingerprint, long since) {
        boolean isAnswered() {
            return exchange.getCurrentResponse() != null;
        }
    }

    /**
     * For one listener.
     *
     * @param limit how many are remembered; twice as many at least as may wait for Kafka
     */
    RecentRequests(int limit, CoapMeters meters) {
        this.limit = limit;
        this.meters = meters;
    }

    @Override
    public synchronized @Nullable Exchange findPrevious(KeyMID key, Exchange exchange) {
        Remembered known = all.get(key);
        Fingerprint fingerprint = Fingerprint.of(exchange.getCurrentRequest().getBytes());
        if (known != null && known.fingerprint.equals(fingerprint) && System.nanoTime() - known.since < LIFETIME) {
            meters.duplicates.increment();
            return known.exchange;
        }
        remember(key, exchange, fingerprint);
        return null;
    }

    private void remember(KeyMID key, Exchange exchange, Fingerprint fingerprint) {
        forget(key);
        forgetOld();
        Deque<KeyMID> own = byPeer.computeIfAbsent(key.getPeer(), _ -> new ArrayDeque<>());
        own.add(key);
        all.put(key, new Remembered(exchange, fingerprint, System.nanoTime()));
        meters.remembered.incrementAndGet();
        if (own.size() > PER_PEER) {
            forget(own.element());
        }
    }

    private void forgetOld() {
        long now = System.nanoTime();
        for (int looked = all.size(); looked > 0 && !all.isEmpty(); looked--) {
            Map.Entry<KeyMID, Remembered> oldest = all.entrySet().iterator().next();
            Remembered remembered = oldest.getValue();
            if (now - remembered.since < LIFETIME && all.size() < limit) {
                return;
            }
            if (remembered.isAnswered() || now - remembered.since >= LIFETIME) {
                forget(oldest.getKey());
            } else {
                // It waits for Kafka: to the end of the line, where it costs the next ones nothing.
                Iterator<KeyMID> first = all.keySet().iterator();
                KeyMID key = first.next();
                first.remove();
                all.put(key, remembered);
            }
        }
    }

    private void forget(KeyMID key) {
        if (all.remove(key) == null) {
            return;
        }
        meters.remembered.decrementAndGet();
        byPeer.computeIfPresent(key.getPeer(), (_, own) -> {
            own.remove(key);
            return own.isEmpty() ? null : own;
        });
    }

    /** Californium asks for it where the previous one was another peer's; peers are part of the key here. */
    @Override
    public synchronized boolean replacePrevious(KeyMID key, Exchange previous, Exchange exchange) {
        remember(key, exchange, Fingerprint.of(exchange.getCurrentRequest().getBytes()));
        return true;
    }

    @Override
    public synchronized @Nullable Exchange find(KeyMID key) {
        Remembered known = all.get(key);
        return known == null ? null : known.exchange;
    }

    @Override
    public synchronized boolean isEmpty() {
        return all.isEmpty();
    }

    @Override
    public synchronized int size() {
        return all.size();
    }

    @Override
    public synchronized void clear() {
        meters.remembered.addAndGet(-all.size());
        all.clear();
        byPeer.clear();
    }

    @Override
    public void start() {}

    @Override
    public void stop() {
        clear();
    }

    @Override
    public void setExecutor(ScheduledExecutorService executor) {}
}
