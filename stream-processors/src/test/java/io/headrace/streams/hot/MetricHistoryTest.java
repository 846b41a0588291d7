package io.headrace.streams.hot;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.config.Settings;
import io.headrace.streams.hot.MetricHistory.Point;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MetricHistoryTest {
    private static final Instant T = Instant.parse("2025-07-01T12:00:00.000001Z");
    private static final HotConfig THREE =
            HotConfig.from(Settings.of(Map.of("processors.hot.points", "3", "processors.hot.keep", "10min")));

    @Test
    void points_are_kept_by_time_whatever_order_they_come_in() {
        // Given
        MetricHistory history = MetricHistory.first(1L, T, T);

        // When
        history = history.plus(3.0, T.plusSeconds(2), T, THREE).plus(2.0, T.plusSeconds(1), T.plusSeconds(9), THREE);

        // Then
        assertThat(history.points())
                .containsExactly(new Point(T, 1), new Point(T.plusSeconds(1), 2), new Point(T.plusSeconds(2), 3));
        assertThat(history.value()).isEqualTo(3.0);
        assertThat(history.observedAt()).isEqualTo(T.plusSeconds(2));
        assertThat(history.receivedAt()).isEqualTo(T);
    }

    @Test
    void the_ring_is_bounded_by_count_and_by_time() {
        // Given
        MetricHistory history = MetricHistory.first(0.0, T, T);

        // When
        for (int i = 1; i <= 5; i++) {
            history = history.plus((double) i, T.plusSeconds(i), T, THREE);
        }
        MetricHistory later = history.plus(9.0, T.plusSeconds(604), T, THREE);

        // Then
        assertThat(history.points()).extracting(Point::value).containsExactly(3.0, 4.0, 5.0);
        assertThat(later.points()).extracting(Point::value).containsExactly(4.0, 5.0, 9.0);
        assertThat(later.plus(10.0, T.plusSeconds(3_000), T, THREE).points())
                .extracting(Point::value)
                .containsExactly(10.0);
    }

    @Test
    void what_is_stored_grows_as_the_history_itself_does() {
        Random random = new Random(5);
        for (int run = 0; run < 200; run++) {
            // Given
            MetricHistory history = MetricHistory.first(value(random), T, T);
            byte[] stored = history.stored();

            for (int i = 1; i <= 30; i++) {
                Object value = value(random);
                Instant at = T.plusSeconds(random.nextInt(5) == 0 ? random.nextInt(1_500) : 40L * i);

                // When
                history = history.plus(value, at, T.plusSeconds(i), THREE);
                stored = MetricHistory.plus(stored, value, at, T.plusSeconds(i), THREE);

                // Then
                assertThat(stored).isEqualTo(history.stored());
            }
        }
    }

    private static Object value(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> "open";
            case 1 -> random.nextBoolean();
            case 2 -> random.nextLong();
            default -> random.nextGaussian();
        };
    }

    @Test
    void minutes_count_back_from_the_newest_point() {
        // Given
        MetricHistory history = MetricHistory.first(1.0, T, T).plus(2.0, T.plusSeconds(61), T, THREE);

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
        MetricHistory history = MetricHistory.first(1.5, T, T).plus(value, T.plusSeconds(5), T.plusSeconds(6), THREE);

        // When
        MetricHistory read = MetricHistory.ofStored(history.stored());

        // Then
        assertThat(read).isEqualTo(history);
        assertThat(history.stored()[0]).isEqualTo((byte) 1);
    }
}
