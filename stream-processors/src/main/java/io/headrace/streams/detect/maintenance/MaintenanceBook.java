package io.headrace.streams.detect.maintenance;

import io.headrace.record.Maintenance;
import io.headrace.record.RuleTarget;
import io.headrace.streams.detect.episode.Moment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The maintenance of one moment, found by whom it is about. Whether a reading is in one hinges on the reading's own time
 * and device alone, so that every instance, and every run over history, has the same answer. Safe for use by several threads.
 */
final class MaintenanceBook {
    static final MaintenanceBook EMPTY = new MaintenanceBook(List.of());

    private final List<Stretch> forAll = new ArrayList<>();
    private final Map<String, List<Stretch>> byDevice = new HashMap<>();
    private final Map<String, Map<String, List<Stretch>>> byTag = new HashMap<>();

    /** @param tags that a device must have, beside what it was found by */
    private record Stretch(String id, long from, long to, Map<String, String> tags) {
        boolean covers(Map<String, String> deviceTags, long at) {
            return at >= from && at < to && deviceTags.entrySet().containsAll(tags.entrySet());
        }
    }

    /** @param all in the order of their ids */
    MaintenanceBook(Collection<Maintenance> all) {
        all.forEach(this::index);
    }

    private void index(Maintenance maintenance) {
        RuleTarget target = maintenance.getTarget();
        Stretch stretch = new Stretch(
                maintenance.getId(),
                Moment.micros(maintenance.getFrom()),
                Moment.micros(maintenance.getTo()),
                Map.copyOf(target.getTags()));
        if (!target.getDevices().isEmpty()) {
            target.getDevices()
                    .forEach(device -> byDevice.computeIfAbsent(device, any -> new ArrayList<>())
                            .add(stretch));
        } else if (!target.getTags().isEmpty()) {
            Map.Entry<String, String> tag = target.getTags().entrySet().stream()
                    .min(Map.Entry.comparingByKey())
                    .orElseThrow();
            byTag.computeIfAbsent(tag.getKey(), any -> new HashMap<>())
                    .computeIfAbsent(tag.getValue(), any -> new ArrayList<>())
                    .add(stretch);
        } else {
            forAll.add(stretch);
        }
    }

    /**
     * The maintenance that a device is in.
     *
     * @param at event time, epoch microseconds
     * @return its id; empty for none
     */
    String find(String device, Map<String, String> tags, long at) {
        String found = find(forAll, tags, at);
        if (found.isEmpty() && !byDevice.isEmpty()) {
            found = find(byDevice.getOrDefault(device, List.of()), tags, at);
        }
        if (found.isEmpty() && !byTag.isEmpty()) {
            for (Map.Entry<String, String> tag : tags.entrySet()) {
                Map<String, List<Stretch>> values = byTag.getOrDefault(tag.getKey(), Map.of());
                String next = find(values.getOrDefault(tag.getValue(), List.of()), tags, at);
                // the order of a map differs between runs
                found = found.isEmpty() || (!next.isEmpty() && next.compareTo(found) < 0) ? next : found;
            }
        }
        return found;
    }

    private static String find(List<Stretch> stretches, Map<String, String> tags, long at) {
        for (Stretch stretch : stretches) {
            if (stretch.covers(tags, at)) {
                return stretch.id;
            }
        }
        return "";
    }
}
