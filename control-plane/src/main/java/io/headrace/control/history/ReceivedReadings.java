package io.headrace.control.history;

import io.headrace.control.kafka.KafkaClients;
import io.headrace.control.kafka.Offsets;
import io.headrace.control.kafka.Offsets.Stamp;
import io.headrace.record.Reading;
import io.headrace.wire.AvroDeserializer;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Kafka still has of {@code telemetry.readings}. What the processors haven't committed, and what can't be read, isn't
 * there. Every method throws {@link io.headrace.control.http.UnavailableException} or a {@link
 * org.apache.kafka.common.KafkaException} where Kafka doesn't answer. Safe for use by several threads.
 */
public final class ReceivedReadings {
    private static final Logger LOG = LoggerFactory.getLogger(ReceivedReadings.class);

    private final KafkaClients clients;
    private final String topic;
    private final AvroDeserializer<Reading> decoder;
    private final Clock clock;

    /**
     * What is asked for.
     *
     * @param from by the time of receipt, inclusive
     * @param to exclusive
     * @param device empty for all
     */
    public record Asked(Instant from, Instant to, Optional<String> device) {
        private boolean has(ConsumerRecord<String, byte[]> row) {
            return row.timestamp() >= from.toEpochMilli()
                    && row.timestamp() < to.toEpochMilli()
                    && (device.isEmpty() || device.get().equals(row.key()));
        }
    }

    /**
     * Where it stands.
     *
     * @param from first offset of each partition that may be of it
     * @param since from when on everything is there; empty for from the beginning
     */
    public record Stretch(
            Asked asked, Map<TopicPartition, Long> from, Map<TopicPartition, Long> ends, Optional<Instant> since) {}

    /** Takes readings one by one. */
    @FunctionalInterface
    public interface Taker {
        /** @return whether it wants more */
        boolean take(Reading reading) throws IOException;
    }

    public ReceivedReadings(KafkaClients clients, Clock clock) {
        this.clients = clients;
        this.topic = clients.config().catalogue().readings().name();
        this.decoder = clients.decoder(clients.config().catalogue().readings());
        this.clock = clock;
    }

    public Stretch find(Asked asked) {
        try (Offsets offsets = new Offsets(clients)) {
            List<TopicPartition> partitions = offsets.partitions(topic);
            Map<TopicPartition, Long> from =
                    offsets.from(partitions, Math.max(0, asked.from().toEpochMilli()));
            from.values().removeIf(offset -> offset < 0);
            return new Stretch(asked, from, offsets.ends(partitions), since(offsets, partitions));
        }
    }

    private Optional<Instant> since(Offsets offsets, List<TopicPartition> partitions) {
        Map<TopicPartition, Long> cut = new HashMap<>();
        offsets.begins(partitions).forEach((partition, begin) -> {
            if (begin > 0) {
                cut.put(partition, 0L);
            }
        });
        return offsets.from(cut).values().stream().map(this::first).max(Instant::compareTo);
    }

    /** Of a partition of which nothing is left, that is now. */
    private Instant first(Stamp stamp) {
        return stamp.offset() < 0 ? clock.instant() : Instant.ofEpochMilli(stamp.epochMs());
    }

    /** Gives the readings in the order in which they were received, to the end or as far as they are wanted. */
    public void read(Stretch stretch, Taker taker) throws IOException {
        try (MergedPartitions merged = new MergedPartitions(clients.consumer(), stretch.from(), stretch.ends())) {
            boolean more = true;
            Optional<ConsumerRecord<String, byte[]>> row = merged.next();
            while (more && row.isPresent()) {
                Optional<Reading> reading = row.filter(stretch.asked()::has).flatMap(this::decoded);
                more = reading.isEmpty() || taker.take(reading.get());
                row = more ? merged.next() : row;
            }
        }
    }

    private Optional<Reading> decoded(ConsumerRecord<String, byte[]> row) {
        try {
            return Optional.ofNullable(decoder.deserialize(topic, row.value()));
        } catch (SerializationException e) {
            LOG.warn("{}-{} has an unreadable record at {}: {}", topic, row.partition(), row.offset(), e.getMessage());
            return Optional.empty();
        }
    }
}
