package io.headrace.gateway.http;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes of bodies that are being received, of all connections, against a limit. Safe for use by several threads. */
final class BodyBudget {
    private final long limit;
    private final AtomicLong used = new AtomicLong();

    BodyBudget(long limit) {
        this.limit = limit;
    }

    /** Takes bytes, unless that would pass the limit. */
    boolean take(int bytes) {
        if (used.addAndGet(bytes) > limit) {
            give(bytes);
            return false;
        }
        return true;
    }

    void give(int bytes) {
        used.addAndGet(-bytes);
    }

    long used() {
        return used.get();
    }
}
