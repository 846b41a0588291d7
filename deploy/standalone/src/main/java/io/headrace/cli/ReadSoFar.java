package io.headrace.cli;

import java.io.Console;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Says on a terminal how far a stretch of time is read. For one thread. */
final class ReadSoFar {
    private static final long EVERY = TimeUnit.MILLISECONDS.toNanos(250);
    private static final int LOOK_EVERY = 1_024;

    private final PrintWriter err;
    private final String source;
    private final Instant from;
    private final Instant to;
    private final boolean isWatched = isTerminal(System.console());
    private long readings;
    private long shownAt = System.nanoTime() - EVERY;

    ReadSoFar(PrintWriter err, String source, Instant from, Instant to) {
        this.err = err;
        this.source = source;
        this.from = from;
        this.to = to;
    }

    private static boolean isTerminal(@Nullable Console console) {
        return console != null && console.isTerminal();
    }

    /** One more reading. */
    void at(Instant receivedAt) {
        if (readings++ % LOOK_EVERY == 0 && isWatched && System.nanoTime() - shownAt > EVERY) {
            shownAt = System.nanoTime();
            long all = Math.max(1, Duration.between(from, to).toMillis());
            long percent = 100 * Duration.between(from, receivedAt).toMillis() / all;
            err.print(String.format(
                    Locale.ROOT, "\r\033[K%d %% of the time, %d readings from %s", percent, readings, source));
            err.flush();
        }
    }

    void end() {
        if (isWatched) {
            err.print("\r\033[K");
            err.flush();
        }
    }
}
