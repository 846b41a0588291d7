package io.headrace.gateway.admission;

import io.headrace.gateway.identity.Credentials;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Credentials that were right lately, and where they came from, in a memory of fixed size: 64 bits of a keyed hash each,
 * the oldest of four overwritten. To take a stranger for one of them by accident costs nothing but a look at what he
 * shows. Safe for use by several threads: what a race garbles is at worst forgotten.
 */
final class Successes {
    private static final long LATELY = Duration.ofHours(24).toNanos();
    private static final long REFRESH = Duration.ofMinutes(1).toNanos();
    private static final int WAYS = 4;
    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

    private final long seed = new SecureRandom().nextLong();
    private final int mask;
    private final AtomicLongArray hashes;
    private final AtomicLongArray times;

    /** @param size how many are remembered; a power of two */
    Successes(int size) {
        this.mask = (size - 1) & -WAYS;
        this.hashes = new AtomicLongArray(size);
        this.times = new AtomicLongArray(size);
    }

    void add(Source source, Credentials credentials, long now) {
        add(ofDevice(source, credentials), now);
        add(ofCredentials(source, credentials), now);
    }

    /** Whether this device was accepted from there, whatever it showed. */
    boolean hasDevice(Source source, Credentials credentials, long now) {
        return has(ofDevice(source, credentials), now);
    }

    /** Whether these very credentials were accepted from there. */
    boolean hasCredentials(Source source, Credentials credentials, long now) {
        return has(ofCredentials(source, credentials), now);
    }

    private void add(long hash, long now) {
        int first = (int) hash & mask;
        int oldest = first;
        for (int i = first; i < first + WAYS; i++) {
            if (hashes.get(i) == hash) {
                if (now - times.get(i) > REFRESH) {
                    times.set(i, now);
                }
                return;
            }
            if (hashes.get(i) == 0 || (hashes.get(oldest) != 0 && times.get(i) - times.get(oldest) < 0)) {
                oldest = i;
            }
        }
        times.set(oldest, now);
        hashes.set(oldest, hash);
    }

    private boolean has(long hash, long now) {
        int first = (int) hash & mask;
        for (int i = first; i < first + WAYS; i++) {
            if (hashes.get(i) == hash) {
                return now - times.get(i) < LATELY;
            }
        }
        return false;
    }

    private long ofDevice(Source source, Credentials credentials) {
        long hash = (seed ^ source.prefix()) * MULTIPLIER;
        return finished(mixed(source.isV4() ? hash : ~hash, credentials.claimedId()));
    }

    private long ofCredentials(Source source, Credentials credentials) {
        long hash = ofDevice(source, credentials);
        return finished(
                switch (credentials) {
                    case Credentials.Password password -> mixed(hash, password.password());
                    case Credentials.Certificate certificate ->
                        (hash ^ certificate.chain().getFirst().hashCode()) * MULTIPLIER;
                    case Credentials.Anonymous ignored -> hash;
                });
    }

    private static long mixed(long hash, String text) {
        long mixed = (hash ^ text.length()) * MULTIPLIER;
        for (int i = 0; i < text.length(); i++) {
            mixed = (Long.rotateLeft(mixed, 29) ^ text.charAt(i)) * MULTIPLIER;
        }
        return mixed;
    }

    /** Spreads over the low bits, and is never 0, which stands for nothing. */
    private static long finished(long hash) {
        long spread = (hash ^ (hash >>> 32)) * MULTIPLIER;
        return (spread ^ (spread >>> 29)) | 1L << 63;
    }
}
