package io.headrace.streams.alerts;

import io.headrace.record.Alert;
import io.headrace.record.Rule;
import io.headrace.streams.driven.DrivenClock;
import io.headrace.streams.driven.DrivenTask;
import io.headrace.streams.state.WriteBackStore;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.Stores;

/**
 * What becomes of the alerts of one rule that is tried on the past: the processors of {@link AlertsFragment}, side by side as
 * there, on the clock of the trial. Nobody acknowledges. For one thread.
 */
public final class AlertsTrial {
    private static final int MOST_AS_OBJECTS = 4_096;

    private final Function<String, Handling> handlings;
    private final AlertsMeters meters;
    private final KeptFormat format;
    private final DrivenTask<Alert, Alert> alone;
    private final DrivenTask<Alert, Alert> grouped;

    /** @param taker of what would be written to {@code telemetry.alerts}, in order */
    public AlertsTrial(Rule rule, Serde<Alert> alerts, MeterRegistry meters, DrivenClock clock, Consumer<Alert> taker) {
        Handling handling = Handling.of(rule);
        this.handlings = id -> handling;
        this.meters = new AlertsMeters(meters);
        this.format = new KeptFormat(alerts, "");
        this.alone = escalating("alone", clock, taker);
        DrivenTask<Alert, Alert> escalating = escalating("groups", clock, taker);
        WriteBackStore<String, Kept> gathered = store("gathered");
        this.grouped = new DrivenTask<>(
                new GroupProcessor(handlings, this.meters, gathered.name(), format),
                gathered,
                clock,
                escalating::process);
    }

    private DrivenTask<Alert, Alert> escalating(String name, DrivenClock clock, Consumer<Alert> taker) {
        WriteBackStore<String, Kept> store = store(name);
        return new DrivenTask<>(
                new EscalationProcessor(handlings, meters, store.name(), format),
                store,
                clock,
                record -> taker.accept(record.value()));
    }

    private WriteBackStore<String, Kept> store(String name) {
        return WriteBackStore.over(Stores.inMemoryKeyValueStore(name).get(), Shelf.layout(format), MOST_AS_OBJECTS);
    }

    /** A change of an alert about a device. */
    public void take(Record<String, Alert> change) {
        String group = change.value().getGroup();
        if (group == null) {
            alone.process(change);
        } else {
            grouped.process(change.withKey(group));
        }
    }
}
