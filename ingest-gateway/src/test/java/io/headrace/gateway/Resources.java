package io.headrace.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What this process holds at one moment.
 *
 * @param threads of the system
 * @param descriptors open files and sockets
 */
record Resources(long threads, long descriptors) {
    /** What Kafka's clients and Netty may open and close as they like. */
    private static final long SLACK = 24;

    static Resources now() {
        return new Resources(entries("task"), entries("fd"));
    }

    /** Whether no more is held than then, but for what comes and goes. */
    boolean isAbout(Resources then) {
        return threads <= then.threads + SLACK && descriptors <= then.descriptors + SLACK;
    }

    private static long entries(String what) {
        try (Stream<Path> all = Files.list(Path.of("/proc/self", what))) {
            return all.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
