package io.headrace.streams.hot;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HotAnswersTest {
    private static final Instant T = Instant.parse("2026-01-01T00:00:00Z");

    private final KeyValueStore<String, byte[]> store = Stores.keyValueStoreBuilder(
                    Stores.inMemoryKeyValueStore("hot"), Serdes.String(), Serdes.ByteArray())
            .withLoggingDisabled()
            .withCachingDisabled()
            .build();
    private final HotAnswers answers = new HotAnswers(store);

    @BeforeEach
    void fill() {
        MockProcessorContext<Void, Void> context = new MockProcessorContext<>();
        store.init(context.getStateStoreContext(), store);
        put("d1", "temperature", MetricHistory.first(21.5, T, T.plusMillis(250)));
        put("d1", "on", MetricHistory.first(true, T, T));
        put("d1", "mode", MetricHistory.first("eco", T, T));
        put("d10", "temperature", MetricHistory.first(3L, T, T));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void latest_has_each_metric_of_the_device_and_of_no_other() {
        // Given // When // Then
        assertThat(answers.latest("d1").orElseThrow())
                .hasToString(
                        "{\"device\":\"d1\",\"metrics\":{"
                                + "\"mode\":{\"value\":\"eco\",\"observedAt\":\"2026-01-01T00:00:00Z\",\"receivedAt\":\"2026-01-01T00:00:00Z\"},"
                                + "\"on\":{\"value\":true,\"observedAt\":\"2026-01-01T00:00:00Z\",\"receivedAt\":\"2026-01-01T00:00:00Z\"},"
                                + "\"temperature\":{\"value\":21.5,\"observedAt\":\"2026-01-01T00:00:00Z\",\"receivedAt\":\"2026-01-01T00:00:00.250Z\"}}}");
        assertThat(answers.latest("d")).isEmpty();
    }

    @Test
    void recent_has_the_points_of_one_metric() {
        // Given // When // Then
        assertThat(answers.recent("d1", "temperature", Duration.ofMinutes(1)).orElseThrow())
                .hasToString("{\"device\":\"d1\",\"metric\":\"temperature\","
                        + "\"points\":[{\"observedAt\":\"2026-01-01T00:00:00Z\",\"value\":21.5}]}");
        assertThat(answers.recent("d1", "humidity", Duration.ofMinutes(1))).isEmpty();
    }

    private void put(String device, String metric, MetricHistory history) {
        store.put(HotKey.of(device, metric), history.stored());
    }
}
