package io.headrace.streams.backtest;

import java.time.Duration;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The alerts of one side.
 *
 * @param episodes in the order in which they were raised; of very many the first
 * @param alerts how many there were in all
 * @param devices that had one
 * @param byDay alerts of a device on a day, by when they were raised, in UTC
 * @param again alerts that were raised within {@link #SOON} after the device's one before was cleared
 * @param standing at the end
 * @param grouped alerts that nobody is told of, since a group's alert tells of them; that is one of the alerts, too
 * @param escalations how often one would have been raised to a higher severity, if nobody had acknowledged any
 * @param inAlarm of all devices together, how long an alert stood
 * @param longest that one stood
 * @param failures readings for which the rule couldn't be judged
 */
public record Outcome(
        List<Episode> episodes,
        long alerts,
        long devices,
        Map<Day, Long> byDay,
        long again,
        long standing,
        long grouped,
        long escalations,
        Duration inAlarm,
        Duration longest,
        long failures) {
    /** Whoever was just told that it is over doesn't want to hear of it again so soon. */
    public static final Duration SOON = Duration.ofMinutes(5);

    public Outcome {
        episodes = List.copyOf(episodes);
        byDay = new TreeMap<>(byDay);
    }

    /** A device on a day. */
    public record Day(LocalDate day, String device) implements Comparable<Day> {
        private static final Comparator<Day> ORDER =
                Comparator.comparing(Day::day).thenComparing(Day::device);

        @Override
        public int compareTo(Day other) {
            return ORDER.compare(this, other);
        }
    }

    /** Whether {@link #episodes} are all of them. */
    public boolean isWhole() {
        return episodes.size() == alerts;
    }
}
