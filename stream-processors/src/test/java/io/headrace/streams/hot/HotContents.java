package io.headrace.streams.hot;

import io.headrace.config.Settings;
import io.headrace.streams.state.WriteBackStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;

/** What is in a topology's hot store, for tests of other packages. */
public record HotContents(KeyValueStore<Bytes, byte[]> stored) {
    @SuppressWarnings("unchecked")
    public static HotContents of(TopologyTestDriver driver) {
        var store = (WriteBackStore<Integer, Page>) Objects.requireNonNull(driver.getStateStore("hot-metrics"));
        return new HotContents(store.wrapped());
    }

    /** Points of a metric. */
    public int points(String device, String metric) {
        return new HotAnswers(stored, HotConfig.from(Settings.of(Map.of())))
                .recent(device, metric, Duration.ofDays(10_000))
                .map(answer -> answer.get("points").size())
                .orElse(0);
    }

    /** Puts what no version of ours wrote in the place of a device. */
    public void damage(String device) {
        stored.put(Bytes.wrap(device.getBytes(StandardCharsets.UTF_8)), new byte[] {99});
    }
}
