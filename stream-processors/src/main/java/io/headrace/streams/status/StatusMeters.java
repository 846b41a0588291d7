package io.headrace.streams.status;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.processor.StandbyUpdateListener;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.apache.kafka.streams.processor.TaskId;

/**
 * Meters of how far behind this instance is, all in records unless said otherwise:
 *
 * <pre>
 * headrace.processors.lag                in the partitions that it reads
 * headrace.processors.restore.records    restored since the start
 * headrace.processors.restore.remaining  yet to be restored before its tasks go on
 * headrace.processors.standby.lag        that its standby stores have yet to read
 * headrace.processors.state.bytes        of its stores on disk
 * headrace.processors.rocksdb.bytes      that RocksDB takes of processors.rocksdb-size
 * </pre>
 */
public final class StatusMeters implements StateRestoreListener, StandbyUpdateListener, AutoCloseable {
    private final Map<TopicPartition, Long> restoring = new ConcurrentHashMap<>();
    private final Map<TopicPartition, Long> following = new ConcurrentHashMap<>();
    private final List<Gauge> gauges = new ArrayList<>();
    private final MeterRegistry meters;
    private final Counter restored;

    /** Watches an application that hasn't been started. */
    public StatusMeters(KafkaStreams streams, LongSupplier rocksDbUsed, MeterRegistry meters) {
        this.meters = meters;
        restored = meters.counter("headrace.processors.restore.records");
        gauge("headrace.processors.restore.remaining", () -> sum(restoring));
        gauge("headrace.processors.standby.lag", () -> sum(following));
        gauge("headrace.processors.lag", () -> running(streams, StatusMeters::lag));
        gauge("headrace.processors.state.bytes", () -> running(streams, StatusMeters::bytes));
        gauge("headrace.processors.rocksdb.bytes", () -> (double) rocksDbUsed.getAsLong());
        streams.setGlobalStateRestoreListener(this);
        streams.setStandbyUpdateListener(this);
    }

    private void gauge(String name, Supplier<Number> value) {
        gauges.add(Gauge.builder(name, value).register(meters));
    }

    /** Of an application that doesn't run there is nothing to say. */
    private static double running(KafkaStreams streams, ToDoubleFunction<KafkaStreams> value) {
        return streams.state().isRunningOrRebalancing() ? value.applyAsDouble(streams) : Double.NaN;
    }

    private static double bytes(KafkaStreams streams) {
        return StoreSizes.of(streams).bytes();
    }

    private static double lag(KafkaStreams streams) {
        return streams.metadataForLocalThreads().stream()
                .flatMap(thread -> thread.activeTasks().stream())
                .flatMap(task ->
                        task.topicPartitions().stream().flatMap(partition -> InputLag.of(task, partition).stream()))
                .mapToDouble(InputLag::records)
                .sum();
    }

    private static double sum(Map<TopicPartition, Long> records) {
        return records.values().stream().mapToDouble(Long::doubleValue).sum();
    }

    @Override
    public void onRestoreStart(TopicPartition changelog, String store, long start, long end) {
        restoring.put(changelog, Math.max(0, end - start));
    }

    @Override
    public void onBatchRestored(TopicPartition changelog, String store, long batchEnd, long count) {
        restored.increment((double) count);
        restoring.computeIfPresent(changelog, (each, remaining) -> Math.max(0, remaining - count));
    }

    @Override
    public void onRestoreEnd(TopicPartition changelog, String store, long total) {
        restoring.remove(changelog);
    }

    @Override
    public void onRestoreSuspended(TopicPartition changelog, String store, long total) {
        restoring.remove(changelog);
    }

    @Override
    public void onUpdateStart(TopicPartition changelog, String store, long start) {
        following.put(changelog, 0L);
    }

    @Override
    public void onBatchLoaded(
            TopicPartition changelog, String store, TaskId task, long batchEnd, long count, long currentEnd) {
        following.put(changelog, Math.max(0, currentEnd - batchEnd - 1));
    }

    @Override
    public void onUpdateSuspended(
            TopicPartition changelog, String store, long position, long currentEnd, SuspendReason reason) {
        following.remove(changelog);
    }

    /** Takes back what only this application can tell. */
    @Override
    public void close() {
        gauges.forEach(meters::remove);
    }
}
