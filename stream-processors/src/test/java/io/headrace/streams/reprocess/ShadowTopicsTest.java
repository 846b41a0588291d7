package io.headrace.streams.reprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.catalogue.Topic;
import io.headrace.config.ConfigException;
import io.headrace.config.Settings;
import io.headrace.streams.Processors;
import io.headrace.streams.ProcessorsConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ShadowTopicsTest {
    private static final Instant NOW = Instant.parse("2026-03-10T00:00:00Z");

    @Test
    void whatIsWrittenHasAnotherNameAndWhatIsReadKeepsItsOwn() {
        // When
        ShadowTopics raw = topics("normalize,route,window", List.of());
        ShadowTopics readings = topics("window,detect", List.of());

        // Then
        assertThat(raw.written())
                .extracting(pair -> pair.shadow().name())
                .containsExactlyInAnyOrder(
                        "hub1.telemetry.readings.try",
                        "hub1.telemetry.aggregates.try",
                        "hub1.telemetry.late.try",
                        "hub1.telemetry.ledger.try",
                        "hub1.telemetry.raw.dlq.try",
                        "hub1.telemetry.readings.dlq.try");
        assertThat(raw.config().catalogue().raw().name()).isEqualTo("hub1.telemetry.raw");
        assertThat(raw.config().catalogue().registry().name()).isEqualTo("hub1.device.registry");
        assertThat(raw.config().catalogue().routed("x").name()).isEqualTo("hub1.telemetry.routed.x.try");
        assertThat(readings.config().catalogue().readings().name()).isEqualTo("hub1.telemetry.readings");
        assertThat(readings.config().catalogue().anomalies().name()).isEqualTo("hub1.telemetry.anomalies.try");
        assertThat(readings.config().applicationId()).isEqualTo("hub1.headrace-reprocess-try");
    }

    @Test
    void aShadowIsKeptADayLongerThanItsHistoryIsOld() {
        Topic<?> aggregates = topics("window", List.of()).config().catalogue().aggregates();

        assertThat(aggregates.retention()).contains(Duration.ofDays(5));
        assertThat(aggregates.cleanup()).isEqualTo(Topic.Cleanup.DELETE);
    }

    @Test
    void rulesOfTheRunsOwnAreATopicOfItsOwn() {
        ProcessorsConfig config = config("rules");
        ShadowTopics live = topics("rules", List.of());
        ShadowTopics own = topics("rules", List.of(config.catalogue().rules()));

        assertThat(live.config().catalogue().rules().name()).isEqualTo("hub1.config.rules");
        assertThat(own.config().catalogue().rules().name()).isEqualTo("hub1.config.rules.try");
        assertThat(own.config().catalogue().rules().cleanup()).isEqualTo(Topic.Cleanup.COMPACT);
    }

    @Test
    void aRunCommandsNoDeviceAndTellsNobody() {
        ProcessorsConfig live = config("rules");
        ProcessorsConfig run = topics("rules", List.of()).config();

        assertThat(Processors.written(live)).contains("hub1.device.commands", "hub1.telemetry.notifications");
        assertThat(Processors.written(run))
                .contains("hub1.telemetry.alerts.try")
                .noneMatch(topic -> topic.contains("commands") || topic.contains("notifications"));
    }

    @Test
    void onlyWhatARunMayHaveLeftIsLeftOver() {
        Set<String> there = Set.of(
                "hub1.telemetry.aggregates",
                "hub1.telemetry.aggregates.try",
                "hub1.telemetry.aggregates.try2",
                "hub1.telemetry.routed.x.try",
                "hub1.telemetry.routed.x",
                "hub1.config.rules.try",
                "hub1.somebody.elses.try",
                "hub2.telemetry.aggregates.try",
                "telemetry.aggregates.try",
                "hub1.headrace-reprocess-try-window-devices-changelog",
                "hub1.headrace-reprocess-try2-window-devices-changelog",
                "hub1.headrace-processors-window-devices-changelog");

        assertThat(topics("window", List.of()).leftOvers(there))
                .containsExactly(
                        "hub1.config.rules.try",
                        "hub1.headrace-reprocess-try-window-devices-changelog",
                        "hub1.telemetry.aggregates.try",
                        "hub1.telemetry.routed.x.try");
    }

    @Test
    void aSuffixThatMakesALiveTopicIsRefused() {
        // "telemetry.raw" + ".dlq" is one, and so nobody's suffix
        assertThatThrownBy(
                        () -> config("window").into(new io.headrace.catalogue.Shadow("dlq", Set.of(), Duration.ZERO)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Reprocessing.cleanUp(config("window"), "a.b"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("must be 1 to 32 of a-z 0-9");
    }

    private static ProcessorsConfig config(String fragments) {
        return ProcessorsConfig.from(Settings.of(Map.of(
                "registry.url", "http://127.0.0.1:1",
                "kafka.topic-prefix", "hub1.",
                "processors.fragments", fragments)));
    }

    private static ShadowTopics topics(String fragments, List<Topic<?>> overridden) {
        Request request = new Request(
                config(fragments), "try", NOW.minus(Duration.ofDays(3)), NOW, Duration.ofDays(1), List.of(), List.of());
        return ShadowTopics.of(request, overridden, NOW);
    }
}
