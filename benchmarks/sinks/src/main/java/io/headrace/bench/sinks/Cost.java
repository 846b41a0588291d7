package io.headrace.bench.sinks;

import io.headrace.bench.run.BenchException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What the end of a backlog cost, its beginning left out as a warm-up.
 *
 * @param rows measured
 * @param seconds that they took
 * @param workerMicros processor time of who wrote them
 * @param databaseMicros PostgreSQL's
 */
record Cost(long rows, double seconds, long workerMicros, long databaseMicros) {
    private static final long POLL_MILLIS = 50;
    /** A check costs whom it checks. */
    private static final int POLLS_TO_CHECK = 20;

    double perSecond() {
        return rows / seconds;
    }

    double workerMicrosPerRow() {
        return (double) workerMicros / rows;
    }

    double databaseMicrosPerRow() {
        return (double) databaseMicros / rows;
    }

    /** Two clocks of processor time, microseconds. */
    record Clocks(LongSupplier worker, LongSupplier database) {}

    /**
     * Waits until all rows are stored.
     *
     * @param stored rows so far
     * @param check throws where it will come to nothing
     */
    static Cost follow(LongSupplier stored, long warmUp, long all, Clocks clocks, Runnable check, int limitSeconds) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(limitSeconds);
        Cost began = null;
        long done = 0;
        for (int poll = 1; done < all; poll++) {
            pause(deadline);
            if (poll % POLLS_TO_CHECK == 0) {
                check.run();
            }
            done = stored.getAsLong();
            if (began == null && done >= warmUp) {
                began = at(done, clocks);
            }
        }
        Cost ended = at(done, clocks);
        if (began == null || began.rows == ended.rows) {
            throw new BenchException("all was stored at once: the backlog is too short to measure");
        }
        return new Cost(
                ended.rows - began.rows,
                ended.seconds - began.seconds,
                ended.workerMicros - began.workerMicros,
                ended.databaseMicros - began.databaseMicros);
    }

    /** Waits a little. */
    static void pause(long deadline) {
        if (System.nanoTime() > deadline) {
            throw new BenchException("not all was stored in time");
        }
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted");
        }
    }

    /** Since the beginning of all clocks. */
    private static Cost at(long rows, Clocks clocks) {
        return new Cost(rows, System.nanoTime() / 1e9, clocks.worker.getAsLong(), clocks.database.getAsLong());
    }
}
