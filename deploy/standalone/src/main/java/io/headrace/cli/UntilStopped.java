package io.headrace.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;

/** Runs something until SIGTERM or Ctrl-C, stops it in order, and leaves with 0. */
final class UntilStopped {
    private static final Duration STOP_LIMIT = Duration.ofSeconds(90);

    private static final long LOOK_EVERY_MS = 500;

    private UntilStopped() {}

    /**
     * Waits for the signal. The JVM would leave with the signal's number; it is ended here, after the clean stop, so
     * that a supervisor sees 0.
     *
     * @param running closed on a thread of its own, within 90 s or never
     */
    static void await(AutoCloseable running) {
        await(running, Optional::empty);
    }

    /**
     * As {@link #await(AutoCloseable)}, but also stops, and leaves with {@link ExitCode#BUG}, when a part has failed for
     * good: a supervisor is to see it, and start again.
     *
     * @param failure why, in one line; empty while there is none
     */
    static void await(AutoCloseable running, Supplier<Optional<String>> failure) {
        Thread onSignal = new Thread(() -> stop(running, ExitCode.OK), "stop");
        Runtime.getRuntime().addShutdownHook(onSignal);
        try {
            while (failure.get().isEmpty()) {
                TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
            }
            LoggerFactory.getLogger(UntilStopped.class)
                    .error("stopping: {}", failure.get().orElseThrow());
            stop(running, ExitCode.BUG);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void stop(AutoCloseable running, ExitCode wanted) {
        CountDownLatch stopped = new CountDownLatch(1);
        ExitCode[] code = {wanted};
        Thread closer = new Thread(
                () -> {
                    try {
                        running.close();
                    } catch (Exception e) {
                        LoggerFactory.getLogger(UntilStopped.class).error("didn't stop in order", e);
                        code[0] = ExitCode.BUG;
                    }
                    stopped.countDown();
                },
                "closing");
        closer.setDaemon(true);
        closer.start();
        try {
            if (!stopped.await(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                code[0] = ExitCode.BUG;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(code[0].code());
    }
}
