package io.headrace.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.record.Anomaly;
import io.headrace.record.Origin;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.internals.Topic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogueTest {
    private final Catalogue catalogue = new Catalogue("", Sizing.STANDALONE);

    @Test
    void namesAreThoseOfTheDesign() {
        assertThat(catalogue.all().stream().map(io.headrace.catalogue.Topic::name))
                .contains(
                        "telemetry.raw",
                        "telemetry.replay",
                        "telemetry.readings",
                        "telemetry.aggregates",
                        "telemetry.anomalies",
                        "control.anomaly-feedback",
                        "telemetry.alerts",
                        "telemetry.notifications",
                        "telemetry.late",
                        "telemetry.raw.dlq",
                        "sink.warm.dlq",
                        "device.registry",
                        "device.groups",
                        "device.twins",
                        "config.rules",
                        "config.routes",
                        "config.mappings",
                        "config.maintenance",
                        "config.models",
                        "telemetry.predictions",
                        "device.events",
                        "device.commands",
                        "device.command-results",
                        "telemetry.ledger",
                        "control.audit",
                        "control.replays")
                .doesNotHaveDuplicates()
                .allSatisfy(Topic::validate);
    }

    @Test
    void aPrefixIsBeforeEveryNameOnce() {
        Catalogue hub = new Catalogue("hub1.", Sizing.CLUSTER);
        assertThat(hub.all()).allMatch(topic -> topic.name().startsWith("hub1."));
        assertThat(hub.deadLetters(hub.raw()).name()).isEqualTo("hub1.telemetry.raw.dlq");
        assertThat(hub.readings().subject()).isEqualTo("hub1.telemetry.readings-value");
    }

    @Test
    void aProcessorsOwnTopicIsOneOfTheHub() {
        Catalogue hub = new Catalogue("hub1.", Sizing.CLUSTER);
        var excursions = hub.topic("telemetry.excursions", Duration.ofDays(2), Anomaly.class);

        assertThat(hub.with(List.of(excursions)).all())
                .hasSize(hub.all().size() + 1)
                .contains(excursions);
        assertThat(excursions.name()).isEqualTo("hub1.telemetry.excursions");
        assertThat(excursions.config()).containsEntry("retention.ms", "172800000");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "A",
                "telemetry.routed.x",
                "device.events",
                "config.x",
                "control.x",
                "sink.x",
                "a.dlq",
                "__consumer_offsets"
            })
    void aProcessorsTopicIsNoneThatHeadraceMayWant(String name) {
        assertThatThrownBy(() -> catalogue.topic(name, Duration.ofDays(2), Anomaly.class))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void retentionsAreThoseOfTheDesign() {
        assertThat(catalogue.raw().config())
                .containsEntry("retention.ms", "604800000")
                .containsEntry("cleanup.policy", "delete");
        assertThat(catalogue.readings().config()).containsEntry("retention.ms", "259200000");
        assertThat(catalogue.registry().config())
                .containsEntry("cleanup.policy", "compact")
                .containsEntry("retention.ms", "-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../x", "a.b", "__consumer_offsets.", "a b", "x\u0000"})
    void aRouteCantNameAnotherTopicOfTheCluster(String name) {
        assertThatThrownBy(() -> catalogue.routed(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "a b", "ü", "a\u0000", "d#1", "a+b"})
    void whatIsNoDeviceIdIsRefused(String id) {
        assertThat(DeviceId.isValid(id)).isFalse();
        assertThatThrownBy(() -> new DeviceId(id))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("\u0000");
    }

    @Test
    void aDeviceIdMayHave128CharactersAndNoMore() {
        assertThat(DeviceId.isValid("Az09-._:@=," + "x".repeat(117))).isTrue();
        assertThat(DeviceId.isValid("x".repeat(129))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "a+", "#", "a b", "d@1", "a,b", "ü", "a\u0000", "a\n"})
    void whatIsNoCommandIdIsRefused(String id) {
        assertThat(CommandId.isValid(id)).isFalse();
        assertThatThrownBy(() -> new CommandId(id)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aCommandIdMayHave128CharactersAndNoMore() {
        assertThat(CommandId.isValid("Az09-._:=" + "x".repeat(119))).isTrue();
        assertThat(CommandId.isValid("x".repeat(129))).isFalse();
    }

    @Test
    void anOriginIsReadAsItWasWritten() {
        assertThat(OriginHeader.ofMessage(new Origin(3, 4711L, 0))).isEqualTo("3:4711");
        assertThat(OriginHeader.ofElement(new Origin(3, 4711L, 0))).isEqualTo("3:4711#0");
        assertThat(OriginHeader.parse("3:4711#2")).contains(new Origin(3, 4711L, 2));
        assertThat(OriginHeader.parse("3:4711")).contains(new Origin(3, 4711L, 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "3", "3:", ":1", "3:x", "-1:2", "3:4#", "3:4#-1", "3#4:5"})
    void whatIsNoOriginIsEmpty(String text) {
        assertThat(OriginHeader.parse(text)).isEmpty();
    }

    @Test
    void theReasonOfADeadLetterIsOursOrTakenFromConnect() {
        RecordHeaders ours = new RecordHeaders();
        Headers.set(ours, Headers.REASON, "TOO_DEEP");
        RecordHeaders sinks = new RecordHeaders();
        Headers.set(sinks, "__connect.errors.exception.message", "REJECTED_BY_TARGET: invalid byte sequence\nmore");
        Headers.set(sinks, "__connect.errors.connector.name", "warm");
        RecordHeaders converters = new RecordHeaders();
        Headers.set(converters, "__connect.errors.exception.message", "no such schema");
        RecordHeaders foreign = new RecordHeaders();
        Headers.set(foreign, Headers.REASON, "<script>");

        assertThat(Headers.findReason(ours)).contains(Reason.TOO_DEEP);
        assertThat(Headers.findReason(sinks)).contains(Reason.REJECTED_BY_TARGET);
        assertThat(Headers.findDetail(sinks)).contains("REJECTED_BY_TARGET: invalid byte sequence");
        assertThat(Headers.findStage(sinks)).contains("warm");
        assertThat(Headers.findReason(converters)).contains(Reason.PROCESSING_FAILED);
        assertThat(Headers.findReason(foreign)).isEmpty();
        assertThat(Headers.findReason(new RecordHeaders())).isEmpty();
    }

    @Test
    void everyOutcomeHasACodeOfItsOwn() {
        for (Outcome outcome : Outcome.values()) {
            assertThat(Outcome.ofCode(outcome.code())).isSameAs(outcome);
        }
        for (byte none : List.of((byte) 0, (byte) 6, (byte) -1)) {
            assertThatThrownBy(() -> Outcome.ofCode(none)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aLedgerPageHoldsSuccessiveOffsets() {
        assertThat(LedgerPage.baseOf(1023)).isZero();
        assertThat(LedgerPage.baseOf(1024)).isEqualTo(1024);
        assertThat(LedgerPage.key(2, 1024)).isEqualTo("2:1024");
    }
}
