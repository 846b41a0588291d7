package io.headrace.streams.decode.sparkplug;

import io.headrace.catalogue.Reason;
import io.headrace.streams.decode.Limits;
import io.headrace.streams.decode.Rejection;
import io.headrace.streams.decode.Sample;
import io.headrace.streams.decode.SampleBuilder;
import io.headrace.streams.decode.Text;
import io.headrace.streams.decode.TimeText;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Values of one message by their times: those of one time are one sample, in the order of their first; as many as a reading
 * may hold and no more, for an edge node announces all that it has at once.
 */
final class Collected {
    private final Limits limits;
    private final @Nullable Integer sequence;
    private final Map<When, Group> groups = new LinkedHashMap<>();

    /**
     * @param time milliseconds since 1970; null where the message says none
     * @param historical whether it is no news
     */
    record When(@Nullable Long time, boolean historical) {}

    private static final class Group {
        private final Set<String> names = new HashSet<>();
        private final List<SampleBuilder> samples = new ArrayList<>();
    }

    /** @param sequence of the message; null where it has none */
    Collected(Limits limits, @Nullable Integer sequence) {
        this.limits = limits;
        this.sequence = sequence;
    }

    void add(When when, String name, long value) throws Rejection {
        sample(when, name).add(name, value);
    }

    void add(When when, String name, double value) throws Rejection {
        sample(when, name).add(name, value);
    }

    void add(When when, String name, boolean value) throws Rejection {
        sample(when, name).add(name, value);
    }

    void add(When when, String name, String value) throws Rejection {
        sample(when, name).add(name, value);
    }

    /** @param tags of all of them */
    List<Sample> samples(Map<String, String> tags) throws Rejection {
        List<Sample> samples = new ArrayList<>();
        for (Map.Entry<When, Group> group : groups.entrySet()) {
            for (SampleBuilder sample : group.getValue().samples) {
                if (group.getKey().historical()) {
                    sample.tag("sparkplug.historical", "true");
                }
                for (Map.Entry<String, String> tag : tags.entrySet()) {
                    sample.tag(tag.getKey(), tag.getValue());
                }
                samples.add(sample.buildOfAny());
            }
        }
        if (samples.isEmpty()) {
            throw new Rejection(Reason.NO_NUMERIC_VALUE, "a message without a value");
        }
        if (samples.size() > limits.readings()) {
            throw new Rejection(Reason.TOO_MANY_VALUES, "more than " + limits.readings() + " readings in one message");
        }
        return samples;
    }

    private SampleBuilder sample(When when, String name) throws Rejection {
        Group group = groups.computeIfAbsent(when, key -> new Group());
        if (!group.names.add(name)) {
            throw new Rejection(Reason.DUPLICATE_NAME, "the name " + Text.shown(name) + " twice at one time");
        }
        if (group.samples.isEmpty() || group.samples.getLast().isFull()) {
            group.samples.add(begun(when));
        }
        return group.samples.getLast();
    }

    private SampleBuilder begun(When when) throws Rejection {
        SampleBuilder sample = new SampleBuilder(limits);
        Optional<Instant> time = Optional.ofNullable(when.time()).map(TimeText::ofMillis);
        if (time.isPresent()) {
            sample.time(time.get());
        }
        if (sequence != null) {
            sample.sequence(sequence);
        }
        return sample;
    }
}
