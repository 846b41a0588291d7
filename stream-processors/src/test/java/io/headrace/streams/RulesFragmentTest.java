package io.headrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.Headers;
import io.headrace.record.Alert;
import io.headrace.record.AlertState;
import io.headrace.record.DeviceStatus;
import io.headrace.record.Rule;
import io.headrace.record.Severity;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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
        pipeline.put(
                pipeline.catalogue.rules(),
                id,
                new Rule(id, true, condition, clear, holds.toMillis(), Severity.CRITICAL, "too hot", Pipeline.NOW));
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
    void aRuleIsInForceAsSoonAsItIsThereAndNoLonger() {
        temperature("a", 0, 90);
        rule("hot", "values.temperature > 80.0", null, Duration.ZERO);
        temperature("b", 0, 90);
        pipeline.put(pipeline.catalogue.rules(), "hot", null);
        temperature("c", 0, 90);

        assertThat(alerts()).extracting(TestRecord::key).containsExactly("b");
    }
}
