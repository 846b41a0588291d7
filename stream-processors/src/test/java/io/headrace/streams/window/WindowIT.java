package io.headrace.streams.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Headers;
import io.headrace.catalogue.OriginHeader;
import io.headrace.catalogue.Sizing;
import io.headrace.catalogue.Topic;
import io.headrace.config.Settings;
import io.headrace.embedded.EmbeddedKafka;
import io.headrace.record.Clock;
import io.headrace.record.Origin;
import io.headrace.record.Reading;
import io.headrace.record.WindowAggregate;
import io.headrace.testing.InMemorySchemaRegistry;
import io.headrace.wire.TopicSerdes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a real broker: an instance that dies in the middle, and others that go on from the changelog alone. */
class WindowIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int READINGS = 6_000;
    private static final List<Duration> SIZES = List.of(Duration.ofMinutes(1), Duration.ofHours(1));
    private static final Instant START = Instant.parse("2014-05-01T10:00:00Z");

    private final Catalogue catalogue = new Catalogue("", Sizing.STANDALONE);
    private final TopicSerdes serdes = new TopicSerdes(new InMemorySchemaRegistry());

    @TempDir
    private Path folder;

    @Test
    void accountsForEachValueOnceThoughInstancesDieAndOthersGoOnElsewhere() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"))) {
            // Given
            createTopics(kafka);
            List<Reading> sent = produce(kafka);

            // When
            runUntilItDies(kafka, "first", 1_700);
            runUntilItDies(kafka, "second", 2_100);

            // Then
            try (KafkaStreams third = new KafkaStreams(topology(Integer.MAX_VALUE), properties(kafka, "third"))) {
                third.start();
                assertComplete(kafka, sent);
            }
        }
    }

    private void createTopics(EmbeddedKafka kafka) throws Exception {
        try (Admin admin = Admin.create(kafka.clientSettings())) {
            List<NewTopic> topics = List.of(catalogue.readings(), catalogue.aggregates(), catalogue.late()).stream()
                    .map(topic -> new NewTopic(topic.name(), topic.partitions(), (short) topic.replication()))
                    .toList();
            admin.createTopics(topics).all().get();
        }
    }

    private List<Reading> produce(EmbeddedKafka kafka) {
        Random random = new Random(5);
        Topic<Reading> topic = catalogue.readings();
        List<Reading> sent = new ArrayList<>();
        try (KafkaProducer<String, Reading> producer = new KafkaProducer<>(
                kafka.clientSettings(), new StringSerializer(), serdes.of(topic).serializer())) {
            for (int i = 0; i < READINGS; i++) {
                long behind = random.nextInt(5) == 0 ? random.nextLong(8 * 3_600_000L) : 0;
                Instant receivedAt = Instant.now();
                Reading reading = Reading.newBuilder()
                        .setDeviceId("device-" + random.nextInt(20))
                        .setObservedAt(START.plusSeconds(i * 10L).minusMillis(behind))
                        .setReceivedAt(receivedAt)
                        .setClock(Clock.DEVICE)
                        .setOrigin(new Origin(0, (long) i, 0))
                        .setValues(Map.of("m", random.nextGaussian()))
                        .build();
                RecordHeaders headers = new RecordHeaders();
                Headers.set(headers, Headers.ORIGIN, OriginHeader.ofMessage(reading.getOrigin()));
                producer.send(new ProducerRecord<>(
                        topic.name(), null, receivedAt.toEpochMilli(), reading.getDeviceId(), reading, headers));
                sent.add(reading);
            }
        }
        return sent;
    }

    /** Ends without closing anything properly: its open transaction is aborted, its disk is not used again. */
    private void runUntilItDies(EmbeddedKafka kafka, String instance, int afterReadings) throws InterruptedException {
        CountDownLatch dead = new CountDownLatch(1);
        try (KafkaStreams streams = new KafkaStreams(topology(afterReadings), properties(kafka, instance))) {
            streams.setUncaughtExceptionHandler(exception -> {
                dead.countDown();
                return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
            });
            streams.start();
            assertThat(dead.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
    }

    private Topology topology(int dieAfter) {
        AtomicInteger seen = new AtomicInteger();
        StreamsBuilder builder = new StreamsBuilder();
        KStream<String, Reading> readings = builder.stream(
                catalogue.readings().name(),
                Consumed.with(Serdes.String(), serdes.of(catalogue.readings())).withName("readings"));
        WindowConfig config = WindowConfig.from(
                Settings.of(Map.of("processors.window.keep", "4h", "processors.window.idle-close", "3s")));
        new WindowFragment(config, catalogue, serdes, new SimpleMeterRegistry(), "window").addTo(builder, readings);
        readings.foreach((device, reading) -> {
            if (seen.incrementAndGet() == dieAfter) {
                throw new IllegalStateException("dies here, as the test wants it to");
            }
        });
        return builder.build();
    }

    private Properties properties(EmbeddedKafka kafka, String instance) {
        Properties properties = new Properties();
        properties.putAll(kafka.clientSettings());
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "window-it");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, folder.resolve(instance).toString());
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 2);
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 6_000);
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 1_000);
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 100);
        return properties;
    }

    private void assertComplete(EmbeddedKafka kafka, List<Reading> sent) {
        WindowAccount account = new WindowAccount(SIZES);
        Deserializer<WindowAggregate> aggregates =
                serdes.of(catalogue.aggregates()).deserializer();
        Deserializer<Reading> late = serdes.of(catalogue.late()).deserializer();
        Map<String, Object> settings = kafka.clientSettings();
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, "reader");
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                settings, new StringDeserializer(), Serdes.ByteArray().deserializer())) {
            consumer.subscribe(
                    List.of(catalogue.aggregates().name(), catalogue.late().name()));
            while (account.values() < (long) READINGS * SIZES.size() && System.nanoTime() < deadline) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    if (record.topic().equals(catalogue.late().name())) {
                        account.late(late.deserialize(record.topic(), record.value()), record.headers());
                    } else {
                        account.aggregate(aggregates.deserialize(record.topic(), record.value()));
                    }
                }
            }
        }
        account.assertComplete(sent);
        assertThat(account.missed()).isNotEmpty();
    }
}
