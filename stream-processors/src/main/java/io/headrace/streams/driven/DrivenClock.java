package io.headrace.streams.driven;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.Punctuator;
import org.jspecify.annotations.Nullable;

/**
 * A wall clock that whoever owns it moves. What is due on the way is done at its time, never later, in the order in which
 * tasks asked for it, so that a year passes as it did. For one thread.
 */
public final class DrivenClock {
    private final List<Alarm> alarms = new ArrayList<>();
    private long now;

    private static final class Alarm {
        private final long every;
        private final Punctuator punctuator;
        private long at;

        private Alarm(long at, long every, Punctuator punctuator) {
            this.at = at;
            this.every = every;
            this.punctuator = punctuator;
        }
    }

    /** @param begin epoch milliseconds */
    public DrivenClock(long begin) {
        this.now = begin;
    }

    /** Epoch milliseconds. */
    public long now() {
        return now;
    }

    Cancellable schedule(Duration interval, Punctuator punctuator) {
        Alarm alarm = new Alarm(now + interval.toMillis(), interval.toMillis(), punctuator);
        alarms.add(alarm);
        return () -> alarms.remove(alarm);
    }

    /** Lets time pass; a time that is past already changes nothing. */
    public void passTo(long time) {
        for (Alarm due = next(); due != null && due.at <= time; due = next()) {
            now = Math.max(now, due.at);
            due.at += due.every;
            due.punctuator.punctuate(now);
        }
        now = Math.max(now, time);
    }

    /** As {@link #passTo}, but nobody's turn comes on the way: for a time in which there is nothing yet to be done. */
    public void skipTo(long time) {
        for (Alarm alarm : alarms) {
            if (alarm.at <= time) {
                alarm.at += ((time - alarm.at) / alarm.every + 1) * alarm.every;
            }
        }
        now = Math.max(now, time);
    }

    private @Nullable Alarm next() {
        Alarm first = null;
        for (Alarm alarm : alarms) {
            first = first == null || alarm.at < first.at ? alarm : first;
        }
        return first;
    }
}
