package io.headrace.streams.rules;

import io.headrace.catalogue.Headers;
import io.headrace.record.Alert;
import io.headrace.record.AlertCommand;
import io.headrace.record.AlertState;
import io.headrace.streams.alerts.GroupName;
import io.headrace.streams.rules.course.Course;
import io.headrace.streams.rules.course.DeviceMemory;
import io.headrace.streams.rules.course.MemoryFormat;
import io.headrace.wire.AvroDeserializer;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Does what people want of alerts, beside the {@link RulesProcessor} that has them; what they want of the alert of a group
 * goes on to who has that. What can't be read, or is about an
 * alert that doesn't stand or is acknowledged already, changes nothing and is counted.
 */
final class AlertCommands implements Processor<String, byte[], String, Alert> {
    private final AvroDeserializer<AlertCommand> deserializer;
    private final RulesMeters meters;
    private final String storeName;
    private final MemoryFormat format;
    private @Nullable ProcessorContext<String, Alert> context;
    private @Nullable Memories memories;

    AlertCommands(
            AvroDeserializer<AlertCommand> deserializer, RulesMeters meters, String storeName, MemoryFormat format) {
        this.deserializer = deserializer;
        this.meters = meters;
        this.storeName = storeName;
        this.format = format;
    }

    @Override
    public void init(ProcessorContext<String, Alert> context) {
        this.context = context;
        this.memories = new Memories(context.getStateStore(storeName), format);
    }

    @Override
    public void process(Record<String, byte[]> record) {
        Memories all = Objects.requireNonNull(memories);
        AlertCommand command = read(record);
        if (command != null && record.key() != null && GroupName.isGroup(record.key())) {
            passOn(record, command);
            return;
        }
        DeviceMemory memory = record.key() == null ? null : all.find(record.key());
        Optional<Course> course =
                memory == null || command == null ? Optional.empty() : standing(memory, command.getAlertId());
        if (memory == null || command == null || course.isEmpty()) {
            meters.unknown();
            return;
        }
        Alert alert = AlertRecords.acknowledged(course.get().standing().orElseThrow(), command);
        course.get().stands(alert);
        all.put(record.key(), memory);
        meters.acknowledged();
        RecordHeaders headers = new RecordHeaders();
        Headers.set(headers, Headers.ORIGIN, memory.originText());
        ProcessorContext<String, Alert> task = Objects.requireNonNull(context);
        Headers.set(headers, Headers.DECIDED_AT, Long.toString(task.currentSystemTimeMs()));
        task.forward(new Record<>(record.key(), alert, record.timestamp(), headers));
    }

    /** Who holds the alert of a group knows whether it stands. Its id begins with its rule's. */
    private void passOn(Record<String, byte[]> record, AlertCommand command) {
        int end = command.getAlertId().indexOf('/');
        if (end <= 0 || !command.getDeviceId().equals(record.key())) {
            meters.unknown();
            return;
        }
        Alert alert = AlertRecords.acknowledgement(command.getAlertId().substring(0, end), command);
        Objects.requireNonNull(context).forward(new Record<>(record.key(), alert, record.timestamp()));
    }

    /** Null for what is no command. */
    private @Nullable AlertCommand read(Record<String, byte[]> record) {
        try {
            return deserializer.deserialize("", record.value());
        } catch (SerializationException unreadable) {
            return null;
        }
    }

    private static Optional<Course> standing(DeviceMemory memory, String alert) {
        return memory.rules().stream()
                .map(memory::course)
                .filter(course -> course.isRaised()
                        && course.standing()
                                .filter(each -> each.getId().equals(alert) && each.getState() == AlertState.RAISED)
                                .isPresent())
                .findFirst();
    }
}
