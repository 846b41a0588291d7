package io.headrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.runtime.isolation.PluginUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginFolderTest {
    @TempDir
    Path folder;

    /** As Connect itself finds a plug-in's jars. */
    private static List<Path> jars(Path plugin) {
        try {
            return PluginUtils.pluginUrls(plugin);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theLibrariesAreWithThePlugInThatWritesIcebergAndNotWithOthers() throws IOException {
        // Given
        Path iceberg = jar("plugins/headrace-sinks/iceberg-core-1.jar");
        Path other = jar("plugins/other/other.jar");
        Path alone = jar("plugins/alone.jar");
        Path store = jar("store/iceberg-aws-1.jar");

        // When
        List<List<Path>> found = PluginFolder.with(
                folder.resolve("plugins"),
                Optional.of(folder.resolve("store")),
                plugins -> List.of(
                        jars(plugins.resolve("headrace-sinks.d")),
                        jars(plugins.resolve("other.d")),
                        jars(plugins.resolve("alone.jar.d"))));

        // Then: as they are themselves, since the folder is gone
        assertThat(found.get(0)).containsExactlyInAnyOrder(iceberg, store);
        assertThat(found.get(1)).containsExactly(other);
        assertThat(found.get(2)).containsExactly(alone);
        assertThat(store).exists();
        assertThat(iceberg).exists();
    }

    @Test
    void withoutLibrariesThePlugInsAreLoadedFromWhereTheyAre() {
        Path plugins = PluginFolder.with(folder, Optional.empty(), path -> path);

        assertThat(plugins).isEqualTo(folder);
    }

    private Path jar(String path) throws IOException {
        Path jar = folder.resolve(path);
        Files.createDirectories(jar.getParent());
        return Files.createFile(jar).toRealPath();
    }
}
