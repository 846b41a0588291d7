package io.headrace.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.DeviceId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.clients.producer.internals.RecordAccumulator.AppendCallbacks;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which way records go; that both lead to the same place, {@code KafkaIngestIT} shows. */
class RawProducerTest {
    private static final Map<String, Object> NOWHERE =
            Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:1", ProducerConfig.MAX_BLOCK_MS_CONFIG, 0);

    @Test
    void kafkasClientAsItIsHasAShortWay() {
        try (RawProducer producer = new RawProducer(NOWHERE)) {
            assertThat(producer.hasShortWay()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ProducerConfig.PARTITIONER_CLASS_CONFIG,
                ProducerConfig.PARTITIONER_IGNORE_KEYS_CONFIG,
                ProducerConfig.INTERCEPTOR_CLASSES_CONFIG
            })
    void whoHasSomethingOfHisOwnOnTheLongWayGoesThere(String setting) {
        // Given
        Map<String, Object> settings = new HashMap<>(NOWHERE);
        settings.put(
                setting,
                switch (setting) {
                    case ProducerConfig.PARTITIONER_CLASS_CONFIG -> RoundRobinPartitioner.class.getName();
                    case ProducerConfig.PARTITIONER_IGNORE_KEYS_CONFIG -> "true";
                    default -> "";
                });

        // When
        try (RawProducer producer = new RawProducer(settings)) {

            // Then
            assertThat(producer.hasShortWay()).isFalse();
        }
    }

    @Test
    void aTopicWhosePartitionsArentKnownIsForTheLongWay() {
        try (RawProducer producer = new RawProducer(NOWHERE)) {
            // When
            Message message = new Message(new DeviceId("d"), new byte[1], 1, List.of());
            boolean isTaken = producer.append("telemetry.raw", message, new Header[0], 1, new Untold());

            // Then
            assertThat(isTaken).isFalse();
        }
    }

    /** Is told nothing. */
    private static final class Untold implements AppendCallbacks {
        @Override
        public void setPartition(int partition) {
            throw new AssertionError("partition " + partition);
        }

        @Override
        public void onCompletion(RecordMetadata where, Exception problem) {
            throw new AssertionError(problem);
        }
    }
}
