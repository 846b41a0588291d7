package io.headrace.gateway.mqtt;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes of packets that have begun and haven't ended, of many connections, against a limit. The first few of each
 * connection are free, since any read may end in the middle of a packet. Safe for use by several threads.
 */
final class Unfinished {
    static final int FREE = 16 << 10;

    private final long limit;
    private final AtomicLong held = new AtomicLong();

    Unfinished(long limit) {
        this.limit = limit;
    }

    /** Takes bytes, unless that would pass the limit. */
    boolean take(int bytes) {
        if (held.addAndGet(bytes) <= limit) {
            return true;
        }
        held.addAndGet(-bytes);
        return false;
    }

    void give(int bytes) {
        held.addAndGet(-bytes);
    }

    long held() {
        return held.get();
    }
}
