package io.headrace.streams.backtest;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.TrustedRecords;
import io.headrace.record.Rule;
import io.headrace.record.RuleEscalation;
import io.headrace.record.RuleGroup;
import io.headrace.record.Severity;
import io.headrace.record.SilentCheck;
import io.headrace.record.ThresholdCheck;
import io.headrace.streams.backtest.Episode.Span;
import io.headrace.streams.backtest.Outcome.Day;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackTestTest {
    private static final Instant START = Instant.parse("2026-03-01T23:50:00Z");

    static {
        TrustedRecords.trust(Rule.class);
    }

    private static Rule above(double limit) {
        return Rule.newBuilder()
                .setId("hot")
                .setCondition("")
                .setUpdatedAt(START)
                .setCheck(ThresholdCheck.newBuilder()
                        .setMetric("temperature")
                        .setAbove(limit)
                        .build())
                .build();
    }

    private static Instant minute(int minute) {
        return START.plusSeconds(minute * 60L);
    }

    private static BackTest of(Rule tried, Rule active) {
        return new BackTest(tried, Optional.of(active), START, START);
    }

    /** A value each minute. */
    private static void send(BackTest test, String device, double... temperatures) {
        for (int i = 0; i < temperatures.length; i++) {
            test.take(Readings.of(device, minute(i), Map.of("temperature", temperatures[i])));
        }
    }

    @Test
    void alertsAreCountedByDeviceAndDayWithWhatTheirValuesWere() {
        // Given
        BackTest test = of(above(80), above(100));

        // When
        send(test, "boiler", 20, 81, 95, 85, 20, 20, 20, 20, 20, 20, 20, 20, 82, 20, 83);
        send(test, "quiet", 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20);
        Result result = test.end(minute(16), Optional.empty());

        // Then
        Outcome tried = result.tried();
        assertThat(tried.episodes())
                .containsExactly(
                        episode("boiler", 1, 4, "temperature is 81, above 80", new Span(81, 95)),
                        episode("boiler", 12, 13, "temperature is 82, above 80", new Span(82, 82)),
                        episode("boiler", 14, -1, "temperature is 83, above 80", new Span(83, 83)));
        assertThat(tried.byDay())
                .isEqualTo(Map.of(
                        new Day(LocalDate.parse("2026-03-01"), "boiler"), 1L,
                        new Day(LocalDate.parse("2026-03-02"), "boiler"), 2L));
        assertThat(tried.again()).isEqualTo(1);
        assertThat(tried.standing()).isEqualTo(1);
        assertThat(tried.longest()).isEqualTo(Duration.ofMinutes(3));
        assertThat(tried.inAlarm()).isEqualTo(Duration.ofMinutes(3 + 1 + 2));
        assertThat(result.readings()).isEqualTo(30);
        assertThat(result.devices()).isEqualTo(2);
        assertThat(result.shareOf(tried)).isEqualTo(6 / 32.0);
        assertThat(result.active().orElseThrow().alerts()).isZero();
    }

    private static Episode episode(String device, int raised, int cleared, String message, Span values) {
        return new Episode(
                device,
                minute(raised),
                cleared < 0 ? Optional.empty() : Optional.of(minute(cleared)),
                Severity.WARNING,
                message,
                Map.of("temperature", values));
    }

    @Test
    void whatIsInOneSideAloneIsTold() {
        // Given
        BackTest test = of(above(80), above(90));

        // When
        send(test, "boiler", 20, 81, 20, 91, 85, 20);
        send(test, "pump", 20, 20, 95, 95, 20, 20);
        List<Episode> written = List.of(
                episode("boiler", -9, -5, "before the history", new Span(0, 0)),
                episode("pump", 1, 2, "as it was then", new Span(0, 0)),
                episode("pump", 5, -1, "nobody knows why", new Span(0, 0)));
        Result result = test.end(minute(6), Optional.of(written));

        // Then
        Difference fromActive = Difference.of(result.tried(), result.active().orElseThrow());
        assertThat(fromActive.same()).isEqualTo(2);
        assertThat(fromActive.onlyFirst()).extracting(Episode::raisedAt).containsExactly(minute(1));
        assertThat(fromActive.onlySecond()).isEmpty();
        Difference fromWritten = Difference.of(result.tried(), result.written().orElseThrow());
        assertThat(fromWritten.same()).isEqualTo(1);
        assertThat(fromWritten.onlyFirst()).extracting(Episode::device).containsExactly("boiler", "boiler");
        assertThat(fromWritten.onlySecond()).extracting(Episode::raisedAt).containsExactly(minute(5));
    }

    @Test
    void whatWasReceivedBeforeTheBeginningIsLearntAndNotCounted() {
        // Given
        Rule rule = Rule.newBuilder(above(0))
                .setCheck(null)
                .setCondition("windows[\"10m\"].temperature.mean > 50.0")
                .build();
        BackTest test = new BackTest(rule, Optional.empty(), START, minute(4));

        // When
        send(test, "boiler", 90, 0, 0, 0, 90, 90, 90);
        Result result = test.end(minute(7), Optional.empty());

        // Then: without the first ones the mean would be 90 at once
        assertThat(result.tried().episodes()).extracting(Episode::raisedAt).containsExactly(minute(6));
        assertThat(result.readings()).isEqualTo(3);
    }

    @Test
    void alertsOfManyDevicesAreToldByOneAndWhatNobodyAcknowledgesIsEscalated() {
        // Given
        Rule rule = Rule.newBuilder(above(80))
                .setGroup(RuleGroup.newBuilder().setMin(3).build())
                .setEscalation(RuleEscalation.newBuilder().setAfterMs(180_000).build())
                .build();
        BackTest test = new BackTest(rule, Optional.empty(), START, START);

        // When: three are hot at once, and a fourth one ten minutes after they are well again
        for (int minute = 0; minute < 30; minute++) {
            for (int device = 0; device < 4; device++) {
                boolean hot = device < 3 ? minute > 2 && minute < 10 : minute > 20 && minute < 22;
                test.take(Readings.of("d" + device, minute(minute), Map.of("temperature", hot ? 90.0 : 20.0)));
            }
        }
        Result result = test.end(minute(30), Optional.empty());

        // Then
        assertThat(result.tried().alerts()).isEqualTo(5);
        assertThat(result.tried().grouped()).isEqualTo(3);
        assertThat(result.tried().escalations()).isEqualTo(1);
        assertThat(result.tried().standing()).isZero();
    }

    @Test
    void silenceGoesByWhenTheReadingsWereReceived() {
        // Given
        Rule rule = Rule.newBuilder(above(0))
                .setCheck(SilentCheck.newBuilder().setAfterMs(120_000).build())
                .build();
        BackTest test = new BackTest(rule, Optional.empty(), START, START);

        // When: a backlog of a day ago that comes without a pause, then ten minutes of nothing, and nothing at the end
        for (int i = 0; i < 3; i++) {
            test.take(Readings.of("boiler", minute(i * 30 - 2_000), START.plusSeconds(i), Map.of("t", 1)));
        }
        test.take(Readings.of("boiler", minute(10), Map.of("t", 1)));
        Result result = test.end(minute(15), Optional.empty());

        // Then
        assertThat(result.tried().episodes())
                .extracting(Episode::raisedAt)
                .containsExactly(minute(60 - 2_000 + 2), minute(12));
        assertThat(result.tried().standing()).isEqualTo(1);
        assertThat(result.tried().longest()).isEqualTo(Duration.between(minute(62 - 2_000), minute(10)));
    }

    /** Against every pair of alerts. */
    @Test
    void twoAlertsAreTheSameWhereTheyStoodAboutOneDeviceAtOneTime() {
        Random random = new Random(3);
        for (int round = 0; round < 200; round++) {
            List<Episode> some = random(random);
            List<Episode> others = random(random);

            Difference difference = Difference.of(outcome(some), outcome(others));

            assertThat(difference.onlyFirst())
                    .containsExactlyInAnyOrderElementsOf(some.stream()
                            .filter(each -> others.stream().noneMatch(other -> overlap(each, other)))
                            .toList());
            assertThat(difference.onlySecond())
                    .containsExactlyInAnyOrderElementsOf(others.stream()
                            .filter(each -> some.stream().noneMatch(other -> overlap(each, other)))
                            .toList());
            assertThat(difference.same())
                    .isEqualTo(some.size() - difference.onlyFirst().size());
        }
    }

    private static List<Episode> random(Random random) {
        List<Episode> episodes = new ArrayList<>();
        for (int i = random.nextInt(30); i > 0; i--) {
            int raised = random.nextInt(300);
            int cleared = random.nextInt(20) == 0 ? -1 : raised + random.nextInt(12);
            episodes.add(episode("d" + random.nextInt(3), raised, cleared, "", new Span(0, 0)));
        }
        return episodes;
    }

    private static boolean overlap(Episode one, Episode other) {
        return one.device().equals(other.device())
                && !one.raisedAt().isAfter(other.clearedAt().orElse(Instant.MAX))
                && !other.raisedAt().isAfter(one.clearedAt().orElse(Instant.MAX));
    }

    private static Outcome outcome(List<Episode> all) {
        Episodes episodes = new Episodes();
        all.forEach(each -> episodes.add(each, each.raisedAt()));
        return episodes.outcome(Map.of(), 0);
    }
}
