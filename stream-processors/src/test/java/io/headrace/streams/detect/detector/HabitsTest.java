package io.headrace.streams.detect.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import io.headrace.streams.detect.detector.Finding.Cause;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HabitsTest {
    private static final long FIVE_MINUTES = 300_000;
    private static final int DAY = 288;

    private final Replay replay = new Replay(FIVE_MINUTES);

    /** Bounded noise around 10, the same for the same position. */
    private static double noise(int position) {
        return 10 + new Random(position * 7919L).nextDouble();
    }

    private static double daily(int position) {
        int hour = position % DAY * 24 / DAY;
        return (hour >= 9 && hour < 18 ? 50 : 20) + noise(position);
    }

    @Test
    void whatIsStoredFindsTheSameAsWhatWasNot() {
        // Given
        byte[] stored = replay.values(0, 500, HabitsTest::noise).memory();
        byte[] copy = stored.clone();
        Memory read = Habits.detector(0.5).read(stored);

        // When
        Finding once = replay.value(Replay.START, 55);
        Finding again = read.observe(Replay.START, 55);

        // Then
        assertThat(stored).isEqualTo(copy);
        assertThat(read.stored()).isEqualTo(replay.memory()).isNotEqualTo(stored);
        assertThat(again).isEqualTo(once);
    }

    @Test
    void scoresStayBetweenNoughtAndOneAndMemoryStaysSmallWhateverComes() {
        // Given
        double[] nasty = {
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
        long[] jumps = {0, 1, 5_000, -3_600_000, 86_400_000, -31_536_000_000L, Long.MAX_VALUE / 2};

        for (int seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            Replay wild = new Replay(1);
            long time = Replay.START;
            for (int i = 0; i < 2_000; i++) {
                time += jumps[random.nextInt(jumps.length)];

                // When
                double value = random.nextInt(4) == 0 ? nasty[random.nextInt(nasty.length)] : random.nextGaussian();
                Finding finding = wild.value(random.nextInt(20) == 0 ? Detector.UNKNOWN_TIME : time, value);

                // Then
                assertThat(finding.score()).isBetween(0.0, 1.0);
                assertThat(finding.strangeness()).isBetween(finding.score(), 1.0);
                assertThat(finding.low()).isNotEqualTo(Double.NEGATIVE_INFINITY);
                assertThat(finding.high()).isNotEqualTo(Double.POSITIVE_INFINITY);
                assertThat(finding.reason()).doesNotContain("\n").isNotBlank();
            }
            assertThat(wild.memory()).hasSizeLessThan(800);
        }
    }

    @Test
    void aMemoryOfAnotherLayoutIsStartedAnew() {
        // Given
        byte[] known = replay.values(0, 500, HabitsTest::noise).memory();
        byte[] later = known.clone();
        later[0] = 99;
        Detector detector = Habits.detector(0.5);

        // When
        Memory fromLater = detector.read(later);
        Memory fromCut = detector.read(Arrays.copyOf(known, 3));

        // Then
        assertThat(fromLater.stored()).isEqualTo(detector.fresh().stored());
        assertThat(fromCut.stored()).isEqualTo(detector.fresh().stored());
    }

    @Test
    void aMemoryOfTheFirstLayoutIsReadAndFindsWhatItWouldHaveFound() {
        // Given
        byte[] known = replay.values(0, 500, HabitsTest::noise).memory();
        byte[] first = Arrays.copyOf(known, known.length - 4 * Before.BYTES - Stays.BYTES - Crowd.BYTES);
        first[0] = 1;

        // When
        Finding finding = Habits.detector(0.5).read(first).observe(Replay.START, 55);

        // Then
        assertThat(finding)
                .satisfies(found -> assertThat(found.score())
                        .isEqualTo(replay.value(Replay.START, 55).score()));
        assertThat(finding.score()).isGreaterThan(0.5);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-3, 1e-6, 2.5e7})
    void unitAndOffsetOfAMetricDoNotMatter(double scale) {
        // Given
        IntToDoubleFunction series = i -> i == 1_500 || (i > 3_000 && i < 3_100) ? 90 : daily(i);

        // When
        double[] plain = new Replay(FIVE_MINUTES).values(0, 5_000, series).scores();
        double[] scaled = new Replay(FIVE_MINUTES)
                .values(0, 5_000, i -> scale * series.applyAsDouble(i) + 1_000)
                .scores();

        // Then
        for (int i = 0; i < plain.length; i++) {
            assertThat(scaled[i]).as("score of value %d", i).isCloseTo(plain[i], within(1e-3));
        }
    }

    @Test
    void theFirstValuesScoreNothingWhateverTheyAre() {
        // When
        double[] scores = replay.values(0, 50, i -> new Random(i).nextGaussian() * Math.pow(10, i))
                .scores();

        // Then
        assertThat(scores).containsOnly(0);
    }

    @Test
    void steadyNoiseIsNotStrange() {
        // When
        replay.values(0, 5_000, HabitsTest::noise);

        // Then
        assertThat(replay.onsets()).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void anEpisodeIsStrangeOnceAndASecondOneOnceAgain() {
        // Given
        replay.values(0, 1_000, HabitsTest::noise);

        // When
        replay.values(1_000, 1_030, i -> 40 + noise(i)).values(1_030, 3_000, HabitsTest::noise);
        replay.values(3_000, 3_030, i -> 90 + noise(i)).values(3_030, 5_000, HabitsTest::noise);

        // Then
        assertThat(replay.onsets()).filteredOn(position -> position < 1_500).containsExactly(1_000);
        assertThat(replay.onsets()).filteredOn(position -> position >= 3_000).containsExactly(3_000);
        assertThat(replay.onsets()).hasSizeLessThanOrEqualTo(3);
        Finding onset = replay.finding(1_000);
        assertThat(onset.cause()).isIn(Cause.HIGH, Cause.JUMP);
        assertThat(onset.expected()).isCloseTo(10.5, within(0.2));
        assertThat(onset.reason()).contains("expected about 10.");
    }

    @Test
    void aConstantMetricThatChangesIsStrange() {
        // When
        replay.values(0, 1_000, i -> 21.5).values(1_000, 1_200, i -> 22);

        // Then
        assertThat(replay.onsets()).containsExactly(1_000);
    }

    @Test
    void aJumpByATrillionIsFoundAndDoesNotBlindForLong() {
        // Given
        replay.values(0, 1_000, HabitsTest::noise).values(1_000, 1_001, i -> 1e12);
        replay.values(1_001, 3_000, HabitsTest::noise);

        // When
        replay.values(3_000, 3_100, i -> 1e12);

        // Then
        assertThat(replay.onsets()).startsWith(1_000);
        assertThat(replay.finding(2_999).score()).isLessThan(Replay.THRESHOLD);
    }

    @Test
    void aSlowClimbIsFoundThoughNoStepOfItIsLarge() {
        // Given
        replay.values(0, 3_000, HabitsTest::noise);

        // When
        replay.values(3_000, 3_400, i -> noise(i) + (i - 3_000) * 0.01);

        // Then
        assertThat(replay.onsets()).anyMatch(position -> position > 3_000 && position < 3_400);
    }

    @Test
    void aRiseThatFailsToComeAtItsHourIsFoundWithinTheOrdinaryRange() {
        // Given
        replay.values(0, 14 * DAY, HabitsTest::daily);
        List<Integer> before = replay.onsets();

        // When
        replay.values(14 * DAY, 15 * DAY, i -> 20 + noise(i));

        // Then
        assertThat(before).hasSizeLessThanOrEqualTo(3).allMatch(position -> position < 5 * DAY);
        List<Integer> after = replay.onsets();
        assertThat(after).hasSizeGreaterThan(before.size());
        int onset = after.get(before.size());
        assertThat(onset).isBetween(14 * DAY + DAY * 9 / 24, 14 * DAY + DAY * 12 / 24);
        assertThat(replay.finding(onset).cause()).isEqualTo(Cause.HOUR);
        assertThat(replay.finding(onset).expected()).isGreaterThan(40);
    }

    @Test
    void aClockThatStepsBackAnHourCostsOneAlarmAtMost() {
        // Given
        replay.values(0, 10 * DAY, HabitsTest::daily);
        int before = replay.onsets().size();

        // When
        for (int i = 10 * DAY; i < 12 * DAY; i++) {
            replay.value(Replay.START + (i - 11) * FIVE_MINUTES, daily(i));
        }

        // Then
        assertThat(replay.onsets()).hasSizeLessThanOrEqualTo(before + 1);
    }

    @Test
    void ofValuesOfUnknownTimeNoHourIsLearntOrJudged() {
        // Given
        replay.values(0, 10 * DAY, HabitsTest::daily);
        int before = replay.onsets().size();

        // When
        for (int i = 0; i < DAY; i++) {
            replay.value(Detector.UNKNOWN_TIME, daily(i + DAY / 2));
        }

        // Then
        assertThat(replay.onsets().subList(before, replay.onsets().size()))
                .noneMatch(position -> replay.finding(position).cause() == Cause.HOUR);
    }

    @Test
    void whatIsNoNumberTeachesNothing() {
        // Given
        byte[] memory = replay.values(0, 500, HabitsTest::noise).memory();

        // When
        Finding finding = replay.value(Replay.START, Double.NaN);

        // Then
        assertThat(replay.memory()).isEqualTo(memory);
        assertThat(finding.score()).isZero();
    }

    @Test
    void aLowerThresholdFindsMore() {
        // Given
        Memory eager = Habits.detector(0.2).fresh();
        Memory calm = Habits.detector(0.8).fresh();
        int found = 0;
        int foundByCalm = 0;

        // When
        for (int i = 0; i < 5_000; i++) {
            double value = new Random(i).nextGaussian();
            long time = Replay.START + i * FIVE_MINUTES;
            found += eager.observe(time, value).score() >= 0.2 ? 1 : 0;
            foundByCalm += calm.observe(time, value).score() >= 0.8 ? 1 : 0;
        }

        // Then
        assertThat(found).isGreaterThan(foundByCalm);
    }

    @Test
    void strangenessLastsAsLongAsTheEpisodeAndTheBandTellsWhatWasUsual() {
        // Given
        replay.values(0, 1_000, HabitsTest::noise);

        // When
        replay.values(1_000, 1_030, i -> 40 + noise(i)).values(1_030, 1_200, HabitsTest::noise);

        // Then
        for (int i = 1_000; i < 1_030; i++) {
            assertThat(replay.finding(i).strangeness()).isGreaterThan(Replay.THRESHOLD);
            assertThat(replay.finding(i).expected())
                    .isBetween(replay.finding(i).low(), replay.finding(i).high());
            assertThat(replay.finding(i).high()).isLessThan(replay.finding(i).value());
        }
        Finding before = replay.finding(999);
        assertThat(before.value()).isBetween(before.low(), before.high());
        assertThat(replay.finding(1_199).strangeness()).isLessThan(Replay.THRESHOLD);
    }

    @Test
    void whatLastsBecomesAHabit() {
        // Given
        replay.values(0, 1_000, HabitsTest::noise);

        // When
        replay.values(1_000, 3_000, i -> 40 + noise(i));

        // Then
        assertThat(replay.finding(1_040).strangeness()).isGreaterThan(Replay.THRESHOLD);
        assertThat(replay.finding(1_300).strangeness()).isLessThan(Replay.THRESHOLD);
    }

    @Test
    void theRulesKnowNothingOfKafka() {
        JavaClasses rules = new ClassFileImporter().importPackagesOf(Detector.class);
        ArchRuleDefinition.noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka..", "io.headrace.record..")
                .check(rules);
    }
}
