package io.headrace.sinks.refused;

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
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands records that can't be stored to Connect's reporter, which writes them to the connector's dead-letter topic; a
 * batch that is tried again doesn't hand them over again. A worker that dies between the report and the commit will
 * report them once more.
 */
public final class DeadLetters {
    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);
    private static final long REPORT_SECONDS = 60;

    private final @Nullable ErrantRecordReporter reporter;
    private final Set<Reported> reported = new HashSet<>();

    private record Reported(TopicPartition source, long offset) {
        static Reported of(SinkRecord record) {
            return new Reported(
                    new TopicPartition(record.originalTopic(), record.originalKafkaPartition()),
                    record.originalKafkaOffset());
        }

        @Override
        public String toString() {
            return source + " offset " + offset;
        }
    }

    /** @param reporter null where the connector tolerates no errors: then the first one fails the task */
    public DeadLetters(@Nullable ErrantRecordReporter reporter) {
        this.reporter = reporter;
    }

    /** Returns when the dead letter is as durable as its topic makes it. */
    public void report(SinkRecord record, RefusedRecordException why) {
        Reported id = Reported.of(record);
        if (reporter == null) {
            throw new ConnectException(id + " can't be stored, and errors.tolerance is none: " + why.getMessage(), why);
        }
        if (reported.contains(id)) {
            return;
        }
        LOG.warn("{} goes to the dead letters: {}", id, why.getMessage());
        Future<Void> done = reporter.report(record, why);
        await(done);
        reported.add(id);
    }

    /** Forgets what is stored below these positions: it won't come again. */
    public void forgetBelow(Map<TopicPartition, Long> positions) {
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
