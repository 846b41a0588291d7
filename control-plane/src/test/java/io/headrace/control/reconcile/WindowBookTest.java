package io.headrace.control.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.config.Settings;
import io.headrace.control.reconcile.Problems.Problem;
import io.headrace.control.reconcile.WindowBook.Discrepancy;
import io.headrace.record.Clock;
import io.headrace.record.Origin;
import io.headrace.record.Reading;
import io.headrace.record.WindowAggregate;
import io.headrace.record.WindowKind;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WindowBookTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant T0 = Instant.parse("2026-03-01T10:00:00Z");
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final List<Integer> ALL = List.of(0);
    private static final ReconcileConfig CONFIG = new ReconcileConfig(
            Duration.ofSeconds(30),
            List.of(MINUTE),
            Duration.ofSeconds(30),
            Duration.ofMinutes(2),
            Duration.ofMinutes(1),
            10);

    private final Problems problems = new Problems(10);
    private final WindowBook book = new WindowBook(CONFIG, NOW, problems);
    private final Map<Window, Discrepancy> faulty = new HashMap<>();
    private long offset;

    @Test
    void valuesInClosedWindowsAndLateValuesAddUp() {
        // Given
        book.reading(reading(0, Map.of("t", 1.0, "n", 7L, "on", true, "name", "x")));
        book.reading(reading(10, Map.of("t", 2.0)));
        Reading late = reading(20, Map.of("t", 3.0));
        book.reading(late);
        book.aggregate(aggregate("t", 0, 0, 2));
        book.aggregate(aggregate("n", 0, 0, 1));
        book.late(late, ALL);

        // When
        WindowTotals totals = book.close(faulty::put);

        // Then
        assertThat(totals.values()).isEqualTo(4);
        assertThat(totals.windowed()).isEqualTo(3);
        assertThat(totals.late()).isEqualTo(1);
        assertThat(totals.open()).isZero();
        assertThat(totals.unwindowed()).isZero();
        assertThat(totals.aggregates()).isEqualTo(2);
        assertThat(faulty).isEmpty();
        assertThat(problems.total()).isZero();
    }

    @Test
    void aValueThatItsClosedWindowMissesIsLost() {
        // Given
        book.reading(reading(0, Map.of("t", 1.0)));
        book.reading(reading(10, Map.of("t", 2.0)));
        book.aggregate(aggregate("t", 0, 0, 1));

        // When
        WindowTotals totals = book.close(faulty::put);

        // Then
        assertThat(totals.unwindowed()).isEqualTo(1);
        assertThat(totals.windowed()).isEqualTo(1);
        assertThat(faulty).containsOnlyKeys(new Window("d", "t", micros(T0), 60_000_000));
    }

    @Test
    void aWindowThatNeverGaveAResultLosesItsValues() {
        // Given
        book.reading(reading(0, Map.of("t", 1.0)));

        // When
        WindowTotals totals = book.close(faulty::put);

        // Then
        assertThat(totals.unwindowed()).isEqualTo(1);
        assertThat(totals.aggregates()).isZero();
    }

    @Test
    void whatWindowsWithANameCountOrMissIsNoPartOfTheSum() {
        // Given
        Reading reading = reading(0, Map.of("t", 1.0));
        WindowAggregate named = aggregate("t", 0, 0, 1);
        named.setWindow("by-site");
        WindowRule rule = new WindowRule(ReconcileConfig.from(Settings.of(Map.of())));
        book.reading(reading);
        book.aggregate(aggregate("t", 0, 0, 1));

        // When
        book.aggregate(named);
        book.late(reading, rule.missed(Optional.empty(), Optional.of("day,by-site")));
        WindowTotals totals = book.close(faulty::put);

        // Then
        assertThat(rule.missed(Optional.empty(), Optional.empty())).containsExactly(0, 1);
        assertThat(rule.missed(Optional.of("60000"), Optional.of("day"))).containsExactly(0);
        assertThat(totals.late()).isZero();
        assertThat(totals.windowed()).isEqualTo(1);
        assertThat(totals.aggregates()).isEqualTo(1);
        assertThat(faulty).isEmpty();
        assertThat(problems.total()).isZero();
    }

    @Test
    void aHigherRevisionCountsInsteadOfTheLower() {
        // Given
        book.reading(reading(0, Map.of("t", 1.0)));
        book.reading(reading(10, Map.of("t", 2.0)));
        book.aggregate(aggregate("t", 0, 0, 1));
        book.aggregate(aggregate("t", 0, 1, 2));

        // When
        WindowTotals totals = book.close(faulty::put);

        // Then
        assertThat(totals.windowed()).isEqualTo(2);
        assertThat(totals.aggregates()).isEqualTo(1);
        assertThat(faulty).isEmpty();
        assertThat(problems.total()).isZero();
    }

    @Test
    void aRevisionThatForgetsAValueIsFound() {
        // Given
        book.reading(reading(0, Map.of("t", 1.0)));
        book.reading(reading(10, Map.of("t", 2.0)));
        book.aggregate(aggregate("t", 0, 0, 2));
        book.aggregate(aggregate("t", 0, 1, 1));

        // When
        WindowTotals totals = book.close(faulty::put);

        // Then
        assertThat(totals.unwindowed()).isEqualTo(1);
    }

    @Test
    void revisionsThatRepeatOrSkipAreNamed() {
        // Given
        book.reading(reading(0, Map.of("t", 1.0, "u", 1.0)));
        book.aggregate(aggregate("t", 0, 0, 1));
        book.aggregate(aggregate("t", 0, 0, 1));
        book.aggregate(aggregate("u", 0, 1, 1));

        // When
        book.close(faulty::put);

        // Then
        assertThat(problems.named())
                .extracting(Problem::kind)
                .containsExactly(Fault.REVISION_OUT_OF_ORDER.name(), Fault.REVISION_OUT_OF_ORDER.name());
    }

    @Test
    void aValueCountedTwiceOrBothCountedAndLateIsFound() {
        // Given
        Reading both = reading(0, Map.of("t", 1.0));
        book.reading(both);
        book.aggregate(aggregate("t", 0, 0, 1));
        book.late(both, ALL);
        book.reading(reading(70, Map.of("t", 1.0)));
        book.aggregate(aggregate("t", 60, 0, 2));

        // When
        WindowTotals totals = book.close(faulty::put);

        // Then
        assertThat(totals.unwindowed()).isZero();
        assertThat(faulty)
                .hasSize(2)
                .allSatisfy((window, each) -> assertThat(each.surplus()).isEqualTo(1));
    }

    @Test
    void theSameValueLateTwiceIsNamedAndCountedOnce() {
        // Given
        Reading late = reading(0, Map.of("t", 1.0));
        book.reading(late);
        book.late(late, ALL);
        book.late(late, ALL);

        // When
        WindowTotals totals = book.close(faulty::put);

        // Then
        assertThat(totals.late()).isEqualTo(1);
        assertThat(totals.unwindowed()).isZero();
        assertThat(problems.named()).extracting(Problem::kind).containsExactly(Fault.LATE_TWICE.name());
        assertThat(problems.named()).extracting(Problem::offset).containsExactly(1L);
    }

    @Test
    void aLateValueCountsOnlyForTheSizesThatItMissed() {
        // Given
        ReconcileConfig two = new ReconcileConfig(
                CONFIG.pendingGrace(),
                List.of(MINUTE, Duration.ofHours(1)),
                CONFIG.windowGrace(),
                CONFIG.idleClose(),
                CONFIG.timeout(),
                10);
        WindowBook both = new WindowBook(two, NOW, problems);
        Reading late = reading(0, Map.of("t", 1.0));
        both.reading(late);
        both.late(late, ALL);

        // When
        WindowTotals totals = both.close(faulty::put);

        // Then
        assertThat(totals.late()).isEqualTo(1);
        assertThat(totals.unwindowed()).isEqualTo(1);
        assertThat(faulty.keySet()).extracting(Window::sizeMicros).containsExactly(3_600_000_000L);
    }

    @Test
    void aWindowIsOpenUntilTheWatermarkHasPassedItOrTheDeviceIsSilent() {
        // Given: the device spoke a minute ago and has not passed the window's end and grace
        book.reading(at("d", T0, NOW.minusSeconds(60), Clock.DEVICE, Map.of("t", 1.0)));
        book.reading(at("d", T0.plusSeconds(89), NOW.minusSeconds(60), Clock.DEVICE, Map.of("u", 1.0)));
        // And: another has passed it
        book.reading(at("passed", T0, NOW.minusSeconds(60), Clock.DEVICE, Map.of("t", 1.0)));
        book.reading(at("passed", T0.plusSeconds(90), NOW.minusSeconds(60), Clock.DEVICE, Map.of("t", 1.0)));
        // And: a third has been silent for longer than idle-close and the grace
        book.reading(at("silent", T0, NOW.minusSeconds(151), Clock.DEVICE, Map.of("t", 1.0)));

        // When
        WindowTotals totals = book.close(faulty::put);

        // Then
        assertThat(totals.open()).isEqualTo(3);
        assertThat(totals.unwindowed()).isEqualTo(2);
        assertThat(faulty.keySet()).extracting(Window::device).containsExactlyInAnyOrder("passed", "silent");
    }

    @Test
    void aCorrectedClockMovesNoWatermark() {
        // Given
        book.reading(at("d", T0, NOW.minusSeconds(60), Clock.DEVICE, Map.of("t", 1.0)));
        book.reading(at("d", NOW.minusSeconds(60), NOW.minusSeconds(60), Clock.CORRECTED, Map.of("t", 1.0)));

        // When
        WindowTotals totals = book.close(faulty::put);

        // Then
        assertThat(totals.open()).isEqualTo(2);
        assertThat(totals.unwindowed()).isZero();
    }

    @Test
    void whatIsYoungOrCameMeanwhileMayBeCountedOrNot() {
        // Given
        book.reading(at("d", T0, NOW.minusSeconds(200), Clock.DEVICE, Map.of("t", 1.0)));
        book.reading(at("d", T0.plusSeconds(600), NOW.minusSeconds(200), Clock.DEVICE, Map.of("u", 1.0)));
        book.reading(at("d", T0.plusSeconds(1), NOW.minusSeconds(10), Clock.DEVICE, Map.of("t", 1.0)));
        book.aggregate(aggregate("t", 0, 0, 1));
        book.laterReading(at("d", T0.plusSeconds(2), NOW, Clock.DEVICE, Map.of("t", 1.0)));

        // When
        WindowTotals one = book.close(faulty::put);
        book.aggregate(aggregate("t", 0, 1, 3));
        WindowTotals all = book.close(faulty::put);

        // Then
        assertThat(one.open()).isEqualTo(3);
        assertThat(all.open()).isEqualTo(1);
        assertThat(one.unwindowed()).isZero();
        assertThat(all.windowed()).isEqualTo(3);
        assertThat(faulty).isEmpty();
    }

    @Test
    void aWindowWhoseReadingsRetentionHasDeletedMayCountMore() {
        // Given
        book.readingsDeletedBefore(NOW.minusSeconds(600));
        book.reading(reading(0, Map.of("t", 1.0)));
        book.aggregate(aggregate("t", 0, 3, 5));

        // When
        WindowTotals totals = book.close(faulty::put);

        // Then
        assertThat(totals.windowed()).isEqualTo(1);
        assertThat(faulty).isEmpty();
        assertThat(problems.total()).isZero();
    }

    @Test
    void manyWindowsKeepTheirCountsApart() {
        // Given
        int windows = 20_000;
        for (int i = 0; i < windows; i++) {
            String metric = "m" + i % 7;
            book.reading(reading(60L * i, Map.of(metric, 1.0)));
            book.aggregate(aggregate(metric, 60L * i, 0, 1));
        }

        // When
        WindowTotals totals = book.close(faulty::put);

        // Then
        assertThat(totals.windowed()).isEqualTo(windows);
        assertThat(totals.aggregates()).isEqualTo(windows);
        assertThat(faulty).isEmpty();
    }

    private Reading reading(long seconds, Map<String, Object> values) {
        return at("d", T0.plusSeconds(seconds), NOW.minusSeconds(3_600), Clock.DEVICE, values);
    }

    private Reading at(String device, Instant observed, Instant received, Clock clock, Map<String, Object> values) {
        return Reading.newBuilder()
                .setDeviceId(device)
                .setObservedAt(observed)
                .setReceivedAt(received)
                .setClock(clock)
                .setOrigin(new Origin(0, ++offset, 0))
                .setValues(new HashMap<>(values))
                .build();
    }

    private static WindowAggregate aggregate(String metric, long startSeconds, int revision, long count) {
        Instant start = T0.plusSeconds(startSeconds);
        return new WindowAggregate(
                "d",
                metric,
                WindowKind.TUMBLING,
                start,
                start.plus(MINUTE),
                revision,
                false,
                count,
                0d,
                0d,
                0d,
                0d,
                0d,
                0d,
                0d,
                0d,
                0d,
                0d,
                NOW.minusSeconds(3_600),
                "",
                0L,
                null,
                null,
                false,
                null,
                null,
                null,
                null,
                null);
    }

    private static long micros(Instant time) {
        return time.toEpochMilli() * 1_000;
    }
}
