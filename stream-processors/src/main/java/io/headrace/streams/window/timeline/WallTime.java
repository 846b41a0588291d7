package io.headrace.streams.window.timeline;

/**
 * The wall clock, by which silence is measured. Both in epoch milliseconds.
 *
 * @param now never before {@code since}
 * @param since when this process began to watch, or when its clock was last set back: no silence is older, because
 *     until then it was not the device that was silent
 */
public record WallTime(long now, long since) {
    /** How long ago something happened that is to be measured from here; a time yet to come is a clock set back. */
    public long from(long then) {
        return then > now ? since : Math.max(then, since);
    }

    /**
     * When to act that was planned for then. What fell due before anybody watched is put off by a pause, as the readings
     * that came meanwhile are yet to be seen; a plan further ahead than any wait can be is a clock set back.
     *
     * @param longest longest wait there is, in milliseconds
     * @param pause in milliseconds
     */
    long due(long then, long longest, long pause) {
        if (then - now > longest) {
            return since + longest;
        }
        return then < since ? since + pause : then;
    }
}
