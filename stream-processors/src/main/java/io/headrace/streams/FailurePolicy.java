package io.headrace.streams;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a thread's death means. An outage (Kafka, the registry, the state's disk) is waited out by new threads, further
 * apart the longer it lasts, without end. A bug would only kill the next thread: it stops the application, with the
 * reason kept for whoever asks.
 */
final class FailurePolicy implements StreamsUncaughtExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(FailurePolicy.class);
    private static final String CHANGELOG_READER = "org.apache.kafka.streams.processor.internals.StoreChangelogReader";
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final int MAX_DOUBLINGS = 5;
    private static final Duration CALM = Duration.ofMinutes(5);

    private final AtomicReference<Optional<String>> reason = new AtomicReference<>(Optional.empty());
    private final AtomicInteger inRow = new AtomicInteger();
    private final AtomicLong last = new AtomicLong(System.nanoTime());
    private final Counter replaced;

    FailurePolicy(MeterRegistry meters) {
        replaced = meters.counter("headrace.processors.threads.replaced");
    }

    /** Why the application stopped itself; empty while it hasn't. */
    Optional<String> reason() {
        return reason.get();
    }

    /** For what is found out elsewhere than in a thread of the application: whoever asks for the reason stops it. */
    void stopFor(String text) {
        LOG.error("the processors stop: {}", text);
        reason.compareAndSet(Optional.empty(), Optional.of(text));
    }

    @Override
    public StreamThreadExceptionResponse handle(Throwable failure) {
        if (!isOutage(failure)) {
            reason.set(Optional.of(oneLine(failure)));
            LOG.error("the processors stop, for a fault that waiting doesn't mend", failure);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        }
        Duration wait = nextWait();
        replaced.increment();
        LOG.warn("a thread is replaced in {} s: {}", wait.toSeconds(), oneLine(failure));
        try {
            Thread.sleep(wait);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return StreamThreadExceptionResponse.REPLACE_THREAD;
    }

    static boolean isOutage(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RetriableException
                    || cause instanceof ProcessorStateException
                    || isOfFailedRestore(cause)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Where a task's state can't be restored, a full disk say, Kafka Streams 4.3 drops the task and then misses it at the
     * next of its changelogs; the first of the two that it tells of may be this one.
     */
    private static boolean isOfFailedRestore(Throwable cause) {
        StackTraceElement[] trace = cause.getStackTrace();
        return cause instanceof NullPointerException
                && trace.length > 0
                && trace[0].getClassName().equals(CHANGELOG_READER);
    }

    private Duration nextWait() {
        long now = System.nanoTime();
        boolean calm = now - last.getAndSet(now) > CALM.toNanos();
        int doublings = calm ? 0 : Math.min(inRow.get(), MAX_DOUBLINGS);
        inRow.set(doublings + 1);
        return FIRST_WAIT.multipliedBy(1L << doublings);
    }

    /** The innermost cause says what happened, the outermost where. */
    private static String oneLine(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String inner = cause.toString().lines().findFirst().orElse("");
        String outer = failure.toString().lines().findFirst().orElse("");
        return inner.equals(outer) ? inner : inner + " (" + outer + ")";
    }
}
