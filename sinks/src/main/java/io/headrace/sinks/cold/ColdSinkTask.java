package io.headrace.sinks.cold;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.connect.IcebergSinkConfig;
import org.apache.iceberg.connect.IcebergSinkTask;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsResult;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Iceberg's task, which by itself fails for good when its catalog or Kafka is away for a moment: this one starts it
 * again, for as long as it takes, and reads again from what was committed.
 *
 * <p>What was read and not committed is thrown away with Iceberg's writer, so every partition goes back to the offset
 * that Kafka has for it, or to the first record since it was assigned. Kafka has only what went with files into one
 * transaction, so nothing is lost or written twice. The seek is carried out before the next batch; the one at hand is
 * dropped.
 */
public final class ColdSinkTask extends IcebergSinkTask {
    private static final Logger LOG = LoggerFactory.getLogger(ColdSinkTask.class);
    private static final String CATALOG_URI = "iceberg.catalog.uri";
    private static final long FIRST_PAUSE_MS = 500;
    private static final long LONGEST_PAUSE_MS = 15_000;
    private static final long ANSWER_SECONDS = 30;

    private final Map<TopicPartition, Long> firstSeen = new HashMap<>();
    private Map<String, String> settings = Map.of();
    private boolean running;
    private int failures;

    @Override
    public void start(Map<String, String> values) {
        settings = new HashMap<>(values);
        settings.computeIfPresent(CATALOG_URI, (key, uri) -> ColdCatalog.inOwnSchema(uri));
        new IcebergSinkConfig(settings);
        try {
            startIceberg();
            running = true;
        } catch (RuntimeException e) {
            interrupted("start", e);
        }
    }

    @Override
    public void open(Collection<TopicPartition> partitions) {
        firstSeen.keySet().removeAll(partitions);
        whileRunning("assignment", () -> super.open(partitions));
    }

    @Override
    public void close(Collection<TopicPartition> partitions) {
        whileRunning("revocation", () -> super.close(partitions));
        firstSeen.keySet().removeAll(partitions);
    }

    @Override
    public void put(Collection<SinkRecord> records) {
        for (SinkRecord record : records) {
            firstSeen.putIfAbsent(
                    new TopicPartition(record.originalTopic(), record.originalKafkaPartition()),
                    record.originalKafkaOffset());
        }
        if (!running) {
            resume();
            return;
        }
        try {
            super.put(records);
            failures = 0;
        } catch (RuntimeException e) {
            interrupted("writing", e);
            throw retry(e);
        }
    }

    @Override
    public void flush(Map<TopicPartition, OffsetAndMetadata> offsets) {
        whileRunning("flush", () -> super.flush(offsets));
    }

    private void startIceberg() {
        IcebergSinkConfig config = new IcebergSinkConfig(settings);
        if (config.tables() != null && config.tables().contains(ColdTable.NAME.toString())) {
            ColdCatalog.makeSchema(config.catalogProps());
            ColdTable.create(CatalogUtil.buildIcebergCatalog(config.catalogName(), config.catalogProps(), null));
        }
        super.start(settings);
    }

    /** Starts anew and goes back; the batch at hand comes again. */
    private void resume() {
        try {
            super.stop();
            Map<TopicPartition, Long> committed = committed();
            startIceberg();
            super.open(context.assignment());
            firstSeen.putAll(committed);
            firstSeen.forEach((partition, offset) -> {
                if (context.assignment().contains(partition)) {
                    context.offset(partition, offset);
                }
            });
            firstSeen.clear();
            running = true;
            LOG.info("the cold sink goes on");
        } catch (RuntimeException e) {
            interrupted("resuming", e);
            throw retry(e);
        }
    }

    private Map<TopicPartition, Long> committed() {
        IcebergSinkConfig config = new IcebergSinkConfig(settings);
        Map<TopicPartition, Long> committed = new HashMap<>();
        try (Admin admin = Admin.create(new HashMap<>(config.kafkaProps()))) {
            ListConsumerGroupOffsetsResult answer = admin.listConsumerGroupOffsets(
                    config.connectGroupId(), new ListConsumerGroupOffsetsOptions().requireStable(true));
            answer.partitionsToOffsetAndMetadata()
                    .get(ANSWER_SECONDS, TimeUnit.SECONDS)
                    .forEach((TopicPartition partition, @Nullable OffsetAndMetadata offset) -> {
                        if (offset != null) {
                            committed.put(partition, offset.offset());
                        }
                    });
            return committed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConnectException("interrupted while Kafka was asked for offsets", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new ConnectException("Kafka doesn't say what was committed: " + e.getMessage(), e);
        }
    }

    private void whileRunning(String what, Runnable step) {
        if (!running) {
            return;
        }
        try {
            step.run();
        } catch (RuntimeException e) {
            interrupted(what, e);
        }
    }

    /** A record that Iceberg refuses, and a setting that is wrong, are no outage: the task fails. */
    private void interrupted(String what, RuntimeException e) {
        running = false;
        if (e instanceof DataException || e instanceof ConfigException) {
            throw e;
        }
        LOG.warn("the cold sink was interrupted in {}: {}", what, e.toString());
    }

    private RetriableException retry(RuntimeException e) {
        long pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << Math.min(failures++, 10));
        context.timeout(pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2 + 1));
        return new RetriableException(e.getMessage(), e);
    }
}
