package io.headrace.sinks.warm;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands records that can't be stored to Connect's reporter, which writes them to the connector's dead-letter topic; a
 * batch that is tried again doesn't hand them over again. A worker that dies between the report and the commit will
 * report them once more.
 */
final class DeadLetters {
    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);
    private static final long REPORT_SECONDS = 60;

    private final @Nullable ErrantRecordReporter reporter;
    private final Set<Reported> reported = new HashSet<>();

    private record Reported(TopicPartition source, long offset) {}

    /** @param reporter null where the connector tolerates no errors: then the first one fails the task */
    DeadLetters(@Nullable ErrantRecordReporter reporter) {
        this.reporter = reporter;
    }

    /** Returns when the dead letter is as durable as its topic makes it. */
    void report(Entry entry, RefusedRecordException why) {
        if (reporter == null) {
            throw new ConnectException(
                    entry.source() + " offset " + entry.offset() + " can't be stored, and errors.tolerance is none: "
                            + why.getMessage(),
                    why);
        }
        Reported id = new Reported(entry.source(), entry.offset());
        if (reported.contains(id)) {
            return;
        }
        LOG.warn("{} offset {} goes to the dead letters: {}", entry.source(), entry.offset(), why.getMessage());
        Future<Void> done = reporter.report(entry.record(), why);
        await(done);
        reported.add(id);
    }

    /** Forgets what is stored below these positions: it won't come again. */
    void forgetBelow(Map<TopicPartition, Long> positions) {
        reported.removeIf(id -> id.offset < positions.getOrDefault(id.source, 0L));
    }

    private static void await(@Nullable Future<Void> done) {
        if (done == null) {
            return;
        }
        try {
            done.get(REPORT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RetriableException("interrupted while a dead letter was written", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new RetriableException("a dead letter wasn't written: " + e, e);
        }
    }
}
