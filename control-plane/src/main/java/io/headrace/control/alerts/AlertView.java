package io.headrace.control.alerts;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.headrace.catalogue.OriginHeader;
import io.headrace.record.Alert;
import io.headrace.record.AlertChange;
import io.headrace.record.AlertForecast;
import io.headrace.record.Evidence;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An alert as the API shows it.
 *
 * @param state as the rule and whoever acknowledges have it, in lower case
 * @param raisedAt event time
 * @param episode how many alerts the rule has raised about the device, with this one
 * @param heldBack how many its rate limit has kept from being raised since the one before
 * @param device of a group's alert the group, as {@code <tag>/<value>}
 * @param escalationLevel how often it was escalated, since nobody acknowledged it
 * @param group what its rule groups it by; null where it doesn't
 * @param partOf id of the group's alert that tells of it; null where it stands for itself
 * @param memberTotal of a group's alert, how many devices have been part of it; null for an alert about one device
 * @param memberCount how many of them stand now
 * @param members ids of the first 100 of those
 * @param origin {@code <partition>:<offset>} of the message that changed it last
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record AlertView(
        String id,
        String device,
        String rule,
        String severity,
        String state,
        String message,
        Instant raisedAt,
        @Nullable Instant acknowledgedAt,
        @Nullable String acknowledgedBy,
        @Nullable Instant clearedAt,
        Instant receivedAt,
        long episode,
        int heldBack,
        int escalationLevel,
        @Nullable String group,
        @Nullable String partOf,
        @Nullable Integer memberTotal,
        @Nullable Integer memberCount,
        @Nullable List<String> members,
        @Nullable Forecast forecast,
        List<Value> evidence,
        List<Change> history,
        String origin) {
    /** @param latest null where it may take very long */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Forecast(Instant at, Instant earliest, @Nullable Instant latest) {}

    record Value(String metric, Instant observedAt, double value) {}

    /** @param by null for the rule */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Change(
            String state,
            Instant at,
            @Nullable String by,
            @Nullable String note) {}

    static AlertView of(Alert alert) {
        boolean isOfGroup = alert.getMemberTotal() > 0;
        return new AlertView(
                alert.getId(),
                alert.getDeviceId(),
                alert.getRuleId(),
                alert.getSeverity().name().toLowerCase(Locale.ROOT),
                alert.getState().name().toLowerCase(Locale.ROOT),
                alert.getMessage(),
                alert.getRaisedAt(),
                alert.getAcknowledgedAt(),
                alert.getAcknowledgedBy(),
                alert.getClearedAt(),
                alert.getReceivedAt(),
                alert.getEpisode(),
                alert.getHeldBack(),
                alert.getEscalationLevel(),
                alert.getGroup(),
                alert.getPartOf(),
                isOfGroup ? alert.getMemberTotal() : null,
                isOfGroup ? alert.getMemberCount() : null,
                isOfGroup ? alert.getMembers() : null,
                forecast(alert.getForecast()),
                alert.getEvidence().stream().map(AlertView::value).toList(),
                alert.getHistory().stream().map(AlertView::change).toList(),
                OriginHeader.ofMessage(alert.getOrigin()));
    }

    private static @Nullable Forecast forecast(@Nullable AlertForecast forecast) {
        return forecast == null ? null : new Forecast(forecast.getAt(), forecast.getEarliest(), forecast.getLatest());
    }

    private static Value value(Evidence evidence) {
        return new Value(evidence.getMetric(), evidence.getObservedAt(), evidence.getValue());
    }

    private static Change change(AlertChange change) {
        return new Change(
                change.getState().name().toLowerCase(Locale.ROOT), change.getAt(), change.getBy(), change.getNote());
    }
}
