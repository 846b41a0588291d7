package io.headrace.streams.backtest;

import io.headrace.record.Alert;
import io.headrace.record.AlertState;
import io.headrace.record.Reading;
import io.headrace.record.Rule;
import io.headrace.streams.rules.RuleTrial;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Takes readings of the past through a rule, and through the one that is in force now beside it. Alerts count that are
 * raised from a time on; what comes before it lets windows fill and bands be learnt. For one thread.
 */
public final class BackTest {
    private final Instant from;
    private final Side tried;
    private final Optional<Side> active;
    private final Map<String, Presence> devices = new HashMap<>();
    private final String rule;
    private long readings;

    /** One version of the rule. */
    private final class Side {
        private final Episodes episodes = new Episodes();
        /** Ids of alerts that stand since before the time from which on they count. */
        private final Set<String> fromBefore = new HashSet<>();

        private final RuleTrial trial;

        private Side(Rule rule, Instant begin) {
            trial = new RuleTrial(rule, begin, this::told);
        }

        private void told(Alert alert) {
            if (alert.getState() == AlertState.CLEARED) {
                fromBefore.remove(alert.getId());
                episodes.cleared(alert);
            } else if (trial.now().isBefore(from)) {
                fromBefore.add(alert.getId());
            } else if (!fromBefore.contains(alert.getId())) {
                episodes.raised(alert);
            }
        }

        private void take(Reading reading) {
            trial.take(reading);
            episodes.said(reading, trial.metrics());
        }

        private Outcome end(Instant until, Map<String, Instant> ends) {
            trial.passTo(until);
            return episodes.outcome(ends, trial.failures());
        }
    }

    /** What a device's readings reach over, in event time. */
    private static final class Presence {
        private Instant first = Instant.MAX;
        private Instant last = Instant.MIN;
        private Instant receivedAt = Instant.MIN;

        private void plus(Reading reading) {
            Instant at = reading.getObservedAt();
            first = at.isBefore(first) ? at : first;
            last = at.isAfter(last) ? at : last;
            receivedAt = reading.getReceivedAt();
        }

        /** Its clock, when the history ends: it may have been silent since its last reading. */
        private Instant end(Instant until) {
            Duration silent = Duration.between(receivedAt, until);
            return silent.isNegative() ? last : last.plus(silent);
        }
    }

    /**
     * @param active the one that is in force now; empty where there is none to compare with
     * @param begin of what will be taken, by the time of receipt
     * @param from alerts count that are raised then or later, by the time of receipt
     * @throws IllegalArgumentException where a rule isn't sound
     */
    public BackTest(Rule tried, Optional<Rule> active, Instant begin, Instant from) {
        this.rule = tried.getId();
        this.from = from;
        this.tried = new Side(tried, begin);
        this.active = active.map(rule -> new Side(rule, begin));
    }

    /** Id of the rule. */
    public String rule() {
        return rule;
    }

    /** One more reading, in the order in which they were received. */
    public void take(Reading reading) {
        tried.take(reading);
        active.ifPresent(side -> side.take(reading));
        if (!reading.getReceivedAt().isBefore(from)) {
            readings++;
            devices.computeIfAbsent(reading.getDeviceId(), any -> new Presence())
                    .plus(reading);
        }
    }

    /**
     * All that was found.
     *
     * @param until when the history ends, by the time of receipt
     * @param written alerts of the rule that were really raised; empty where they aren't known
     */
    public Result end(Instant until, Optional<List<Episode>> written) {
        Map<String, Instant> ends = new HashMap<>();
        Duration watched = Duration.ZERO;
        for (Map.Entry<String, Presence> each : devices.entrySet()) {
            Instant end = each.getValue().end(until);
            ends.put(each.getKey(), end);
            watched = watched.plus(Duration.between(each.getValue().first, end));
        }
        return new Result(
                readings,
                devices.size(),
                watched,
                tried.end(until, ends),
                active.map(side -> side.end(until, ends)),
                written.map(all -> written(all, ends)));
    }

    /** Those that were raised before anything that a device says in the history aren't of it. */
    private Outcome written(List<Episode> all, Map<String, Instant> ends) {
        Episodes episodes = new Episodes();
        List<Episode> sorted = new ArrayList<>(all);
        sorted.sort(Comparator.comparing(Episode::raisedAt));
        for (Episode episode : sorted) {
            Presence presence = devices.get(episode.device());
            if (presence != null && !episode.raisedAt().isBefore(presence.first)) {
                episodes.add(episode, ends.getOrDefault(episode.device(), episode.raisedAt()));
            }
        }
        return episodes.outcome(ends, 0);
    }
}
