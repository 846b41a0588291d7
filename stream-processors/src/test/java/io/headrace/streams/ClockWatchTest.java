package io.headrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ClockWatchTest {
    private static final long HOUR = TimeUnit.HOURS.toMillis(1);

    private final List<Long> setBacks = new ArrayList<>();
    private long wall = 1_700_000_000_000L;
    private long steady = 12_345;

    @Test
    void a_clock_that_is_set_back_is_told_once() {
        try (ClockWatch watch = watch()) {
            // When
            pass(watch, 1_000);
            wall -= HOUR;
            pass(watch, 1_000);
            pass(watch, 1_000);
            wall -= 2 * HOUR;
            pass(watch, 1_000);
        }

        // Then
        assertThat(setBacks).containsExactly(HOUR, 2 * HOUR);
    }

    @Test
    void a_clock_set_ahead_and_one_that_trembles_or_is_slowed_down_are_nothing_to_tell() {
        try (ClockWatch watch = watch()) {
            wall += 2 * HOUR;
            pass(watch, 1_000);
            for (int i = 0; i < 100; i++) {
                wall += i % 2 == 0 ? -900 : 900;
                pass(watch, 1_000);
            }
        }

        // Then
        assertThat(setBacks).isEmpty();
    }

    @Test
    void many_small_steps_back_add_up() {
        try (ClockWatch watch = watch()) {
            for (int i = 0; i < 10; i++) {
                wall -= 1_000;
                pass(watch, 1_000);
            }
        }

        // Then
        assertThat(setBacks).containsExactly(6_000L);
    }

    private ClockWatch watch() {
        return new ClockWatch(() -> wall, () -> steady, setBacks::add);
    }

    private void pass(ClockWatch watch, long ms) {
        wall += ms;
        steady += TimeUnit.MILLISECONDS.toNanos(ms);
        watch.look();
    }
}
