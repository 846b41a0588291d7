package io.headrace.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.headrace.catalogue.TrustedRecords;
import io.headrace.record.ActionEvent;
import io.headrace.record.CommandAction;
import io.headrace.record.EmailAction;
import io.headrace.record.ForecastCheck;
import io.headrace.record.GeoPoint;
import io.headrace.record.GeofenceCheck;
import io.headrace.record.RateCheck;
import io.headrace.record.Rule;
import io.headrace.record.RuleAction;
import io.headrace.record.RuleEscalation;
import io.headrace.record.RuleGroup;
import io.headrace.record.RuleSchedule;
import io.headrace.record.Severity;
import io.headrace.record.SilentCheck;
import io.headrace.record.StuckCheck;
import io.headrace.record.ThresholdCheck;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RuleCheckTest {
    static {
        TrustedRecords.trust(Rule.class);
    }

    private static Rule.Builder rule() {
        return Rule.newBuilder().setId("r").setCondition("values.t > 80.0").setUpdatedAt(Instant.EPOCH);
    }

    private static Arguments wrong(String message, UnaryOperator<Rule.Builder> change) {
        return Arguments.of(message, change.apply(rule()).build());
    }

    private static Arguments check(String message, Object check) {
        return wrong(message, rule -> rule.setCondition("").setCheck(check));
    }

    private static Arguments group(String message, RuleGroup group) {
        return wrong(message, rule -> rule.setGroup(group));
    }

    private static Arguments escalation(String message, RuleEscalation escalation) {
        return wrong(message, rule -> rule.setEscalation(escalation));
    }

    private static Arguments action(String message, RuleAction.Builder action) {
        return wrong(message, rule -> rule.setActions(List.of(hook("ops").build(), action.build())));
    }

    private static RuleAction.Builder hook(String target) {
        return RuleAction.newBuilder().setWebhook(target);
    }

    private static RuleAction.Builder mail(@Nullable String subject, String... to) {
        return RuleAction.newBuilder().setEmail(new EmailAction(List.of(to), subject));
    }

    private static RuleAction.Builder command(
            String name, @Nullable String payload, @Nullable String device, long ttlMs) {
        return RuleAction.newBuilder().setCommand(new CommandAction(name, payload, device, ttlMs));
    }

    static Stream<Arguments> wrongActions() {
        return Stream.of(
                wrong(
                        "actions must be at most 10",
                        rule -> rule.setActions(
                                Collections.nCopies(11, hook("ops").build()))),
                action("actions[1] must have one of webhook, email and command", RuleAction.newBuilder()),
                action(
                        "actions[1] must have one of",
                        hook("ops").setEmail(new EmailAction(List.of("a@b.example"), null))),
                action(
                        "actions[1].on must have each change once",
                        hook("ops").setOn(List.of(ActionEvent.RAISED, ActionEvent.RAISED))),
                action("actions[1].webhook must be 1 to 64", hook("a.b")),
                action("actions[1].email.to must be 1 to 10 addresses", mail(null)),
                action("actions[1].email.to must be 1 to 10 addresses, each once", mail(null, "a@b.c", "a@b.c")),
                action("actions[1].email.to[1] must be an address", mail(null, "a@b.c", "a b@c.d")),
                action("actions[1].email.to[0] must be an address", mail(null, "a@b.c\r\nBcc: x@y.z")),
                action("actions[1].email.to[0] must be an address", mail(null, "A <a@b.c>")),
                action("actions[1].email.to[0] must be an address", mail(null, "x".repeat(65) + "@b.c")),
                action("actions[1].email.subject must be one line", mail("a\nBcc: x@y.z", "a@b.c")),
                action("actions[1].email.subject must be one line", mail("x".repeat(201), "a@b.c")),
                action("actions[1].email.subject has ${mesage}; a place may have", mail("${mesage}", "a@b.c")),
                action("actions[1].email.subject has a place without a field's name", mail("${}", "a@b.c")),
                action("actions[1].command.name must be 1 to 64", command("stop it", null, null, 1_000)),
                action("actions[1].command.device must be a device's id", command("stop", null, "a/b", 1_000)),
                action("actions[1].command.ttlMs must be 1000 to", command("stop", null, null, 999)),
                action("actions[1].command.payload isn't JSON", command("stop", "{", null, 1_000)),
                action("actions[1].command.payload has ${x.y}", command("stop", "[{\"a\": \"${x.y}\"}]", null, 1_000)),
                action(
                        "actions[1].command.payload must be at most",
                        command("stop", "\"" + "x".repeat(4_096) + "\"", null, 1_000)));
    }

    static Stream<Arguments> wrong() {
        GeofenceCheck.Builder fence = GeofenceCheck.newBuilder();
        return Stream.of(
                wrong("condition is missing", rule -> rule.setCondition(" ")),
                wrong("condition at line 1, column 1: undeclared", rule -> rule.setCondition("x > 1")),
                wrong("clearCondition at line 1, column 1: undeclared", rule -> rule.setClearCondition("x > 1")),
                wrong("condition must not be there", rule -> rule.setCheck(new SilentCheck(60_000L, false, false))),
                wrong("forMs must be 0 to", rule -> rule.setForMs(-1)),
                wrong("maxPerHour must be 0 to 60", rule -> rule.setMaxPerHour(61)),
                wrong("message must be at most 500", rule -> rule.setMessage("x".repeat(501))),
                wrong(
                        "schedule.zone must be",
                        rule -> rule.setSchedule(new RuleSchedule("Mars/Olympus", List.of(), "00:00", "24:00"))),
                wrong(
                        "schedule.to must be",
                        rule -> rule.setSchedule(new RuleSchedule("UTC", List.of(), "00:00", "25:00"))),
                group("group.by must be at most 8 tags", new RuleGroup(List.of("site", "site"), 5, 60_000L, 0L)),
                group("group.min must be 2 to", new RuleGroup(List.of("site"), 1, 60_000L, 0L)),
                group("group.withinMs must be 1000 to", new RuleGroup(List.of("site"), 5, 10L, 0L)),
                group("group.holdMs must be 0 to 300000", new RuleGroup(List.of("site"), 5, 60_000L, 600_000L)),
                escalation("escalation.afterMs must be 1000 to", new RuleEscalation(0L, null, 0)),
                escalation("escalation.repeat must be 0 to 9", new RuleEscalation(60_000L, null, 10)),
                escalation(
                        "escalation.severity must not be lower than severity",
                        new RuleEscalation(60_000L, Severity.INFO, 0)),
                check("check must have above, below or both", new ThresholdCheck("t", null, null, 0.0)),
                check("check.above must be a finite number", new ThresholdCheck("t", Double.NaN, null, 0.0)),
                check("check.above less the hysteresis", new ThresholdCheck("t", 10.0, 9.0, 2.0)),
                check("check.metric must be", new ThresholdCheck("", 10.0, null, 0.0)),
                check("check.hysteresis must be 0 or more", new ThresholdCheck("t", 10.0, null, -1.0)),
                check("check.afterMs must be", new SilentCheck(10L, false, false)),
                check("check.minValues must be", new StuckCheck("t", 1_000L, 0.0, 1)),
                check("check must have risesBy, fallsBy or both", new RateCheck("t", 1_000L, null, null)),
                check("check.below must not be there", new ForecastCheck("t", 1.0, 0.0, 60_000L, 0L)),
                check("check.horizonMs must be", new ForecastCheck("t", 1.0, null, 0L, 0L)),
                check("check must have either center", fence.build()),
                check(
                        "check.polygon must have 3",
                        GeofenceCheck.newBuilder()
                                .setPolygon(List.of(new GeoPoint(0.0, 0.0)))
                                .build()),
                check(
                        "check.center must have latitudes",
                        GeofenceCheck.newBuilder()
                                .setCenter(new GeoPoint(91.0, 0.0))
                                .setRadiusM(1.0)
                                .build()),
                wrong(
                        "forMs has no meaning for silence",
                        rule -> rule.setCondition("")
                                .setCheck(new SilentCheck(60_000L, false, false))
                                .setForMs(5)));
    }

    @ParameterizedTest
    @MethodSource({"wrong", "wrongActions"})
    void whatIsWrongIsNamedByItsMember(String message, Rule rule) {
        InvalidRuleException invalid = catchThrowableOfType(InvalidRuleException.class, () -> RuleCheck.require(rule));

        assertThat(invalid).isNotNull();
        assertThat(invalid.getMessage()).startsWith(message);
        assertThat(invalid.condition().isPresent()).isEqualTo(message.contains("at line"));
    }

    @Test
    void aSoundRuleIsTaken() throws InvalidRuleException {
        RuleCheck.require(
                rule().setClearCondition("values.t < 70.0").setForMs(1_000).build());
        RuleCheck.require(rule().setCondition("")
                .setCheck(new ThresholdCheck("t", 80.0, 10.0, 5.0))
                .setSchedule(new RuleSchedule("Europe/Berlin", List.of(), "22:00", "06:00"))
                .setActions(List.of(
                        hook("ops")
                                .setOn(List.of(ActionEvent.RAISED, ActionEvent.CLEARED))
                                .build(),
                        mail("${severity}: ${device_id} ${value}", "o'neil+ops@mail.example")
                                .build(),
                        command(
                                        "stop",
                                        "{\"why\": \"${message}\", \"at\": [\"${origin.offset}\"]}",
                                        "cooler@north",
                                        60_000)
                                .build()))
                .build());
    }
}
