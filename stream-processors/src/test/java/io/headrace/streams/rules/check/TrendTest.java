package io.headrace.streams.rules.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TrendTest {
    /** The interval of the slopes, drawn in full, is the oracle; ties and few points among them. */
    @Test
    void its_direction_is_known_before_it_is_drawn() {
        Random random = new Random(6);
        int[] found = new int[3];
        for (int round = 0; round < 3_000; round++) {
            // Given
            int count = 8 + random.nextInt(24);
            double slope = (random.nextInt(5) - 2) * 0.1;
            double[] times = new double[32];
            double[] values = new double[32];
            for (int i = 0; i < count; i++) {
                times[i] = i + 0.9 * random.nextDouble() - count;
                double value = slope * times[i] + random.nextGaussian();
                values[i] = round % 2 == 0 ? value : Math.rint(value);
            }
            Trend trend = Trend.of(times, values, count);

            // When
            int direction = Trend.direction(values, count);

            // Then
            int drawn = trend.least() > 0 ? 1 : trend.most() < 0 ? -1 : 0;
            assertThat(direction).as("round %s", round).isEqualTo(drawn);
            found[direction + 1]++;
        }
        assertThat(Arrays.stream(found).min().orElseThrow())
                .as("each of falls, neither and rises is often enough")
                .isGreaterThan(200);
    }
}
