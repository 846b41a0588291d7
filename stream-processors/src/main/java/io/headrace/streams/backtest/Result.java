package io.headrace.streams.backtest;

import java.time.Duration;
import java.util.Optional;

/**
 * What a back-test found.
 *
 * @param readings that were judged, those before its beginning aside
 * @param devices that they are of
 * @param watched event time from each device's first reading to the end of the history, of all devices together
 * @param tried the rule
 * @param active the one that is in force now; empty where there is none to compare with
 * @param written what was really raised; empty where that isn't known
 */
public record Result(
        long readings,
        long devices,
        Duration watched,
        Outcome tried,
        Optional<Outcome> active,
        Optional<Outcome> written) {
    /** Share of the watched time in which an alert stood, from 0 to 1; 0 where nothing was watched. */
    public double shareOf(Outcome side) {
        return watched.toMillis() == 0 ? 0 : Math.min(1, side.inAlarm().toMillis() / (double) watched.toMillis());
    }
}
