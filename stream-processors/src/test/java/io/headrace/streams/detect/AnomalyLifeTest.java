package io.headrace.streams.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.headrace.catalogue.Headers;
import io.headrace.record.Anomaly;
import io.headrace.record.AnomalyFeedback;
import io.headrace.record.AnomalyPoint;
import io.headrace.record.AnomalyState;
import io.headrace.record.AnomalyVerdict;
import io.headrace.record.Clock;
import io.headrace.record.Maintenance;
import io.headrace.record.RuleTarget;
import io.headrace.record.Severity;
import io.headrace.record.Suppression;
import io.headrace.streams.detect.detector.Detectors;
import io.headrace.streams.detect.detector.Memory;
import io.headrace.streams.detect.episode.Watch;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the onset of an anomaly to its end: severity, evidence, maintenance, silence, and what people say. */
class AnomalyLifeTest {
    private static final String ID = "pump-1/flow/3:500#2";

    @TempDir
    private Path folder;

    private DetectPipeline pipeline;

    @BeforeEach
    void start() {
        pipeline = new DetectPipeline(folder);
        pipeline.steady("pump-1", 0, 500);
    }

    @AfterEach
    void stop() {
        pipeline.close();
    }

    private static Instant observed(int number) {
        return DetectPipeline.OBSERVED.plusSeconds(number * 60L);
    }

    @Test
    void anAnomalyOpensWithItsFirstValueGrowsWorseAndClosesOnceWhenAllIsCalm() {
        // When
        pipeline.constant("pump-1", 500, 502, 40);
        pipeline.constant("pump-1", 502, 504, 50);
        pipeline.steady("pump-1", 504, 800);

        // Then
        List<TestRecord<String, Anomaly>> records = pipeline.anomalies.readRecordsToList();
        assertThat(records)
                .extracting(each -> each.value().getState() + " " + each.value().getSeverity())
                .containsExactly("OPEN WARNING", "OPEN CRITICAL", "CLOSED CRITICAL");
        assertThat(records).extracting(each -> each.value().getId()).containsOnly(ID);
        assertThat(records).extracting(each -> each.value().getRevision()).containsExactly(0, 1, 2);
        Anomaly closed = records.getLast().value();
        assertThat(closed.getStart()).isEqualTo(observed(500));
        assertThat(closed.getEnd()).isEqualTo(observed(503));
        assertThat(closed.getStrangeValues()).isEqualTo(4);
        assertThat(closed.getPeakValue()).isEqualTo(50.0);
        assertThat(closed.getPeakAt()).isEqualTo(observed(502));
        assertThat(closed.getPeakScore()).isGreaterThanOrEqualTo(closed.getScore());
        assertThat(closed.getLow()).isCloseTo(10, within(1.0));
        assertThat(closed.getHigh()).isCloseTo(11, within(1.0));
        assertThat(closed.getValue()).isEqualTo(40.0);
        assertThat(closed.getEvent()).isEqualTo("pump-1/3:500#2");
        assertThat(closed.getThreshold()).isEqualTo(DetectConfig.THRESHOLD);
        assertThat(closed.getSuppressed()).isNull();
        assertThat(pipeline.open()).isEmpty();
    }

    @Test
    void theEvidenceIsEightValuesBeforeTheOnsetTheOnsetAndSevenAfterIt() {
        // When
        pipeline.constant("pump-1", 500, 504, 40);
        pipeline.steady("pump-1", 504, 800);

        // Then
        List<AnomalyPoint> evidence =
                pipeline.anomalies.readValuesToList().getLast().getEvidence();
        assertThat(evidence).hasSize(16);
        for (int i = 0; i < 16; i++) {
            int number = 492 + i;
            double value = number >= 500 && number < 504 ? 40 : DetectPipeline.flow(number);
            assertThat(evidence.get(i)).isEqualTo(new AnomalyPoint(observed(number), value));
        }
    }

    @Test
    void aSingleValueHoweverFarOffIsAWarningAndACriticalOneNeedsThree() {
        // When
        pipeline.constant("pump-1", 500, 501, 1e12);
        pipeline.steady("pump-1", 501, 900);

        // Then
        List<Anomaly> records = pipeline.anomalies.readValuesToList();
        assertThat(records).extracting(Anomaly::getSeverity).containsOnly(Severity.WARNING);
        assertThat(records.getLast().getState()).isEqualTo(AnomalyState.CLOSED);
        assertThat(records.getLast().getPeakValue()).isEqualTo(1e12);
    }

    @Test
    void metricsThatDepartTogetherAreAnomaliesOfOneEvent() {
        // Given
        for (int i = 500; i < 1000; i++) {
            double flow = DetectPipeline.flow(i);
            pipeline.pipe("pump-1", i, Map.of("flow", flow, "head", flow * 3), Clock.DEVICE);
        }

        // When
        pipeline.pipe("pump-1", 1000, Map.of("flow", 40.0, "head", 30.0), Clock.DEVICE);
        pipeline.pipe("pump-1", 1001, Map.of("flow", 40.0, "head", 90.0), Clock.DEVICE);

        // Then
        List<Anomaly> onsets = pipeline.onsets();
        assertThat(onsets).extracting(Anomaly::getId).containsExactly("pump-1/flow/3:1000#2", "pump-1/head/3:1001#2");
        assertThat(onsets).extracting(Anomaly::getEvent).containsOnly("pump-1/3:1000#2");
    }

    @Test
    void lateAndDisorderedValuesNeitherMoveTheOnsetNorEndBeforeIt() {
        // When
        pipeline.constant("pump-1", 500, 502, 40);
        pipeline.pipe("pump-1", 20, Map.of("flow", 60.0), Clock.DEVICE);
        pipeline.constant("pump-1", 503, 504, 40);
        pipeline.pipe("pump-1", 502, Map.of("flow", 45.0), Clock.DEVICE);
        pipeline.steady("pump-1", 504, 900);

        // Then
        List<Anomaly> records = pipeline.anomalies.readValuesToList();
        Anomaly closed = records.getLast();
        assertThat(records).extracting(Anomaly::getId).containsOnly(ID);
        assertThat(closed.getState()).isEqualTo(AnomalyState.CLOSED);
        assertThat(closed.getStart()).isEqualTo(observed(500));
        assertThat(closed.getPeakValue()).isEqualTo(45.0);
        assertThat(closed.getPeakAt()).isEqualTo(observed(502));
        assertThat(closed.getEnd()).isAfterOrEqualTo(observed(503));
    }

    @Test
    void aRestartInTheMiddleOfAnEpisodeChangesNothing() {
        // Given
        pipeline.disturbed("pump-1", 500, 504);
        pipeline.steady("pump-1", 504, 900);
        List<Anomaly> unbroken = pipeline.anomalies.readValuesToList();
        pipeline.startAnew();
        pipeline.steady("pump-1", 0, 500);
        pipeline.disturbed("pump-1", 500, 502);
        List<Anomaly> before = pipeline.anomalies.readValuesToList();

        // When
        pipeline.restart();
        pipeline.disturbed("pump-1", 502, 504);
        pipeline.steady("pump-1", 504, 900);

        // Then
        assertThat(unbroken).hasSizeGreaterThan(2);
        List<Anomaly> all = new java.util.ArrayList<>(before);
        all.addAll(pipeline.anomalies.readValuesToList());
        assertThat(all).isEqualTo(unbroken);
    }

    @Test
    void aDeviceThatFallsSilentEndsItsEpisodesEvenAcrossARestart() {
        // Given
        pipeline.constant("pump-1", 500, 502, 40);
        pipeline.anomalies.readValuesToList();

        // When
        pipeline.wait(Duration.ofMinutes(50));
        pipeline.restart();
        pipeline.wait(Duration.ofMinutes(50));

        // Then
        assertThat(pipeline.isSilent()).isTrue();

        // When
        pipeline.wait(Duration.ofMinutes(20));

        // Then
        TestRecord<String, Anomaly> closed = pipeline.anomalies.readRecord();
        assertThat(closed.value().getState()).isEqualTo(AnomalyState.CLOSED);
        assertThat(closed.value().getEnd()).isEqualTo(observed(501));
        assertThat(closed.getRecordTime()).isEqualTo(DetectPipeline.RECEIVED.plusSeconds(501));
        assertThat(Headers.find(closed.headers(), Headers.ORIGIN)).hasValue("3:500#2");
        assertThat(pipeline.open()).isEmpty();
    }

    @Test
    void whatComesAfterALongSilenceIsAnotherEpisode() {
        // Given
        pipeline.constant("pump-1", 500, 502, 40);
        pipeline.anomalies.readValuesToList();

        // When
        Instant later = DetectPipeline.RECEIVED.plus(Duration.ofHours(30));
        pipeline.pipe("pump-1", 502, later, Map.of("flow", 90.0), Clock.DEVICE);

        // Then
        assertThat(pipeline.changes())
                .containsExactly("CLOSED WARNING " + ID + " r1", "OPEN WARNING pump-1/flow/3:502#2 r0");
    }

    @Test
    void inMaintenanceAnomaliesAreRecordedAsSuppressedAndNothingIsLearnt() {
        // Given
        maintenance("swap", new RuleTarget(List.of("pump-1"), Map.of()), 500, 600);
        byte[] before = Watch.memory(pipeline.kept("pump-1", "flow"));

        // When
        pipeline.constant("pump-1", 500, 600, 40);

        // Then
        List<Anomaly> records = pipeline.anomalies.readValuesToList();
        assertThat(records.getFirst().getState()).isEqualTo(AnomalyState.OPEN);
        assertThat(records).extracting(Anomaly::getSuppressed).containsOnly(Suppression.MAINTENANCE);
        assertThat(records).extracting(Anomaly::getSuppressedBy).containsOnly("swap");
        assertThat(Watch.memory(pipeline.kept("pump-1", "flow"))).isEqualTo(before);
        assertThat(pipeline.meters.counter("headrace.detect.anomalies").count()).isZero();
        assertThat(pipeline.meters.counter("headrace.detect.suppressed").count())
                .isEqualTo(1);
    }

    @Test
    void whatOutlastsTheMaintenanceIsNewsAndWhatWasOpenBeforeItEndsWithIt() {
        // Given
        maintenance("swap", new RuleTarget(List.of(), Map.of("site", "north")), 503, 510);

        // When
        pipeline.constant("pump-1", 500, 512, 40);

        // Then
        List<Anomaly> records = pipeline.anomalies.readValuesToList();
        assertThat(records)
                .filteredOn(each -> each.getRevision() == 0)
                .extracting(Anomaly::getId)
                .containsExactly(ID, "pump-1/flow/3:503#2", "pump-1/flow/3:510#2");
        assertThat(records)
                .filteredOn(each -> each.getState() == AnomalyState.CLOSED)
                .extracting(Anomaly::getId)
                .containsExactly(ID, "pump-1/flow/3:503#2");
        assertThat(records)
                .filteredOn(each -> each.getSuppressed() != null)
                .extracting(Anomaly::getId)
                .containsOnly("pump-1/flow/3:503#2");
    }

    @Test
    void anotherSitesMaintenanceOneThatIsRemovedAndOneThatCannotBeReadDoNotMatter() {
        // Given
        maintenance("other", new RuleTarget(List.of(), Map.of("site", "south")), 0, 900);
        maintenance("gone", new RuleTarget(List.of("pump-1"), Map.of()), 0, 900);
        pipeline.put(pipeline.catalogue.maintenance(), "gone", null);
        pipeline.putBytes(pipeline.catalogue.maintenance(), "broken", new byte[] {1, 2, 3});

        // When
        pipeline.constant("pump-1", 500, 501, 40);

        // Then
        assertThat(pipeline.onsets()).extracting(Anomaly::getSuppressed).containsExactly((Suppression) null);
    }

    private void maintenance(String id, RuleTarget target, int from, int to) {
        pipeline.put(
                pipeline.catalogue.maintenance(),
                id,
                new Maintenance(id, target, observed(from), observed(to), "", "anna", DetectPipeline.RECEIVED));
    }

    @Test
    void aFalseAlarmSilencesTheNextOfItsKindForAWhile() {
        // Given
        pipeline.steady("pump-2", 0, 500);
        pipeline.constant("pump-2", 500, 501, 11.25);
        pipeline.steady("pump-2", 501, 600);
        pipeline.anomalies.readValuesToList();
        pipeline.constant("pump-1", 500, 501, 11.25);
        Anomaly alarm = pipeline.onsets().getFirst();
        pipeline.steady("pump-1", 501, 600);
        Anomaly closed = pipeline.anomalies.readValuesToList().getLast();

        // When
        say(AnomalyVerdict.FALSE_ALARM, alarm, "only the sun");

        // Then
        Anomaly judged = pipeline.anomalies.readValue();
        assertThat(judged.getId()).isEqualTo(alarm.getId());
        assertThat(judged.getRevision()).isEqualTo(closed.getRevision() + 1);
        assertThat(judged.getState()).isEqualTo(AnomalyState.CLOSED);
        assertThat(judged.getEnd()).isEqualTo(closed.getEnd());
        assertThat(judged.getVerdict()).isEqualTo(AnomalyVerdict.FALSE_ALARM);
        assertThat(judged.getAcknowledgedBy()).isEqualTo("anna");
        assertThat(judged.getNote()).isEqualTo("only the sun");

        // When something like it comes again
        double like = littleStrange("pump-2", 600);
        pipeline.constant("pump-1", 600, 601, like);
        pipeline.constant("pump-2", 600, 601, like);
        pipeline.steady("pump-1", 601, 700);

        // Then
        assertThat(pipeline.onsets()).extracting(Anomaly::getDeviceId).containsExactly("pump-2");

        // When it is nothing like it
        pipeline.constant("pump-1", 700, 701, 40);

        // Then
        Anomaly news = pipeline.onsets().getFirst();
        assertThat(news.getThreshold()).isGreaterThan(DetectConfig.THRESHOLD);
        assertThat(news.getScore()).isGreaterThanOrEqualTo(news.getThreshold());
    }

    /** A value that is strange, but not very. */
    private double littleStrange(String device, int number) {
        byte[] stored = Watch.memory(pipeline.kept(device, "flow"));
        for (double value = 11; value < 40; value += 0.01) {
            Memory memory =
                    Detectors.named(Detectors.DEFAULT, DetectConfig.THRESHOLD).read(stored);
            double score =
                    memory.observe(observed(number).toEpochMilli(), value).score();
            if (score > 0.52 && score < 0.64) {
                return value;
            }
        }
        throw new AssertionError("no value is a little strange");
    }

    @Test
    void anAcknowledgementLowersTheThresholdAgain() {
        // Given
        pipeline.constant("pump-1", 500, 501, 40);
        Anomaly first = pipeline.onsets().getFirst();
        say(AnomalyVerdict.FALSE_ALARM, first, null);

        // When
        say(AnomalyVerdict.ACKNOWLEDGED, first, null);
        say(AnomalyVerdict.FALSE_ALARM, first, null);
        say(AnomalyVerdict.ACKNOWLEDGED, first, null);

        // Then
        assertThat(pipeline.anomalies.readValuesToList())
                .extracting(Anomaly::getVerdict)
                .containsExactly(
                        AnomalyVerdict.FALSE_ALARM,
                        AnomalyVerdict.ACKNOWLEDGED,
                        AnomalyVerdict.FALSE_ALARM,
                        AnomalyVerdict.ACKNOWLEDGED);
    }

    @Test
    void whatIsSaidTwiceOfAnotherDeviceOrUnreadableIsCountedAndChangesNothing() {
        // Given
        pipeline.constant("pump-1", 500, 501, 40);
        Anomaly anomaly = pipeline.onsets().getFirst();
        say(AnomalyVerdict.ACKNOWLEDGED, anomaly, null);
        pipeline.anomalies.readValuesToList();

        // When
        say(AnomalyVerdict.ACKNOWLEDGED, anomaly, null);
        pipeline.put(
                pipeline.catalogue.anomalyFeedback(),
                "pump-2",
                new AnomalyFeedback(
                        "pump-1", anomaly, AnomalyVerdict.FALSE_ALARM, "anna", null, DetectPipeline.RECEIVED));
        say(
                AnomalyVerdict.FALSE_ALARM,
                Anomaly.newBuilder(anomaly)
                        .setMetric("head")
                        .setId("pump-1/head/0:1")
                        .build(),
                null);
        pipeline.putBytes(pipeline.catalogue.anomalyFeedback(), "pump-1", new byte[] {1, 2, 3});

        // Then
        assertThat(pipeline.anomalies.isEmpty()).isTrue();
        assertThat(pipeline.meters.counter("headrace.detect.feedback.unknown").count())
                .isEqualTo(4);
    }

    private void say(AnomalyVerdict verdict, Anomaly anomaly, @org.jspecify.annotations.Nullable String note) {
        pipeline.put(
                pipeline.catalogue.anomalyFeedback(),
                "pump-1",
                new AnomalyFeedback("pump-1", anomaly, verdict, "anna", note, DetectPipeline.RECEIVED));
    }

    @Test
    void whatWasStoredBeforeThereWereEpisodesIsReadAsItWas() {
        // Given
        byte[] stored = pipeline.kept("pump-1", "flow");
        pipeline.startAnew();
        pipeline.memory().put(DetectPipeline.key("pump-1\0flow"), Watch.memory(stored));
        pipeline.memory()
                .put(
                        DetectPipeline.key("pump-1"),
                        ByteBuffer.allocate(4).putInt(1).array());

        // When
        pipeline.constant("pump-1", 500, 501, 40);

        // Then
        assertThat(pipeline.onsets()).extracting(Anomaly::getId).containsExactly(ID);
    }

    @Test
    void whatIsStoredOfAMetricStaysFarBelowEightKilobytes() {
        // Given
        String device = "d".repeat(128);
        String metric = "m".repeat(256);
        for (int i = 0; i < 504; i++) {
            double value = i < 500 ? DetectPipeline.flow(i) : 40;
            pipeline.pipe(device, i, Map.of(metric, value), Clock.DEVICE);
        }

        // Then
        Memory memory =
                Detectors.named(Detectors.DEFAULT, DetectConfig.THRESHOLD).fresh();
        byte[] stored = pipeline.kept(device, metric);
        assertThat(pipeline.open()).hasSize(1);
        assertThat(stored.length - memory.stored().length).isLessThan(2_500);
        assertThat(stored).hasSizeLessThan(8 * 1024);
    }
}
