package io.headrace.bench.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A folder for the time of a run, with all that is put into it.
 *
 * @param folder empty at first
 */
public record Scratch(Path folder) implements AutoCloseable {
    public static Scratch make() throws IOException {
        return new Scratch(Files.createTempDirectory("headrace-bench"));
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        }
    }
}
