package io.headrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.headrace.catalogue.TrustedRecords;
import io.headrace.record.Alert;
import io.headrace.record.BandCheck;
import io.headrace.record.ForecastCheck;
import io.headrace.record.GeoPoint;
import io.headrace.record.GeofenceCheck;
import io.headrace.record.RateCheck;
import io.headrace.record.Reading;
import io.headrace.record.Rule;
import io.headrace.record.RuleEscalation;
import io.headrace.record.RuleGroup;
import io.headrace.record.RuleSchedule;
import io.headrace.record.RuleTarget;
import io.headrace.record.SilentCheck;
import io.headrace.record.StuckCheck;
import io.headrace.record.ThresholdCheck;
import io.headrace.streams.backtest.Readings;
import io.headrace.streams.rules.RuleTrial;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a rule would have done with history, against what the live fragment does with the same messages. */
class RuleTrialTest {
    private static final int MESSAGES = 1_500;

    static {
        TrustedRecords.trust(Rule.class);
    }

    private static Rule.Builder rule(String id) {
        return Rule.newBuilder().setId(id).setCondition("").setUpdatedAt(Pipeline.NOW);
    }

    /** Every kind, and everything that a rule may have besides. */
    private static List<Rule> rules() {
        return List.of(
                rule("condition")
                        .setCondition("values.temperature > 24.0 && device_id != \"pump-2\"")
                        .setClearCondition("values.temperature < 21.0")
                        .setForMs(30_000)
                        .build(),
                rule("any")
                        .setCondition("values.exists(metric, metric == \"broken\")")
                        .build(),
                rule("window")
                        .setCondition("windows[\"1m\"].temperature.mean - windows[\"15m\"].temperature.mean > 1.5")
                        .build(),
                rule("threshold")
                        .setCheck(ThresholdCheck.newBuilder()
                                .setMetric("temperature")
                                .setAbove(23.0)
                                .setBelow(17.0)
                                .setHysteresis(1)
                                .build())
                        .setMaxPerHour(2)
                        .setSchedule(RuleSchedule.newBuilder()
                                .setFrom("12:10")
                                .setTo("16:40")
                                .build())
                        .build(),
                rule("silent")
                        .setCheck(SilentCheck.newBuilder()
                                .setAfterMs(60_000)
                                .setGaps(true)
                                .build())
                        .build(),
                rule("grouped")
                        .setCheck(ThresholdCheck.newBuilder()
                                .setMetric("temperature")
                                .setAbove(21.5)
                                .build())
                        .setGroup(RuleGroup.newBuilder()
                                .setMin(2)
                                .setWithinMs(120_000)
                                .setHoldMs(20_000)
                                .build())
                        .setEscalation(RuleEscalation.newBuilder()
                                .setAfterMs(60_000)
                                .setRepeat(1)
                                .build())
                        .build(),
                rule("stuck")
                        .setCheck(StuckCheck.newBuilder()
                                .setMetric("pressure")
                                .setAfterMs(60_000)
                                .build())
                        .setTarget(new RuleTarget(List.of("pump-0", "pump-1"), Map.of()))
                        .build(),
                rule("rate")
                        .setCheck(RateCheck.newBuilder()
                                .setMetric("temperature")
                                .setWithinMs(60_000)
                                .setRisesBy(4.0)
                                .setFallsBy(4.0)
                                .build())
                        .build(),
                rule("band")
                        .setCheck(BandCheck.newBuilder()
                                .setMetric("temperature")
                                .setWidth(3)
                                .build())
                        .build(),
                rule("forecast")
                        .setCheck(ForecastCheck.newBuilder()
                                .setMetric("temperature")
                                .setAbove(26.0)
                                .setHorizonMs(600_000)
                                .build())
                        .build(),
                rule("geofence")
                        .setCheck(GeofenceCheck.newBuilder()
                                .setCenter(new GeoPoint(52.5, 13.4))
                                .setRadiusM(500)
                                .build())
                        .build());
    }

    @Test
    void everyKindOfRuleDoesWithHistoryWhatItDidLive(@TempDir Path folder) {
        // Given
        List<Reading> readings = new ArrayList<>();
        List<Alert> live = new ArrayList<>();
        try (Pipeline pipeline = new Pipeline(folder, Map.of("processors.fragments", "normalize,route,rules"))) {
            rules().forEach(rule -> pipeline.put(pipeline.catalogue.rules(), rule.getId(), rule));
            Instant end = send(pipeline, new Random(11));
            passTo(pipeline, end, end.plusSeconds(300));
            pipeline.all(pipeline.catalogue.readings()).forEach(each -> readings.add(each.value()));
            pipeline.all(pipeline.catalogue.alerts()).stream()
                    .map(TestRecord::value)
                    .forEach(live::add);
        }
        Instant last = readings.getLast().getReceivedAt();

        for (Rule rule : rules()) {
            // When
            List<Alert> tried = new ArrayList<>();
            RuleTrial trial = new RuleTrial(rule, Pipeline.NOW, tried::add);
            readings.forEach(trial::take);
            trial.passTo(last.plusSeconds(300));

            // Then
            assertThat(tried).as(rule.getId()).hasSizeGreaterThan(2);
            assertThat(byKey(tried))
                    .as(rule.getId())
                    .isEqualTo(byKey(live.stream()
                            .filter(alert -> alert.getRuleId().equals(rule.getId()))
                            .toList()));
        }
    }

    /** In the order in which they came of each device or group; between these the topic has none. */
    private static Map<String, List<Alert>> byKey(List<Alert> alerts) {
        return alerts.stream().collect(Collectors.groupingBy(Alert::getDeviceId));
    }

    /** Three devices that drift, pause, send late, out of order, incomplete and nonsense, over some four hours. */
    private static Instant send(Pipeline pipeline, Random random) {
        Instant now = Pipeline.NOW;
        double[] temperature = {20, 21, 19};
        for (int i = 0; i < MESSAGES; i++) {
            Instant next = now.plusMillis(random.nextInt(200) == 0 ? 200_000 : random.nextInt(11_000));
            passTo(pipeline, now, next);
            now = next;
            int device = random.nextInt(3);
            temperature[device] += random.nextGaussian() * 0.7 - (temperature[device] - 20) * 0.02;
            boolean isLate = random.nextInt(20) == 0;
            long at = now.minusMillis(isLate ? random.nextInt(90_000) : 0).toEpochMilli();
            pipeline.sendAt(now, "pump-" + device, payload(random, at, temperature[device]));
        }
        return now;
    }

    private static String payload(Random random, long at, double temperature) {
        return switch (random.nextInt(12)) {
            case 0 -> "{\"ts\": %d, \"values\": {\"humidity\": 40}}".formatted(at);
            case 1 -> "{\"ts\": %d, \"values\": {\"temperature\": \"none\", \"broken\": true}}".formatted(at);
            case 2 -> "{\"temperature\": 1e12, \"pressure\": 3}";
            case 3 -> "{\"ts\": ";
            default ->
                String.format(
                        Locale.ROOT,
                        "{\"ts\": %d, \"values\": {\"temperature\": %.2f, \"pressure\": %d, \"lat\": %.4f, \"lon\": 13.4}}",
                        at,
                        temperature,
                        random.nextInt(12) == 0 ? 4 : 3,
                        52.5 + random.nextGaussian() * 0.003);
        };
    }

    /** Second by second, as the live punctuation comes. */
    private static void passTo(Pipeline pipeline, Instant now, Instant time) {
        long left = Duration.between(now, time).toMillis();
        long toTick = 1_000 - Math.floorMod(now.toEpochMilli(), 1_000L);
        while (left > 0) {
            long step = Math.min(left, toTick);
            pipeline.driver.advanceWallClockTime(Duration.ofMillis(step));
            left -= step;
            toTick = 1_000;
        }
    }

    @Test
    void aRuleThatIsDisabledOrYetToComeIsTriedAsIfItWereInForce() {
        List<Alert> tried = new ArrayList<>();
        Rule rule = rule("hot")
                .setCondition("values.temperature > 23.0")
                .setEnabled(false)
                .setEffectiveAt(Pipeline.NOW.plusSeconds(1_000_000))
                .build();

        RuleTrial trial = new RuleTrial(rule, Pipeline.NOW, tried::add);
        trial.take(Readings.of("boiler", Pipeline.NOW, Map.of("temperature", 24.0)));

        assertThat(tried).hasSize(1);
    }

    @Test
    void decadesBeforeTheFirstReadingAreNotWaitedFor() {
        List<Alert> tried = new ArrayList<>();
        Rule rule = rule("silent")
                .setCheck(SilentCheck.newBuilder().setAfterMs(60_000).build())
                .build();

        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            RuleTrial trial = new RuleTrial(rule, Instant.EPOCH, tried::add);
            trial.take(Readings.of("boiler", Pipeline.NOW, Map.of("temperature", 24.0)));
            trial.passTo(Pipeline.NOW.plusSeconds(120));
        });

        assertThat(tried)
                .singleElement()
                .satisfies(alert -> assertThat(alert.getRaisedAt()).isEqualTo(Pipeline.NOW.plusSeconds(60)));
    }

    @Test
    void aRuleThatIsNotSoundIsRefused() {
        Rule rule = rule("wrong").setCondition("values.temperature >").build();

        assertThatThrownBy(() -> new RuleTrial(rule, Pipeline.NOW, alert -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("line 1");
    }

    @Test
    void howFarARuleLooksBackIsItsWindowOrItsCheckAndHowLongItMustHold() {
        assertThat(rules().stream().map(RuleTrial::lookBack))
                .extracting(Duration::toSeconds)
                .containsExactly(30L, 0L, 900L, 0L, 60L, 0L, 60L, 60L, 86_400L, 600L, 0L);
    }
}
