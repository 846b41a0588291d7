package io.headrace.streams.rules.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
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

            double[] sorted = slopes(times, values, count);
            assertThat(trend.slope()).isEqualTo(median(sorted), offset(1e-12));
            double spread = 1.959964 * Math.sqrt(count * (count - 1.0) * (2 * count + 5) / 18);
            assertThat(trend.least())
                    .isEqualTo(sorted[(int) Math.max(0, Math.floor((sorted.length - spread) / 2) - 1)]);
            assertThat(trend.most())
                    .isEqualTo(sorted[(int) Math.min(sorted.length - 1.0, Math.ceil((sorted.length + spread) / 2))]);

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

    private static double[] slopes(double[] times, double[] values, int count) {
        return IntStream.range(0, count)
                .boxed()
                .flatMapToDouble(i ->
                        IntStream.range(i + 1, count).mapToDouble(j -> (values[j] - values[i]) / (times[j] - times[i])))
                .sorted()
                .toArray();
    }

    private static double median(double[] sorted) {
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
}
