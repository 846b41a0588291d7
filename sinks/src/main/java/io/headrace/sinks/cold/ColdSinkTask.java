package io.headrace.sinks.cold;

import java.time.DateTimeException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.connect.IcebergSinkConfig;
import org.apache.iceberg.connect.IcebergSinkTask;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Iceberg's task, which by itself fails for good when its catalog, its disk or Kafka is away for a moment: this one
 * starts it again, for as long as it takes, and reads again from what was committed. Before each start it sees to it that
 * the coordinator hears all of {@link ControlTopic}.
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

    /**
     * Where all are taken away, and by any assignor but a cooperative one all are, the coordinator stops too. Iceberg's
     * would ask the group, in the middle of its rebalance, whether this task was the leader, is told of none, and leaves
     * a coordinator behind that counts the partitions of another time.
     */
    @Override
    public void close(Collection<TopicPartition> partitions) {
        boolean isAll = partitions.containsAll(context.assignment());
        whileRunning("revocation", () -> super.close(isAll ? List.of() : partitions));
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
        ControlTopic control = new ControlTopic(config);
        control.anchor();
        ColdCatalog.makeSchema(config.catalogProps());
        Catalog catalog = CatalogUtil.buildIcebergCatalog(config.catalogName(), config.catalogProps(), null);
        try {
            List<String> tables = config.tables() == null ? List.of() : config.tables();
            for (String name : tables) {
                TableIdentifier table = TableIdentifier.parse(name);
                if (table.equals(ColdTable.NAME)) {
                    ColdTable.create(catalog);
                }
                if (catalog.tableExists(table)) {
                    control.check(catalog.loadTable(table));
                }
            }
        } finally {
            ColdTable.close(catalog);
        }
        super.start(settings);
    }

    /** A writer that can't be closed, for the disk is full say, is closed by the second try; its files are named nowhere. */
    private void stopIceberg() {
        try {
            super.stop();
        } catch (RuntimeException e) {
            LOG.info("the cold sink's writer is given up: {}", e.toString());
            super.stop();
        }
    }

    /** Starts anew and goes back; the batch at hand comes again. */
    private void resume() {
        try {
            stopIceberg();
            Map<TopicPartition, Long> committed = new ControlTopic(new IcebergSinkConfig(settings)).consumed();
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

    private void interrupted(String what, RuntimeException e) {
        running = false;
        if (isForGood(e)) {
            throw e;
        }
        LOG.warn("the cold sink was interrupted in {}: {}", what, firstCause(e).toString());
    }

    private static Throwable firstCause(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /**
     * A setting that is wrong, a position that is lost, or a record that doesn't fit the table. For Iceberg's writer a
     * full disk is a record's fault too; the cause tells them apart.
     */
    private static boolean isForGood(RuntimeException e) {
        if (e instanceof DataException) {
            Throwable cause = e.getCause();
            return cause == null
                    || cause instanceof IllegalArgumentException
                    || cause instanceof ClassCastException
                    || cause instanceof NullPointerException
                    || cause instanceof UnsupportedOperationException
                    || cause instanceof DateTimeException;
        }
        return e instanceof ConfigException || e instanceof PositionLostException;
    }

    private RetriableException retry(RuntimeException e) {
        long pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << Math.min(failures++, 10));
        context.timeout(pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2 + 1));
        return new RetriableException(e.getMessage(), e);
    }
}
