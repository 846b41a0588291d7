package io.headrace.control.account;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Raised when the account hasn't added up for long enough, cleared as soon as it does. Owned by one thread. */
final class Alarm {
    private static final Logger LOG = LoggerFactory.getLogger(Alarm.class);

    private final Duration after;
    private Optional<Instant> wrongSince = Optional.empty();
    private boolean raised;

    Alarm(Duration after) {
        this.after = after;
    }

    /** @param wrong what doesn't add up, in one line; empty where everything does */
    void tell(Instant now, String wrong) {
        if (wrong.isEmpty()) {
            if (raised) {
                LOG.info("the account adds up again");
            }
            raised = false;
            wrongSince = Optional.empty();
            return;
        }
        Instant since = wrongSince.orElse(now);
        wrongSince = Optional.of(since);
        if (!raised && !since.plus(after).isAfter(now)) {
            raised = true;
            LOG.warn("the account hasn't added up since {}: {}", since, wrong);
        }
    }

    /** Since when it hasn't added up; empty where the alarm isn't raised. */
    Optional<Instant> raisedSince() {
        return raised ? wrongSince : Optional.empty();
    }
}
