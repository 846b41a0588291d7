package io.headrace.streams.actions;

import io.headrace.catalogue.Headers;
import io.headrace.record.ActionEvent;
import io.headrace.record.Alert;
import io.headrace.record.AlertChange;
import io.headrace.record.AlertState;
import java.time.Instant;
import java.util.Optional;

/**
 * A change of an alert, as actions see it.
 *
 * @param alert as it is since
 * @param moment by which its age is judged: when the gateway received what led to it, or when it was decided where no
 *     reading led to it. A device's own clock has no say in it
 */
record Occasion(Alert alert, ActionEvent event, Instant moment) {
    /**
     * @param headers of its record
     * @param byClock whether its rule raises alerts that no reading leads to
     */
    static Occasion of(Alert alert, org.apache.kafka.common.header.Headers headers, boolean byClock) {
        ActionEvent event = event(alert);
        boolean wasRead =
                switch (event) {
                    case RAISED -> !byClock || !alert.getEvidence().isEmpty();
                    case CLEARED -> note(alert).isEmpty();
                    case ACKNOWLEDGED, ESCALATED -> false;
                };
        return new Occasion(alert, event, wasRead ? alert.getReceivedAt() : decidedAt(alert, headers));
    }

    /** An alert that was escalated is raised still: its history says so. */
    private static ActionEvent event(Alert alert) {
        return switch (alert.getState()) {
            case RAISED ->
                last(alert)
                                .filter(change -> change.getState() == AlertState.ESCALATED)
                                .isPresent()
                        ? ActionEvent.ESCALATED
                        : ActionEvent.RAISED;
            case ESCALATED -> ActionEvent.ESCALATED;
            case ACKNOWLEDGED -> ActionEvent.ACKNOWLEDGED;
            case CLEARED -> ActionEvent.CLEARED;
        };
    }

    private static Instant decidedAt(Alert alert, org.apache.kafka.common.header.Headers headers) {
        return Headers.findNumber(headers, Headers.DECIDED_AT).stream()
                .mapToObj(Instant::ofEpochMilli)
                .findFirst()
                .orElseGet(() -> later(alert.getReceivedAt(), lastAt(alert)));
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private static Optional<AlertChange> last(Alert alert) {
        return alert.getHistory().isEmpty()
                ? Optional.empty()
                : Optional.of(alert.getHistory().getLast());
    }

    private static Instant lastAt(Alert alert) {
        return last(alert).map(AlertChange::getAt).orElse(alert.getRaisedAt());
    }

    /** By the device's own time; of what people and clocks do, by theirs. */
    Instant observedAt() {
        return lastAt(alert);
    }

    /** What was said with the change: of one that is cleared, why it wasn't a reading that cleared it. */
    Optional<String> note() {
        return note(alert);
    }

    private static Optional<String> note(Alert alert) {
        return last(alert).map(AlertChange::getNote);
    }

    /** The same for every record of this change, and no other's: an alert may be escalated again and again. */
    String identity() {
        return alert.getId() + '\n' + event + (event == ActionEvent.ESCALATED ? "\n" + lastAt(alert) : "");
    }
}
