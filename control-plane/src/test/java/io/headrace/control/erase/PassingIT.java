package io.headrace.control.erase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headrace.catalogue.Topic;
import io.headrace.config.KafkaConfig;
import io.headrace.config.Settings;
import io.headrace.control.kafka.KafkaClients;
import io.headrace.control.kafka.Offsets;
import io.headrace.embedded.EmbeddedKafka;
import io.headrace.testing.InMemorySchemaRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an erasure waits for, on a real broker: sinks that have stored all, some, nothing yet, or aren't there. */
class PassingIT {
    private static final Duration LONG = Duration.ofSeconds(30);

    private static EmbeddedKafka broker;
    private static KafkaClients clients;
    private static Offsets offsets;
    private static Passing passing;
    private static Topic<?> readings;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        broker = EmbeddedKafka.start(folder);
        clients = new KafkaClients(
                KafkaConfig.from(Settings.of(Map.of(
                        "kafka.bootstrap-servers", broker.bootstrapServers(),
                        "kafka.replication", "1",
                        "kafka.min-in-sync-replicas", "1",
                        "kafka.topic-prefix", "hub."))),
                new InMemorySchemaRegistry());
        offsets = new Offsets(clients);
        passing = new Passing(clients, offsets);
        readings = clients.config().catalogue().readings();
        try (Admin admin = clients.admin()) {
            admin.createTopics(List.of(new NewTopic(readings.name(), 2, (short) 1)))
                    .all()
                    .get();
        }
        // in a transaction, so that its mark comes after the last record
        try (Producer<byte[], byte[]> producer = clients.transactionalProducer("processors")) {
            producer.initTransactions();
            producer.beginTransaction();
            for (int partition = 0; partition < 2; partition++) {
                for (String device : List.of("d1", "d10", "d1", "other")) {
                    producer.send(new ProducerRecord<>(
                            readings.name(), partition, device.getBytes(StandardCharsets.UTF_8), new byte[0]));
                }
            }
            producer.commitTransaction();
        }
    }

    @AfterAll
    static void stop() {
        offsets.close();
        broker.close();
    }

    @Test
    void whatIsToBePassedIsTheDevicesLastRecordOfEachPartitionAndNoMarkOfATransaction() {
        String group = passing.group("nobody");

        assertThat(passing.lastOf("d1", group, List.of(readings))).isEqualTo(offsetsOf(3, 3));
        assertThat(passing.lastOf("other", group, List.of(readings))).isEqualTo(offsetsOf(4, 4));
        assertThat(passing.lastOf("d2", group, List.of(readings))).isEmpty();
        assertThat(passing.lastOf(group, readings)).isEqualTo(offsetsOf(4, 4));
    }

    @Test
    void aSinkThatIsNotThereIsNotWaitedFor() {
        assertThat(passing.isPast(passing.group("nobody"), offsetsOf(3, 3))).isTrue();
    }

    @Test
    void aSinkThatHasStoredNothingYetIsWaitedForUntilItHasStoredTheDevicesLastRecord() {
        // Given a sink that has begun and committed nothing
        String group = passing.group("cold");
        assertThat(group).isEqualTo("connect-hub.cold");
        Map<TopicPartition, Long> last = passing.lastOf("d1", group, List.of(readings));
        try (KafkaConsumer<byte[], byte[]> sink = sink(group)) {
            sink.subscribe(List.of(readings.name()));
            await().atMost(LONG).until(() -> {
                sink.poll(Duration.ofMillis(100));
                return sink.assignment().size() == 2;
            });

            // When, Then
            assertThat(passing.isPast(group, last)).isFalse();
            commit(sink, 0, 3);
            assertThat(passing.isPast(group, last))
                    .as("of one partition it has nothing yet")
                    .isFalse();
            commit(sink, 1, 2);
            assertThat(passing.isPast(group, last))
                    .as("the last record isn't stored")
                    .isFalse();
            commit(sink, 1, 3);
            assertThat(passing.isPast(group, last)).isTrue();
        }

        // When it has stopped: it goes on from there, and is past it still
        assertThat(passing.isPast(group, last)).isTrue();
        assertThat(passing.isPast(group, offsetsOf(4, 4))).isFalse();
        assertThat(passing.lastOf("d1", group, List.of(readings))).isEmpty();
    }

    private static KafkaConsumer<byte[], byte[]> sink(String group) {
        Map<String, Object> settings = new HashMap<>(clients.config().clientSettings());
        settings.put("group.id", group);
        settings.put("enable.auto.commit", false);
        settings.put("auto.offset.reset", "earliest");
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static void commit(KafkaConsumer<byte[], byte[]> sink, int partition, long offset) {
        sink.commitSync(Map.of(new TopicPartition(readings.name(), partition), new OffsetAndMetadata(offset)));
    }

    private static Map<TopicPartition, Long> offsetsOf(long first, long second) {
        return Map.of(new TopicPartition(readings.name(), 0), first, new TopicPartition(readings.name(), 1), second);
    }
}
