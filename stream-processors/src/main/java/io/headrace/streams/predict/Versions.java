package io.headrace.streams.predict;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model as it stands in its topic. Which of its versions judges a reading hinges on when the gateway received that, and
 * on nothing else: so every instance, and every run over history, has the same answer.
 *
 * @param current null where it is disabled from the point on
 * @param earlier null where there was none
 * @param point epoch microseconds; {@link Long#MIN_VALUE} for one that has always been
 */
record Versions(
        String name,
        @Nullable ActiveModel current,
        @Nullable ActiveModel earlier,
        long point) {
    /** Null where no version judges. */
    @Nullable
    ActiveModel at(long receivedAt) {
        return receivedAt >= point ? current : earlier;
    }

    boolean mayBeAbout(String device, Map<String, String> tags) {
        return (current != null && current.isAbout(device, tags)) || (earlier != null && earlier.isAbout(device, tags));
    }
}
