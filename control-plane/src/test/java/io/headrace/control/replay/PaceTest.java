package io.headrace.control.replay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PaceTest {
    private static final long SECOND = 1_000_000_000L;

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 100, 3_333, 100_000})
    void noSecondHasMoreMessagesThanTheRateAndItIsReached(int rate) {
        // Given
        Pace pace = new Pace(rate, 0);
        long now = 0;
        long sent = 0;

        // When: a minute in driven time, each chunk sent in no time
        while (now < 60 * SECOND) {
            sent += pace.chunk();
            now += pace.pauseAfter(pace.chunk(), now);
            assertThat(sent).isLessThanOrEqualTo(rate * (now + SECOND) / SECOND);
        }

        // Then
        assertThat(sent).isBetween(rate * 59L, rate * 61L);
    }

    @Test
    void timeThatWasLostIsNotMadeUpFor() {
        // Given
        Pace pace = new Pace(1_000, 0);
        pace.pauseAfter(100, 0);

        // When: Kafka was away for ten seconds
        long first = pace.pauseAfter(100, 10 * SECOND);
        long second = pace.pauseAfter(100, 10 * SECOND + first);

        // Then
        assertThat(first).isZero();
        assertThat(second).isEqualTo(SECOND / 10);
    }
}
