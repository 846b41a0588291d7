package io.headrace.sinks.warm;

import static io.headrace.sinks.SinkRecords.CATALOGUE;
import static io.headrace.sinks.SinkRecords.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.sinks.refused.DeadLetters;
import java.sql.SQLException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;

/** What a Connect worker is to one task's writer: it hands over batches, carries out seeks, takes dead letters. */
final class WorkerStandIn implements AutoCloseable {
    static final TopicPartition READINGS =
            new TopicPartition(CATALOGUE.readings().name(), 0);

    private final WarmStore store;
    private final WarmWriter writer;
    private final Map<TopicPartition, Long> sought = new HashMap<>();
    private final Map<Long, String> dead = new HashMap<>();

    WorkerStandIn(String jdbcUrl, Map<String, String> settings) {
        this(jdbcUrl, settings, Clock.fixed(NOON, ZoneOffset.UTC));
    }

    @SuppressWarnings("NullAway") // Connect isn't annotated: its futures of nothing complete with null
    WorkerStandIn(String jdbcUrl, Map<String, String> settings, Clock clock) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("name", "warm");
        all.put("connection.url", jdbcUrl);
        store = new WarmStore(new WarmSinkConfig(all), clock);
        DeadLetters deadLetters = new DeadLetters((record, why) -> {
            assertThat(dead.put(record.originalKafkaOffset(), why.getMessage())).isNull();
            return CompletableFuture.completedFuture(null);
        });
        writer = new WarmWriter(store, deadLetters, sought::put);
        writer.assign(List.of(
                READINGS,
                new TopicPartition(CATALOGUE.aggregates().name(), 0),
                new TopicPartition(CATALOGUE.anomalies().name(), 0),
                new TopicPartition(CATALOGUE.alerts().name(), 0)));
    }

    void put(SinkRecord... batch) throws SQLException {
        put(List.of(batch));
    }

    /** As a worker does: what is below the place sought isn't handed over. */
    void put(Collection<SinkRecord> batch) throws SQLException {
        writer.write(batch.stream()
                .filter(record -> record.originalKafkaOffset() >= sought.getOrDefault(READINGS, 0L))
                .toList());
    }

    /** As a worker never does, but for a topic that begins again. */
    void putAsItIs(Collection<SinkRecord> batch) throws SQLException {
        writer.write(batch);
    }

    Map<TopicPartition, OffsetAndMetadata> preCommit(Map<TopicPartition, OffsetAndMetadata> consumed) {
        return writer.durable(consumed);
    }

    boolean sweep() {
        return store.sweep();
    }

    Map<TopicPartition, Long> sought() {
        return sought;
    }

    /** Reason and detail by offset. */
    Map<Long, String> dead() {
        return dead;
    }

    @Override
    public void close() {
        store.close();
    }
}
