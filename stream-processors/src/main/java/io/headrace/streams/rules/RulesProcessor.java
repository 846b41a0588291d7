package io.headrace.streams.rules;

import io.headrace.catalogue.Headers;
import io.headrace.record.Alert;
import io.headrace.record.AlertState;
import io.headrace.record.Reading;
import io.headrace.streams.condition.Condition;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ContextualFixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.state.KeyValueStore;

/** Takes each reading through the rules in force, and forwards what changed. */
final class RulesProcessor extends ContextualFixedKeyProcessor<String, Reading, Alert> {
    private final Rules rules;
    private final String storeName;
    private KeyValueStore<String, AlertCourse> courses;

    @SuppressWarnings("NullAway.Init") // Streams calls init before anything else
    RulesProcessor(Rules rules, String storeName) {
        this.rules = rules;
        this.storeName = storeName;
    }

    @Override
    public void init(FixedKeyProcessorContext<String, Alert> context) {
        super.init(context);
        courses = context.getStateStore(storeName);
    }

    @Override
    public void process(FixedKeyRecord<String, Reading> record) {
        List<ActiveRule> inForce = rules.inForce();
        if (inForce.isEmpty()) {
            return;
        }
        Reading reading = record.value();
        Map<String, Object> variables = Condition.variables(reading);
        long at = ChronoUnit.MICROS.between(Instant.EPOCH, reading.getObservedAt());
        for (ActiveRule rule : inForce) {
            apply(rule, variables, at, record);
        }
    }

    private void apply(
            ActiveRule rule, Map<String, Object> variables, long at, FixedKeyRecord<String, Reading> record) {
        // a line feed is in no device id, so no two devices and rules share a key
        String key = record.key() + '\n' + rule.id();
        AlertCourse stored = courses.get(key);
        AlertCourse before = stored == null ? AlertCourse.NEW : stored;
        AlertCourse after = before.plus(rule.judge(variables), at, rule.forMicros());
        if (!after.equals(before)) {
            courses.put(key, after);
        }
        if (after.raisedAfter(before)) {
            forward(record, alert(rule, record.value(), after.since(), AlertState.RAISED));
        } else if (after.clearedAfter(before)) {
            forward(record, alert(rule, record.value(), before.since(), AlertState.CLEARED));
        }
    }

    /** Of the reading's headers the origin alone goes on: its tiers and properties are its own. */
    private void forward(FixedKeyRecord<String, Reading> record, Alert alert) {
        RecordHeaders headers = new RecordHeaders();
        Headers.find(record.headers(), Headers.ORIGIN)
                .ifPresent(origin -> Headers.set(headers, Headers.ORIGIN, origin));
        context().forward(record.withHeaders(headers).withValue(alert));
    }

    /** @param raisedAt event time, epoch microseconds: part of the id, so that an episode's two records share one */
    private static Alert alert(ActiveRule rule, Reading reading, long raisedAt, AlertState state) {
        return Alert.newBuilder()
                .setId(rule.id() + "/" + reading.getDeviceId() + "/" + raisedAt)
                .setDeviceId(reading.getDeviceId())
                .setRuleId(rule.id())
                .setSeverity(rule.severity())
                .setState(state)
                .setRaisedAt(Instant.EPOCH.plus(raisedAt, ChronoUnit.MICROS))
                .setClearedAt(state == AlertState.CLEARED ? reading.getObservedAt() : null)
                .setReceivedAt(reading.getReceivedAt())
                .setMessage(rule.message())
                .setOrigin(reading.getOrigin())
                .build();
    }
}
