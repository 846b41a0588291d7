package io.headrace.gateway.listen;

import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Keys of session tickets, with which devices come back at a fraction of a handshake's cost. A new one every twelve
 * hours, and the one before it is still understood: no ticket outlives a day, and a stolen key opens no more than that.
 * Kept in memory only. The JDK's own tickets have keys of their own, which live as long.
 */
final class TicketKeys {
    private static final Duration LIFE = Duration.ofHours(12);
    private static final int UNDERSTOOD = 2;

    private final SecureRandom random = new SecureRandom();
    private final LongSupplier nanoTime;
    private final Deque<OpenSslSessionTicketKey> keys = new ArrayDeque<>();
    private long newestSince;

    TicketKeys(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        add();
    }

    /** Makes a new key where it is time; true where it did. */
    synchronized boolean rotate() {
        if (nanoTime.getAsLong() - newestSince < LIFE.toNanos()) {
            return false;
        }
        add();
        return true;
    }

    private void add() {
        newestSince = nanoTime.getAsLong();
        keys.addFirst(new OpenSslSessionTicketKey(
                random(OpenSslSessionTicketKey.NAME_SIZE),
                random(OpenSslSessionTicketKey.HMAC_KEY_SIZE),
                random(OpenSslSessionTicketKey.AES_KEY_SIZE)));
        if (keys.size() > UNDERSTOOD) {
            keys.removeLast();
        }
    }

    private byte[] random(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    synchronized void applyTo(OpenSslSessionContext context) {
        context.setTicketKeys(keys.toArray(OpenSslSessionTicketKey[]::new));
    }

    /** Of the keys that are understood, the one in use first. */
    synchronized List<String> names() {
        return keys.stream().map(key -> HexFormat.of().formatHex(key.name())).toList();
    }
}
