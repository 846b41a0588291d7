package io.headrace.streams.hot;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.config.Settings;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HotAnswersTest {
    private static final Instant T = Instant.parse("2026-01-01T00:00:00Z");

    private final KeyValueStore<Bytes, byte[]> store =
            Stores.inMemoryKeyValueStore("hot").get();
    private final HotAnswers answers = new HotAnswers(store, HotConfig.from(Settings.of(Map.of())));

    @BeforeEach
    void fill() {
        MockProcessorContext<Void, Void> context = new MockProcessorContext<>();
        store.init(context.getStateStoreContext(), store);
        Page page = new Page();
        add(page, "temperature", 21.5, T.plusMillis(250));
        add(page, "on", true, T);
        add(page, "mode", "eco", T);
        store.put(HotKey.ofPage("d1", 0), page.stored());
        Page other = new Page();
        add(other, "temperature", 3L, T);
        store.put(HotKey.ofPage("d10", 0), other.stored());
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

    private static void add(Page page, String name, Object value, Instant received) {
        Recent metric = Recent.of(name);
        metric.plus(value, MetricHistory.micros(T), MetricHistory.micros(received), 60_000);
        page.add(metric);
    }
}
