package io.headrace.control.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.record.WindowAggregate;
import io.headrace.record.WindowKind;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecentTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    @Test
    void ofEachSeriesTheNewestWindowsStayWithTheirHighestRevision() {
        // Given
        RecentWindows windows = new RecentWindows(100, 3);

        // When
        for (int minute = 0; minute < 5; minute++) {
            windows.plus(window("d", minute, 0, minute));
        }
        windows.plus(window("d", 4, 2, 40));
        windows.plus(window("d", 4, 1, 41));

        // Then
        assertThat(windows.of("d", Optional.of("t"), Optional.empty()))
                .extracting(WindowView::count)
                .containsExactly(2L, 3L, 40L);
        assertThat(windows.of("d", Optional.empty(), Optional.of(Duration.ofHours(1))))
                .isEmpty();
        assertThat(windows.metrics("d")).containsExactly("t");
        assertThat(windows.metrics("other")).isEmpty();
    }

    @Test
    void whenThereAreTooManyTheQuietestSeriesGoes() {
        // Given
        RecentWindows windows = new RecentWindows(4, 10);
        windows.plus(window("quiet", 0, 0, 1));
        windows.plus(window("quiet", 1, 0, 1));
        windows.plus(window("busy", 0, 0, 1));
        windows.plus(window("busy", 1, 0, 1));

        // When
        windows.plus(window("busy", 2, 0, 1));

        // Then
        assertThat(windows.of("quiet", Optional.empty(), Optional.empty())).isEmpty();
        assertThat(windows.of("busy", Optional.empty(), Optional.empty())).hasSize(3);
    }

    @Test
    void theRateIsWhatCamePerSecondOfTimePassed() {
        // Given
        RateHistory rates = new RateHistory();

        // When
        rates.plus(1_000, 0);
        rates.plus(1_500, 2_000_000_000L);
        rates.plus(1_500, 3_000_000_000L);

        // Then
        assertThat(rates.all()).containsExactly(250.0, 0.0);
        assertThat(rates.last()).isZero();
    }

    private static WindowAggregate window(String device, int minute, int revision, long count) {
        Instant start = NOON.plusSeconds(60L * minute);
        return new WindowAggregate(
                device,
                "t",
                WindowKind.TUMBLING,
                start,
                start.plusSeconds(60),
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
                start,
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
}
