package io.headrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.record.Route;
import io.headrace.record.Tier;
import io.headrace.streams.hot.HotContents;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HotFragmentTest {
    @TempDir
    private Path folder;

    @Test
    void points_are_kept_for_as_long_as_the_route_of_their_readings_says() {
        // Given
        try (Pipeline pipeline = new Pipeline(folder, Map.of("processors.fragments", "normalize,route,hot"))) {
            pipeline.route(new Route(
                    "short",
                    true,
                    false,
                    "device_id == 'd1'",
                    List.of(Tier.HOT),
                    null,
                    Map.of(),
                    Map.of("HOT", 2),
                    Pipeline.NOW));

            // When
            for (String device : List.of("d1", "d2")) {
                for (int minute = 0; minute < 10; minute++) {
                    long ts = Pipeline.NOW.plusSeconds(60L * minute).toEpochMilli();
                    pipeline.send(device, "{\"ts\": " + ts + ", \"values\": {\"t\": 1}}");
                }
            }

            // Then
            HotContents contents = HotContents.of(pipeline.driver);
            assertThat(contents.points("d1", "t")).isEqualTo(3);
            assertThat(contents.points("d2", "t")).isEqualTo(10);
        }
    }

    @Test
    void a_device_that_invents_names_is_kept_to_its_limit() {
        // Given
        Map<String, String> settings =
                Map.of("processors.fragments", "normalize,hot", "processors.hot.max-metrics", "3");
        try (Pipeline pipeline = new Pipeline(folder, settings)) {

            // When
            for (int i = 0; i < 10; i++) {
                pipeline.send("d1", "{\"m" + i + "\":1}");
            }
            pipeline.send("d1", "{\"m0\":2}");
            pipeline.send("d2", "{\"m9\":2}");

            // Then
            HotContents contents = HotContents.of(pipeline.driver);
            assertThat(contents.points("d1", "m0")).isEqualTo(2);
            assertThat(contents.points("d1", "m2")).isEqualTo(1);
            assertThat(contents.points("d1", "m3")).isZero();
            assertThat(contents.points("d2", "m9")).isEqualTo(1);
            assertThat(pipeline.count("headrace.hot.unkept")).isEqualTo(7);
        }
    }
}
