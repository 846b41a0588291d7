package io.headrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.catalogue.Topic;
import io.headrace.config.ConfigException;
import io.headrace.config.Settings;
import io.headrace.testing.InMemorySchemaRegistry;
import io.headrace.wire.TopicSerdes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Plug-ins that are compiled and packed here, as somebody else's build does. */
class PluginsTest {
    @TempDir
    private Path folder;

    @Test
    void aJarInTheFolderIsAProcessorLikeAnyOther() throws IOException {
        // Given
        plugIn(folder.resolve("plugins/echo.jar"), "Echo", "echo", "echoes");
        Settings settings = settings(Map.of("processors.fragments", "window,echo", "processors.echo.limit", "3"));

        // When
        ProcessorsConfig config = ProcessorsConfig.from(settings);
        String topology = new ProcessorsTopology(
                        config,
                        new TopicSerdes(new InMemorySchemaRegistry()),
                        new Pipeline.ReadyTopics(),
                        new SimpleMeterRegistry())
                .build()
                .describe()
                .toString();

        // Then
        settings.requireAllRead();
        assertThat(config.applicationId()).isEqualTo("hub1.headrace-window-echo");
        assertThat(config.catalogue().all()).extracting(Topic::name).contains("hub1.echoes");
        assertThat(topology).contains("Processor: window ", "Sink: echo-out (topic: hub1.echoes)");
    }

    @Test
    void aFolderInTheFolderIsOnePlugInWithWhatItNeeds() throws IOException {
        // Given
        plugIn(folder.resolve("plugins/echo/echo.jar"), "Echo", "echo", "echoes");
        Files.writeString(folder.resolve("plugins/echo/README.txt"), "no jar");
        plugIn(folder.resolve("plugins/other.jar"), "Echo", "other", "others");

        // When
        ProcessorsConfig config = ProcessorsConfig.from(settings(Map.of("processors.fragments", "echo, other")));

        // Then: two classes of one name, side by side
        assertThat(config.fragments().names()).containsExactly("echo", "other");
    }

    @Test
    void keysOfAPlugInThatDoesntRunHereMayStandInTheFile() throws IOException {
        // Given
        plugIn(folder.resolve("plugins/echo.jar"), "Echo", "echo", "echoes");
        Settings settings = settings(Map.of("processors.fragments", "hot", "processors.echo.limit", "not read"));

        // When
        ProcessorsConfig config = ProcessorsConfig.from(settings);

        // Then
        settings.requireAllRead();
        assertThat(config.fragments().names()).containsExactly("hot");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "echo|echoes|processors.echo.limit|none|processors.echo.limit = none must be a whole number from 1 to 9",
                "window|echoes|||test.Echo names itself window: the name is taken",
                "hot-spots|echoes|||test.Echo names itself hot-spots: the name is taken",
                "Echo|echoes|||which must be 1 to 32 of a-z",
                "echo|telemetry.readings|||there are two topics hub1.telemetry.readings",
                "echo|device.events|||a processor's topic must be",
                "echo|echoes|processors.fragments|ecco|some of normalize, route, predict, window, detect, rules, hot, echo"
            })
    void whatIsWrongWithAPlugInIsSaidInOneLine(String name, String topic, String key, String value, String message)
            throws IOException {
        // Given
        plugIn(folder.resolve("plugins/echo.jar"), "Echo", name, topic);
        Map<String, String> more = new HashMap<>(Map.of("processors.fragments", "window"));
        if (key != null) {
            more.put("processors.fragments", "window,echo");
            more.put(key, value);
        }

        // When // Then
        assertThatThrownBy(() -> ProcessorsConfig.from(settings(more)).catalogue())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }

    @Test
    void aFolderThatIsntThereIsSaid() {
        assertThatThrownBy(() -> ProcessorsConfig.from(settings(Map.of("processors.plugins", "/nowhere"))))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("processors.plugins = /nowhere can't be read");
    }

    private Settings settings(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(Map.of(
                "registry.url",
                "http://127.0.0.1:8081",
                "kafka.topic-prefix",
                "hub1.",
                "processors.plugins",
                folder.resolve("plugins").toString()));
        all.putAll(more);
        return Settings.of(all);
    }

    private void plugIn(Path jar, String type, String name, String topic) throws IOException {
        Path work = Files.createTempDirectory(folder, "compile");
        Path source = work.resolve(type + ".java");
        Files.writeString(source, """
                package test;

                import io.headrace.catalogue.*;
                import io.headrace.config.Settings;
                import io.headrace.record.Reading;
                import io.headrace.streams.fragment.Fragment;
                import java.time.Duration;
                import java.util.List;

                public final class %s implements Fragment {
                    public String name() {
                        return "%s";
                    }

                    public List<Topic<?>> topics(Catalogue catalogue) {
                        return List.of(topic(catalogue));
                    }

                    private static Topic<Reading> topic(Catalogue catalogue) {
                        return catalogue.topic("%s", Duration.ofDays(1), Reading.class);
                    }

                    public Part from(Settings settings) {
                        settings.integer("processors." + name() + ".limit", 3, 1, 9);
                        return (builder, readings, scope) -> scope.write(readings, topic(scope.catalogue()), "out");
                    }
                }
                """.formatted(type, name, topic));
        int result = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-proc:none", "-d", work.toString(), source.toString());
        assertThat(result).isZero();
        Files.createDirectories(jar.getParent());
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new JarEntry("test/" + type + ".class"));
            out.write(Files.readAllBytes(work.resolve("test/" + type + ".class")));
            out.putNextEntry(new JarEntry("META-INF/services/io.headrace.streams.fragment.Fragment"));
            out.write(("test." + type).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
    }
}
