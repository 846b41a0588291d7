package io.headrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.Headers;
import io.headrace.record.Alert;
import io.headrace.record.AlertAction;
import io.headrace.record.AlertCommand;
import io.headrace.record.AlertState;
import io.headrace.record.DeviceStatus;
import io.headrace.record.EffectiveBy;
import io.headrace.record.Evidence;
import io.headrace.record.Rule;
import io.headrace.record.RuleSchedule;
import io.headrace.record.RuleTarget;
import io.headrace.record.Severity;
import io.headrace.record.SilentCheck;
import io.headrace.record.Weekday;
import io.headrace.streams.state.WriteBackStore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rules over what devices send, in the application that decodes it. */
class RulesFragmentTest {
    private static final Instant START = Pipeline.NOW.minusSeconds(600);

    @TempDir
    private Path folder;

    private Pipeline pipeline;

    @BeforeEach
    void start() {
        pipeline = new Pipeline(folder, Map.of("processors.fragments", "normalize,route,rules"));
    }

    @AfterEach
    void stop() {
        pipeline.close();
    }

    private void rule(String id, String condition, @Nullable String clear, Duration holds) {
        put(builder(id)
                .setCondition(condition)
                .setClearCondition(clear)
                .setForMs(holds.toMillis())
                .setSeverity(Severity.CRITICAL)
                .setMessage("too hot"));
    }

    private static Rule.Builder builder(String id) {
        return Rule.newBuilder().setId(id).setCondition("").setUpdatedAt(Pipeline.NOW);
    }

    private void put(Rule.Builder rule) {
        pipeline.put(pipeline.catalogue.rules(), rule.getId(), rule.build());
    }

    private void temperature(String device, int second, double value) {
        long ts = START.plusSeconds(second).toEpochMilli();
        pipeline.send(device, "{\"ts\": " + ts + ", \"values\": {\"temperature\": " + value + "}}");
    }

    private List<TestRecord<String, Alert>> alerts() {
        return pipeline.all(pipeline.catalogue.alerts());
    }

    @Test
    void anAlertIsRaisedOnceAndClearedOnceAboveAndBelowItsLimits() {
        // Given
        rule("hot", "values.temperature > 80.0", "values.temperature < 70.0", Duration.ZERO);

        // When
        double[] course = {60, 81, 90, 75, 85, 69, 60};
        for (int second = 0; second < course.length; second++) {
            temperature("boiler", second, course[second]);
        }

        // Then
        List<TestRecord<String, Alert>> alerts = alerts();
        assertThat(alerts)
                .extracting(alert -> alert.value().getState())
                .containsExactly(AlertState.RAISED, AlertState.CLEARED);
        Alert raised = alerts.getFirst().value();
        Alert cleared = alerts.getLast().value();
        assertThat(cleared.getId()).isEqualTo(raised.getId());
        assertThat(raised.getRaisedAt()).isEqualTo(START.plusSeconds(1));
        assertThat(raised.getClearedAt()).isNull();
        assertThat(cleared.getRaisedAt()).isEqualTo(START.plusSeconds(1));
        assertThat(cleared.getClearedAt()).isEqualTo(START.plusSeconds(5));
        assertThat(raised.getMessage()).isEqualTo("too hot");
        assertThat(raised.getSeverity()).isEqualTo(Severity.CRITICAL);
        assertThat(alerts.getFirst().key()).isEqualTo("boiler");
        assertThat(alerts.getFirst().getRecordTime()).isEqualTo(Pipeline.NOW);
        assertThat(Headers.find(alerts.getFirst().headers(), Headers.ORIGIN)).contains("0:1");
    }

    @Test
    void aConditionMustHoldForItsTimeInEventTime() {
        rule("hot", "values.temperature > 80.0", null, Duration.ofSeconds(10));

        temperature("boiler", 0, 90);
        temperature("boiler", 9, 90);
        assertThat(alerts()).isEmpty();
        temperature("boiler", 10, 90);

        assertThat(alerts())
                .singleElement()
                .satisfies(alert -> assertThat(alert.value().getRaisedAt()).isEqualTo(START.plusSeconds(10)));
    }

    @Test
    void aReadingWithoutTheMetricNeitherRaisesNorClears() {
        rule("hot", "values.temperature > 80.0", null, Duration.ZERO);
        temperature("boiler", 0, 90);

        pipeline.send("boiler", "{\"humidity\": 3}");
        pipeline.send("boiler", "{\"temperature\": \"broken\", \"humidity\": 3}");

        assertThat(alerts()).hasSize(1);
    }

    @Test
    void aLateReadingChangesNothing() {
        rule("hot", "values.temperature > 80.0", null, Duration.ZERO);
        temperature("boiler", 10, 20);
        temperature("boiler", 5, 90);

        assertThat(alerts()).isEmpty();
    }

    @Test
    void oneDevicesAlertIsNotAnothers() {
        rule("hot", "values.temperature > 80.0 && tags.site == 'north'", null, Duration.ZERO);
        pipeline.register("north", DeviceStatus.ENABLED, Map.of("site", "north"));
        pipeline.register("south", DeviceStatus.ENABLED, Map.of("site", "south"));

        temperature("north", 0, 90);
        temperature("south", 0, 90);

        assertThat(alerts()).extracting(TestRecord::key).containsExactly("north");
    }

    @Test
    void aRuleThatDoesNotCompileIsCountedAndHarmsNoOther() {
        rule("broken", "values.temperature >", null, Duration.ZERO);
        rule("text", "device_id", null, Duration.ZERO);
        rule("hot", "values.temperature > 80.0", null, Duration.ZERO);

        temperature("boiler", 0, 90);

        assertThat(alerts()).hasSize(1);
        assertThat(pipeline.meters.get("headrace.rules.rules.broken").gauge().value())
                .isEqualTo(2);
    }

    @Test
    void aRuleThatCanNotBeJudgedIsCountedForItselfWithTheReasonAndTheDevice() {
        // Given
        rule("size", "size(values.temperature) > 3", null, Duration.ZERO);
        rule("end", "values.temperature > 80.0", "values.state == 3 && values.state > 'a'", Duration.ZERO);
        rule("fine", "values.temperature > 200.0", null, Duration.ZERO);
        temperature("boiler", 0, 90);
        pipeline.send("boiler", "{\"temperature\": 20, \"state\": 3}");

        // When
        String said = pipeline.said("/rules-failures");

        // Then
        assertThat(said)
                .contains(
                        "{\"rule\":\"size\",\"count\":2,\"at\":\"2025-07-01T12:00:00Z\",\"device\":\"boiler\",\"why\":\"")
                .contains("No matching overload")
                .contains("{\"rule\":\"end\",\"count\":1")
                .contains("clearCondition: ")
                .doesNotContain("fine");
        assertThat(pipeline.count("headrace.rules.failures")).isEqualTo(3);

        // When
        rule("size", "size(string(values.temperature)) > 3", null, Duration.ZERO);

        // Then
        assertThat(pipeline.said("/rules-failures"))
                .as("what it was doesn't count")
                .doesNotContain("size");
    }

    @Test
    void aRuleIsInForceAsSoonAsItIsThereAndNoLonger() {
        temperature("a", 0, 90);
        rule("hot", "values.temperature > 80.0", null, Duration.ZERO);
        temperature("b", 0, 90);
        pipeline.put(pipeline.catalogue.rules(), "hot", null);
        temperature("c", 0, 90);

        assertThat(alerts()).extracting(TestRecord::key).containsExactly("b");
    }

    @Test
    void anAlertOfADeletedRuleIsClearedWithTheNextReading() {
        rule("hot", "values.temperature > 80.0", null, Duration.ZERO);
        temperature("boiler", 0, 90);
        pipeline.put(pipeline.catalogue.rules(), "hot", null);
        rule("other", "values.temperature > 99.0", null, Duration.ZERO);

        temperature("boiler", 1, 90);

        List<TestRecord<String, Alert>> alerts = alerts();
        assertThat(alerts)
                .extracting(alert -> alert.value().getState())
                .containsExactly(AlertState.RAISED, AlertState.CLEARED);
        assertThat(alerts.getLast().value().getHistory().getLast().getNote())
                .isEqualTo("the rule is no longer in force");
    }

    @Test
    void anAlertHasTheValuesThatLedToIt() {
        rule("hot", "values.temperature > 80.0 && has(values.load)", null, Duration.ZERO);

        for (int second = 0; second < 12; second++) {
            long ts = START.plusSeconds(second).toEpochMilli();
            pipeline.send(
                    "boiler",
                    "{\"ts\": " + ts + ", \"values\": {\"temperature\": " + (70 + second)
                            + ", \"load\": true, \"other\": 1}}");
        }

        Alert alert = alerts().getFirst().value();
        assertThat(alert.getEvidence()).extracting(Evidence::getMetric).containsOnly("temperature");
        assertThat(alert.getEvidence())
                .extracting(Evidence::getValue)
                .containsExactly(74.0, 75.0, 76.0, 77.0, 78.0, 79.0, 80.0, 81.0);
        assertThat(alert.getEvidence().getLast().getObservedAt()).isEqualTo(START.plusSeconds(11));
        assertThat(alert.getEpisode()).isEqualTo(1);
    }

    @Test
    void aWindowOfTheLastMinutesIsJudgedWithTheReadingInIt() {
        rule(
                "hot",
                "windows['1m'].temperature.mean > 80.0 && windows['1m'].temperature.count >= 3.0",
                null,
                Duration.ZERO);

        double[] course = {100, 100, 60, 60, 100, 100};
        for (int i = 0; i < course.length; i++) {
            temperature("boiler", i * 20, course[i]);
        }

        // means of the last minute: 100, 100, 87, 73, 73, 87
        assertThat(alerts())
                .extracting(alert -> alert.value().getState() + " "
                        + Duration.between(
                                        START,
                                        alert.value().getClearedAt() == null
                                                ? alert.value().getRaisedAt()
                                                : alert.value().getClearedAt())
                                .toSeconds())
                .containsExactly("RAISED 40", "CLEARED 60", "RAISED 100");
    }

    @Test
    void rulesMeetThoseTheyAreAbout() {
        put(builder("one").setCondition("true").setTarget(new RuleTarget(List.of("a"), Map.of())));
        put(builder("north").setCondition("true").setTarget(new RuleTarget(List.of(), Map.of("site", "north"))));
        put(builder("both").setCondition("true").setTarget(new RuleTarget(List.of("a", "b"), Map.of("site", "north"))));
        put(builder("all").setCondition("true"));
        pipeline.register("a", DeviceStatus.ENABLED, Map.of("site", "south"));
        pipeline.register("b", DeviceStatus.ENABLED, Map.of("site", "north"));

        temperature("a", 0, 1);
        temperature("b", 0, 1);
        temperature("c", 0, 1);

        assertThat(alerts())
                .extracting(alert -> alert.value().getRuleId() + " " + alert.key())
                .containsExactly("all a", "one a", "all b", "both b", "north b", "all c");
    }

    /** Monday to Friday, 22:00 to 06:00 in Berlin: the night of Friday belongs to Friday, also when clocks go forward. */
    @Test
    void aScheduleGoesByTheClockOfItsPlace() {
        put(builder("night")
                .setCondition("values.temperature > 80.0")
                .setSchedule(new RuleSchedule(
                        "Europe/Berlin",
                        List.of(Weekday.MONDAY, Weekday.TUESDAY, Weekday.WEDNESDAY, Weekday.THURSDAY, Weekday.FRIDAY),
                        "22:00",
                        "06:00")));
        // 28 to 30 March 2025: Friday to Sunday, on which 02:00 is 03:00
        Map<String, Boolean> open = new TreeMap<>(Map.of(
                "2025-03-28T20:59:59Z", false,
                "2025-03-28T21:00:00Z", true,
                "2025-03-29T04:59:59Z", true,
                "2025-03-29T05:00:00Z", false,
                "2025-03-29T21:30:00Z", false,
                "2025-03-31T19:59:59Z", false,
                "2025-03-31T20:00:00Z", true,
                "2025-04-01T03:59:59Z", true,
                "2025-04-01T04:00:00Z", false));

        open.forEach((time, isOpen) -> {
            long ts = Instant.parse(time).toEpochMilli();
            pipeline.send(time, "{\"ts\": " + ts + ", \"values\": {\"temperature\": 90}}");
            assertThat(alerts()).as(time).hasSize(isOpen ? 1 : 0);
        });
    }

    @Test
    void aSilentDeviceIsToldOnceAndClearedWhateverItSays() {
        // Given
        put(builder("silent").setCheck(new SilentCheck(60_000L, false, false)));
        pipeline.sendAt(Pipeline.NOW, "boiler", at(0, 20));
        pass(59);
        assertThat(alerts()).isEmpty();

        // When
        pass(2);
        pass(300);
        // a backlog: older than what was said before
        pipeline.sendAt(Pipeline.NOW.plusSeconds(361), "boiler", at(-100, 20));

        // Then
        List<TestRecord<String, Alert>> alerts = alerts();
        assertThat(alerts)
                .extracting(alert -> alert.value().getState())
                .containsExactly(AlertState.RAISED, AlertState.CLEARED);
        Alert raised = alerts.getFirst().value();
        assertThat(raised.getRaisedAt()).isEqualTo(START.plusSeconds(60));
        assertThat(raised.getMessage()).isEqualTo("nothing was received for 1 min");
        assertThat(Headers.find(alerts.getFirst().headers(), Headers.ORIGIN)).contains("0:0");
        assertThat(alerts.getLast().value().getClearedAt()).isEqualTo(START.plusSeconds(60));
    }

    /** While the processors work off what has waited, nobody is called silent whose readings may be in it. */
    @Test
    void whoWorksOffABacklogCallsNobodySilent() {
        put(builder("silent").setCheck(new SilentCheck(60_000L, false, false)));
        pipeline.sendAt(Pipeline.NOW, "boiler", at(0, 20));
        pass(50);

        // received long ago, as after an outage of the processors
        pipeline.sendAt(Pipeline.NOW, "other", at(0, 20));
        pass(59);
        assertThat(alerts()).isEmpty();
        pass(2);

        assertThat(alerts()).extracting(TestRecord::key).containsExactlyInAnyOrder("boiler", "other");
    }

    @Test
    void aGapInADevicesOwnTimeIsToldWhereThatIsAskedFor() {
        put(builder("gap").setCheck(new SilentCheck(60_000L, true, false)));

        pipeline.send("boiler", at(0, 20));
        pipeline.send("boiler", at(61, 20));
        pipeline.send("boiler", at(120, 20));

        assertThat(alerts())
                .extracting(
                        alert -> alert.value().getState() + " " + alert.value().getRaisedAt())
                .containsExactly("RAISED " + START.plusSeconds(60), "CLEARED " + START.plusSeconds(60));
    }

    @Test
    void anAlertIsAcknowledgedOnceAndStillCleared() {
        // Given
        rule("hot", "values.temperature > 80.0", null, Duration.ZERO);
        temperature("boiler", 0, 90);
        Alert raised = alerts().getFirst().value();

        // When
        acknowledge("boiler", raised.getId());
        acknowledge("boiler", raised.getId());
        acknowledge("boiler", "hot/boiler/1");
        acknowledge("nobody", raised.getId());
        temperature("boiler", 1, 95);
        temperature("boiler", 2, 20);

        // Then
        List<TestRecord<String, Alert>> changes = alerts();
        assertThat(changes)
                .extracting(change -> change.value().getState())
                .containsExactly(AlertState.ACKNOWLEDGED, AlertState.CLEARED);
        Alert acknowledged = changes.getFirst().value();
        assertThat(acknowledged.getId()).isEqualTo(raised.getId());
        assertThat(acknowledged.getAcknowledgedBy()).isEqualTo("ann");
        Alert cleared = changes.getLast().value();
        assertThat(cleared.getAcknowledgedBy()).isEqualTo("ann");
        assertThat(cleared.getHistory())
                .extracting(change -> change.getState() + " " + change.getBy() + " " + change.getNote())
                .containsExactly("RAISED null null", "ACKNOWLEDGED ann on my way", "CLEARED null null");
        assertThat(pipeline.count("headrace.rules.commands.unknown")).isEqualTo(3);
    }

    @Test
    void aCommandThatCanNotBeReadIsCountedAndHarmsNothing() {
        rule("hot", "values.temperature > 80.0", null, Duration.ZERO);
        pipeline.driver
                .createInputTopic(
                        pipeline.catalogue.alertCommands().name(), new StringSerializer(), new ByteArraySerializer())
                .pipeInput("boiler", new byte[] {1, 2, 3});

        temperature("boiler", 0, 90);

        assertThat(alerts()).hasSize(1);
        assertThat(pipeline.count("headrace.rules.commands.unknown")).isEqualTo(1);
    }

    private void acknowledge(String device, String alert) {
        pipeline.put(
                pipeline.catalogue.alertCommands(),
                device,
                new AlertCommand(alert, device, AlertAction.ACKNOWLEDGE, "ann", "on my way", Pipeline.NOW));
    }

    private void pass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            pipeline.driver.advanceWallClockTime(Duration.ofSeconds(1));
        }
    }

    private static String at(int second, double value) {
        return "{\"ts\": " + START.plusSeconds(second).toEpochMilli() + ", \"values\": {\"temperature\": " + value
                + "}}";
    }

    /**
     * Two instances that have a changed rule at different times, and a run over history that has nothing but its last
     * record: the same readings are judged by the same versions.
     */
    @Test
    void everyInstanceGoesOverToANewVersionWithTheSameReading(@TempDir Path other, @TempDir Path later) {
        // Given
        Rule.Builder first = builder("hot").setCondition("values.temperature > 80.0");
        Rule second = builder("hot")
                .setCondition("values.temperature > 50.0")
                .setUpdatedAt(Pipeline.NOW.plusSeconds(30))
                .setEffectiveAt(Pipeline.NOW.plusSeconds(100))
                .setEarlier(first.build())
                .build();
        List<List<String>> told = new ArrayList<>();

        // When: the record comes after 40, after 90, and before all of 200 readings
        for (int arrival : new int[] {40, 90, 0}) {
            stop();
            pipeline = new Pipeline(
                    arrival == 40 ? folder.resolve("one") : arrival == 90 ? other : later,
                    Map.of("processors.fragments", "normalize,route,rules"));
            put(first);
            for (int i = 0; i < 200; i++) {
                if (i == arrival) {
                    pipeline.put(pipeline.catalogue.rules(), "hot", second);
                }
                pipeline.sendAt(Pipeline.NOW.plusSeconds(i), "boiler", at(i, i % 10 < 5 ? 60 : i % 30 < 10 ? 90 : 20));
            }
            told.add(alerts().stream()
                    .map(alert -> alert.value().getState() + " " + alert.value().getId() + " "
                            + alert.value().getClearedAt())
                    .toList());
        }

        // Then
        assertThat(told.get(0)).hasSizeGreaterThan(10).isEqualTo(told.get(1)).isEqualTo(told.get(2));
        // raised by the first version, and by it cleared at 100
        assertThat(told.get(0)).contains("CLEARED hot/boiler/" + micros(95) + " " + START.plusSeconds(105));
    }

    /** By a device's own time: what it measured before the point is judged by the version of that time, however late. */
    @Test
    void aVersionMayBeginByTheTimeOfTheReadings() {
        put(builder("hot")
                .setCondition("values.temperature > 50.0")
                .setEffectiveAt(START.plusSeconds(100))
                .setEffectiveBy(EffectiveBy.OBSERVED)
                .setEarlier(
                        builder("hot").setCondition("values.temperature > 80.0").build()));

        for (int second : new int[] {0, 99, 100, 101}) {
            pipeline.sendAt(Pipeline.NOW.plusSeconds(3_600), "boiler", at(second, 60));
        }

        assertThat(alerts())
                .singleElement()
                .satisfies(alert -> assertThat(alert.value().getRaisedAt()).isEqualTo(START.plusSeconds(100)));
    }

    private static long micros(int second) {
        return START.plusSeconds(second).toEpochMilli() * 1_000;
    }

    @Test
    void theStateOfTheFirstVersionGoesOn() {
        // Given: 18 bytes of device and rule: version, raised, since, seen at
        long since = micros(0);
        byte[] raised = ByteBuffer.allocate(18)
                .put((byte) 1)
                .put((byte) 2)
                .putLong(since)
                .putLong(since)
                .array();
        WriteBackStore<?, ?> store = (WriteBackStore<?, ?>) pipeline.driver.getStateStore("rules-courses");
        store.wrapped().put(Bytes.wrap("boiler\nhot".getBytes(StandardCharsets.UTF_8)), raised);
        rule("hot", "values.temperature > 80.0", null, Duration.ZERO);

        // When
        temperature("boiler", 1, 90);
        temperature("boiler", 2, 20);

        // Then
        assertThat(alerts()).singleElement().satisfies(alert -> {
            assertThat(alert.value().getState()).isEqualTo(AlertState.CLEARED);
            assertThat(alert.value().getId()).isEqualTo("hot/boiler/" + since);
        });
    }
}
