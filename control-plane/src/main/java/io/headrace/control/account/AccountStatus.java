package io.headrace.control.account;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.headrace.control.reconcile.ReconcileReport.SinkTotals;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The running account in short, as the system's view shows it.
 *
 * @param at of what is told; empty before anything has been read
 * @param current whether everything that was in Kafka at the start has been read, and the reading goes on
 * @param pending messages without an outcome, but too young to be missed
 * @param open values in windows that may be open still, of the size with the most
 * @param unaccounted messages without an outcome that should have one
 * @param unwindowed values that their closed window misses
 * @param problems all that doesn't add up, those included
 * @param oldestUnaccounted when the oldest of what is missing was received, to the minute
 * @param alert since when it hasn't added up, once that is long enough ago
 * @param detail what doesn't, in one line; empty where everything does
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record AccountStatus(
        Optional<Instant> at,
        boolean current,
        long pending,
        long open,
        long unaccounted,
        long unwindowed,
        long problems,
        Optional<Instant> oldestUnaccounted,
        Optional<Instant> alert,
        String detail,
        List<SinkTotals> sinks) {
    static final AccountStatus NONE = new AccountStatus(
            Optional.empty(), false, 0, 0, 0, 0, 0, Optional.empty(), Optional.empty(), "", List.of());

    AccountStatus stale() {
        return new AccountStatus(
                at, false, pending, open, unaccounted, unwindowed, problems, oldestUnaccounted, alert, detail, sinks);
    }
}
