package io.headrace.streams.hot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headrace.config.Settings;
import io.headrace.record.Clock;
import io.headrace.record.Origin;
import io.headrace.record.Reading;
import io.headrace.streams.state.WriteBackStore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is kept, and what is answered from it. */
class HotValuesTest {
    private static final Instant T = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration ALL = Duration.ofDays(10_000);
    private static final long HOUR = Duration.ofHours(1).toMillis();
    private static final HotConfig CONFIG = config(40);

    private final KeyValueStore<Bytes, byte[]> stored =
            Stores.inMemoryKeyValueStore("hot").get();
    private final WriteBackStore<Integer, Page> store;
    private final HotValues values;
    private final HotAnswers answers = new HotAnswers(stored, CONFIG);

    HotValuesTest() {
        MockProcessorContext<Void, Void> context = new MockProcessorContext<>();
        stored.init(context.getStateStoreContext(), stored);
        store = WriteBackStore.over(stored, HotValues.layout(), 5);
        values = new HotValues(store, CONFIG);
    }

    private static HotConfig config(int points) {
        return HotConfig.from(Settings.of(
                Map.of("processors.hot.points", Integer.toString(points), "processors.hot.max-metrics", "36")));
    }

    @AfterEach
    void close() {
        stored.close();
    }

    /** One metric as it should be: all of it in a list, sorted again for each point. */
    private static final class Truth {
        private Instant newest = Instant.MIN;
        private Object value = "";
        private List<Map.Entry<Instant, Double>> points = new ArrayList<>();

        void plus(Object more, Instant at, long keepMs) {
            if (at.compareTo(newest) >= 0) {
                newest = at;
                value = more;
            }
            if (more instanceof String) {
                return;
            }
            points.add(
                    Map.entry(at, more instanceof Boolean flag ? (flag ? 1.0 : 0.0) : ((Number) more).doubleValue()));
            points.sort(Comparator.comparing(Map.Entry::getKey));
            Instant oldest = points.getLast().getKey().minusMillis(keepMs);
            points = new ArrayList<>(points.subList(Math.max(0, points.size() - CONFIG.points()), points.size()));
            points.removeIf(point -> point.getKey().isBefore(oldest));
        }

        String words() {
            return points.stream()
                    .map(point -> point.getKey() + "=" + point.getValue())
                    .toList()
                    .toString();
        }
    }

    @Test
    void whatever_comes_the_answers_are_those_of_somebody_who_keeps_it_all_in_a_list() {
        Random random = new Random(5);
        Map<String, Truth> truths = new TreeMap<>();
        Map<String, List<String>> sinceCommit = new HashMap<>();
        for (int i = 0; i < 6_000; i++) {
            // Given
            String device = "d" + random.nextInt(4);
            Instant at = T.plusSeconds(random.nextInt(8) == 0 ? random.nextInt(i + 1) : i);
            long keepMs = random.nextInt(50) == 0 ? HOUR / 4 : HOUR;
            Map<String, Object> reading = new HashMap<>();
            for (int j = random.nextInt(6); j >= 0; j--) {
                reading.put("m" + random.nextInt(device.equals("d0") ? 40 : 9), value(random));
            }

            // When
            int unkept = values.plus(device, reading(reading, at), keepMs);

            // Then
            int refused = 0;
            for (Map.Entry<String, Object> each : reading.entrySet()) {
                String key = device + " " + each.getKey();
                long known = truths.keySet().stream()
                        .filter(other -> other.startsWith(device + " "))
                        .count();
                if (!truths.containsKey(key) && known >= CONFIG.maxMetrics()) {
                    refused++;
                    continue;
                }
                Truth truth = truths.computeIfAbsent(key, any -> new Truth());
                sinceCommit.computeIfAbsent(key, any -> new ArrayList<>(List.of(truth.words())));
                truth.plus(each.getValue(), at, keepMs);
                sinceCommit.get(key).add(truth.words());
            }
            assertThat(unkept).isEqualTo(refused);
            if (random.nextInt(7) == 0) {
                sinceCommit.forEach((key, some) -> assertThat(some).contains(points(key)));
            }
            if (random.nextInt(20) == 0) {
                store.flushCache();
                sinceCommit.forEach((key, some) -> assertThat(points(key)).isEqualTo(some.getLast()));
                sinceCommit.clear();
            }
        }
        store.flushCache();
        assertThat(truths).hasSize(36 + 3 * 9);
        truths.forEach((key, truth) -> {
            JsonNode latest = answers.latest(device(key)).orElseThrow().at("/metrics/" + metric(key));
            assertThat(latest.get("value").asText()).isEqualTo(truth.value.toString());
            assertThat(latest.get("observedAt").asText()).isEqualTo(truth.newest.toString());
            assertThat(latest.get("receivedAt").asText())
                    .isEqualTo(truth.newest.plusMillis(250).toString());
            assertThat(points(key)).isEqualTo(truth.words());
        });
    }

    private static Object value(Random random) {
        return switch (random.nextInt(12)) {
            case 0 -> "open";
            case 1 -> "long ".repeat(30) + random.nextInt(9);
            case 2 -> random.nextBoolean();
            case 3 -> random.nextLong();
            default -> random.nextGaussian();
        };
    }

    private static String device(String key) {
        return key.substring(0, key.indexOf(' '));
    }

    private static String metric(String key) {
        return key.substring(key.indexOf(' ') + 1);
    }

    private String points(String key) {
        List<String> words = new ArrayList<>();
        answers.recent(device(key), metric(key), ALL)
                .ifPresent(answer -> answer.get("points")
                        .forEach(point -> words.add(point.get("observedAt").asText() + "="
                                + point.get("value").asDouble())));
        return words.toString();
    }

    @Test
    void what_an_earlier_version_left_is_answered_and_taken_over() {
        // Given: histories with a point a second, and the count of metrics under the device's own key
        put("d1", ByteBuffer.allocate(4).putInt(3).array());
        put("d1\nm", earlier(50));
        put("d1\n\n1", earlier(2));
        put("d1\nn", earlier(1));
        ObjectNode latest = answers.latest("d1").orElseThrow();
        String before = points("d1 m");

        // When
        for (int i = 0; i < 20; i++) {
            values.plus("d1", reading(Map.of("m", -1.0, "o", 1L), T.plusSeconds(100 + i)), HOUR);
        }
        store.flushCache();

        // Then: of 50 and 20 points the newest 40
        assertThat(latest.get("metrics").properties())
                .extracting(Map.Entry::getKey)
                .containsExactly("\n1", "m", "n");
        assertThat(latest.at("/metrics/m/value").asDouble()).isEqualTo(49);
        assertThat(before).startsWith("[2026-01-01T00:00:00Z=0.0, ").endsWith("2026-01-01T00:00:49Z=49.0]");
        assertThat(points("d1 m")).startsWith("[2026-01-01T00:00:30Z=30.0, ").endsWith("2026-01-01T00:01:59Z=-1.0]");
        assertThat(points("d1 \n1")).isEqualTo("[2026-01-01T00:00:00Z=0.0, 2026-01-01T00:00:01Z=1.0]");
        assertThat(points("d1 n")).isEqualTo("[2026-01-01T00:00:00Z=0.0]");
        assertThat(answers.latest("d1").orElseThrow().get("metrics").properties())
                .extracting(Map.Entry::getKey)
                .containsExactly("\n1", "m", "n", "o");
    }

    @Test
    void a_forgotten_device_leaves_nothing_whether_it_is_in_memory_or_not() {
        // Given
        for (String device : List.of("d1", "d10", "d2", "d3", "d4", "d5", "d6")) {
            for (int i = 0; i < 40; i++) {
                values.plus(device, reading(Map.of("m" + i % 20, 1.0), T.plusSeconds(i)), HOUR);
            }
        }
        put("d7", ByteBuffer.allocate(4).putInt(1).array());
        put("d7\nm", earlier(3));

        // When
        for (String device : List.of("d1", "d2", "d6", "d7")) {
            HotValues.erase(store, device);
        }
        values.plus("d6", reading(Map.of("m", 2.0), T), HOUR);
        store.flushCache();

        // Then
        assertThat(answers.latest("d1")).isEmpty();
        assertThat(answers.latest("d2")).isEmpty();
        assertThat(answers.latest("d7")).isEmpty();
        assertThat(answers.latest("d6").orElseThrow().get("metrics")).hasSize(1);
        assertThat(answers.latest("d10").orElseThrow().get("metrics")).hasSize(20);
        List<String> keys = new ArrayList<>();
        stored.all().forEachRemaining(each -> keys.add(new String(each.key.get(), StandardCharsets.UTF_8)));
        assertThat(keys).isNotEmpty().noneMatch(key -> key.matches("(?s)d[127](\n.*)?"));
    }

    private void put(String key, byte[] value) {
        stored.put(Bytes.wrap(key.getBytes(StandardCharsets.UTF_8)), value);
    }

    /** Layout 1: version, times of the newest value in µs, its type and bytes, then time and value of each point. */
    private static byte[] earlier(int points) {
        long from = T.toEpochMilli() * 1_000;
        ByteBuffer out = ByteBuffer.allocate(26 + points * 16)
                .put((byte) 1)
                .putLong(from + (points - 1) * 1_000_000L)
                .putLong(from)
                .put((byte) 0)
                .putDouble(points - 1);
        for (int i = 0; i < points; i++) {
            out.putLong(from + i * 1_000_000L).putDouble(i);
        }
        return out.array();
    }

    private static Reading reading(Map<String, Object> values, Instant at) {
        return Reading.newBuilder()
                .setDeviceId("any")
                .setObservedAt(at)
                .setReceivedAt(at.plusMillis(250))
                .setClock(Clock.DEVICE)
                .setOrigin(new Origin(0, 0L, 0))
                .setValues(values)
                .build();
    }
}
