package io.headrace.streams.backtest;

import io.headrace.record.Alert;
import io.headrace.record.Reading;
import io.headrace.streams.backtest.Episode.Span;
import io.headrace.streams.backtest.Outcome.Day;
import io.headrace.streams.rules.check.Sight;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Counts the alerts of one side as they come. For one thread. */
final class Episodes {
    /** Some 300 bytes each. */
    private static final int MOST = 100_000;

    private static final int MOST_METRICS = 8;

    private final Map<String, Open> open = new HashMap<>();
    private final Map<String, Instant> lastCleared = new HashMap<>();
    private final Map<Day, Long> byDay = new HashMap<>();
    private final List<Episode> kept = new ArrayList<>();
    private long alerts;
    private long again;
    private long standing;
    private long grouped;
    private long escalations;
    private Duration inAlarm = Duration.ZERO;
    private Duration longest = Duration.ZERO;

    /** An alert that stands. */
    private record Open(Alert alert, Map<String, Span> values) {}

    /** An alert that stands already is told again where it is escalated, and where the members of a group change. */
    void raised(Alert alert) {
        Open known = open.get(alert.getDeviceId());
        if (known == null || !known.alert.getId().equals(alert.getId())) {
            open.put(alert.getDeviceId(), new Open(alert, new TreeMap<>()));
            grouped += alert.getPartOf() == null ? 0 : 1;
        } else if (alert.getEscalationLevel() > known.alert.getEscalationLevel()) {
            open.put(alert.getDeviceId(), new Open(alert, known.values));
            escalations++;
        }
    }

    /** One that was raised is over; of another nothing is known, and nothing counted. */
    void cleared(Alert alert) {
        Open ended = open.remove(alert.getDeviceId());
        if (ended != null) {
            Instant clearedAt = alert.getClearedAt() == null ? alert.getRaisedAt() : alert.getClearedAt();
            add(episode(ended, Optional.of(clearedAt)), clearedAt);
        }
    }

    /** What a device says, once the rule has judged it: the reading that clears isn't of the alert any more. */
    void said(Reading reading, Collection<String> metrics) {
        Open standing = open.get(reading.getDeviceId());
        if (standing != null) {
            note(standing, reading, metrics);
        }
    }

    private static void note(Open standing, Reading reading, Collection<String> metrics) {
        int left = MOST_METRICS;
        for (String metric : metrics) {
            double value = Sight.number(reading.getValues().get(metric));
            if (!Double.isNaN(value) && left-- > 0) {
                standing.values.merge(metric, new Span(value, value), (known, one) -> known.and(value));
            }
        }
    }

    private static Episode episode(Open ended, Optional<Instant> clearedAt) {
        Alert alert = ended.alert;
        return new Episode(
                alert.getDeviceId(),
                alert.getRaisedAt(),
                clearedAt,
                alert.getSeverity(),
                alert.getMessage(),
                ended.values);
    }

    /**
     * One from its beginning to its end; those of a device in order.
     *
     * @param end event time up to which one stood that still stands
     */
    void add(Episode episode, Instant end) {
        alerts++;
        byDay.merge(new Day(LocalDate.ofInstant(episode.raisedAt(), ZoneOffset.UTC), episode.device()), 1L, Long::sum);
        Instant before = lastCleared.put(episode.device(), episode.clearedAt().orElse(end));
        if (before != null && Duration.between(before, episode.raisedAt()).compareTo(Outcome.SOON) <= 0) {
            again++;
        }
        standing += episode.clearedAt().isEmpty() ? 1 : 0;
        Duration lasted = episode.lasted(end);
        inAlarm = inAlarm.plus(lasted);
        longest = lasted.compareTo(longest) > 0 ? lasted : longest;
        if (kept.size() < MOST) {
            kept.add(episode);
        }
    }

    /**
     * All of it.
     *
     * @param ends event time up to which each device was followed; what still stands stood until then
     * @param failures readings for which the rule couldn't be judged
     */
    Outcome outcome(Map<String, Instant> ends, long failures) {
        open.forEach((device, each) ->
                add(episode(each, Optional.empty()), ends.getOrDefault(device, each.alert.getRaisedAt())));
        open.clear();
        return new Outcome(
                kept.stream()
                        .sorted(Comparator.comparing(Episode::raisedAt).thenComparing(Episode::device))
                        .toList(),
                alerts,
                lastCleared.size(),
                byDay,
                again,
                standing,
                grouped,
                escalations,
                inAlarm,
                longest,
                failures);
    }
}
