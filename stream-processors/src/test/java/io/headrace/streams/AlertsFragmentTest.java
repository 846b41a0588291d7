package io.headrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.Headers;
import io.headrace.record.Alert;
import io.headrace.record.AlertAction;
import io.headrace.record.AlertCommand;
import io.headrace.record.AlertState;
import io.headrace.record.DeviceStatus;
import io.headrace.record.GatewayHeartbeat;
import io.headrace.record.Rule;
import io.headrace.record.RuleEscalation;
import io.headrace.record.RuleGroup;
import io.headrace.record.Severity;
import io.headrace.record.SilentCheck;
import io.headrace.streams.state.WriteBackStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people are told of the alerts of many devices, of gateways that are away, and of what nobody acknowledges. */
class AlertsFragmentTest {
    private static final RuleGroup BY_SITE = new RuleGroup(List.of("site"), 5, 60_000L, 5_000L);

    @TempDir
    private Path folder;

    private Pipeline pipeline;
    private Instant now = Pipeline.NOW;
    /** Gateways that run, and since when. */
    private final Set<String> beating = new HashSet<>();

    private Instant startedAt = Pipeline.NOW.minusSeconds(3_600);

    @BeforeEach
    void start() {
        pipeline = new Pipeline(folder, Map.of("processors.fragments", "normalize,route,rules"));
    }

    @AfterEach
    void stop() {
        pipeline.close();
    }

    private void rule(String id, @Nullable RuleGroup group, @Nullable RuleEscalation escalation, boolean ofSilence) {
        Rule.Builder rule = Rule.newBuilder()
                .setId(id)
                .setCondition(ofSilence ? "" : "values.temperature > 80.0")
                .setCheck(ofSilence ? new SilentCheck(60_000L, false, false) : null)
                .setGroup(group)
                .setEscalation(escalation)
                .setUpdatedAt(Pipeline.NOW);
        pipeline.put(pipeline.catalogue.rules(), id, rule.build());
    }

    private void devices(String site, int from, int to) {
        for (int i = from; i < to; i++) {
            pipeline.register("d" + i, DeviceStatus.ENABLED, Map.of("site", site));
        }
    }

    private void say(int from, int to, String... headers) {
        for (int i = from; i < to; i++) {
            say("d" + i, 20, headers);
        }
    }

    private void say(String device, double temperature, String... headers) {
        String payload = "{\"ts\": " + now.toEpochMilli() + ", \"values\": {\"temperature\": " + temperature + "}}";
        pipeline.sendAt(now, device, payload, headers);
    }

    private void pass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            now = now.plusSeconds(1);
            pipeline.driver.advanceWallClockTime(Duration.ofSeconds(1));
            for (String gateway : beating) {
                pipeline.put(pipeline.catalogue.gateways(), gateway, new GatewayHeartbeat(gateway, startedAt, now));
            }
        }
    }

    private static boolean isQuiet(TestRecord<String, Alert> record) {
        return Headers.find(record.headers(), Headers.QUIET).isPresent();
    }

    /** State and device of what people are told, since this was last asked. */
    private List<String> told() {
        return records().stream()
                .filter(record -> !isQuiet(record))
                .map(record -> record.value().getState() + " " + record.key())
                .toList();
    }

    private List<TestRecord<String, Alert>> records() {
        List<TestRecord<String, Alert>> records = pipeline.all(pipeline.catalogue.alerts());
        assertThat(records).allSatisfy(record -> {
            assertThat(record.key()).isEqualTo(record.value().getDeviceId());
            assertThat(Headers.find(record.headers(), Headers.ORIGIN)).isPresent();
            assertThat(record.value().getPartOf() == null || isQuiet(record)).isTrue();
        });
        return records;
    }

    private void acknowledge(Alert alert) {
        pipeline.put(
                pipeline.catalogue.alertCommands(),
                alert.getDeviceId(),
                new AlertCommand(alert.getId(), alert.getDeviceId(), AlertAction.ACKNOWLEDGE, "ann", null, now));
    }

    @Test
    void fiftyDevicesOfOneSiteThatFallSilentAtOnceAreOneAlert() {
        // Given
        rule("silent", BY_SITE, null, true);
        devices("north", 0, 50);
        devices("south", 50, 53);
        for (int second = 0; second < 30; second++) {
            say(second, second + 1);
            say(second + 20, second + 21);
            pass(1);
        }
        say("d50", 20);
        say("d51", 20);

        // When
        pass(100);

        // Then
        List<TestRecord<String, Alert>> records = records();
        List<Alert> told = records.stream()
                .filter(each -> !isQuiet(each))
                .map(TestRecord::value)
                .toList();
        assertThat(told)
                .extracting(alert -> alert.getState() + " " + alert.getDeviceId())
                .containsExactlyInAnyOrder("RAISED site/north", "RAISED d50", "RAISED d51");
        Alert group = records.stream()
                .map(TestRecord::value)
                .filter(alert -> alert.getDeviceId().equals("site/north"))
                .reduce((first, second) -> second)
                .orElseThrow();
        assertThat(group.getMemberTotal()).isEqualTo(50);
        assertThat(group.getMemberCount()).isEqualTo(50);
        assertThat(group.getMessage()).isEqualTo("50 devices of site/north: nothing was received for 1 min");
        assertThat(records)
                .filteredOn(record -> group.getId().equals(record.value().getPartOf()))
                .hasSize(50);

        // When
        acknowledge(group);
        say(0, 50);

        // Then
        assertThat(told()).containsExactly("ACKNOWLEDGED site/north", "CLEARED site/north");
        assertThat(pipeline.count("headrace.rules.groups")).isEqualTo(1);
        assertThat(pipeline.count("headrace.rules.grouped")).isEqualTo(50);
    }

    @Test
    void aMemberIsAcknowledgedAndClearedUnderItsOwnId() {
        rule("hot", BY_SITE, null, false);
        devices("north", 0, 5);
        for (int i = 0; i < 5; i++) {
            say("d" + i, 90);
        }
        pass(5);
        Alert member = records().stream()
                .map(TestRecord::value)
                .filter(alert -> alert.getDeviceId().equals("d3"))
                .findFirst()
                .orElseThrow();

        acknowledge(member);
        pass(1);
        say("d3", 20);

        assertThat(records())
                .filteredOn(record -> record.key().equals("d3"))
                .extracting(record ->
                        record.value().getState() + " " + record.value().getPartOf())
                .containsExactly("ACKNOWLEDGED " + member.getPartOf(), "CLEARED " + member.getPartOf());
    }

    @Test
    void anAcknowledgementOfAGroupThatDoesNotStandIsCounted() {
        pipeline.put(
                pipeline.catalogue.alertCommands(),
                "site/north",
                new AlertCommand("hot/site/north/1", "site/north", AlertAction.ACKNOWLEDGE, "ann", null, now));

        assertThat(told()).isEmpty();
        assertThat(pipeline.count("headrace.rules.commands.unknown")).isEqualTo(1);
    }

    /** Fifty devices lose their gateway, which comes back half a minute later, and they with it, one after the other. */
    @Test
    void aGatewayThatIsKilledAndComesBackRaisesNothing() {
        rule("silent", null, null, true);
        beating.add("g1");
        for (int second = 0; second < 20; second++) {
            say(0, 50, Headers.GATEWAY, "g1");
            pass(1);
        }

        beating.clear();
        pass(55);
        startedAt = now;
        beating.add("g1");
        for (int second = 0; second < 55; second++) {
            say(second, second + 1, Headers.GATEWAY, "g1");
            pass(1);
        }
        say(0, 55, Headers.GATEWAY, "g1");
        pass(50);

        assertThat(told()).isEmpty();
    }

    @Test
    void aGatewayThatRestartsFasterThanItIsMissedLeavesItsDevicesTimeToConnectAnew() {
        rule("silent", null, null, true);
        beating.add("g1");
        pass(5);
        say(0, 50, Headers.GATEWAY, "g1");
        pass(40);

        startedAt = now;
        pass(55);
        assertThat(told()).isEmpty();
        say(0, 49, Headers.GATEWAY, "g1");
        pass(20);

        assertThat(told()).containsExactly("RAISED d49");
    }

    @Test
    void aGatewayThatStaysAwayIsOneAlertAndDevicesThatStayAwayAfterItTheirOwn() {
        // Given
        rule("silent", null, null, true);
        beating.addAll(Set.of("g1", "g2"));
        pass(5);
        say(0, 50, Headers.GATEWAY, "g1");
        say("other", 20, Headers.GATEWAY, "g2");
        Instant last = now;

        // When
        beating.remove("g1");
        pass(90);

        // Then
        List<TestRecord<String, Alert>> records = records();
        assertThat(records)
                .filteredOn(record -> !isQuiet(record))
                .extracting(record -> record.value().getState() + " " + record.key())
                .containsExactlyInAnyOrder("RAISED hr-gateway/g1", "RAISED other");
        assertThat(records)
                .filteredOn(record -> record.key().equals("hr-gateway/g1"))
                .last()
                .satisfies(record -> assertThat(record.value().getMessage())
                        .isEqualTo("gateway g1 has been silent since " + last + ", 50 devices behind it"));

        // When: it is back, and 48 of them
        startedAt = now;
        beating.add("g1");
        for (int i = 0; i < 2; i++) {
            pass(25);
            say(0, 48, Headers.GATEWAY, "g1");
        }
        assertThat(told()).isEmpty();
        for (int i = 0; i < 3; i++) {
            pass(25);
            say(0, 48, Headers.GATEWAY, "g1");
        }

        // Then
        assertThat(told()).containsExactlyInAnyOrder("CLEARED hr-gateway/g1", "RAISED d48", "RAISED d49");
        say("d48", 20, Headers.GATEWAY, "g1");
        assertThat(told()).containsExactly("CLEARED d48");
    }

    @Test
    void devicesThatComeInThroughAnotherGatewayAreNotBehindTheFirst() {
        rule("silent", null, null, true);
        beating.addAll(Set.of("g1", "g2"));
        pass(5);
        say(0, 10, Headers.GATEWAY, "g1");
        beating.remove("g1");
        pass(20);
        say(0, 10, Headers.GATEWAY, "g2");
        pass(50);
        assertThat(told()).isEmpty();
        pass(20);

        assertThat(told()).hasSize(10).allMatch(line -> line.startsWith("RAISED d"));
    }

    /** As while Kafka is away, and nothing can be committed; or when the machine slept. */
    @Test
    void processorsThatStoodStillCallNobodySilent() {
        rule("silent", null, null, true);
        say(0, 50);
        pass(30);

        now = now.plusSeconds(600);
        pipeline.driver.advanceWallClockTime(Duration.ofMinutes(10));
        pass(55);
        assertThat(told()).isEmpty();
        say(0, 49);
        pass(10);

        assertThat(told()).containsExactly("RAISED d49");
    }

    @Test
    void anAlertThatNobodyAcknowledgesIsToldAgainAsMoreSevere() {
        // Given
        rule("hot", null, new RuleEscalation(60_000L, null, 1), false);
        say("d1", 90);

        // When
        pass(59);
        assertThat(told()).containsExactly("RAISED d1");
        pass(1);
        List<TestRecord<String, Alert>> first = records();
        pass(60);
        List<TestRecord<String, Alert>> second = records();
        pass(600);

        // Then
        assertThat(first).singleElement().satisfies(record -> {
            assertThat(record.value().getState()).isEqualTo(AlertState.RAISED);
            assertThat(record.value().getSeverity()).isEqualTo(Severity.CRITICAL);
            assertThat(record.value().getEscalationLevel()).isEqualTo(1);
            assertThat(record.value().getHistory().getLast().getState()).isEqualTo(AlertState.ESCALATED);
            assertThat(record.value().getHistory().getLast().getNote()).isEqualTo("nobody acknowledged it for 1 min");
            assertThat(record.getRecordTime()).isEqualTo(Pipeline.NOW.plusSeconds(60));
            assertThat(isQuiet(record)).isFalse();
        });
        assertThat(second)
                .singleElement()
                .satisfies(record ->
                        assertThat(record.value().getEscalationLevel()).isEqualTo(2));

        // When
        acknowledge(second.getFirst().value());
        say("d1", 20);

        // Then
        List<TestRecord<String, Alert>> last = records();
        assertThat(last)
                .extracting(record -> record.value().getState() + " "
                        + record.value().getSeverity() + " " + record.value().getEscalationLevel())
                .containsExactly("ACKNOWLEDGED CRITICAL 2", "CLEARED CRITICAL 2");
        assertThat(last.getLast().value().getHistory())
                .extracting(change -> change.getState().name())
                .containsExactly("RAISED", "ESCALATED", "ESCALATED", "ACKNOWLEDGED", "CLEARED");
    }

    @Test
    void whatIsAcknowledgedOrClearedInTimeIsNotEscalated() {
        rule("hot", null, new RuleEscalation(60_000L, Severity.CRITICAL, 9), false);
        say("d1", 90);
        say("d2", 90);
        say("d3", 90);
        List<TestRecord<String, Alert>> raised = records();
        pass(50);

        acknowledge(raised.get(0).value());
        say("d2", 20);
        pass(11);

        assertThat(told()).containsExactly("ACKNOWLEDGED d1", "CLEARED d2", "RAISED d3");
        pipeline.put(pipeline.catalogue.rules(), "hot", null);
        pass(60);
        assertThat(told()).isEmpty();
    }

    @Test
    void aGroupIsEscalatedAndItsMembersAreNot() {
        rule("hot", BY_SITE, new RuleEscalation(60_000L, null, 0), false);
        devices("north", 0, 6);
        for (int i = 0; i < 6; i++) {
            say("d" + i, 90);
        }
        pass(6);
        assertThat(told()).containsExactly("RAISED site/north");

        pass(60);

        assertThat(records()).singleElement().satisfies(record -> {
            assertThat(record.key()).isEqualTo("site/north");
            assertThat(record.value().getEscalationLevel()).isEqualTo(1);
        });
        for (int i = 0; i < 6; i++) {
            say("d" + i, 20);
        }
        assertThat(told()).containsExactly("CLEARED site/north");
    }

    @Test
    void aDeviceThatIsErasedLeavesNothingInItsGroup() {
        rule("hot", new RuleGroup(List.of(), 3, 60_000L, 0L), new RuleEscalation(60_000L, null, 0), false);
        say("boiler-1", 90);
        say("boiler-2", 90);
        say("boiler-3", 90);
        assertThat(told()).containsExactly("RAISED boiler-1", "RAISED boiler-2", "RAISED *");
        assertThat(traces("boiler-2")).isNotEmpty();

        pipeline.erase("boiler-2", 3);

        assertThat(traces("boiler-2")).isEmpty();
        assertThat(traces("boiler-3")).isNotEmpty();
        say("boiler-1", 20);
        say("boiler-3", 20);
        assertThat(told()).containsExactly("CLEARED boiler-1", "CLEARED *");
    }

    /** Entries of the stores of alerts that have a text in key or value. */
    private List<String> traces(String text) {
        List<String> traces = new ArrayList<>();
        for (String name :
                List.of("rules-alerts-gathered", "rules-alerts-escalations", "rules-alerts-groups-escalations")) {
            WriteBackStore<?, ?> store = (WriteBackStore<?, ?>) pipeline.driver.getStateStore(name);
            try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
                all.forEachRemaining(entry -> {
                    String found = new String(entry.key.get(), StandardCharsets.UTF_8)
                            + new String(entry.value, StandardCharsets.ISO_8859_1);
                    if (found.contains(text)) {
                        traces.add(name + " " + found);
                    }
                });
            }
        }
        return traces;
    }
}
