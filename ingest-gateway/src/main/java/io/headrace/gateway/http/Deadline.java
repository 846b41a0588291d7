package io.headrace.gateway.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** At most one thing to happen later on a connection's event loop. */
final class Deadline {
    private @Nullable Future<?> pending;

    /** Replaces what was to happen. */
    void set(ChannelHandlerContext context, Duration in, Runnable what) {
        clear();
        pending = context.executor().schedule(what, in.toMillis(), TimeUnit.MILLISECONDS);
    }

    void clear() {
        if (pending != null) {
            pending.cancel(false);
            pending = null;
        }
    }
}
