package io.headrace.sinks.warm;

import io.headrace.sinks.SinkRecords;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkTask;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.jspecify.annotations.Nullable;

/**
 * A process with the real task in it, driven as Connect drives it, from an offset that Kafka was told long ago. Prints
 * {@code stored} after each batch that the task has put, before any offset is committed, and waits for a byte.
 */
final class DyingWorker {
    static final int BATCH = 40;

    private final Map<TopicPartition, Long> sought = new HashMap<>();

    private DyingWorker() {}

    /** @param arguments JDBC URL, the offset to begin at, the offset to end at */
    public static void main(String[] arguments) throws IOException {
        new DyingWorker().run(arguments[0], Long.parseLong(arguments[1]), Long.parseLong(arguments[2]));
    }

    private void run(String url, long from, long to) throws IOException {
        SinkRecords records = new SinkRecords();
        SinkTask task = new WarmSinkTask();
        task.initialize(new Context());
        task.start(Map.of("name", "warm", "connection.url", url, "retry.backoff.ms", "10"));
        task.open(List.of(WorkerStandIn.READINGS));
        long next = from;
        while (next < to) {
            long end = Math.min(to, next + BATCH);
            try {
                task.put(records.batch(next, end));
            } catch (RetriableException again) {
                continue;
            }
            Long seek = sought.remove(WorkerStandIn.READINGS);
            if (seek != null) {
                next = seek;
                continue;
            }
            next = end;
            System.out.println("stored");
            if (System.in.read() < 0) {
                return;
            }
        }
        System.out.println("done");
    }

    private final class Context implements SinkTaskContext {
        @Override
        public Map<String, String> configs() {
            return Map.of();
        }

        @Override
        public void offset(Map<TopicPartition, Long> offsets) {
            sought.putAll(offsets);
        }

        @Override
        public void offset(TopicPartition partition, long offset) {
            sought.put(partition, offset);
        }

        @Override
        public void timeout(long timeoutMs) {
            // the loop tries again at once
        }

        @Override
        public Set<TopicPartition> assignment() {
            return Set.of(WorkerStandIn.READINGS);
        }

        @Override
        public void pause(TopicPartition... partitions) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void resume(TopicPartition... partitions) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void requestCommit() {
            throw new UnsupportedOperationException();
        }

        @Override
        public PluginMetrics pluginMetrics() {
            throw new UnsupportedOperationException();
        }

        @Override
        public @Nullable ErrantRecordReporter errantRecordReporter() {
            return null;
        }
    }
}
