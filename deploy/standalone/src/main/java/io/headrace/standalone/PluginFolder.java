package io.headrace.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The plug-ins with more libraries beside those that write Iceberg: a plug-in has a class loader of its own, which takes
 * Iceberg's classes from its own jars, and a store's from another loader wouldn't fit them.
 */
final class PluginFolder {
    private PluginFolder() {}

    /**
     * Starts a worker.
     *
     * @param plugins as {@code plugin.path} has it
     * @param libraries folder of jars; empty for none
     * @param start is given the folder to load from. It is there until this returns; a worker has found the jars
     *     themselves by then
     */
    static <T> T with(Path plugins, Optional<Path> libraries, Function<Path, T> start) {
        if (libraries.isEmpty()) {
            return start.apply(plugins);
        }
        try {
            Path folder = Files.createTempDirectory("headrace-plugins");
            try {
                link(plugins.toAbsolutePath(), libraries.get().toAbsolutePath(), folder);
                return start.apply(folder);
            } finally {
                delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the plug-ins of " + plugins + " can't be put together", e);
        }
    }

    private static void link(Path plugins, Path libraries, Path folder) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(plugins)) {
            for (Path plugin : all) {
                // a folder that is named like a jar would be taken for one
                Path together = Files.createDirectory(folder.resolve(plugin.getFileName() + ".d"));
                Files.createSymbolicLink(together.resolve(plugin.getFileName()), plugin);
                if (hasIceberg(plugin)) {
                    Files.createSymbolicLink(together.resolve("libraries"), libraries);
                }
            }
        }
    }

    private static boolean hasIceberg(Path plugin) throws IOException {
        if (!Files.isDirectory(plugin)) {
            return false;
        }
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(plugin, "iceberg-core-*.jar")) {
            return jars.iterator().hasNext();
        }
    }

    /** Links, and not what they name. */
    private static void delete(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
