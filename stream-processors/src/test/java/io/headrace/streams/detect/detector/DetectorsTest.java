package io.headrace.streams.detect.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every detector must do, whatever it looks at. */
class DetectorsTest {
    private static final double[] NASTY = {
        0,
        -0.0,
        1e12,
        -1e12,
        Double.MAX_VALUE,
        -Double.MAX_VALUE,
        Double.MIN_VALUE,
        1e-300,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY
    };
    private static final long[] STEPS = {
        0, 1, 5_000, 60_000, -3_600_000, 86_400_000, -31_536_000_000L, Long.MAX_VALUE / 2
    };
    private static final int MOST_BYTES = 8 * 1024;
    private static final long MINUTE = 60_000;

    static List<Detector> all() {
        return Detectors.all(Replay.THRESHOLD);
    }

    /** A daily metric of 100 values a day, with two excursions and a shift. */
    private static double eventful(int position) {
        double daily = 10 * Math.sin(2 * Math.PI * position / 100) + new Random(position * 7919L).nextDouble();
        boolean isOut = position == 1_500 || (position > 2_700 && position < 2_760);
        return daily + (isOut ? 60 : 0) + (position > 3_600 ? 25 : 0);
    }

    @ParameterizedTest
    @MethodSource("all")
    void whateverComesTheScoresStayInBoundsAndTheMemoryOfOneSize(Detector detector) {
        int bytes = detector.fresh().stored().length;
        assertThat(bytes).isLessThanOrEqualTo(MOST_BYTES);
        for (int seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            Memory memory = detector.fresh();
            long time = Replay.START;
            for (int i = 0; i < 2_000; i++) {
                time += STEPS[random.nextInt(seed % 2 == 0 ? STEPS.length : 4)];
                double value = random.nextInt(4) == 0 ? NASTY[random.nextInt(NASTY.length)] : random.nextGaussian();

                // When
                Finding finding = memory.observe(random.nextInt(20) == 0 ? Detector.UNKNOWN_TIME : time, value);

                // Then
                assertThat(finding.score()).isBetween(0.0, 1.0);
                assertThat(finding.strangeness()).isBetween(finding.score(), 1.0);
                assertThat(finding.expected()).satisfiesAnyOf(DetectorsTest::isFinite, DetectorsTest::isUnknown);
                assertThat(finding.low()).satisfiesAnyOf(DetectorsTest::isFinite, DetectorsTest::isUnknown);
                assertThat(finding.high()).satisfiesAnyOf(DetectorsTest::isFinite, DetectorsTest::isUnknown);
                assertThat(finding.reason()).doesNotContain("\n").isNotBlank();
            }
            assertThat(memory.stored()).hasSize(bytes);
        }
    }

    private static void isFinite(Double number) {
        assertThat(number).isFinite();
    }

    private static void isUnknown(Double number) {
        assertThat(number).isNaN();
    }

    @ParameterizedTest
    @MethodSource("all")
    void aMemoryThatIsStoredAndReadAtEachValueFindsTheSame(Detector detector) {
        Memory kept = detector.fresh();
        byte[] stored = detector.fresh().stored();
        for (int i = 0; i < 4_000; i++) {
            long time = Replay.START + 15L * i * MINUTE - (i % 7 == 0 ? 40 * MINUTE : 0);
            Memory read = detector.read(stored);

            // When
            Finding finding = read.observe(time, eventful(i));
            stored = read.stored();

            // Then
            assertThat(finding).isEqualTo(kept.observe(time, eventful(i)));
        }
        assertThat(stored).isEqualTo(kept.stored());
    }

    @ParameterizedTest
    @MethodSource("all")
    void whatComesLaterDoesNotMatter(Detector detector) {
        Replay longer = new Replay(detector, 15 * MINUTE).values(0, 4_000, DetectorsTest::eventful);
        Replay shorter = new Replay(detector, 15 * MINUTE).values(0, 2_700, DetectorsTest::eventful);

        assertThat(longer.scores()).startsWith(shorter.scores());
    }

    @ParameterizedTest
    @MethodSource("all")
    void unitAndOffsetDoNotMatter(Detector detector) {
        double[] plain = new Replay(detector, 15 * MINUTE)
                .values(0, 4_000, DetectorsTest::eventful)
                .scores();
        for (double scale : new double[] {-3, 1e-4, 2.5e7}) {
            // When
            double[] scaled = new Replay(detector, 15 * MINUTE)
                    .values(0, 4_000, i -> scale * (eventful(i) + 100))
                    .scores();

            // Then
            for (int i = 0; i < plain.length; i++) {
                assertThat(scaled[i]).as("score of value %d", i).isCloseTo(plain[i], within(0.05));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void aConstantMetricAndTheFirstValuesOfAnyAreNotStrange(Detector detector) {
        Replay constant = new Replay(detector, MINUTE).values(0, 5_000, i -> 21.5);
        Replay first = new Replay(detector, MINUTE).values(0, 40, i -> new Random(i).nextGaussian() * Math.pow(10, i));

        assertThat(constant.scores()).containsOnly(0);
        assertThat(first.scores()).containsOnly(0);
    }

    @ParameterizedTest
    @MethodSource("all")
    void steadyNoiseIsHardlyEverStrange(Detector detector) {
        Replay replay = new Replay(detector, MINUTE);

        replay.values(0, 10_000, i -> new Random(i * 7919L).nextDouble());

        assertThat(replay.onsets()).hasSizeLessThanOrEqualTo(5);
    }

    @ParameterizedTest
    @MethodSource("all")
    void whatAnotherDetectorRememberedCountsAsNothing(Detector detector) {
        for (Detector other : all()) {
            if (!other.name().equals(detector.name())) {
                Memory memory = other.fresh();
                memory.observe(Replay.START, 1);

                assertThat(detector.read(memory.stored()).stored())
                        .isEqualTo(detector.fresh().stored());
            }
        }
        assertThat(detector.read(new byte[0]).stored())
                .isEqualTo(detector.fresh().stored());
    }

    @Test
    void oneIsChosenByItsName() {
        assertThat(Detectors.names())
                .containsExactly("habit", "robust", "seasonal", "change-point", "adaptive")
                .first()
                .isEqualTo(Detectors.DEFAULT);
        for (String name : Detectors.names()) {
            assertThat(Detectors.named(name, 0.5).name()).isEqualTo(name);
        }
        assertThatThrownBy(() -> Detectors.named("oracle", 0.5)).hasMessageContaining("oracle");
    }
}
