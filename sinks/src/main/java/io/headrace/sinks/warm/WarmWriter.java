package io.headrace.sinks.warm;

import io.headrace.catalogue.Reason;
import io.headrace.sinks.refused.DeadLetters;
import io.headrace.sinks.refused.RefusedRecordException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns batches of records into transactions, so that each record is stored exactly once.
 *
 * <p>The database alone says what is stored: {@code sink_offsets} moves in the transaction that writes the rows, and is
 * read under its row's lock in that transaction. So it doesn't matter what Kafka knows of our progress, whether the
 * answer to a commit was lost, whether a task that was thought dead wakes up and writes with its old assignment: what is
 * below the stored position is passed over, and what two writers both hold, one of them stores.
 *
 * <p>What must hold for that is that the records of a partition reach {@link #write} without gaps from the stored
 * position on. After an assignment the first batch is therefore thrown away, unread, and every partition is set to where
 * the database stands; the same where the database has gone back, after a restore or a failover. A seek asked of Connect
 * is carried out before the next batch, never in the middle of one: hence {@code seeking}.
 *
 * <p>A batch with a record that PostgreSQL refuses is halved until that record is alone; it goes to the dead letters and
 * the others are stored.
 */
final class WarmWriter {
    private static final Logger LOG = LoggerFactory.getLogger(WarmWriter.class);

    /** Well under the consumer's max.poll.interval.ms, so that a slow database doesn't cost us our place in the group. */
    private static final long LONGEST_WRITE_NANOS = 60_000_000_000L;

    private final WarmStore store;
    private final DeadLetters deadLetters;
    private final BiConsumer<TopicPartition, Long> seek;

    private final Set<TopicPartition> assigned = new HashSet<>();
    /** Positions that the database has confirmed. */
    private final Map<TopicPartition, Long> durable = new HashMap<>();
    /** One past the last offset that was handed to us, since the last seek. */
    private final Map<TopicPartition, Long> delivered = new HashMap<>();

    private TopicPartition lastSource = new TopicPartition("", 0);
    private boolean placed;
    private boolean seeking;
    private long started;
    private int entriesAtOnce = Integer.MAX_VALUE;

    /** @param seek asks Connect to go on from an offset with the next batch */
    WarmWriter(WarmStore store, DeadLetters deadLetters, BiConsumer<TopicPartition, Long> seek) {
        this.store = store;
        this.deadLetters = deadLetters;
        this.seek = seek;
    }

    void assign(Collection<TopicPartition> partitions) {
        assigned.addAll(partitions);
        placed = false;
    }

    void release(Collection<TopicPartition> partitions) {
        assigned.removeAll(partitions);
        durable.keySet().removeAll(partitions);
        delivered.keySet().removeAll(partitions);
    }

    /**
     * Stores a batch; when it returns, the batch is stored, or will be delivered again from where the database stands.
     *
     * @throws SQLException where time may heal it; the same batch may come again
     */
    void write(Collection<SinkRecord> records) throws SQLException {
        seeking = false;
        if (!placed) {
            place();
            return;
        }
        List<Entry> entries = read(records);
        started = System.nanoTime();
        try {
            for (int from = 0; from < entries.size(); ) {
                int to = from + Math.min(entriesAtOnce, entries.size() - from);
                store(entries.subList(from, to));
                from = to;
            }
        } catch (PositionLostException e) {
            LOG.warn("{}; reading it again from there", e.getMessage());
            place();
            return;
        }
        for (SinkRecord record : records) {
            delivered.put(source(record), record.originalKafkaOffset() + 1);
        }
        deadLetters.forgetBelow(durable);
        entriesAtOnce = (int) Math.min(Integer.MAX_VALUE, 2L * entriesAtOnce);
    }

    /**
     * Positions that Kafka may be told.
     *
     * @param consumed positions that Connect has read up to, records that transforms dropped included
     */
    Map<TopicPartition, OffsetAndMetadata> durable(Map<TopicPartition, OffsetAndMetadata> consumed) {
        if (!placed || seeking) {
            return Map.of();
        }
        Map<TopicPartition, Long> ahead = new HashMap<>();
        consumed.forEach((source, position) -> {
            if (durable.containsKey(source) && position.offset() > durable.getOrDefault(source, 0L)) {
                ahead.put(source, position.offset());
            }
        });
        try {
            if (!ahead.isEmpty()) {
                durable.putAll(store.advance(durable, ahead));
            }
        } catch (SQLException e) {
            LOG.debug("positions past dropped records are told later: {}", e.getMessage());
        }
        Map<TopicPartition, OffsetAndMetadata> committable = new HashMap<>();
        consumed.forEach((source, position) -> {
            Long stored = durable.get(source);
            if (stored != null) {
                committable.put(source, new OffsetAndMetadata(Math.min(stored, position.offset())));
            }
        });
        return committable;
    }

    private void place() throws SQLException {
        Map<TopicPartition, Long> positions = store.positions(assigned);
        durable.clear();
        durable.putAll(positions);
        delivered.clear();
        delivered.putAll(positions);
        positions.forEach(seek);
        seeking = true;
        placed = true;
    }

    private List<Entry> read(Collection<SinkRecord> records) {
        List<Entry> entries = new ArrayList<>(records.size());
        for (SinkRecord record : records) {
            Entry empty = Entry.of(record, source(record));
            requireInOrder(empty);
            if (empty.offset() >= durable.getOrDefault(empty.source(), 0L)) {
                entries.add(withRows(empty));
            }
        }
        return entries;
    }

    /** Records of a partition come in a row: it is seldom another than the last one's. */
    private TopicPartition source(SinkRecord record) {
        TopicPartition last = lastSource;
        if (last.partition() != record.originalKafkaPartition() || !last.topic().equals(record.originalTopic())) {
            last = new TopicPartition(record.originalTopic(), record.originalKafkaPartition());
            lastSource = last;
        }
        return last;
    }

    /** A partition that begins again, with no seek of ours, is another one under the same name. */
    private void requireInOrder(Entry empty) {
        if (empty.offset() < delivered.getOrDefault(empty.source(), 0L)) {
            throw new ConnectException(empty.source() + " came again from offset " + empty.offset() + ", stored up to "
                    + durable.get(empty.source())
                    + ": the topic was made anew? Delete its rows in headrace.sink_offsets to begin again");
        }
    }

    private Entry withRows(Entry empty) {
        try {
            return empty.withRows(RowReader.rows(empty.record()));
        } catch (RefusedRecordException e) {
            deadLetters.report(empty.record(), e);
            return empty;
        }
    }

    private void store(List<Entry> entries) throws SQLException, PositionLostException {
        if (System.nanoTime() - started > LONGEST_WRITE_NANOS) {
            throw new SQLException("the batch takes long; the rest of it comes after a breath", "57014");
        }
        try {
            durable.putAll(store.write(entries, durable));
        } catch (SQLException e) {
            SqlFailure failure = SqlFailure.of(e);
            if (failure == SqlFailure.SLOW) {
                entriesAtOnce = Math.max(1, entries.size() / 4);
            }
            if (failure != SqlFailure.RECORD) {
                throw e;
            }
            isolate(entries, e);
        }
    }

    private void isolate(List<Entry> entries, SQLException why) throws SQLException, PositionLostException {
        if (entries.size() > 1) {
            int half = entries.size() / 2;
            store(entries.subList(0, half));
            store(entries.subList(half, entries.size()));
            return;
        }
        store.requireOwnTables();
        Entry poison = entries.get(0);
        deadLetters.report(
                poison.record(),
                new RefusedRecordException(Reason.REJECTED_BY_TARGET, String.valueOf(why.getMessage())));
        store(List.of(poison.withoutRows()));
    }
}
