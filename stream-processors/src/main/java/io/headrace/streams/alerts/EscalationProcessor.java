package io.headrace.streams.alerts;

import io.headrace.record.Alert;
import io.headrace.record.AlertState;
import io.headrace.record.RuleEscalation;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Lets all changes of alerts pass, and tells one anew, as more severe, that nobody has acknowledged in time. Kept are alerts
 * whose rule asks for that, from their raising until they are cleared. A member of a group isn't escalated: its group is.
 */
final class EscalationProcessor implements Processor<String, Alert, String, Alert> {
    private static final Duration TICK = Duration.ofSeconds(1);

    /** After a start, in which acknowledgements and readings that have waited are taken. */
    private static final long CATCH_UP_MS = 30_000;

    private final Function<String, Handling> handlings;
    private final AlertsMeters meters;
    private final String storeName;
    private final KeptFormat format;
    private @Nullable ProcessorContext<String, Alert> context;
    private @Nullable Shelf shelf;

    EscalationProcessor(
            Function<String, Handling> handlings, AlertsMeters meters, String storeName, KeptFormat format) {
        this.handlings = handlings;
        this.meters = meters;
        this.storeName = storeName;
        this.format = format;
    }

    @Override
    public void init(ProcessorContext<String, Alert> context) {
        this.context = context;
        this.shelf = new Shelf(context.getStateStore(storeName), format);
        long from = context.currentSystemTimeMs() + CATCH_UP_MS;
        context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, now -> {
            if (now >= from) {
                look(now);
            }
        });
    }

    @Override
    public void process(Record<String, Alert> record) {
        if (AlertMarks.isErasure(record)) {
            shelf().clear(record.key());
            return;
        }
        Alert alert = record.value();
        Kept known = shelf().find(record.key(), alert.getId());
        Alert told = known == null ? alert : Escalations.merged(alert, known.alert());
        if (told.getState() == AlertState.CLEARED) {
            shelf().remove(record.key(), told.getId());
        } else {
            due(told, known)
                    .ifPresent(due -> shelf().put(record.key(), told.getId(), new Kept(told, record.timestamp(), due)));
        }
        context().forward(record.withValue(told));
    }

    /** When to look at it again, 0 for never; empty where it needn't be kept. */
    private Optional<Long> due(Alert alert, @Nullable Kept known) {
        boolean isWatched = alert.getState() == AlertState.RAISED && alert.getPartOf() == null;
        if (known != null) {
            return Optional.of(isWatched ? known.due() : 0);
        }
        return handlings
                .apply(alert.getRuleId())
                .escalation()
                .filter(terms -> isWatched)
                .map(terms -> context().currentSystemTimeMs() + terms.getAfterMs());
    }

    private void look(long now) {
        for (Shelf.Due due = shelf().poll(now); due != null; due = shelf().poll(now)) {
            Kept kept = shelf().find(due.place(), due.key());
            if (kept != null && kept.isDue(now)) {
                escalate(kept, now);
            }
        }
    }

    /** Where the rule has no such terms any more, nothing happens. */
    private void escalate(Kept kept, long now) {
        Optional<RuleEscalation> terms =
                handlings.apply(kept.alert().getRuleId()).escalation();
        if (terms.isEmpty()) {
            shelf().put(kept.alert().getDeviceId(), kept.alert().getId(), kept.with(kept.alert(), 0));
            return;
        }
        Alert alert = Escalations.escalated(kept.alert(), terms.get(), now);
        boolean isLast = alert.getEscalationLevel() > terms.get().getRepeat();
        shelf().put(
                        alert.getDeviceId(),
                        alert.getId(),
                        kept.with(alert, isLast ? 0 : now + terms.get().getAfterMs()));
        meters.escalated();
        context().forward(new Record<>(alert.getDeviceId(), alert, now, AlertMarks.headers(alert, now)));
    }

    private ProcessorContext<String, Alert> context() {
        return Objects.requireNonNull(context);
    }

    private Shelf shelf() {
        return Objects.requireNonNull(shelf);
    }
}
