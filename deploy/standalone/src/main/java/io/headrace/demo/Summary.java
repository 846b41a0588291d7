package io.headrace.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headrace.catalogue.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the demo found, from three sources that know nothing of each other: what the clients sent, what the control
 * plane's reconciliation says, and what the two stores hold.
 *
 * @param sent what the clients have acknowledgements for
 * @param reconciled the control plane's own account
 * @param deadLetters reason to count, as the control plane lists them
 * @param warm PostgreSQL
 * @param cold the Iceberg table
 * @param detections every anomaly, with the known stretch that it belongs to
 * @param truths every stretch that is known to be abnormal
 * @param failures of clients; a line each
 * @param elapsedSeconds from the first command to here
 */
record Summary(
        Tally sent,
        JsonNode reconciled,
        Map<String, Long> deadLetters,
        Stores.Warm warm,
        Stores.Cold cold,
        List<Detection> detections,
        List<Truth> truths,
        List<String> failures,
        double elapsedSeconds) {

    /** A member of the reconciliation; -1 where it isn't there. */
    long reconciled(String name) {
        return reconciled.path(name).asLong(-1);
    }

    /** All that must add up. */
    List<Check> checks() {
        List<Check> checks = new ArrayList<>();
        checks.add(new Check("clients without a failure", 0, failures.size()));
        checks.add(new Check("messages accepted", sent.messages(), reconciled("accepted")));
        checks.add(new Check("messages stored", sent.of(Outcome.STORED), reconciled("stored")));
        checks.add(new Check("messages dead-lettered", sent.of(Outcome.DEAD_LETTERED), reconciled("deadLettered")));
        checks.add(new Check("duplicates recognised", sent.of(Outcome.DUPLICATE), reconciled("duplicates")));
        checks.add(new Check("messages expired", sent.of(Outcome.EXPIRED), reconciled("expired")));
        checks.add(new Check("messages pending", 0, reconciled("pending")));
        checks.add(new Check("messages unaccounted", 0, reconciled("unaccounted")));
        checks.add(new Check("values that a closed window misses", 0, reconciled("unwindowed")));
        checks.add(new Check("values in windows still open", 0, reconciled("open")));
        checks.add(new Check("values too late for their windows", sent.late(), reconciled("late")));
        checks.add(new Check(
                "reconciliation balanced", 1, reconciled.path("balanced").asBoolean() ? 1 : 0));
        checks.add(new Check("readings in Kafka", sent.readings(), reconciled("readings")));
        checks.add(new Check("values in Kafka", sent.values(), reconciled("values")));
        sent.reasons()
                .forEach((reason, count) ->
                        checks.add(new Check("dead letters " + reason, count, deadLetters.getOrDefault(reason, 0L))));
        checks.add(new Check("reasons of dead letters", sent.reasons().size(), deadLetters.size()));
        checks.add(new Check("rows of values in PostgreSQL", sent.values(), warm.rows()));
        checks.add(new Check("rows twice in PostgreSQL", 0, warm.repeated()));
        checks.add(new Check("windows in PostgreSQL", reconciled("aggregates"), warm.windows()));
        checks.add(new Check("values in PostgreSQL's windows", sent.values() - sent.late(), warm.counted()));
        checks.add(new Check("anomalies in PostgreSQL", reconciled("anomalies"), warm.anomalies()));
        checks.add(new Check("alerts in PostgreSQL", dropouts(), warm.alerts()));
        checks.add(new Check("rows of readings in Iceberg", sent.readings(), cold.rows()));
        checks.add(new Check("values in Iceberg", sent.values(), cold.values()));
        checks.add(new Check("rows twice in Iceberg", 0, cold.repeated()));
        return checks;
    }

    /** Stretches that the demo's rule must raise an alert at. */
    private long dropouts() {
        return truths.stream()
                .filter(truth -> truth.label().equals(Fault.ZERO.label()))
                .count();
    }

    boolean addsUp() {
        return checks().stream().allMatch(Check::holds);
    }

    /** Known stretches in which something was found, of those of a label: all, found. */
    Map<String, long[]> foundByLabel() {
        Map<String, long[]> byLabel = new TreeMap<>();
        for (Truth truth : truths) {
            long[] counts = byLabel.computeIfAbsent(truth.label(), label -> new long[2]);
            counts[0]++;
            if (detections.stream().anyMatch(each -> truth.covers(each.device(), each.start()))) {
                counts[1]++;
            }
        }
        return byLabel;
    }

    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("addsUp", addsUp());
        for (String name : List.of(
                "accepted",
                "stored",
                "readings",
                "deadLettered",
                "duplicates",
                "expired",
                "late",
                "aggregates",
                "anomalies")) {
            json.put(name, reconciled(name));
        }
        json.put("alerts", warm.alerts());
        json.put("warmRows", warm.rows());
        json.put("coldRows", cold.rows());
        json.put("coldFiles", cold.files());
        json.put("unaccounted", reconciled("unaccounted"));
        json.put("refused", sent.refusals());
        json.put("elapsedSeconds", Math.round(elapsedSeconds * 10) / 10.0);
        deadLetters.forEach(json.putObject("deadLettersByReason")::put);
        ObjectNode labels = json.putObject("labelled");
        foundByLabel()
                .forEach((label, counts) ->
                        labels.putObject(label).put("stretches", counts[0]).put("found", counts[1]));
        ArrayNode list = json.putArray("detections");
        for (Detection each : detections) {
            list.addObject()
                    .put("device", each.device())
                    .put("metric", each.metric())
                    .put("start", each.start().toString())
                    .put("score", each.score())
                    .put("label", each.label());
        }
        ArrayNode differs = json.putArray("differs");
        checks().stream().filter(check -> !check.holds()).map(Check::complaint).forEach(differs::add);
        failures.stream().limit(20).forEach(differs::add);
        return json;
    }
}
