package io.headrace.bench.sinks;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Headers;
import io.headrace.record.Clock;
import io.headrace.record.Origin;
import io.headrace.record.Reading;
import io.headrace.registry.RegistryClient;
import io.headrace.sinks.convert.AvroConverter;
import io.headrace.wire.AvroSerializer;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

/**
 * Readings of 1,000 devices in turn, each every two seconds, two metrics each, all of one day; as the processors write
 * them, and as the rows that come of them.
 *
 * @param readings how many
 */
record Backlog(int readings) {
    static final List<String> METRICS = List.of("temperature", "humidity");

    private static final int DEVICES = 1_000;
    private static final int INTERVAL_MILLIS = 2_000;
    private static final List<Header> MARKS =
            List.of(mark(Headers.TIER_HOT), mark(Headers.TIER_WARM), mark(Headers.TIER_COLD));

    /** A row as a record of its own, for who can't make several of one; times in microseconds. */
    private static final Schema ROW = SchemaBuilder.struct()
            .name("io.headrace.bench.Row")
            .field("device_id", Schema.STRING_SCHEMA)
            .field("metric", Schema.STRING_SCHEMA)
            .field("observed_at", Schema.INT64_SCHEMA)
            .field("received_at", Schema.INT64_SCHEMA)
            .field("value", Schema.OPTIONAL_FLOAT64_SCHEMA)
            .field("text_value", Schema.OPTIONAL_STRING_SCHEMA)
            .field("origin_partition", Schema.INT32_SCHEMA)
            .field("origin_offset", Schema.INT64_SCHEMA)
            .field("origin_index", Schema.INT32_SCHEMA)
            .build();

    private static Header mark(String tier) {
        return new RecordHeader(tier, "1".getBytes(StandardCharsets.UTF_8));
    }

    int rows() {
        return readings * METRICS.size();
    }

    static String device(int number) {
        return "device-%05d".formatted(number % DEVICES);
    }

    static Instant observedAt(int number) {
        return LocalDate.now(ZoneOffset.UTC)
                .minusDays(1)
                .atTime(6, 0)
                .toInstant(ZoneOffset.UTC)
                .plusMillis(number / DEVICES * (long) INTERVAL_MILLIS + number % DEVICES);
    }

    static double value(int number, int metric) {
        return 20 + metric * 40 + (number * 7_919L % 999_983) / 100_000.0;
    }

    private static Reading reading(int number) {
        Map<String, Object> values = new HashMap<>();
        for (int metric = 0; metric < METRICS.size(); metric++) {
            values.put(METRICS.get(metric), value(number, metric));
        }
        Instant at = observedAt(number);
        return Reading.newBuilder()
                .setDeviceId(device(number))
                .setObservedAt(at)
                .setReceivedAt(at.plusMillis(40))
                .setClock(Clock.DEVICE)
                .setOrigin(new Origin(0, (long) number, 0))
                .setValues(values)
                .build();
    }

    /** Puts all into the topic of readings. */
    void produce(String servers, Catalogue hub, RegistryClient schemas) {
        String topic = hub.readings().name();
        try (KafkaProducer<String, byte[]> producer = producer(servers);
                AvroSerializer<Reading> serializer = new AvroSerializer<>(hub.readings(), schemas)) {
            for (int i = 0; i < readings; i++) {
                byte[] value = serializer.serialize(topic, reading(i));
                producer.send(new ProducerRecord<>(topic, null, null, device(i), value, MARKS));
            }
        }
    }

    /** Puts the rows into another topic, a record each. */
    void produceRows(String servers, String topic, RegistryClient schemas) {
        try (KafkaProducer<String, byte[]> producer = producer(servers)) {
            AvroConverter converter = new AvroConverter(schemas);
            for (int i = 0; i < readings; i++) {
                for (int metric = 0; metric < METRICS.size(); metric++) {
                    Struct row = row(i, metric);
                    byte[] value = converter.fromConnectData(topic, ROW, row);
                    producer.send(new ProducerRecord<>(topic, device(i), value));
                }
            }
        }
    }

    private static Struct row(int number, int metric) {
        long at = micros(observedAt(number));
        return new Struct(ROW)
                .put("device_id", device(number))
                .put("metric", METRICS.get(metric))
                .put("observed_at", at)
                .put("received_at", at + 40_000)
                .put("value", value(number, metric))
                .put("origin_partition", 0)
                .put("origin_offset", (long) number)
                .put("origin_index", 0);
    }

    private static long micros(Instant at) {
        return at.getEpochSecond() * 1_000_000 + at.getNano() / 1_000;
    }

    private static KafkaProducer<String, byte[]> producer(String servers) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", servers, "linger.ms", 20, "batch.size", 131_072, "compression.type", "lz4"),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    /** Writes rows of some readings as a file that COPY reads. */
    static void write(int from, int to, Path file) {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (int i = from; i < to; i++) {
                String device = device(i);
                Instant at = observedAt(i);
                String times = at + "\t" + at.plusMillis(40);
                for (int metric = 0; metric < METRICS.size(); metric++) {
                    out.write(device + '\t' + METRICS.get(metric) + '\t' + times + '\t' + value(i, metric)
                            + "\t\\N\t0\t" + i + "\t0\n");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("can't write " + file, e);
        }
    }
}
