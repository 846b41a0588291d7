package io.headrace.streams.status;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.Metric;
import org.apache.kafka.streams.KafkaStreams;

/**
 * Sizes of the stores on this instance's disk, as RocksDB tells Kafka Streams: bytes are those of table files, so that
 * what is still in memory isn't in them; entries are an estimate, in which what was overwritten may count twice.
 */
record StoreSizes(Map<Copy, Size> sizes) {
    private static final String GROUP = "stream-state-metrics";
    private static final String BYTES = "total-sst-files-size";
    private static final String ENTRIES = "estimate-num-keys";
    private static final Size NONE = new Size(0, 0);

    /** @param task as Kafka Streams writes it, such as {@code 1_0} */
    record Copy(String task, String store) {}

    record Size(long bytes, long entries) {
        Size plus(Size other) {
            return new Size(bytes + other.bytes, entries + other.entries);
        }
    }

    StoreSizes {
        sizes = Map.copyOf(sizes);
    }

    static StoreSizes of(KafkaStreams application) {
        Map<Copy, Size> sizes = new HashMap<>();
        for (Metric metric : application.metrics().values()) {
            if (metric.metricName().group().equals(GROUP)) {
                size(metric)
                        .ifPresent(size -> copy(metric.metricName().tags())
                                .ifPresent(copy -> sizes.merge(copy, size, Size::plus)));
            }
        }
        return new StoreSizes(sizes);
    }

    Size of(String task, String store) {
        return sizes.getOrDefault(new Copy(task, store), NONE);
    }

    long bytes() {
        return sizes.values().stream().mapToLong(Size::bytes).sum();
    }

    private static Optional<Size> size(Metric metric) {
        if (!(metric.metricValue() instanceof Number value)) {
            return Optional.empty();
        }
        return switch (metric.metricName().name()) {
            case BYTES -> Optional.of(new Size(value.longValue(), 0));
            case ENTRIES -> Optional.of(new Size(0, value.longValue()));
            default -> Optional.empty();
        };
    }

    /** The tag with the store's name is named after the store's kind, such as {@code rocksdb-window-state-id}. */
    private static Optional<Copy> copy(Map<String, String> tags) {
        String task = tags.getOrDefault("task-id", "");
        return tags.entrySet().stream()
                .filter(tag -> tag.getKey().endsWith("-state-id"))
                .map(tag -> new Copy(task, tag.getValue()))
                .findFirst();
    }
}
