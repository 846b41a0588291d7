package io.headrace.streams.actions;

import io.headrace.catalogue.Headers;
import io.headrace.record.Alert;
import io.headrace.record.DeviceCommand;
import io.headrace.record.Notification;
import io.headrace.streams.actions.Action.Command;
import io.headrace.streams.actions.Action.Email;
import io.headrace.streams.actions.Action.Webhook;
import io.headrace.streams.actions.ActionsMeters.Skipped;
import io.headrace.wire.AvroDeserializer;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** Does what rules say of each change of an alert, once. */
final class ActionsProcessor implements Processor<String, byte[], String, SpecificRecord> {
    private static final Duration TICK = Duration.ofMinutes(1);

    private final ActionsConfig config;
    private final ActionBook book;
    private final AvroDeserializer<Alert> deserializer;
    private final ActionsMeters meters;
    private final String storeName;
    private @Nullable ProcessorContext<String, SpecificRecord> context;
    private @Nullable Done done;

    ActionsProcessor(
            ActionsConfig config,
            ActionBook book,
            AvroDeserializer<Alert> deserializer,
            ActionsMeters meters,
            String storeName) {
        this.config = config;
        this.book = book;
        this.deserializer = deserializer;
        this.meters = meters;
        this.storeName = storeName;
    }

    @Override
    public void init(ProcessorContext<String, SpecificRecord> context) {
        Done known = new Done(context.getStateStore(storeName));
        this.context = context;
        this.done = known;
        context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, known::forgetBefore);
    }

    @Override
    public void process(Record<String, byte[]> record) {
        Alert alert = read(record);
        if (alert == null || isNoChange(alert, record)) {
            return;
        }
        Occasion occasion = Occasion.of(alert, record.headers(), book.isByClock(alert.getRuleId()));
        Instant now = Instant.ofEpochMilli(context().currentSystemTimeMs());
        boolean acted = false;
        for (Action action : book.on(occasion)) {
            acted |= act(record, occasion, action, now);
        }
        if (acted) {
            context().commit(); // nobody is told before
        }
    }

    /** No more than details of a group's alert that was told. What is told by another alert is a change all the same. */
    private static boolean isNoChange(Alert alert, Record<String, byte[]> record) {
        return alert.getPartOf() == null && record.headers().lastHeader(Headers.QUIET) != null;
    }

    /** Null for what is none. */
    private @Nullable Alert read(Record<String, byte[]> record) {
        try {
            Alert alert = record.key() == null ? null : deserializer.deserialize("", record.value());
            if (alert != null) {
                return alert;
            }
        } catch (SerializationException unreadable) {
            // counted
        }
        meters.unreadable();
        return null;
    }

    private boolean act(Record<String, byte[]> record, Occasion occasion, Action action, Instant now) {
        Duration maxAge = action.deed() instanceof Command ? config.commandMaxAge() : config.notificationMaxAge();
        Instant until = occasion.moment().plus(maxAge);
        if (now.isAfter(until)) {
            meters.skipped(occasion, action.deed(), Skipped.TOO_OLD);
            return false;
        }
        String id = DeedId.of(occasion, action, "");
        if (Objects.requireNonNull(done).isKnown(record.key(), id)) {
            meters.skipped(occasion, action.deed(), Skipped.REPEATED);
            return false;
        }
        RecordHeaders headers = new RecordHeaders();
        Headers.find(record.headers(), Headers.ORIGIN)
                .ifPresent(origin -> Headers.set(headers, Headers.ORIGIN, origin));
        switch (action.deed()) {
            case Webhook webhook ->
                notify(
                        record.key(),
                        Deeds.webhook(occasion, action, webhook, now),
                        "webhook-" + webhook.target(),
                        headers);
            case Email email ->
                Deeds.emails(occasion, action, email, now)
                        .forEach(each -> notify(record.key(), each, "email", new RecordHeaders(headers)));
            case Command command -> {
                Optional<DeviceCommand> made = Deeds.command(occasion, action, command, now);
                if (made.isEmpty()) {
                    meters.skipped(occasion, action.deed(), Skipped.NO_DEVICE);
                    return false;
                }
                forward(made.get().getDeviceId(), made.get(), now, headers);
            }
        }
        meters.done(action.deed());
        Objects.requireNonNull(done).put(record.key(), id, until);
        return true;
    }

    private void notify(String key, Notification notification, String sink, RecordHeaders headers) {
        Headers.set(headers, Headers.SINK_PREFIX + sink, "1");
        forward(key, notification, notification.getCreatedAt(), headers);
    }

    /** Stamped with when it is done: nobody's receive time, which may be long ago. */
    private void forward(String key, SpecificRecord value, Instant now, RecordHeaders headers) {
        context().forward(new Record<>(key, value, now.toEpochMilli(), headers));
    }

    private ProcessorContext<String, SpecificRecord> context() {
        return Objects.requireNonNull(context);
    }
}
