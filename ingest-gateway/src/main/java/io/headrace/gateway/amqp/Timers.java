package io.headrace.gateway.amqp;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Timers of one connection, one of each kind. For the connection's event loop. */
final class Timers {
    /** What is waited for. */
    enum Kind {
        OPEN,
        UNREAD,
        HEARTBEAT,
        QUOTA,
        TRANSFER,
        COMMANDS
    }

    private final EventExecutor loop;
    private final Map<Kind, Future<?>> running = new EnumMap<>(Kind.class);

    Timers(EventExecutor loop) {
        this.loop = loop;
    }

    /** Starts one, in place of one of its kind that runs. */
    void start(Kind kind, Duration delay, Runnable onTime) {
        stop(kind);
        startOnce(kind, delay, onTime);
    }

    /** Starts one, unless one of its kind runs. */
    void startOnce(Kind kind, Duration delay, Runnable onTime) {
        if (!running.containsKey(kind)) {
            running.put(
                    kind,
                    loop.schedule(
                            () -> {
                                running.remove(kind);
                                onTime.run();
                            },
                            delay.toNanos(),
                            TimeUnit.NANOSECONDS));
        }
    }

    void stop(Kind kind) {
        Future<?> timer = running.remove(kind);
        if (timer != null) {
            timer.cancel(false);
        }
    }

    void stopAll() {
        for (Kind kind : Kind.values()) {
            stop(kind);
        }
    }
}
