package io.headrace.streams.window.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.headrace.record.WindowAggregate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccumulatorTest {
    private static final Cell WINDOW = new Cell(1_400_000_040_000_000L, 1_000_000);

    /** A value and when it was observed, microseconds into the window. */
    private record Sample(long at, double value) {}

    private static Accumulator of(List<Sample> samples) {
        Accumulator accumulator = new Accumulator();
        for (Sample sample : samples) {
            accumulator.add(
                    sample.value, WINDOW.start() + sample.at, Provenance.of(sample.at, "0:" + sample.at), WINDOW);
        }
        return accumulator;
    }

    private static Accumulator of(double... values) {
        List<Sample> samples = new ArrayList<>();
        for (double value : values) {
            samples.add(new Sample(samples.size(), value));
        }
        return of(samples);
    }

    private static WindowAggregate close(Accumulator accumulator) {
        WindowAggregate aggregate = new WindowAggregate();
        accumulator.fill(aggregate);
        aggregate.setRevision(accumulator.tell());
        return aggregate;
    }

    private static List<Sample> samples(Random random, int count) {
        double centre = random.nextGaussian() * 100;
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            samples.add(new Sample(random.nextLong(60_000_000), centre + random.nextGaussian() * 10));
        }
        return samples;
    }

    /** Two passes over all values, with nothing of the fold's arithmetic. */
    private static void assertTrue(WindowAggregate result, List<Sample> samples) {
        double[] values = samples.stream().mapToDouble(Sample::value).sorted().toArray();
        double mean = Arrays.stream(values).average().orElseThrow();
        double variance =
                Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / values.length;
        double scale = Math.max(Math.abs(values[0]), Math.abs(values[values.length - 1]));
        long first = samples.stream().mapToLong(Sample::at).min().orElseThrow();
        long last = samples.stream().mapToLong(Sample::at).max().orElseThrow();
        assertThat(result.getCount()).isEqualTo(values.length);
        assertThat(result.getMin()).isEqualTo(values[0]);
        assertThat(result.getMax()).isEqualTo(values[values.length - 1]);
        assertThat(result.getSum()).isCloseTo(mean * values.length, within(scale * values.length * 1e-12));
        assertThat(result.getMean()).isCloseTo(mean, within(scale * 1e-12));
        assertThat(result.getStddev()).isCloseTo(Math.sqrt(variance), within(scale * 1e-12));
        assertThat(result.getFirst())
                .isEqualTo(
                        samples.stream().filter(s -> s.at == first).findFirst().orElseThrow().value);
        assertThat(result.getLast())
                .isEqualTo(samples.stream()
                        .filter(s -> s.at == last)
                        .reduce((a, b) -> b)
                        .orElseThrow()
                        .value);
        assertPercentile(result.getP50(), values, 50);
        assertPercentile(result.getP95(), values, 95);
        assertPercentile(result.getP99(), values, 99);
    }

    private static void assertPercentile(double result, double[] sorted, int percent) {
        double truth = sorted[(int) Math.floor(percent / 100.0 * (sorted.length - 1) + 1e-9)];
        assertThat(Math.abs(result - truth)).isLessThanOrEqualTo(Math.abs(truth) * 0.010_001);
    }

    @Test
    void agreesWithANaiveReference() {
        Random random = new Random(1);
        for (int round = 0; round < 300; round++) {
            List<Sample> samples = samples(random, 1 + random.nextInt(400));

            assertTrue(close(of(samples)), samples);
        }
    }

    @Test
    void agreesWithANaiveReferenceHoweverMerged() {
        Random random = new Random(2);
        for (int round = 0; round < 300; round++) {
            List<Sample> samples = samples(random, 3 + random.nextInt(400));
            int cut = random.nextInt(samples.size() + 1);
            Accumulator merged = of(samples.subList(0, cut));

            merged.add(of(samples.subList(cut, samples.size())));

            assertTrue(close(merged), samples);
        }
    }

    @Test
    void isReadAsItWasWrittenAfterEveryValue() {
        // Given
        Random random = new Random(4);
        List<Sample> samples = samples(random, 200);
        Accumulator stored = new Accumulator();
        StateWriter out = new StateWriter();

        // When
        for (Sample sample : samples) {
            stored.add(sample.value, WINDOW.start() + sample.at, Provenance.of(sample.at, "0:" + sample.at), WINDOW);
            stored.write(out.reset(), WINDOW);
            stored = Accumulator.read(new StateReader(out.toBytes()), WINDOW);
        }

        // Then
        assertThat(close(stored)).isEqualTo(close(of(samples)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0:0",
                "3:47110042",
                "2147483647:999999999999999999#12",
                "0:5#0",
                "",
                ":",
                "7",
                "0:",
                ":5",
                "0:5#",
                "#",
                "1#2:3",
                "1:2:3",
                "1:2#3#4",
                "007:5",
                "0:05",
                "0:5#00",
                "+1:5",
                "0:-5",
                "-1:5",
                "0:5#-1",
                "2147483648:1",
                "0:9223372036854775807",
                "0:9223372036854775808",
                "0:1#2147483648",
                "0:\u0661",
                "door 3: \u00fc"
            })
    void saysTheOriginLetterByLetterAlsoWhenItIsOneOfNobodyKnowsWhat(String origin) {
        Accumulator accumulator = new Accumulator();
        accumulator.add(1, WINDOW.start(), Provenance.of(5, "0:1#2"), WINDOW);
        accumulator.add(2, WINDOW.start(), Provenance.of(6, origin), WINDOW);
        StateWriter out = new StateWriter();
        accumulator.write(out, WINDOW);

        Accumulator read = Accumulator.read(new StateReader(out.toBytes()), WINDOW);

        assertThat(accumulator.latest().origin()).isEqualTo(origin);
        assertThat(read.latest()).isEqualTo(Provenance.of(6, origin));
        assertThat(read.latest().origin()).isEqualTo(origin);
    }

    @Test
    void countsRevisionsAndKnowsWhetherThereIsMoreToTell() {
        // Given
        Accumulator accumulator = of(1, 2);
        assertThat(accumulator.isChanged()).isTrue();
        assertThat(close(accumulator).getRevision()).isZero();
        assertThat(accumulator.isChanged()).isFalse();

        // When
        accumulator.add(3, WINDOW.start(), Provenance.of(5, "1:5"), WINDOW);

        // Then
        assertThat(accumulator.isChanged()).isTrue();
        StateWriter out = new StateWriter();
        accumulator.write(out, WINDOW);
        Accumulator read = Accumulator.read(new StateReader(out.toBytes()), WINDOW);
        assertThat(read.isChanged()).isTrue();
        assertThat(close(read).getRevision()).isEqualTo(1);
    }

    @Test
    void takesTheFirstToArriveOfEqualTimesAsFirstAndTheLastAsLast() {
        WindowAggregate result = close(of(List.of(new Sample(5, 1), new Sample(5, 2), new Sample(5, 3))));

        assertThat(result.getFirst()).isEqualTo(1);
        assertThat(result.getLast()).isEqualTo(3);
    }

    @Test
    void remembersTheMessageReceivedLast() {
        Accumulator accumulator = new Accumulator();
        accumulator.add(1, WINDOW.start(), Provenance.of(100, "0:1"), WINDOW);
        accumulator.add(1, WINDOW.start(), Provenance.of(90, "0:2"), WINDOW);

        assertThat(accumulator.latest()).isEqualTo(Provenance.of(100, "0:1"));
        assertThat(close(accumulator).getReceivedAt()).isEqualTo(Instant.ofEpochSecond(0, 100_000));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, -40, 1e-310, Double.MAX_VALUE, -Double.MAX_VALUE, Double.MIN_VALUE, 0, 273.15})
    void isExactWhereTheValueNeverChanges(double value) {
        WindowAggregate result = close(of(value, value, value, value, value, value, value));

        assertThat(List.of(result.getMin(), result.getMax(), result.getMean(), result.getP50(), result.getP99()))
                .containsOnly(value);
        assertThat(result.getStddev()).isZero();
    }

    @Test
    void staysFiniteWhereSumsLeaveTheRangeOfDoubles() {
        WindowAggregate result = close(of(1.5e308, 1.5e308, -1.7e308, 1.2e308));

        assertThat(result.getSum()).isEqualTo(Double.MAX_VALUE);
        assertThat(result.getMean()).isCloseTo(0.625e308, within(1e294));
        assertThat(result.getStddev()).isEqualTo(1.6e308);
    }

    @Test
    void mergesHugeValuesWithoutLosingFiniteness() {
        Accumulator merged = of(1.7e308);
        merged.add(of(-1.7e308));
        WindowAggregate result = close(merged);

        assertThat(result.getMean()).isZero();
        assertThat(result.getStddev()).isEqualTo(1.7e308);
    }

    @Test
    void keepsThePrecisionOfSmallChangesOnALargeOffset() {
        WindowAggregate result = close(of(1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16));

        assertThat(result.getStddev()).isCloseTo(Math.sqrt(22.5), within(1e-9));
    }

    @Test
    void refusesStateOfAnotherVersion() {
        assertThatThrownBy(() -> Accumulator.read(new StateReader(new byte[] {9, 0}), WINDOW))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("stored window accumulator has version 9, this program reads 1 to 3");
    }

    /** The first version of the program wrote neither slots nor counters. */
    @Test
    void readsTheStateOfTheFirstVersion() {
        // Given
        Accumulator two = of(1, 2);
        StateWriter now = new StateWriter();
        two.write(now, WINDOW);
        byte[] before = Arrays.copyOf(now.toBytes(), now.toBytes().length - 1);
        before[0] = 1;
        before[1] = 1;

        // When
        Accumulator read = Accumulator.read(new StateReader(before), WINDOW);

        // Then
        assertThat(read.isChanged()).isTrue();
        assertThat(read.cover(new Coverage(WINDOW.start(), WINDOW.start() + 60_000_000, 1), WINDOW))
                .isFalse();
        assertThat(close(read)).isEqualTo(close(two));
    }

    @Test
    void aRevisionKnowsHowManyValuesItTellsFirstAlsoAfterARestart() {
        // Given
        Accumulator accumulator = of(1, 2);
        accumulator.tell();
        assertThat(accumulator.newlyTold()).hasValue(2);
        accumulator.add(3, WINDOW.start(), Provenance.of(1, "0:3"), WINDOW);
        StateWriter out = new StateWriter();
        accumulator.write(out, WINDOW);

        // When
        Accumulator read = Accumulator.read(new StateReader(out.toBytes()), WINDOW);
        read.tell();

        // Then
        assertThat(read.newlyTold()).hasValue(1);
    }

    @Test
    void ofARevisionThatAnEarlierVersionToldItIsNotKnown() {
        // Given
        Accumulator one = of(7);
        one.tell();
        StateWriter now = new StateWriter();
        one.write(now, WINDOW);
        byte[] bytes = now.toBytes();
        byte[] before = new byte[bytes.length - 1];
        System.arraycopy(bytes, 0, before, 0, 3);
        System.arraycopy(bytes, 4, before, 3, bytes.length - 4);
        before[0] = 2;

        // When
        Accumulator read = Accumulator.read(new StateReader(before), WINDOW);
        read.tell();

        // Then
        assertThat(read.newlyTold()).isEmpty();
    }

    @Test
    void takesTheBytesThatItsDocumentationSays() {
        StateWriter out = new StateWriter();
        Random random = new Random(5);
        Accumulator sensor = new Accumulator();
        for (int i = 0; i < 60; i++) {
            sensor.add(
                    20 + random.nextGaussian() * 0.5,
                    WINDOW.start() + i * 1_000_000L,
                    Provenance.of(1_772_000_000_000_000L, "3:471100" + i),
                    WINDOW);
        }
        sensor.write(out, WINDOW);
        assertThat(out.toBytes()).hasSizeBetween(100, 180);

        Accumulator single = new Accumulator();
        single.add(20.5, WINDOW.start(), Provenance.of(1_772_000_000_000_000L, "3:47110042"), WINDOW);
        single.write(out.reset(), WINDOW);
        assertThat(out.toBytes()).hasSizeBetween(25, 45);
    }
}
