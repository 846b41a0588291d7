package io.headrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.Headers;
import io.headrace.record.Alert;
import io.headrace.record.DeviceStatus;
import io.headrace.record.GatewayHeartbeat;
import io.headrace.record.Rule;
import io.headrace.record.RuleGroup;
import io.headrace.record.RuleTarget;
import io.headrace.record.SilentCheck;
import io.headrace.streams.state.WriteBackStore;
import io.headrace.testing.InMemorySchemaRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Registered devices that have never sent anything. */
class NeverSpokenTest {
    @TempDir
    private Path folder;

    private final InMemorySchemaRegistry schemas = new InMemorySchemaRegistry();
    private Pipeline pipeline;
    private Instant now = Pipeline.NOW;

    @BeforeEach
    void start() {
        pipeline = open(folder);
    }

    @AfterEach
    void stop() {
        pipeline.close();
    }

    private Pipeline open(Path folder) {
        return new Pipeline(folder, Map.of("processors.fragments", "normalize,route,rules"), schemas);
    }

    private static Rule.Builder rule(boolean neverSpoke) {
        return Rule.newBuilder()
                .setId("silent")
                .setCondition("")
                .setCheck(new SilentCheck(60_000L, false, neverSpoke))
                .setUpdatedAt(Pipeline.NOW);
    }

    private void put(Rule.Builder rule) {
        pipeline.put(pipeline.catalogue.rules(), rule.getId(), rule.build());
    }

    private void register(String device) {
        pipeline.register(device, DeviceStatus.ENABLED, Map.of("site", "north"));
    }

    private void pass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            now = now.plusSeconds(1);
            pipeline.driver.advanceWallClockTime(Duration.ofSeconds(1));
        }
    }

    /** State and device of each change, since this was last asked. */
    private List<String> changes() {
        return records().stream()
                .map(record -> record.value().getState() + " " + record.key())
                .toList();
    }

    private List<TestRecord<String, Alert>> records() {
        return pipeline.all(pipeline.catalogue.alerts());
    }

    @Test
    void areToldOfOnceAndAreWellWhenTheySpeak() {
        // Given
        put(rule(true));
        register("d1");
        pass(59);
        assertThat(records()).isEmpty();

        // When
        pass(300);

        // Then
        List<TestRecord<String, Alert>> raised = records();
        assertThat(raised).hasSize(1);
        Alert alert = raised.getFirst().value();
        assertThat(alert.getRaisedAt()).isEqualTo(Pipeline.NOW.plusSeconds(60));
        assertThat(alert.getMessage())
                .isEqualTo("nothing was received for 1 min, and nothing is known from before: registered "
                        + "2025-07-01T12:00:00Z");
        assertThat(raised.getFirst().getRecordTime())
                .as("it is news of now")
                .isBetween(Pipeline.NOW.plusSeconds(60), Pipeline.NOW.plusSeconds(62));
        assertThat(Headers.find(raised.getFirst().headers(), Headers.ORIGIN)).isEmpty();

        // When
        pipeline.sendAt(now, "d1", "{\"ts\": 1700000000000, \"values\": {\"t\": 1}}");
        assertThat(changes()).containsExactly("CLEARED d1");
        pass(70);

        // Then
        assertThat(records())
                .singleElement()
                .satisfies(again -> assertThat(again.value().getMessage()).isEqualTo("nothing was received for 1 min"));
    }

    @Test
    void areNoConcernOfRulesFromBeforeTheyCounted() {
        put(rule(false));
        register("d1");

        pass(300);

        assertThat(records()).isEmpty();
    }

    @Test
    void countFromWhenTheRuleCameWhereThatWasLater() {
        register("d1");
        pass(300);
        put(rule(true).setEffectiveAt(now).setUpdatedAt(now));

        pass(59);
        assertThat(records()).isEmpty();
        pass(2);

        assertThat(changes()).containsExactly("RAISED d1");
    }

    /** Beside a rule for others that comes first and is as short. */
    @Test
    void areFoundByARuleThatComesLater() {
        put(rule(true).setId("others").setTarget(new RuleTarget(List.of("d2"), Map.of())));
        register("d1");
        pass(100);
        put(rule(true).setEffectiveAt(now).setUpdatedAt(now));

        pass(62);

        assertThat(changes()).containsExactly("RAISED d1");
    }

    @Test
    void areOnlyThoseThatARuleIsAbout() {
        put(rule(true).setTarget(new RuleTarget(List.of(), Map.of("site", "north"))));
        pipeline.register("south", DeviceStatus.ENABLED, Map.of("site", "south"));
        register("north");

        pass(100);

        assertThat(changes()).containsExactly("RAISED north");
    }

    @ParameterizedTest
    @EnumSource(
            value = DeviceStatus.class,
            names = {"DISABLED", "QUARANTINED"})
    void needNotSpeakWhileTheyMayNot(DeviceStatus status) {
        // Given
        put(rule(true));
        pipeline.register("d1", status, Map.of());
        pass(100);
        assertThat(records()).isEmpty();
        register("d1");
        pass(62);
        assertThat(changes()).containsExactly("RAISED d1");

        // When
        pipeline.register("d1", status, Map.of());
        pass(2);

        // Then
        assertThat(records())
                .singleElement()
                .satisfies(record -> assertThat(
                                record.value().getHistory().getLast().getNote())
                        .isEqualTo("the device is " + status.name().toLowerCase(Locale.ROOT)));
        pass(100);
        assertThat(records()).isEmpty();

        // When
        register("d1");
        pass(62);

        // Then
        assertThat(records())
                .singleElement()
                .satisfies(record -> assertThat(record.value().getEpisode()).isEqualTo(2));
    }

    @Test
    void areForgottenWhereTheyAreDeleted() {
        put(rule(true));
        register("d1");
        pass(62);
        pipeline.put(pipeline.catalogue.registry(), "d1", null);

        pass(100);

        assertThat(changes()).containsExactly("RAISED d1", "CLEARED d1");
    }

    @Test
    void ofOneSiteAreOneAlert() {
        // Given
        put(rule(true).setGroup(new RuleGroup(List.of("site"), 5, 60_000L, 5_000L)));
        for (int i = 0; i < 50; i++) {
            register("d" + i);
        }

        // When
        pass(100);

        // Then
        assertThat(records().stream()
                        .filter(record ->
                                Headers.find(record.headers(), Headers.QUIET).isEmpty())
                        .map(record -> record.value().getState() + " " + record.key() + " of "
                                + record.value().getMemberTotal()))
                .containsExactly("RAISED site/north of 50");
    }

    /** While no gateway runs, they have no way in. */
    @Test
    void areNotCalledSilentWhereNoGatewayIsThere() {
        put(rule(true));
        pipeline.put(pipeline.catalogue.gateways(), "gw-1", new GatewayHeartbeat("gw-1", now, now));
        register("d1");

        pass(300);
        assertThat(records()).isEmpty();
        for (int i = 0; i < 62; i++) {
            pipeline.put(pipeline.catalogue.gateways(), "gw-1", new GatewayHeartbeat("gw-1", Pipeline.NOW, now));
            pass(1);
        }

        assertThat(changes()).containsExactly("RAISED d1");
    }

    /** What is stored of devices goes over into a new task, as from its changelog; the registry is read anew. */
    @Test
    void areNotToldOfAgainAfterARestart(@TempDir Path other) {
        // Given
        put(rule(true));
        register("told");
        pass(62);
        register("waiting");
        assertThat(changes()).containsExactly("RAISED told");
        Map<Bytes, byte[]> stored = stored();
        assertThat(stored).as("who hasn't been silent for long isn't stored").hasSize(1);
        pipeline.close();

        // When
        pipeline = open(other);
        stored.forEach((key, value) -> courses().wrapped().put(key, value));
        put(rule(true));
        register("told");
        register("waiting");
        pass(59);
        assertThat(records()).as("nobody listened before").isEmpty();
        pass(300);

        // Then
        assertThat(changes()).containsExactly("RAISED waiting");
        pipeline.sendAt(now, "told", "{\"t\": 1}");
        assertThat(changes()).containsExactly("CLEARED told");
    }

    private WriteBackStore<?, ?> courses() {
        return (WriteBackStore<?, ?>) pipeline.driver.getStateStore("rules-courses");
    }

    private Map<Bytes, byte[]> stored() {
        Map<Bytes, byte[]> stored = new HashMap<>();
        try (KeyValueIterator<Bytes, byte[]> all = courses().all()) {
            while (all.hasNext()) {
                KeyValue<Bytes, byte[]> each = all.next();
                stored.put(each.key, each.value);
            }
        }
        return stored;
    }
}
