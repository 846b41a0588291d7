package io.headrace.gateway.listen;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.EventExecutorGroup;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether the event loops still do anything: each is asked now and then, and counts as dead when it has let many
 * questions pass. Counted in questions, not in time, so that a process that was stopped and goes on isn't dead.
 */
final class Pulse {
    private static final int MAX_UNANSWERED = 30;

    private final Map<EventExecutor, AtomicInteger> unanswered = new ConcurrentHashMap<>();

    Pulse(EventExecutorGroup loops) {
        loops.forEach(loop -> unanswered.put(loop, new AtomicInteger()));
    }

    /** Asks. On one thread, once a second. */
    void ask() {
        unanswered.forEach((loop, count) -> {
            if (count.getAndIncrement() == 0 && !loop.isShuttingDown()) {
                loop.execute(() -> count.set(0));
            }
        });
    }

    boolean isFelt() {
        return unanswered.values().stream().allMatch(count -> count.get() <= MAX_UNANSWERED);
    }
}
