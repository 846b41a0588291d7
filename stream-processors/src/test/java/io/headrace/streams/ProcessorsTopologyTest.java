package io.headrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.config.Settings;
import io.headrace.testing.InMemorySchemaRegistry;
import io.headrace.wire.TopicSerdes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Names of stores and sub-topologies decide whether an upgraded application finds its state again. Where a change is
 * meant, the checked-in file changes with it, and the change says what becomes of the state; what the topology is now is
 * written under {@code target/topologies}.
 */
class ProcessorsTopologyTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "normalize,route,window,detect,rules,hot",
                "normalize",
                "window",
                "detect",
                "rules",
                "hot",
                "predict"
            })
    void the_topology_is_the_one_that_is_checked_in(String fragments) throws IOException {
        // Given
        ProcessorsConfig config = ProcessorsConfig.from(
                Settings.of(Map.of("registry.url", "http://127.0.0.1:8081", "processors.fragments", fragments)));
        String file = fragments.replace(',', '-') + ".txt";

        // When
        String topology = new ProcessorsTopology(
                        config,
                        new TopicSerdes(new InMemorySchemaRegistry()),
                        new Pipeline.ReadyTopics(),
                        new SimpleMeterRegistry())
                .build()
                .describe()
                .toString();

        // Then
        Path now = Path.of("target", "topologies", file);
        Files.createDirectories(now.getParent());
        Files.writeString(now, topology);
        assertThat(topology).isEqualToNormalizingNewlines(checkedIn(file));
    }

    private static String checkedIn(String file) {
        try (InputStream in = ProcessorsTopologyTest.class.getResourceAsStream("topologies/" + file)) {
            return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
