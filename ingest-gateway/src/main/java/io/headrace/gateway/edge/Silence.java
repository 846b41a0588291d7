package io.headrace.gateway.edge;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Notices that a peer has been silent for too long. One timer for each connection, set anew only when it fires: hearing
 * something costs a look at the clock. For the connection's event loop.
 */
public final class Silence {
    /** A loop that fires this much too late stood still itself, and has yet to read what came meanwhile. */
    private static final long STALLED_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final EventExecutor loop;
    private final long limit;
    private final BooleanSupplier isListening;
    private final Runnable onSilence;
    private long lastHeard;
    private long due;
    private @Nullable Future<?> timer;

    /** @param isListening false while nothing is read, when no silence can be told */
    public Silence(EventExecutor loop, Duration limit, BooleanSupplier isListening, Runnable onSilence) {
        this.loop = loop;
        this.limit = limit.toNanos();
        this.isListening = isListening;
        this.onSilence = onSilence;
        heard();
        schedule(this.limit);
    }

    public void heard() {
        lastHeard = loop.ticker().nanoTime();
    }

    public void cancel() {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private void schedule(long delay) {
        due = loop.ticker().nanoTime() + delay;
        timer = loop.schedule(this::look, delay, TimeUnit.NANOSECONDS);
    }

    private void look() {
        long now = loop.ticker().nanoTime();
        if (!isListening.getAsBoolean()) {
            lastHeard = now;
        }
        long left = lastHeard + limit - now;
        if (left > 0) {
            schedule(left);
        } else if (now - due > STALLED_NANOS) {
            schedule(STALLED_NANOS);
        } else {
            onSilence.run();
        }
    }
}
