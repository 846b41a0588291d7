package io.headrace.history;

import io.headrace.record.Reading;
import java.time.Instant;
import java.util.Set;
import java.util.function.Consumer;

/** Where readings of the past come from. */
public interface History {
    /** In words: {@code Kafka}. */
    String source();

    /**
     * Hands over readings in the order in which they were received.
     *
     * @throws io.headrace.client.ApiException where they can't be had to the end
     */
    void read(Asked asked, Consumer<Reading> taker);

    /**
     * Which ones.
     *
     * @param from by the time of receipt, inclusive
     * @param to exclusive
     * @param devices empty for all
     * @param metrics of readings that have one of these alone, and not necessarily their other values; empty for all
     */
    record Asked(Instant from, Instant to, Set<String> devices, Set<String> metrics) {
        public Asked {
            devices = Set.copyOf(devices);
            metrics = Set.copyOf(metrics);
        }
    }
}
