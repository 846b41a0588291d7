package io.headrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HotFragmentTest {
    @TempDir
    private Path folder;

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
            assertThat(pipeline.store("hot-metrics").get("d1\nm2")).isNotNull();
            assertThat(pipeline.store("hot-metrics").get("d1\nm3")).isNull();
            assertThat(pipeline.store("hot-metrics").get("d2\nm9")).isNotNull();
            assertThat(pipeline.count("headrace.hot.unkept")).isEqualTo(7);
        }
    }
}
