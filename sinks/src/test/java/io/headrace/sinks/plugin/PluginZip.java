package io.headrace.sinks.plugin;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The zip as the build has made it. */
final class PluginZip {
    static final Path ROOT = Path.of(System.getProperty("headrace.root", ".."));

    private PluginZip() {}

    /** Unpacks it as somebody would who installs it. */
    static void unpack(Path target) throws IOException {
        try (FileSystem zip = FileSystems.newFileSystem(file());
                Stream<Path> all = Files.walk(zip.getPath("/"))) {
            for (Path each : all.toList()) {
                Path copy = target.resolve(each.toString().substring(1));
                if (Files.isDirectory(each)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(each, copy);
                }
            }
        }
    }

    private static Path file() throws IOException {
        try (Stream<Path> built = Files.list(ROOT.resolve("sinks/target"))) {
            List<Path> zips = built.filter(file -> file.getFileName().toString().matches("headrace-sinks-.*\\.zip"))
                    .toList();
            if (zips.size() != 1) {
                throw new IllegalStateException("the build should have made one zip, and made " + zips);
            }
            return zips.get(0);
        }
    }
}
