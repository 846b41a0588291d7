package io.headrace.streams.rules;

import io.headrace.catalogue.Headers;
import io.headrace.record.Alert;
import io.headrace.record.Evidence;
import io.headrace.streams.alerts.GroupName;
import io.headrace.streams.rules.AlertRecords.Cause;
import io.headrace.streams.rules.check.Sight;
import io.headrace.streams.rules.course.Course;
import io.headrace.streams.rules.course.DeviceMemory;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Tells what changed. Each record has the origin and the receive time of the device's last reading; of that reading's
 * headers the origin alone, its tiers and properties are its own; and when it was decided. Of a device that never spoke there
 * is no origin.
 */
record AlertOutput(ProcessorContext<String, Alert> context, RulesMeters meters) {
    /** Because of a reading. */
    void raise(ActiveRule rule, Sight sight, Course course, DeviceMemory memory) {
        raise(rule, sight.reading().getDeviceId(), course, memory, AlertRecords.cause(rule, sight, course, memory));
    }

    /** Because no reading has come. */
    void raiseSilent(ActiveRule rule, String words, String device, Course course, DeviceMemory memory) {
        List<Evidence> none = List.of();
        Instant receivedAt = Instant.ofEpochMilli(receivedAt(memory));
        raise(
                rule,
                device,
                course,
                memory,
                new Cause(
                        words,
                        Optional.empty(),
                        none,
                        memory.origin(),
                        receivedAt,
                        rule.handling().groupOf(memory.tags())));
    }

    /** Because nothing has come of its gateway, which is what is told, whatever the rule says. */
    void raiseBehind(ActiveRule rule, String words, String device, Course course, DeviceMemory memory) {
        List<Evidence> none = List.of();
        Instant receivedAt = Instant.ofEpochMilli(memory.receivedAt());
        String group = GroupName.ofGateway(memory.gateway());
        raise(
                rule,
                device,
                course,
                memory,
                new Cause(words, Optional.empty(), none, memory.origin(), receivedAt, Optional.of(group)));
    }

    private void raise(ActiveRule rule, String device, Course course, DeviceMemory memory, Cause cause) {
        Alert alert = AlertRecords.raised(rule, device, course, cause);
        course.stands(alert);
        meters.raised();
        forward(alert, memory);
    }

    /**
     * @param at event time, epoch microseconds
     * @param note why, where it isn't the rule that clears; null for the rule
     */
    void clear(Course course, DeviceMemory memory, long at, @Nullable String note) {
        Instant receivedAt = Instant.ofEpochMilli(receivedAt(memory));
        Alert standing = course.standing().orElseThrow();
        meters.cleared();
        forward(AlertRecords.cleared(standing, Sight.instant(at), memory.origin(), receivedAt, note), memory);
    }

    private void forward(Alert alert, DeviceMemory memory) {
        RecordHeaders headers = new RecordHeaders();
        if (!memory.hasNeverSpoken()) {
            Headers.set(headers, Headers.ORIGIN, memory.originText());
        }
        Headers.set(headers, Headers.DECIDED_AT, Long.toString(context.currentSystemTimeMs()));
        context.forward(new Record<>(alert.getDeviceId(), alert, receivedAt(memory), headers));
    }

    /** Of a device that never spoke, now: nobody is to think that it is old news, the broker's retention least of all. */
    private long receivedAt(DeviceMemory memory) {
        return memory.hasNeverSpoken() ? context.currentSystemTimeMs() : memory.receivedAt();
    }
}
