package io.headrace.sinks.email;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {
    private final Pace pace = new Pace(3, Duration.ofMinutes(1), 0);

    @Test
    void aFewGoAtOnceAndThenOneForEachInterval() {
        for (int i = 0; i < 3; i++) {
            assertThat(pace.next(10)).isEqualTo(10);
            assertThat(pace.hasMoreThanOne(10)).isEqualTo(i < 2);
            pace.sent(10);
        }

        assertThat(pace.next(10)).isBetween(59_999L, 60_011L);
        assertThat(pace.next(30_000)).isBetween(59_999L, 60_011L);
        assertThat(pace.next(61_000)).isEqualTo(61_000);
        assertThat(pace.isRested(61_000)).isFalse();
        assertThat(pace.isRested(200_000)).isTrue();
    }

    @Test
    void aClockThatIsSetBackGivesNothing() {
        for (int i = 0; i < 3; i++) {
            pace.sent(600_000);
        }

        assertThat(pace.next(0)).isEqualTo(60_000);
        assertThat(pace.next(60_000)).isEqualTo(60_000);
    }

    @Test
    void withoutAnIntervalThereIsNoLimit() {
        Pace free = new Pace(1, Duration.ZERO, 0);
        free.sent(0);

        assertThat(free.next(0)).isZero();
        assertThat(free.hasMoreThanOne(0)).isTrue();
    }
}
