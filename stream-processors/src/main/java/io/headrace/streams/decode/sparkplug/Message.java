package io.headrace.streams.decode.sparkplug;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A Sparkplug payload.
 *
 * @param timestamp when it was sent, milliseconds since 1970
 * @param sequence 0 to 255; null where it has none, as in the death of an edge node
 */
record Message(@Nullable Long timestamp, @Nullable Integer sequence, List<Metric> metrics) {
    /** Number of the connection that a birth or death is of; -1 where it isn't given. */
    long birthDeathSequence() {
        for (Metric metric : metrics) {
            if ("bdSeq".equals(metric.name()) && metric.value() instanceof Long number) {
                return number;
            }
        }
        return -1;
    }
}
