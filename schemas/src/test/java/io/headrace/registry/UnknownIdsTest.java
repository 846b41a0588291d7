package io.headrace.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class UnknownIdsTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final UnknownIds unknown = new UnknownIds(Duration.ofMinutes(1), 3);

    @Test
    void anIdIsUnknownForAMinuteAndThenAskedForAgain() {
        // Given
        unknown.add(7, 0);

        // When // Then
        assertThat(unknown.contains(7, 60 * SECOND)).isTrue();
        assertThat(unknown.contains(8, 60 * SECOND)).isFalse();
        assertThat(unknown.contains(7, 61 * SECOND)).isFalse();
    }

    @Test
    void aFloodOfIdsPushesOutTheOldestAndTakesNoMoreMemory() {
        // Given
        for (int id = 0; id < 1_000; id++) {
            unknown.add(id, id);
        }

        // When // Then
        assertThat(unknown.contains(996, 1_000)).isFalse();
        assertThat(unknown.contains(997, 1_000)).isTrue();
        assertThat(unknown.contains(999, 1_000)).isTrue();
    }
}
