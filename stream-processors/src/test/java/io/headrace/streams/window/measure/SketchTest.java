package io.headrace.streams.window.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SketchTest {
    private static final Map<String, ToDoubleFunction<Random>> SHAPES = Map.of(
            "temperature", random -> 20 + random.nextGaussian(),
            "below and above zero", random -> random.nextGaussian() * 100,
            "negative", random -> -1 - random.nextDouble() * 1e6,
            "many zeros", random -> random.nextBoolean() ? 0 : random.nextGaussian(),
            "many scales", random -> Math.exp(random.nextGaussian() * 8),
            "tiny", random -> (random.nextDouble() - 0.5) * 1e-300,
            "huge", random -> (random.nextDouble() - 0.5) * 1.7e308,
            "whole", random -> random.nextInt(10));

    private static Sketch of(double... values) {
        Sketch sketch = new Sketch();
        for (double value : values) {
            sketch.add(value);
        }
        return sketch;
    }

    private static double[] values(String shape, int count) {
        Random random = new Random(shape.hashCode());
        ToDoubleFunction<Random> next = Objects.requireNonNull(SHAPES.get(shape));
        return random.ints(count)
                .mapToDouble(ignored -> next.applyAsDouble(random))
                .toArray();
    }

    private static byte[] stored(Sketch sketch) {
        StateWriter out = new StateWriter();
        sketch.write(out);
        return out.toBytes();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "temperature",
                "below and above zero",
                "negative",
                "many zeros",
                "many scales",
                "tiny",
                "huge",
                "whole"
            })
    void isWithinOnePercentOfTheTrueValueAtEveryRank(String shape) {
        // Given
        double[] values = values(shape, 3_000);

        // When
        Sketch sketch = of(values);

        // Then
        Arrays.sort(values);
        for (int rank = 0; rank < values.length; rank++) {
            assertThat(Math.abs(sketch.valueAt(rank) - values[rank]))
                    .as("rank %d, true value %s", rank, values[rank])
                    .isLessThanOrEqualTo(0.010_001 * Math.abs(values[rank]) + 2.3e-308);
        }
    }

    @Test
    void takesTheLargestAndTheSmallestDoubles() {
        assertThat(of(Double.MAX_VALUE).valueAt(0)).isGreaterThan(1.7e308).isLessThanOrEqualTo(Double.MAX_VALUE);
        assertThat(of(-Double.MAX_VALUE).valueAt(0)).isLessThan(-1.7e308);
        assertThat(of(Double.MIN_VALUE, -Double.MIN_VALUE, 0, -0.0).valueAt(3)).isZero();
    }

    @Test
    void staysBoundedAndKeepsWhatIsFarFromZero() {
        // Given
        double[] values = new double[40_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = (i % 2 == 0 ? 1 : -1) * Math.pow(10, -300 + 600.0 * i / values.length);
        }

        // When
        Sketch sketch = of(values);

        // Then
        assertThat(stored(sketch)).hasSizeLessThan(8 * 1_024);
        Arrays.sort(values);
        for (int rank : new int[] {0, 100, 39_899, 39_999}) {
            assertThat(sketch.valueAt(rank) / values[rank]).isBetween(0.99, 1.01);
        }
        assertThat(sketch.valueAt(20_000)).isZero();
    }

    @Test
    void isTheSameInAnyOrderAndHoweverMergedEvenWhereItCollapsed() {
        // Given
        Random random = new Random(3);
        double[] values = random.doubles(20_000, -1, 1)
                .map(value -> Math.copySign(Math.pow(10, 300 * Math.abs(value)), value))
                .toArray();
        Sketch inOrder = of(values);

        // When
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        Sketch merged = of(Arrays.copyOf(sorted, 7_000));
        merged.add(of(Arrays.copyOfRange(sorted, 7_000, sorted.length)));

        // Then
        assertThat(stored(of(sorted))).isEqualTo(stored(inOrder));
        assertThat(stored(merged)).isEqualTo(stored(inOrder));
    }

    @Test
    void isReadAsItWasWritten() {
        for (String shape : SHAPES.keySet()) {
            Sketch sketch = of(values(shape, 500));

            Sketch read = Sketch.read(new StateReader(stored(sketch)));

            assertThat(stored(read)).isEqualTo(stored(sketch));
            read.add(12.5);
            sketch.add(12.5);
            assertThat(stored(read)).isEqualTo(stored(sketch));
        }
    }

    @Test
    void takesFewBytesForASensor() {
        assertThat(stored(of(values("temperature", 3_600)))).hasSizeLessThan(80);
    }
}
