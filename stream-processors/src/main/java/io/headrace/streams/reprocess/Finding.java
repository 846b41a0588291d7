package io.headrace.streams.reprocess;

import io.headrace.catalogue.Headers;
import io.headrace.record.Alert;
import io.headrace.record.Anomaly;
import io.headrace.record.AnomalyState;
import io.headrace.record.Prediction;
import io.headrace.record.Reading;
import io.headrace.record.WindowAggregate;
import io.headrace.record.WindowKind;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * One record, as it is compared.
 *
 * @param identity what another run calls the same: of a window its device, metric, kind and bounds, of an anomaly its
 *     device, metric, onset and state, of an alert its id and state, of a
 *     prediction its device, model and time, of a reading or a dead letter its origin
 * @param fields what may differ, by name
 * @param began what it hangs on reaches back to this event time; {@link Instant#MAX} where that says nothing
 * @param spanMs length of its window; 0 for what has none
 * @param effect on what was said of the same identity before
 * @param receivedAt the record's timestamp, epoch milliseconds
 */
record Finding(
        String identity, Map<String, String> fields, Instant began, long spanMs, Effect effect, long receivedAt) {
    /** What a record does to an earlier one of the same identity. */
    enum Effect {
        REPLACES,
        RETRACTS,
        /** It isn't meant to last. */
        NONE
    }

    /** What depends on when something was processed, and not on what. */
    private static final Set<String> OF_PROCESSING = Set.of("revision", "provisional", "received_at", "origin");

    /** Of an anomaly what is in its identity, hangs on earlier ones, or was said by people. */
    private static final Set<String> OF_ANOMALY = Set.of(
            "device_id",
            "metric",
            "start",
            "detector",
            "state",
            "id",
            "event",
            "threshold",
            "verdict",
            "acknowledged_at",
            "acknowledged_by",
            "note");

    /** After which an anomaly ends of which nothing more is heard, most often. */
    private static final long SILENCE_MS = 3_600_000;

    private static final String PARTS = " ";

    static Finding of(SpecificRecord value, ConsumerRecord<?, ?> row, String key) {
        return switch (value) {
            case WindowAggregate window -> ofWindow(window, row);
            case Anomaly anomaly -> ofAnomaly(anomaly, row);
            case Alert alert ->
                new Finding(
                        alert.getId() + PARTS + alert.getState(),
                        fields(alert, Set.of("id", "device_id", "rule_id", "state")),
                        alert.getRaisedAt(),
                        0,
                        Effect.REPLACES,
                        row.timestamp());
            case Prediction told ->
                simple(
                        told.getDeviceId() + PARTS + told.getModel() + PARTS + told.getAt(),
                        fields(told, Set.of("device_id", "model", "at")),
                        row);
            case Reading reading -> simple(origin(row, key) + lateSizes(row), fields(reading, Set.of()), row);
            default -> ofOthers(value, row, key + PARTS + origin(row, ""));
        };
    }

    /** Known by its onset, and whether it has ended: live, one whose device is silent ends later than in a run. */
    private static Finding ofAnomaly(Anomaly anomaly, ConsumerRecord<?, ?> row) {
        boolean closed = anomaly.getState() == AnomalyState.CLOSED;
        return new Finding(
                anomaly.getDeviceId()
                        + PARTS
                        + anomaly.getMetric()
                        + PARTS
                        + anomaly.getStart()
                        + PARTS
                        + anomaly.getDetector()
                        + PARTS
                        + anomaly.getState(),
                fields(anomaly, OF_ANOMALY),
                closed ? anomaly.getStart() : Instant.MAX,
                closed ? SILENCE_MS : 0,
                Effect.REPLACES,
                row.timestamp());
    }

    /** What a plug-in writes: which of its fields say what it is about, nobody but its author knows. */
    private static Finding ofOthers(SpecificRecord value, ConsumerRecord<?, ?> row, String about) {
        return simple(about + PARTS + fields(value, Set.of()), Map.of(), row);
    }

    /** A dead letter: of its bytes nothing is compared, for they are the source's. */
    static Finding ofLetter(ConsumerRecord<?, ?> row, String key) {
        Map<String, String> fields = new TreeMap<>();
        fields.put("reason", Headers.find(row.headers(), Headers.REASON).orElse(""));
        fields.put("detail", Headers.find(row.headers(), Headers.DETAIL).orElse(""));
        return simple(origin(row, key), fields, row);
    }

    private static Finding simple(String identity, Map<String, String> fields, ConsumerRecord<?, ?> row) {
        return new Finding(identity, fields, Instant.MAX, 0, Effect.REPLACES, row.timestamp());
    }

    /** A session is known by where it begins: it grows. */
    private static Finding ofWindow(WindowAggregate window, ConsumerRecord<?, ?> row) {
        boolean session = window.getKind() == WindowKind.SESSION;
        String identity = window.getDeviceId()
                + PARTS
                + window.getMetric()
                + PARTS
                + window.getKind()
                + PARTS
                + optional(window, "window")
                + window.getStart()
                + (session ? "" : PARTS + window.getEnd());
        Set<String> inIdentity = new HashSet<>(Set.of("device_id", "metric", "kind", "window", "start", "retracted"));
        if (!session) {
            inIdentity.add("end");
        }
        return new Finding(
                identity,
                fields(window, inIdentity),
                window.getStart(),
                window.getEnd().toEpochMilli() - window.getStart().toEpochMilli(),
                effect(window),
                row.timestamp());
    }

    private static Effect effect(WindowAggregate window) {
        if (window.getProvisional()) {
            return Effect.NONE;
        }
        return optional(window, "retracted").startsWith("true") ? Effect.RETRACTS : Effect.REPLACES;
    }

    /** What a reading missed: nothing but where it is a late one. */
    private static String lateSizes(ConsumerRecord<?, ?> row) {
        return Headers.find(row.headers(), Headers.LATE_SIZES)
                .map(sizes -> PARTS + sizes)
                .orElse("");
    }

    /** A field that some versions of a record have; with a space behind it where it says something. */
    private static String optional(SpecificRecord value, String name) {
        Schema.@Nullable Field field = value.getSchema().getField(name);
        String text = field == null ? "" : String.valueOf(value.get(field.pos()));
        return text.isEmpty() ? "" : text + PARTS;
    }

    private static String origin(ConsumerRecord<?, ?> row, String otherwise) {
        return Headers.find(row.headers(), Headers.ORIGIN).orElse(otherwise);
    }

    private static Map<String, String> fields(SpecificRecord value, Set<String> identity) {
        Map<String, String> fields = new TreeMap<>();
        for (Schema.Field field : value.getSchema().getFields()) {
            if (identity.contains(field.name()) || OF_PROCESSING.contains(field.name())) {
                continue;
            }
            Object content = value.get(field.pos());
            if (content instanceof Map<?, ?> map) {
                map.forEach((name, each) -> fields.put(field.name() + "." + name, String.valueOf(each)));
            } else if (content != null) {
                fields.put(field.name(), content.toString());
            }
        }
        return fields;
    }
}
