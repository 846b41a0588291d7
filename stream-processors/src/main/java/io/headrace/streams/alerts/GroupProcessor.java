package io.headrace.streams.alerts;

import io.headrace.catalogue.Headers;
import io.headrace.record.Alert;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** Brings the alerts of a group together: {@link Groups}. Of each record, the key is the group's name. */
final class GroupProcessor implements Processor<String, Alert, String, Alert> {
    private static final Duration TICK = Duration.ofSeconds(1);

    private final Function<String, Handling> handlings;
    private final AlertsMeters meters;
    private final String storeName;
    private final KeptFormat format;
    private @Nullable ProcessorContext<String, Alert> context;
    private @Nullable Groups groups;

    GroupProcessor(Function<String, Handling> handlings, AlertsMeters meters, String storeName, KeptFormat format) {
        this.handlings = handlings;
        this.meters = meters;
        this.storeName = storeName;
        this.format = format;
    }

    @Override
    public void init(ProcessorContext<String, Alert> context) {
        this.context = context;
        Groups made = new Groups(new Shelf(context.getStateStore(storeName), format), handlings, this::tell);
        groups = made;
        context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, made::look);
    }

    @Override
    public void process(Record<String, Alert> record) {
        Groups all = Objects.requireNonNull(groups);
        Alert alert = record.value();
        long now = Objects.requireNonNull(context).currentSystemTimeMs();
        if (AlertMarks.isErasure(record)) {
            all.erase(alert, record.timestamp(), now);
            context.forward(record.withKey(alert.getDeviceId()));
        } else if (!GroupName.isGroup(alert.getDeviceId())) {
            all.plus(alert, record.timestamp(), now);
        } else if (!all.acknowledge(alert, record.timestamp())) {
            meters.unknown();
        }
    }

    private void tell(Alert alert, long at, boolean quiet) {
        ProcessorContext<String, Alert> task = Objects.requireNonNull(context);
        RecordHeaders headers = AlertMarks.headers(alert, task.currentSystemTimeMs());
        if (quiet) {
            Headers.set(headers, Headers.QUIET, "1");
        }
        meters.told(alert, quiet);
        task.forward(new Record<>(alert.getDeviceId(), alert, at, headers));
    }
}
