package io.headrace.streams.normalize;

import io.headrace.record.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Judges the time that a device gives. An impossible one is replaced by the gateway's, so that one device's broken clock
 * moves no window; an old one stays: devices upload their backlog.
 *
 * @param ahead how far in the future of the gateway a device may be
 * @param earliest oldest time that a device can mean
 */
record ClockGuard(Duration ahead, Instant earliest) {
    /**
     * The time to use.
     *
     * @param clock whose time it is
     * @param impossible what the device gave instead
     */
    record Judged(Instant observedAt, Clock clock, Optional<Instant> impossible) {}

    Judged judge(Optional<Instant> given, Instant receivedAt) {
        if (given.isEmpty()) {
            return new Judged(receivedAt, Clock.GATEWAY, Optional.empty());
        }
        Instant time = given.get();
        boolean possible = !time.isBefore(earliest) && !time.isAfter(receivedAt.plus(ahead));
        return possible
                ? new Judged(time, Clock.DEVICE, Optional.empty())
                : new Judged(receivedAt, Clock.CORRECTED, given);
    }
}
