package io.headrace.guarantee;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.headrace.catalogue.Headers;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The account of a hub, twice: as it is kept, and as all topics tell it when they are read anew. */
final class Accounts {
    private static final List<String> TOTALS = List.of(
            "accepted",
            "stored",
            "deadLettered",
            "duplicates",
            "expired",
            "quarantined",
            "unaccounted",
            "readings",
            "values",
            "windowed",
            "late",
            "unwindowed",
            "aggregates",
            "problemsTotal",
            "balanced");
    private static final String READINGS = "telemetry.readings";

    private Accounts() {}

    /** The running account, where the other one says the same. */
    static JsonNode agreed(UpProcess up) throws IOException {
        JsonNode full = up.api().get("/api/v1/reconcile?full=true");
        JsonNode running = up.api().get("/api/v1/reconcile");
        for (String total : TOTALS) {
            assertThat(running.path(total))
                    .as("%s: %s and %s", total, running, full)
                    .isEqualTo(full.path(total));
        }
        return running;
    }

    /** Writes a reading once more, as processors never do; its origin. */
    static String doubleAReading(UpProcess up) throws Exception {
        return copyAReading(up, READINGS, false);
    }

    /** Makes a reading a dead letter of the warm sink, as if that had refused it; its origin. */
    static String refuseAReading(UpProcess up) throws Exception {
        return copyAReading(up, "sink.warm.dlq", true);
    }

    private static String copyAReading(UpProcess up, String to, boolean asRefused) throws Exception {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", "127.0.0.1:" + up.port(9092), "isolation.level", "read_committed");
        try (KafkaConsumer<byte[], byte[]> consumer =
                        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
                KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", "127.0.0.1:" + up.port(9092)),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(READINGS).stream()
                    .map(info -> new TopicPartition(READINGS, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            ConsumerRecord<byte[], byte[]> row =
                    consumer.poll(Duration.ofSeconds(30)).iterator().next();
            RecordHeaders headers = new RecordHeaders(row.headers().toArray());
            if (asRefused) {
                Headers.set(headers, "__connect.errors.topic", READINGS);
                Headers.set(headers, "__connect.errors.partition", Integer.toString(row.partition()));
                Headers.set(headers, "__connect.errors.offset", Long.toString(row.offset()));
                Headers.set(headers, "__connect.errors.exception.message", "REJECTED_BY_TARGET: made up");
            }
            producer.send(new ProducerRecord<>(to, row.partition(), row.timestamp(), row.key(), row.value(), headers))
                    .get();
            return Headers.find(row.headers(), Headers.ORIGIN).orElseThrow();
        }
    }
}
