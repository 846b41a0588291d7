package io.headrace.streams.window.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExactSumTest {
    private static ExactSum of(double... values) {
        ExactSum sum = new ExactSum();
        for (double value : values) {
            sum.add(value);
        }
        return sum;
    }

    private static List<Double> values(Random random, int count, int exponents) {
        List<Double> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            values.add(Math.scalb(random.nextDouble() * 2 - 1, random.nextInt(2 * exponents + 1) - exponents));
        }
        return values;
    }

    private static ExactSum of(List<Double> values) {
        return of(values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private static double truth(List<Double> values) {
        return values.stream()
                .map(BigDecimal::new)
                .reduce(BigDecimal.ZERO, BigDecimal::add)
                .doubleValue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 60, 900})
    void isTheTrueSumRoundedOnce(int exponents) {
        Random random = new Random(exponents);
        for (int round = 0; round < 200; round++) {
            List<Double> values = values(random, random.nextInt(100), exponents);

            assertThat(of(values).value()).isEqualTo(truth(values));
        }
    }

    @Test
    void isTheSameInAnyOrder() {
        // Given
        Random random = new Random(7);
        List<Double> values = values(random, 500, 70);
        double before = of(values).value();

        // When
        Collections.shuffle(values, random);

        // Then
        assertThat(of(values).value()).isEqualTo(before);
    }

    @Test
    void isTheSameWhenMerged() {
        // Given
        Random random = new Random(8);
        List<Double> values = values(random, 300, 70);
        ExactSum merged = of(values.subList(0, 100));

        // When
        merged.add(of(values.subList(100, 300)));

        // Then
        assertThat(merged.value()).isEqualTo(truth(values));
    }

    @Test
    void rejoinsWhatCancellationWouldLose() {
        assertThat(of(1e16, 1, -1e16).value()).isEqualTo(1);
        assertThat(of(0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1).value()).isEqualTo(1);
        assertThat(of(1, 1e100, 1, -1e100).value()).isEqualTo(2);
        assertThat(of(0x1p0, 0x1p-53, 0x1p-106).value()).isEqualTo(Math.nextUp(1.0));
        assertThat(of().value()).isZero();
    }

    @Test
    void sticksAtTheLimitOfDoubles() {
        assertThat(of(1e308, 1e308, -1e308, -1e308).value()).isEqualTo(Double.MAX_VALUE);
        assertThat(of(-1.5e308, -1.5e308).value()).isEqualTo(-Double.MAX_VALUE);
        assertThat(of(1e308, -1e308, 1e308).value()).isEqualTo(1e308);
        ExactSum merged = of(5);
        merged.add(of(1e308, 1e308));
        assertThat(merged.isSaturated()).isTrue();
        assertThat(merged.value()).isEqualTo(Double.MAX_VALUE);
    }

    @Test
    void isReadAsItWasWritten() {
        for (ExactSum sum : List.of(of(), of(3), of(values(new Random(9), 50, 300)), of(1e308, 1e308))) {
            StateWriter out = new StateWriter();
            sum.write(out);

            ExactSum read = new ExactSum();
            read.read(new StateReader(out.toBytes()));

            assertThat(read.value()).isEqualTo(sum.value());
            assertThat(read.isSaturated()).isEqualTo(sum.isSaturated());
            read.add(1e-9);
            sum.add(1e-9);
            assertThat(read.value()).isEqualTo(sum.value());
        }
    }
}
