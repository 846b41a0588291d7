package io.headrace.control.history;

import io.headrace.control.access.Role;
import io.headrace.control.http.Answer;
import io.headrace.control.http.Call;
import io.headrace.control.http.Endpoint;
import io.headrace.control.http.Problem;
import io.headrace.control.http.UnavailableException;
import io.headrace.control.kafka.KafkaClients;
import io.headrace.control.kafka.Offsets;
import io.headrace.control.kafka.Offsets.Stamp;
import io.headrace.record.Reading;
import io.headrace.wire.AvroDeserializer;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /api/v1/readings}: what Kafka still has of a stretch of time, each reading whole, with its tags, in the order
 * in which the processors had it. What they haven't committed, and what can't be read, isn't there.
 */
public final class ReadingsApi {
    private static final Logger LOG = LoggerFactory.getLogger(ReadingsApi.class);
    private static final String LINES = "application/x-ndjson";
    private static final int AT_ONCE = 2;
    private static final int BUFFER = 1 << 16;

    private final KafkaClients clients;
    private final String topic;
    private final AvroDeserializer<Reading> decoder;
    private final Clock clock;
    private final Semaphore permits = new Semaphore(AT_ONCE);

    /**
     * What is asked for.
     *
     * @param from by the time of receipt, inclusive
     * @param to exclusive
     * @param device empty for all
     */
    private record Asked(Instant from, Instant to, Optional<String> device) {
        boolean has(ConsumerRecord<String, byte[]> row) {
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
    private record Stretch(Map<TopicPartition, Long> from, Map<TopicPartition, Long> ends, Optional<Instant> since) {}

    public ReadingsApi(KafkaClients clients, Clock clock) {
        this.clients = clients;
        this.topic = clients.config().catalogue().readings().name();
        this.decoder = clients.decoder(clients.config().catalogue().readings());
        this.clock = clock;
    }

    public List<Endpoint> endpoints() {
        return List.of(Endpoint.of("GET", "/api/v1/readings", Role.VIEWER, this::read));
    }

    private Answer read(Call call) {
        Asked asked = new Asked(
                time("from", call.query("from")),
                call.findQuery("to").map(text -> time("to", text)).orElseGet(clock::instant),
                call.findQuery("device"));
        if (!asked.from.isBefore(asked.to)) {
            throw Problem.badRequest("from must be before to");
        }
        Stretch stretch = stretch(asked);
        return new Answer.Lines(LINES, out -> send(asked, stretch, out));
    }

    private static Instant time(String name, String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw Problem.badRequest(name + " must be a time like 2026-01-31T12:00:00Z");
        }
    }

    private Stretch stretch(Asked asked) {
        try (Offsets offsets = new Offsets(clients)) {
            List<TopicPartition> partitions = offsets.partitions(topic);
            Map<TopicPartition, Long> from = offsets.from(partitions, Math.max(0, asked.from.toEpochMilli()));
            from.values().removeIf(offset -> offset < 0);
            return new Stretch(from, offsets.ends(partitions), since(offsets, partitions));
        }
    }

    private Optional<Instant> since(Offsets offsets, List<TopicPartition> partitions) {
        Map<TopicPartition, Long> begins = offsets.begins(partitions);
        Map<TopicPartition, Long> cut = new HashMap<>();
        begins.forEach((partition, begin) -> {
            if (begin > 0) {
                cut.put(partition, 0L);
            }
        });
        return offsets.from(cut).values().stream().map(stamp -> first(stamp)).max(Instant::compareTo);
    }

    /** Of a partition of which nothing is left, that is now. */
    private Instant first(Stamp stamp) {
        return stamp.offset() < 0 ? clock.instant() : Instant.ofEpochMilli(stamp.epochMs());
    }

    private void send(Asked asked, Stretch stretch, OutputStream out) throws IOException, InterruptedException {
        ReadingLines lines = new ReadingLines(new BufferedOutputStream(out, BUFFER));
        if (!permits.tryAcquire()) {
            lines.failed(503, AT_ONCE + " histories are read already");
            return;
        }
        try (MergedPartitions merged = new MergedPartitions(clients.consumer(), stretch.from, stretch.ends)) {
            lines.begin(stretch.since);
            lines.flush();
            lines.whole(send(asked, merged, lines));
        } catch (InterruptException stopping) {
            throw new InterruptedException();
        } catch (UnavailableException | KafkaException e) {
            LOG.warn("a history ended before its end: {}", e.getMessage());
            lines.failed(503, "Kafka doesn't answer");
        } finally {
            permits.release();
        }
    }

    private long send(Asked asked, MergedPartitions merged, ReadingLines lines) throws IOException {
        long sent = 0;
        Optional<ConsumerRecord<String, byte[]>> row = merged.next();
        while (row.isPresent()) {
            Optional<Reading> reading = row.filter(asked::has).flatMap(this::read);
            if (reading.isPresent()) {
                lines.reading(reading.get());
                sent++;
            }
            row = merged.next();
        }
        return sent;
    }

    private Optional<Reading> read(ConsumerRecord<String, byte[]> row) {
        try {
            return Optional.ofNullable(decoder.deserialize(topic, row.value()));
        } catch (SerializationException e) {
            LOG.warn("{}-{} has an unreadable record at {}: {}", topic, row.partition(), row.offset(), e.getMessage());
            return Optional.empty();
        }
    }
}
