package io.headrace.gateway.http.request;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** At most one thing to happen later on a connection's event loop. */
public final class Deadline {
    private @Nullable Future<?> pending;

    /** Replaces what was to happen. */
    public void set(EventExecutor loop, Duration in, Runnable what) {
        clear();
        pending = loop.schedule(what, in.toMillis(), TimeUnit.MILLISECONDS);
    }

    public void clear() {
        if (pending != null) {
            pending.cancel(false);
            pending = null;
        }
    }
}
