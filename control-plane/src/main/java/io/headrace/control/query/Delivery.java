package io.headrace.control.query;

import java.io.IOException;
import java.io.OutputStream;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Hands lines from the thread that runs a query to the one that holds its client. A client that reads slowly makes the
 * query wait; one that is gone is noticed within a second, since a line of progress is written to it that often.
 */
final class Delivery {
    private static final int CHUNK = 1 << 16;
    private static final byte[] END = new byte[0];

    private final BlockingQueue<byte[]> chunks = new ArrayBlockingQueue<>(8);
    private final CompletableFuture<Void> begun = new CompletableFuture<>();
    private final RowLines lines = new RowLines();
    private final long startedNanos = System.nanoTime();
    private volatile String phase = "planning";
    private volatile long copiedRows;
    private volatile Supplier<OptionalDouble> percent = OptionalDouble::empty;
    private volatile @Nullable Thread feeder;
    private volatile boolean isGone;

    /** Says what is going on. */
    void phase(String name) {
        phase = name;
    }

    void copied(long rows) {
        copiedRows = rows;
    }

    void percentFrom(Supplier<OptionalDouble> source) {
        percent = source;
    }

    /** All rows, in order; waits while the client doesn't take them. */
    long rows(ResultSet rows) throws SQLException {
        ResultSetMetaData columns = rows.getMetaData();
        lines.columns(columns);
        begun.complete(null);
        long count = 0;
        while (rows.next()) {
            lines.row(rows, columns);
            count++;
            if (lines.size() >= CHUNK) {
                put(lines.take());
            }
        }
        return count;
    }

    /** The last line: all rows are before it. */
    void end(Map<String, Object> facts) {
        lines.object("end", facts);
        put(lines.take());
        put(END);
    }

    /** Instead of an end; what wasn't handed over yet is dropped. */
    void fail(QueryFailure failure) {
        begun.completeExceptionally(failure);
        RowLines last = new RowLines();
        last.object(
                "error", Map.of("status", failure.problem().status(), "detail", String.valueOf(failure.getMessage())));
        put(last.take());
        put(END);
    }

    private void put(byte[] chunk) {
        try {
            while (!chunks.offer(chunk, 1, TimeUnit.SECONDS)) {
                if (isGone) {
                    throw QueryFailure.tooMuch("the client left");
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw QueryFailure.tooMuch("stopped");
        }
    }

    /**
     * Waits a second for the first row, or for all of them where there are none.
     *
     * @throws QueryFailure where it has failed within that second
     */
    void awaitFirst() throws InterruptedException {
        try {
            begun.get(1, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof QueryFailure failure ? failure : new IllegalStateException(e.getCause());
        } catch (TimeoutException takesItsTime) {
            // what comes of it is told in the answer
        }
    }

    /** Writes what comes until the end. */
    void feed(OutputStream out) throws IOException, InterruptedException {
        feeder = Thread.currentThread();
        try {
            while (true) {
                byte[] chunk = chunks.poll(1, TimeUnit.SECONDS);
                if (chunk != null && chunk.length == 0) {
                    return;
                }
                out.write(chunk == null ? progress() : chunk);
                out.flush();
            }
        } finally {
            feeder = null;
            isGone = true;
        }
    }

    /** Gives up a client that doesn't take what it is sent. */
    void abandon() {
        Thread blocked = feeder;
        if (blocked != null) {
            blocked.interrupt();
        }
    }

    private byte[] progress() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("phase", phase);
        percent.get().ifPresent(value -> facts.put("percent", Math.round(value)));
        facts.put("copiedRows", copiedRows);
        facts.put("seconds", TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startedNanos));
        RowLines line = new RowLines();
        line.object("progress", facts);
        return line.take();
    }
}
