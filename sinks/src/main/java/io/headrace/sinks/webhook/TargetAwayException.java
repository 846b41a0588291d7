package io.headrace.sinks.webhook;

import java.time.Duration;

/** The target doesn't take requests now, or not in the time there is; what isn't delivered is to be tried again. */
final class TargetAwayException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Duration pause;

    /** @param pause before the next try */
    TargetAwayException(String detail, Duration pause) {
        super(detail, null, false, false);
        this.pause = pause;
    }

    Duration pause() {
        return pause;
    }
}
