package io.headrace.streams.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.headrace.record.Anomaly;
import io.headrace.record.AnomalyFeedback;
import io.headrace.record.AnomalyOther;
import io.headrace.record.AnomalyPoint;
import io.headrace.record.AnomalyState;
import io.headrace.record.AnomalyVerdict;
import io.headrace.record.Clock;
import io.headrace.record.Maintenance;
import io.headrace.record.RuleTarget;
import io.headrace.record.Suppression;
import io.headrace.streams.detect.episode.Moment;
import io.headrace.streams.detect.episode.Watch;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of a pump whose pressure and current follow its speed: what happens where one of them no longer does. */
class JointLifeTest {
    private static final int BROKEN = 800;
    private static final String ID = "pump-1/pressure/3:" + BROKEN + "#2";

    @TempDir
    private Path folder;

    private DetectPipeline pipeline;

    @BeforeEach
    void start() {
        pipeline = new DetectPipeline(folder);
        sound("pump-1", 0, BROKEN);
        assertThat(pipeline.isSilent()).isTrue();
    }

    @AfterEach
    void stop() {
        pipeline.close();
    }

    private static Map<String, Object> message(int number) {
        Random random = new Random(number * 7919L);
        double speed = 50 + 20 * Math.sin(number / 15.0) + random.nextDouble();
        Map<String, Object> values = new HashMap<>();
        values.put("speed", speed);
        values.put("pressure", 3 * speed + 2 * random.nextDouble());
        values.put("current", 0.1 * speed + 0.1 * random.nextDouble());
        return values;
    }

    /** Within its range, and 20 off what the others lead one to expect. */
    private static Map<String, Object> unfit(int number) {
        Map<String, Object> values = message(number);
        values.put("pressure", pressure(number) + (pressure(number) > 150 ? -20 : 20));
        return values;
    }

    private static double pressure(int number) {
        return value(number, "pressure");
    }

    private static double value(int number, String metric) {
        return (Double) Objects.requireNonNull(message(number).get(metric));
    }

    private void sound(String device, int from, int to) {
        for (int i = from; i < to; i++) {
            pipeline.pipe(device, i, message(i), Clock.DEVICE);
        }
    }

    private void broken(String device, int from, int to) {
        for (int i = from; i < to; i++) {
            pipeline.pipe(device, i, unfit(i), Clock.DEVICE);
        }
    }

    @Test
    void aMetricThatNoLongerFollowsTheOthersIsOneAnomalyOfThatMetricFromItsOnsetToItsEnd() {
        // When
        broken("pump-1", BROKEN, BROKEN + 6);
        sound("pump-1", BROKEN + 6, BROKEN + 400);

        // Then
        List<Anomaly> records = pipeline.anomalies.readValuesToList();
        assertThat(records).extracting(Anomaly::getId).containsOnly(ID);
        assertThat(records).extracting(Anomaly::getDetector).containsOnly("joint");
        Anomaly onset = records.getFirst();
        assertThat(onset.getMetric()).isEqualTo("pressure");
        assertThat(onset.getValue()).isEqualTo(unfit(BROKEN).get("pressure"));
        assertThat(onset.getExpected()).isCloseTo(pressure(BROKEN), within(4.0));
        assertThat(onset.getValue() < onset.getLow() || onset.getValue() > onset.getHigh())
                .isTrue();
        assertThat(onset.getOthers())
                .contains(new AnomalyOther("speed", value(BROKEN, "speed")))
                .extracting(AnomalyOther::getMetric)
                .doesNotContain("pressure");
        assertThat(onset.getReason())
                .startsWith("doesn't fit ")
                .contains("speed")
                .contains("expected about");
        assertThat(onset.getEvidence())
                .hasSize(9)
                .startsWith(new AnomalyPoint(
                        DetectPipeline.OBSERVED.plusSeconds((BROKEN - 8) * 60L), pressure(BROKEN - 8)));
        Anomaly closed = records.getLast();
        assertThat(closed.getState()).isEqualTo(AnomalyState.CLOSED);
        assertThat(closed.getStrangeValues()).isEqualTo(6);
        assertThat(closed.getEnd()).isEqualTo(DetectPipeline.OBSERVED.plusSeconds((BROKEN + 5) * 60L));
        assertThat(closed.getOthers()).isEqualTo(onset.getOthers());
        assertThat(pipeline.open()).isEmpty();
    }

    /** Else the mere course of the speed would make it ever farther off. */
    @Test
    void howFarOffItIsGoesByWhatTheOthersLeadOneToExpectAtThatMoment() {
        // When
        broken("pump-1", BROKEN, BROKEN + 60);
        sound("pump-1", BROKEN + 60, BROKEN + 460);

        // Then
        Anomaly closed = pipeline.anomalies.readValuesToList().getLast();
        int peak = (int) ((closed.getPeakAt().getEpochSecond() - DetectPipeline.OBSERVED.getEpochSecond()) / 60);
        assertThat(closed.getPeakValue()).isEqualTo(unfit(peak).get("pressure"));
        assertThat(Math.abs(closed.getPeakValue() - pressure(peak))).isCloseTo(20, within(1e-9));
    }

    @Test
    void whatIsStrangeByItselfIsThatMetricsAndNothingBesideIt() {
        // When
        for (int i = BROKEN; i < BROKEN + 20; i++) {
            Map<String, Object> values = message(i);
            values.put("pressure", 900.0);
            pipeline.pipe("pump-1", i, values, Clock.DEVICE);
        }
        sound("pump-1", BROKEN + 20, BROKEN + 200);

        // Then
        assertThat(pipeline.onsets()).extracting(Anomaly::getDetector).containsExactly("habit");
    }

    @Test
    void whatBecomesStrangeByItselfWhileItDoesNotFitIsPartOfThatAnomaly() {
        // Given
        broken("pump-1", BROKEN, BROKEN + 5);

        // When
        for (int i = BROKEN + 5; i < BROKEN + 10; i++) {
            Map<String, Object> values = message(i);
            values.put("pressure", 900.0);
            pipeline.pipe("pump-1", i, values, Clock.DEVICE);
        }
        sound("pump-1", BROKEN + 10, BROKEN + 400);

        // Then
        List<Anomaly> records = pipeline.anomalies.readValuesToList();
        assertThat(records).extracting(Anomaly::getId).containsOnly(ID);
        assertThat(records.getLast().getPeakValue()).isEqualTo(900.0);
        assertThat(records.getLast().getStrangeValues()).isEqualTo(10);
    }

    @Test
    void lateMessagesThoseInDisorderAndThoseThatLackAMetricAreTakenAsTheyCome() {
        // Given
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < BROKEN; i++) {
            numbers.add(i);
        }
        Collections.shuffle(numbers.subList(300, 400), new Random(1));
        for (int number : numbers) {
            Map<String, Object> values = message(number);
            if (number % 7 == 0) {
                values.remove("current");
            }
            pipeline.pipe("pump-2", number, values, Clock.DEVICE);
        }
        int before = pipeline.onsets().size();

        // When
        Map<String, Object> late = unfit(100);
        late.remove("current");
        pipeline.pipe("pump-2", 100, late, Clock.DEVICE);

        // Then
        assertThat(before).isZero();
        Anomaly found = pipeline.onsets().getFirst();
        assertThat(found.getDetector()).isEqualTo("joint");
        assertThat(found.getStart()).isEqualTo(DetectPipeline.OBSERVED.plusSeconds(100 * 60));
    }

    @Test
    void anotherThatDoesNotFitWhileTheFirstIsMissingIsAnAnomalyOfItsOwnAndBothEnd() {
        // Given
        broken("pump-1", BROKEN, BROKEN + 2);

        // When
        for (int i = BROKEN + 2; i < BROKEN + 200; i++) {
            Map<String, Object> values = message(i);
            if (i < BROKEN + 80) {
                values.remove("pressure");
            }
            if (i >= BROKEN + 70 && i < BROKEN + 90) {
                values.put("current", value(i, "current") + (value(i, "speed") > 50 ? -1.5 : 1.5));
            }
            pipeline.pipe("pump-1", i, values, Clock.DEVICE);
        }

        // Then
        List<Anomaly> records = pipeline.anomalies.readValuesToList();
        assertThat(records.stream().filter(each -> each.getRevision() == 0).map(Anomaly::getMetric))
                .hasSize(2)
                .first()
                .isEqualTo("pressure");
        assertThat(records.stream()
                        .filter(each -> each.getState() == AnomalyState.CLOSED)
                        .map(Anomaly::getMetric))
                .hasSize(2)
                .doesNotHaveDuplicates();
        assertThat(pipeline.open()).isEmpty();
    }

    @Test
    void ofMetricsThatComeInMessagesOfTheirOwnNothingIsRememberedTogether() {
        // When
        for (int i = 0; i < BROKEN; i++) {
            int number = i;
            message(i).forEach((metric, value) -> pipeline.pipe("pump-2", number, Map.of(metric, value), Clock.DEVICE));
        }
        for (Map.Entry<String, Object> each : unfit(BROKEN).entrySet()) {
            pipeline.pipe("pump-2", BROKEN, Map.of(each.getKey(), each.getValue()), Clock.DEVICE);
        }

        // Then
        assertThat(pipeline.isSilent()).isTrue();
        assertThat(pipeline.kept().get("pump-2")).hasSize(12);
        assertThat(pipeline.kept().get("pump-1")).hasSizeBetween(100, 300);
    }

    @Test
    void aRestartInTheMiddleOfItChangesNothing() {
        // Given
        broken("pump-1", BROKEN, BROKEN + 6);
        sound("pump-1", BROKEN + 6, BROKEN + 200);
        List<Anomaly> unbroken = pipeline.anomalies.readValuesToList();
        pipeline.startAnew();
        sound("pump-1", 0, BROKEN);
        broken("pump-1", BROKEN, BROKEN + 3);
        List<Anomaly> all = new ArrayList<>(pipeline.anomalies.readValuesToList());

        // When
        pipeline.restart();
        broken("pump-1", BROKEN + 3, BROKEN + 6);
        sound("pump-1", BROKEN + 6, BROKEN + 200);

        // Then
        all.addAll(pipeline.anomalies.readValuesToList());
        assertThat(all).isEqualTo(unbroken).hasSizeGreaterThan(1);
    }

    @Test
    void inMaintenanceItIsSuppressedAndNotLearntAndWhatOutlastsItIsNews() {
        // Given
        Instant until = DetectPipeline.OBSERVED.plusSeconds((BROKEN + 20) * 60L);
        pipeline.put(
                pipeline.catalogue.maintenance(),
                "swap",
                new Maintenance(
                        "swap",
                        new RuleTarget(List.of("pump-1"), Map.of()),
                        DetectPipeline.OBSERVED.plusSeconds((BROKEN + 3) * 60L),
                        until,
                        "",
                        "anna",
                        DetectPipeline.RECEIVED));

        // When
        broken("pump-1", BROKEN, BROKEN + 23);

        // Then
        List<Anomaly> onsets = pipeline.onsets();
        assertThat(onsets)
                .extracting(Anomaly::getId)
                .containsExactly(ID, "pump-1/pressure/3:803#2", "pump-1/pressure/3:820#2");
        assertThat(onsets).extracting(Anomaly::getSuppressed).containsExactly(null, Suppression.MAINTENANCE, null);
        assertThat(onsets).extracting(Anomaly::getDetector).containsOnly("joint");
    }

    @Test
    void aFalseAlarmSilencesTheNextOfItsKindAndNotTheMetricItself() {
        // Given
        broken("pump-1", BROKEN, BROKEN + 1);
        Anomaly alarm = pipeline.onsets().getFirst();
        sound("pump-1", BROKEN + 1, BROKEN + 400);

        // When
        for (int i = 0; i < 3; i++) {
            say(AnomalyVerdict.FALSE_ALARM, alarm);
            say(AnomalyVerdict.ACKNOWLEDGED, alarm);
        }
        say(AnomalyVerdict.FALSE_ALARM, alarm);
        pipeline.anomalies.readValuesToList();
        broken("pump-1", BROKEN + 400, BROKEN + 401);

        // Then
        assertThat(pipeline.onsets()).isEmpty();
        Moment later = new Moment(Moment.micros(alarm.getStart()), true, 0, "");
        assertThat(Watch.read(pipeline.kept("pump-1", "pressure")).onsets().threshold(0.5, later))
                .isEqualTo(0.5);
    }

    private void say(AnomalyVerdict verdict, Anomaly anomaly) {
        pipeline.put(
                pipeline.catalogue.anomalyFeedback(),
                "pump-1",
                new AnomalyFeedback("pump-1", anomaly, verdict, "anna", null, DetectPipeline.RECEIVED));
    }

    @Test
    void aDeviceFromBeforeMetricsWereLookedAtTogetherLearnsHowTheyGoTogether() {
        // Given
        sound("pump-2", 0, 100);
        pipeline.memory().put(DetectPipeline.key("pump-2"), new byte[] {0, 0, 0, 3});

        // When
        pipeline.restart();
        sound("pump-2", 0, BROKEN);
        broken("pump-2", BROKEN, BROKEN + 1);

        // Then
        assertThat(pipeline.onsets()).extracting(Anomaly::getDetector).containsExactly("joint");
    }
}
