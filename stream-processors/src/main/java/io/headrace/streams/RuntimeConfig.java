package io.headrace.streams;

import io.headrace.config.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How the application runs.
 *
 * @param applicationId of the consumer group, the state and the transactions; empty for the fragments' own
 * @param stateDirectory where state is kept between restarts; it is rebuilt from Kafka where it is lost
 * @param threads each takes whole partitions
 * @param commitInterval how long results wait to be seen: shorter is earlier, longer is cheaper
 * @param longestCommitInterval the same while a backlog is worked off, whose readings have waited longer than that anyway
 * @param cacheBytes for writes to state between two commits, over all threads
 * @param rocksDbBytes for blocks and write buffers of all stores together
 * @param onFailingReading what becomes of a reading on which a fragment throws
 * @param streams settings of Kafka Streams and its clients, as Kafka spells them; they win over all others
 */
public record RuntimeConfig(
        Optional<String> applicationId,
        Path stateDirectory,
        int threads,
        Duration commitInterval,
        Duration longestCommitInterval,
        long cacheBytes,
        long rocksDbBytes,
        OnFailingReading onFailingReading,
        Map<String, String> streams) {

    private static final long MIB = 1L << 20;

    /** A bug in a fragment. */
    public enum OnFailingReading {
        /** The application stops with its reason: nothing is lost, nothing is half done. */
        STOP,
        /** The reading goes to the dead letters, and the fragment goes on without it. */
        SET_ASIDE
    }

    public RuntimeConfig {
        if (longestCommitInterval.compareTo(commitInterval) < 0) {
            longestCommitInterval = commitInterval;
        }
        streams = Map.copyOf(streams);
    }

    /**
     * Reads {@code processors.application-id}, {@code .state-dir}, {@code .threads}, {@code .commit-interval},
     * {@code .longest-commit-interval},
     * {@code .cache-size}, {@code .rocksdb-size}, {@code .on-failing-reading} and everything under {@code processors.streams.}.
     */
    static RuntimeConfig from(Settings settings) {
        return new RuntimeConfig(
                settings.findText("processors.application-id"),
                settings.findPath("processors.state-dir").orElse(Path.of("data", "processors")),
                settings.integer("processors.threads", 2, 1, 256),
                settings.duration(
                        "processors.commit-interval",
                        Duration.ofMillis(50),
                        Duration.ofMillis(10),
                        Duration.ofMinutes(1)),
                settings.duration(
                        "processors.longest-commit-interval",
                        Duration.ofSeconds(8),
                        Duration.ofMillis(10),
                        Duration.ofMinutes(1)),
                settings.bytes("processors.cache-size", 32 * MIB, 0, 1L << 36),
                settings.bytes("processors.rocksdb-size", 128 * MIB, 16 * MIB, 1L << 40),
                onFailingReading(settings),
                settings.passThrough("processors.streams."));
    }

    /** Whether the operator has named the instance's consumers, so that Kafka knows it again after a restart. */
    boolean isStaticMember() {
        return streams.keySet().stream().anyMatch(key -> key.endsWith("group.instance.id"));
    }

    private static OnFailingReading onFailingReading(Settings settings) {
        String key = "processors.on-failing-reading";
        String text = settings.text(key, "stop");
        return switch (text) {
            case "stop" -> OnFailingReading.STOP;
            case "set-aside" -> OnFailingReading.SET_ASIDE;
            default -> throw Settings.invalid(key, text, "stop or set-aside");
        };
    }
}
