package io.headrace.demo;

import io.headrace.standalone.Standalone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/** The Headrace that a demo runs on, with its temporary folder. Ends once, whoever asks first. */
final class Session implements AutoCloseable {
    private final Standalone standalone;
    private final Optional<Path> temporary;
    private boolean closed;

    /** @param temporary folder to remove at the end; empty for none */
    Session(Standalone standalone, Optional<Path> temporary) {
        this.standalone = standalone;
        this.temporary = temporary;
    }

    Standalone standalone() {
        return standalone;
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            standalone.close();
            temporary.ifPresent(Session::delete);
        }
    }

    static void delete(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            LoggerFactory.getLogger(Session.class).warn("{} couldn't be removed: {}", folder, e.toString());
        }
    }
}
