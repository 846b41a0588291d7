package io.headrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.CommandId;
import io.headrace.catalogue.Headers;
import io.headrace.record.ActionEvent;
import io.headrace.record.Alert;
import io.headrace.record.AlertAction;
import io.headrace.record.AlertChange;
import io.headrace.record.AlertCommand;
import io.headrace.record.AlertState;
import io.headrace.record.CommandAction;
import io.headrace.record.DeviceCommand;
import io.headrace.record.EffectiveBy;
import io.headrace.record.EmailAction;
import io.headrace.record.Notification;
import io.headrace.record.NotificationChannel;
import io.headrace.record.Origin;
import io.headrace.record.Rule;
import io.headrace.record.RuleAction;
import io.headrace.record.Severity;
import io.headrace.record.SilentCheck;
import io.headrace.record.ThresholdCheck;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done about alerts, in the application that raises them. */
class ActionsFragmentTest {
    private static final Instant START = Pipeline.NOW.minusSeconds(60);

    @TempDir
    private Path folder;

    private Pipeline pipeline;
    private int second;

    @BeforeEach
    void start() {
        pipeline = new Pipeline(folder, Map.of("processors.fragments", "normalize,route,rules"));
    }

    @AfterEach
    void stop() {
        pipeline.close();
    }

    private static Rule.Builder hot(RuleAction... actions) {
        return Rule.newBuilder()
                .setId("hot")
                .setCondition("")
                .setCheck(new ThresholdCheck("temperature", 80.0, null, 0.0))
                .setSeverity(Severity.CRITICAL)
                .setActions(List.of(actions))
                .setUpdatedAt(Pipeline.NOW);
    }

    private static RuleAction hook(ActionEvent... on) {
        return RuleAction.newBuilder().setOn(List.of(on)).setWebhook("ops").build();
    }

    private static RuleAction mail(@Nullable String subject, String... to) {
        return RuleAction.newBuilder()
                .setEmail(new EmailAction(List.of(to), subject))
                .build();
    }

    private static RuleAction command(@Nullable String device, ActionEvent... on) {
        return RuleAction.newBuilder()
                .setOn(List.of(on))
                .setCommand(new CommandAction(
                        "stop", "{\"why\": \"${device_id}: ${message}\", \"at\": \"${value}\"}", device, 30_000L))
                .build();
    }

    private void put(Rule.Builder rule) {
        pipeline.put(pipeline.catalogue.rules(), rule.getId(), rule.build());
    }

    private void temperature(String device, double value) {
        temperature(Pipeline.NOW, device, value);
    }

    private void temperature(Instant receivedAt, String device, double value) {
        long ts = START.plusSeconds(second++).toEpochMilli();
        pipeline.sendAt(receivedAt, device, "{\"ts\": " + ts + ", \"values\": {\"temperature\": " + value + "}}");
    }

    private List<TestRecord<String, DeviceCommand>> commands() {
        return pipeline.all(pipeline.catalogue.commands());
    }

    private List<TestRecord<String, Notification>> notifications() {
        return pipeline.all(pipeline.catalogue.notifications());
    }

    private double skipped(String kind, String reason) {
        return pipeline.count("headrace.actions.skipped", "kind", kind, "reason", reason);
    }

    private int remembered() {
        int count = 0;
        try (KeyValueIterator<String, byte[]> all =
                pipeline.store("rules-actions-done").all()) {
            for (; all.hasNext(); all.next()) {
                count++;
            }
        }
        return count;
    }

    @Test
    void anAlertIsActedUponOnceByEachOfItsRulesActions() {
        // Given
        put(hot(hook(), mail("${severity}: ${device_id} at ${value}", "a@x.example", "b@x.example"), command(null)));

        // When
        temperature("boiler", 70);
        temperature("boiler", 81.5);
        temperature("boiler", 90);

        // Then
        List<TestRecord<String, Notification>> told = notifications();
        assertThat(told).extracting(TestRecord::key).containsOnly("boiler");
        assertThat(told)
                .extracting(each -> each.value().getTarget())
                .containsExactly("ops", "a@x.example", "b@x.example");
        assertThat(told)
                .extracting(each -> each.value().getChannel())
                .containsExactly(NotificationChannel.WEBHOOK, NotificationChannel.EMAIL, NotificationChannel.EMAIL);
        assertThat(told)
                .extracting(each -> each.value().getId())
                .doesNotHaveDuplicates()
                .allMatch(CommandId::isValid);
        assertThat(told.getFirst().headers().lastHeader("hr-sink-webhook-ops")).isNotNull();
        assertThat(told.getLast().headers().lastHeader("hr-sink-email")).isNotNull();
        assertThat(told.getLast().headers().lastHeader("hr-sink-webhook-ops")).isNull();
        assertThat(told.getLast().value().getSubject()).isEqualTo("CRITICAL: boiler at 81.5");
        assertThat(told.getLast().value().getTo()).containsExactly("a@x.example", "b@x.example");
        assertThat(told.getLast().value().getState()).isEqualTo(ActionEvent.RAISED);
        assertThat(commands()).singleElement().satisfies(sent -> {
            DeviceCommand command = sent.value();
            assertThat(sent.key()).isEqualTo("boiler");
            assertThat(sent.getRecordTime()).isEqualTo(Pipeline.NOW);
            assertThat(Headers.find(sent.headers(), Headers.ORIGIN)).contains("0:1");
            assertThat(CommandId.isValid(command.getId())).isTrue();
            assertThat(command.getId()).startsWith("hot:raised:");
            assertThat(command.getName()).isEqualTo("stop");
            assertThat(StandardCharsets.UTF_8.decode(command.getPayload()).toString())
                    .startsWith("{\"why\":\"boiler: temperature")
                    .endsWith(",\"at\":81.5}");
            assertThat(command.getExpiresAt()).isEqualTo(Pipeline.NOW.plusSeconds(30));
            assertThat(command.getBy()).isEqualTo("rule:hot");
            assertThat(command.getAlertId()).startsWith("hot/boiler/");
        });
    }

    @Test
    void eachActionIsDoneWhenItSays() {
        // Given
        put(hot(hook(ActionEvent.CLEARED, ActionEvent.ACKNOWLEDGED), command("cooler", ActionEvent.CLEARED)));
        temperature("boiler", 90);
        Alert alert = pipeline.all(pipeline.catalogue.alerts()).getFirst().value();
        assertThat(notifications()).isEmpty();

        // When
        pipeline.put(
                pipeline.catalogue.alertCommands(),
                "boiler",
                new AlertCommand(alert.getId(), "boiler", AlertAction.ACKNOWLEDGE, "ann", "on my way", Pipeline.NOW));
        temperature("boiler", 20);

        // Then
        List<TestRecord<String, Notification>> told = notifications();
        assertThat(told)
                .extracting(each -> each.value().getState())
                .containsExactly(ActionEvent.ACKNOWLEDGED, ActionEvent.CLEARED);
        assertThat(told.getFirst().value().getAcknowledgedBy()).isEqualTo("ann");
        assertThat(told.getFirst().value().getNote()).isEqualTo("on my way");
        assertThat(commands()).singleElement().satisfies(sent -> {
            assertThat(sent.key()).isEqualTo("cooler");
            assertThat(sent.value().getDeviceId()).isEqualTo("cooler");
        });
    }

    @Test
    void anAlertThatComesAgainIsNotActedUponAgain() {
        // Given
        put(hot(hook(), command(null)));
        temperature("boiler", 90);
        TestRecord<String, Alert> raised =
                pipeline.all(pipeline.catalogue.alerts()).getFirst();

        // When
        again(raised, Duration.ZERO);
        again(raised, Duration.ofMinutes(4));
        again(raised, Duration.ofMinutes(40)); // past a command's age
        again(raised, Duration.ofHours(2)); // past all

        // Then
        assertThat(notifications()).hasSize(1);
        assertThat(commands()).hasSize(1);
        assertThat(skipped("command", "repeated")).isEqualTo(2);
        assertThat(skipped("command", "too-old")).isEqualTo(2);
        assertThat(skipped("webhook", "too-old")).isEqualTo(1);
        assertThat(remembered()).isZero();
    }

    private void again(TestRecord<String, Alert> alert, Duration later) {
        pipeline.driver.advanceWallClockTime(later);
        pipeline.put(pipeline.catalogue.alerts(), alert.key(), alert.value());
    }

    @Test
    void whatWasReceivedLongAgoMovesNoMachine() {
        // Given: a backlog
        put(hot(hook(), command(null)));

        // When
        temperature(Pipeline.NOW.minus(Duration.ofMinutes(6)), "late", 90);
        temperature(Pipeline.NOW.minus(Duration.ofHours(2)), "later", 90);

        // Then
        assertThat(commands()).isEmpty();
        assertThat(notifications()).extracting(TestRecord::key).containsExactly("late");
        assertThat(skipped("command", "too-old")).isEqualTo(2);
        assertThat(skipped("webhook", "too-old")).isEqualTo(1);
    }

    @Test
    void aSilenceIsAsOldAsItsDiscoveryAndNotAsTheLastReading() {
        // Given
        put(hot(hook(), command("valve"))
                .setCheck(SilentCheck.newBuilder()
                        .setAfterMs(Duration.ofMinutes(10).toMillis())
                        .build()));
        temperature("boiler", 20);

        // When
        for (int passed = 0; passed <= 601; passed++) {
            pipeline.driver.advanceWallClockTime(Duration.ofSeconds(1));
        }

        // Then
        assertThat(commands()).hasSize(1);
        assertThat(notifications()).hasSize(1);
    }

    @Test
    void thatAnAlertIsOverIsAsOldAsItsDiscoveryWhereNoReadingHasEndedIt() {
        // Given
        put(hot(hook(ActionEvent.CLEARED)));

        // When: a gateway is back after hours, and one of its devices is silent still
        cleared("read", null);
        cleared("found", "the gateway is back, and the device is silent still");

        // Then
        assertThat(notifications()).extracting(TestRecord::key).containsExactly("found");
        assertThat(skipped("webhook", "too-old")).isEqualTo(1);
    }

    /** Its device's last reading is two hours old. */
    private void cleared(String device, @Nullable String note) {
        Instant received = Pipeline.NOW.minus(Duration.ofHours(2));
        pipeline.put(
                pipeline.catalogue.alerts(),
                device,
                alert(device, received)
                        .setState(AlertState.CLEARED)
                        .setClearedAt(Pipeline.NOW)
                        .setHistory(List.of(
                                new AlertChange(AlertState.RAISED, received, null, null),
                                new AlertChange(AlertState.CLEARED, Pipeline.NOW, null, note)))
                        .build());
    }

    @Test
    void whatIsDoneIsWhatTheRuleSaysNow() {
        // Given: an address is mended while the alert stands
        put(hot(mail(null, "old@x.example")));
        temperature("boiler", 90);

        // When
        put(hot(RuleAction.newBuilder(mail(null, "new@x.example"))
                .setOn(List.of(ActionEvent.CLEARED))
                .build()));
        temperature("boiler", 20);

        // Then
        assertThat(notifications())
                .extracting(each -> each.value().getTarget())
                .containsExactly("old@x.example", "new@x.example");
    }

    @Test
    void aVersionWhosePointIsYetToComeDoesNothingYet() {
        Rule before = hot(hook()).build();
        put(hot(command(null)).setEarlier(before).setEffectiveAt(Pipeline.NOW.plusSeconds(1)));

        temperature("boiler", 90);

        assertThat(notifications()).hasSize(1);
        assertThat(commands()).isEmpty();
    }

    @Test
    void aVersionThatJudgesByTheDevicesTimeActsByItToo() {
        Rule before = hot(hook()).build();
        put(hot(command(null))
                .setEarlier(before)
                .setEffectiveAt(START.plusSeconds(1))
                .setEffectiveBy(EffectiveBy.OBSERVED));

        temperature("early", 90);
        temperature("boiler", 90);

        assertThat(notifications()).extracting(TestRecord::key).containsExactly("early");
        assertThat(commands()).extracting(TestRecord::key).containsExactly("boiler");
    }

    @Test
    void ofADisabledRulePeopleAreToldThatItIsOverAndNoMachineIsMoved() {
        // Given
        RuleAction[] actions = {hook(ActionEvent.RAISED, ActionEvent.CLEARED), command(null, ActionEvent.CLEARED)};
        put(hot(actions));
        temperature("boiler", 90);

        // When
        put(hot(actions).setEnabled(false));
        temperature("boiler", 91);
        temperature("other", 91);

        // Then
        assertThat(notifications())
                .extracting(each -> each.key() + " " + each.value().getState())
                .containsExactly("boiler RAISED", "boiler CLEARED");
        assertThat(commands()).isEmpty();
    }

    @Test
    void aDeletedRuleDoesNothing() {
        put(hot(hook(ActionEvent.CLEARED)));
        temperature("boiler", 90);
        pipeline.put(pipeline.catalogue.rules(), "hot", null);

        temperature("boiler", 91);

        assertThat(pipeline.all(pipeline.catalogue.alerts())).hasSize(2);
        assertThat(notifications()).isEmpty();
    }

    @Test
    void anAlertIsEscalatedAsOftenAsItIs() {
        // Given
        put(hot(hook(ActionEvent.ESCALATED)));

        // When
        Instant once = Pipeline.NOW.minusSeconds(20);
        Instant twice = Pipeline.NOW.minusSeconds(10);
        escalated(once);
        escalated(once);
        escalated(once, twice);

        // Then
        assertThat(notifications())
                .extracting(each -> each.value().getId())
                .hasSize(2)
                .doesNotHaveDuplicates();
    }

    /** Raised two hours ago. */
    private void escalated(Instant... times) {
        Instant raised = Pipeline.NOW.minus(Duration.ofHours(2));
        List<AlertChange> history = new ArrayList<>();
        history.add(new AlertChange(AlertState.RAISED, raised, null, null));
        for (Instant at : times) {
            history.add(new AlertChange(AlertState.ESCALATED, at, null, null));
        }
        pipeline.put(
                pipeline.catalogue.alerts(),
                "boiler",
                alert("boiler", raised).setHistory(history).build());
    }

    private static Alert.Builder alert(String device, Instant raised) {
        return Alert.newBuilder()
                .setId("hot/" + device + "/1")
                .setDeviceId(device)
                .setRuleId("hot")
                .setState(AlertState.RAISED)
                .setSeverity(Severity.CRITICAL)
                .setRaisedAt(raised)
                .setReceivedAt(raised)
                .setMessage("too hot")
                .setOrigin(new Origin(0, 0L, 0));
    }

    @Test
    void anAlertAboutNoSingleDeviceCommandsOnlyADeviceThatIsNamed() {
        put(hot(command(null), command("cooler")));

        pipeline.put(
                pipeline.catalogue.alerts(),
                "site/north",
                alert("site/north", Pipeline.NOW).build());

        assertThat(commands()).extracting(TestRecord::key).containsExactly("cooler");
        assertThat(skipped("command", "no-device")).isEqualTo(1);
    }

    @Test
    void aGroupsAlertTellsPeopleOnceAndEachOfItsDevicesDoesItsPart() {
        // Given
        put(hot(hook(), command(null), command("cooler")));

        // When
        for (String device : List.of("press-1", "press-2")) {
            pipeline.put(
                    pipeline.catalogue.alerts(),
                    device,
                    alert(device, Pipeline.NOW).setPartOf("hot/site/north/1").build());
        }
        pipeline.put(
                pipeline.catalogue.alerts(),
                "site/north",
                alert("site/north", Pipeline.NOW).setMemberTotal(2).build());

        pipeline.put(
                pipeline.catalogue.alerts(),
                "site/north",
                alert("site/north", Pipeline.NOW)
                        .setId("hot/site/north/2")
                        .setMemberTotal(3)
                        .build(),
                Headers.QUIET);

        // Then
        assertThat(notifications()).extracting(TestRecord::key).containsExactly("site/north");
        assertThat(commands()).extracting(TestRecord::key).containsExactly("press-1", "press-2", "cooler");
    }

    @Test
    void aMessageWithLineBreaksIsOneLineInASubject() {
        put(hot(mail("${message}", "a@x.example")).setMessage("hot\r\nBcc: everybody@x.example"));

        temperature("boiler", 90);

        assertThat(notifications())
                .singleElement()
                .satisfies(each -> assertThat(each.value().getSubject()).isEqualTo("hot Bcc: everybody@x.example"));
    }

    @Test
    void whatIsNoAlertIsCountedAndHarmsNoOther() {
        // Given
        put(hot(hook()));
        var alerts = pipeline.driver.createInputTopic(
                pipeline.catalogue.alerts().name(), new StringSerializer(), new ByteArraySerializer());

        // When
        alerts.pipeInput(new TestRecord<>("boiler", new byte[] {1, 2, 3}, Pipeline.NOW));
        alerts.pipeInput(new TestRecord<>("boiler", null, Pipeline.NOW));
        alerts.pipeInput(new TestRecord<>(null, new byte[0], Pipeline.NOW));
        temperature("boiler", 90);

        // Then
        assertThat(pipeline.count("headrace.actions.unreadable")).isEqualTo(3);
        assertThat(notifications()).hasSize(1);
    }

    @Test
    void anErasedDeviceIsForgotten() {
        put(hot(hook(), command(null)));
        temperature("boiler", 90);
        temperature("other", 90);
        assertThat(remembered()).isEqualTo(4);

        pipeline.erase("boiler", 1_000);

        assertThat(remembered()).isEqualTo(2);
    }
}
