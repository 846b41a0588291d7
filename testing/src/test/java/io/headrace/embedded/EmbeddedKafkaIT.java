package io.headrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKafkaIT {
    @TempDir
    Path folder;

    @Test
    void whatWasAcknowledgedIsThereAfterARestartOnTheSameData() throws Exception {
        // Given
        int port = FreePort.next();
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder, port);
                Admin admin = Admin.create(kafka.clientSettings());
                KafkaProducer<String, String> producer =
                        new KafkaProducer<>(kafka.clientSettings(), new StringSerializer(), new StringSerializer())) {
            admin.createTopics(List.of(new NewTopic("t", 1, (short) 1))).all().get();
            producer.send(new ProducerRecord<>("t", "k", "v")).get();
        }

        // When
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder, port)) {
            // Then
            assertThat(kafka.bootstrapServers()).isEqualTo("127.0.0.1:" + port);
            assertThat(firstValue(kafka.clientSettings())).isEqualTo("v");
        }
    }

    private static String firstValue(Map<String, Object> settings) {
        settings.put("auto.offset.reset", "earliest");
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(new TopicPartition("t", 0)));
            ConsumerRecords<String, String> records = consumer.poll(Duration.ofSeconds(20));
            return records.iterator().next().value();
        }
    }
}
