package io.headrace.streams.rules.course;

import io.headrace.catalogue.OriginHeader;
import io.headrace.condition.WindowUse;
import io.headrace.record.Evidence;
import io.headrace.record.Origin;
import io.headrace.record.Reading;
import io.headrace.streams.rules.check.Sight;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is kept of one device, for all rules about it. For one thread. */
public final class DeviceMemory {
    private static final int MOST_TRAILS = 64;
    private static final int MOST_WINDOWS = 64;
    private static final int METRICS_OF_EVIDENCE = 8;
    private static final int LONGEST_TAG = 4_096;

    final Map<String, Course> courses = new HashMap<>();
    final Map<String, Trail> trails = new HashMap<>();
    final Map<Span, Rolling> windows = new HashMap<>();
    Map<String, String> tags = Map.of();
    /** When the last of its readings was received, epoch milliseconds; where there was none, when it was registered. */
    long receivedAt;
    /** Largest event time, epoch microseconds. */
    long observedAt = Long.MIN_VALUE;

    /** As {@code hr-origin} says it; empty where it never spoke. */
    String origin = "0:0";

    /** Id of the gateway that its last reading came through; empty where that isn't known. */
    String gateway = "";

    /** Bytes as it was written last, in memory only. */
    int lastSize;

    private @Nullable Object bound;

    /** A window by what it is kept of. */
    record Span(long sizeMicros, String metric) {}

    /** Notes what the registry says of a device that has never spoken. */
    public void neverSpoke(Map<String, String> tags, long registeredAt) {
        this.tags = bounded(tags);
        receivedAt = registeredAt;
        origin = "";
    }

    /** Whether it is known from the registry alone. */
    public boolean hasNeverSpoken() {
        return origin.isEmpty();
    }

    /**
     * Notes that the device has spoken.
     *
     * @param from origin of the reading, as {@code hr-origin} says it
     */
    public void spoke(Reading reading, long at, String from) {
        if (hasNeverSpoken()) {
            receivedAt = 0;
            courses.values().forEach(Course::beginAnew); // its own clock counts from now on
        }
        receivedAt = Math.max(receivedAt, reading.getReceivedAt().toEpochMilli());
        observedAt = Math.max(observedAt, at);
        origin = from;
        if (!tags.equals(reading.getTags())) {
            tags = bounded(reading.getTags());
        }
    }

    /** Notes through which gateway it has spoken; empty for an unknown one. */
    public void cameThrough(String id) {
        if (!gateway.equals(id) && id.length() <= LONGEST_TAG) {
            gateway = id;
        }
    }

    /** Id of the gateway that its last reading came through; empty where that isn't known. */
    public String gateway() {
        return gateway;
    }

    /** Without tags so long that no rule can name them. */
    private static Map<String, String> bounded(Map<String, String> tags) {
        Map<String, String> kept = new HashMap<>(tags);
        kept.entrySet()
                .removeIf(tag ->
                        tag.getKey().length() > LONGEST_TAG || tag.getValue().length() > LONGEST_TAG);
        return Map.copyOf(kept);
    }

    /** When the last of its readings was received, epoch milliseconds; where there was none, when it was registered. */
    public long receivedAt() {
        return receivedAt;
    }

    /** Largest event time, epoch microseconds; {@link Long#MIN_VALUE} where it never spoke. */
    public long observedAt() {
        return observedAt;
    }

    /** Of the reading that came last. */
    public Origin origin() {
        return OriginHeader.parse(origin).orElseGet(() -> new Origin(0, 0L, 0));
    }

    /** {@link #origin}, as {@code hr-origin} says it. */
    public String originText() {
        return origin;
    }

    /** Of the reading that came last. */
    public Map<String, String> tags() {
        return tags;
    }

    /** A new one where there is none. */
    public Course course(String rule) {
        return courses.computeIfAbsent(rule, any -> new Course());
    }

    /** Ids of the rules that have a course here. */
    public Collection<String> rules() {
        return List.copyOf(courses.keySet());
    }

    public void forget(String rule) {
        courses.remove(rule);
    }

    /** Counts a reading in the windows, and keeps of its values those of some metrics as evidence. */
    public void learn(Sight sight, Collection<String> metrics) {
        for (String metric : metrics) {
            double value = sight.number(metric);
            if (!Double.isNaN(value)) {
                trail(metric, sight.at(), value);
            }
        }
        for (Map.Entry<Span, Rolling> each : windows.entrySet()) {
            double value = sight.number(each.getKey().metric());
            if (!Double.isNaN(value)) {
                each.getValue().add(sight.at(), value);
            }
        }
    }

    private void trail(String metric, long at, double value) {
        Trail trail = trails.get(metric);
        if (trail == null) {
            if (trails.size() >= MOST_TRAILS) {
                return;
            }
            trail = new Trail();
            trails.put(metric, trail);
        }
        trail.add(at, value);
    }

    /** Begins windows that aren't kept yet; beyond a limit those of nobody go first. */
    public void keepWindows(Collection<WindowUse> uses) {
        if (windows.size() + uses.size() > MOST_WINDOWS) {
            windows.keySet()
                    .removeIf(span -> uses.stream()
                            .noneMatch(use -> use.sizeMicros() == span.sizeMicros()
                                    && use.metric().equals(span.metric())));
        }
        for (WindowUse use : uses) {
            if (windows.size() < MOST_WINDOWS) {
                windows.computeIfAbsent(
                        new Span(use.sizeMicros(), use.metric()), span -> new Rolling(span.sizeMicros()));
            }
        }
    }

    /** What a window up to a time holds; NaN where it holds nothing. */
    public double window(WindowUse use, long at) {
        Rolling rolling = windows.get(new Span(use.sizeMicros(), use.metric()));
        return rolling == null ? Double.NaN : rolling.of(use.function(), at);
    }

    /** The last values of some metrics, oldest first. */
    public List<Evidence> evidence(Collection<String> metrics) {
        List<Evidence> evidence = new ArrayList<>();
        metrics.stream().sorted().limit(METRICS_OF_EVIDENCE).forEach(metric -> {
            Trail trail = trails.get(metric);
            for (int i = 0; trail != null && i < trail.size(); i++) {
                int index = trail.index(i);
                evidence.add(new Evidence(metric, Sight.instant(trail.times[index]), trail.values[index]));
            }
        });
        return evidence;
    }

    /** What was last bound here, in memory only. */
    public @Nullable Object bound() {
        return bound;
    }

    /** Lets the caller keep what it worked out of this device. */
    public void bind(Object bound) {
        this.bound = bound;
    }
}
