package io.headrace.streams.hot;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.streams.hot.MetricHistory.Point;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MetricHistoryTest {
    private static final Instant T = Instant.parse("2025-07-01T12:00:00.000001Z");

    @Test
    void minutes_count_back_from_the_newest_point() {
        // Given
        MetricHistory history = new MetricHistory(2.0, T, T, List.of(new Point(T, 1), new Point(T.plusSeconds(61), 2)));

        // When // Then
        assertThat(history.within(Duration.ofMinutes(1)))
                .extracting(Point::value)
                .containsExactly(2.0);
        assertThat(history.within(Duration.ofMinutes(2))).hasSize(2);
    }

    static List<Object> values() {
        return List.of(21.5, -7L, true, false, "on \u00e9", "");
    }

    @ParameterizedTest
    @MethodSource("values")
    void what_is_stored_is_what_is_read(Object value) {
        // Given
        MetricHistory history = new MetricHistory(
                value, T.plusSeconds(5), T.plusSeconds(6), List.of(new Point(T, 1.5), new Point(T.plusSeconds(5), 2)));

        // When
        MetricHistory read = MetricHistory.ofStored(history.stored(7));

        // Then
        assertThat(read).isEqualTo(history);
        assertThat(history.stored(7)).startsWith(2, 0, 0, 0, 7);
    }
}
