package io.headrace.streams.detect.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.headrace.streams.detect.detector.Finding.Cause;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each detector is there for. */
class PeersTest {
    private static final long MINUTE = 60_000;

    private static double gaussian(int position) {
        return new Random(position * 7919L).nextGaussian();
    }

    private static Replay replay(String name, long interval) {
        return new Replay(Detectors.named(name, Replay.THRESHOLD), interval);
    }

    @Test
    void robustFindsAnOutlierThoughATenthOfWhatItLearntWereSmallerOnes() {
        // Given
        Replay replay = replay("robust", MINUTE);
        replay.values(0, 3_000, i -> 100 + gaussian(i) + (i % 10 == 0 ? 12 : 0));
        List<Integer> before = replay.onsets();

        // When
        replay.values(3_000, 3_001, i -> 150);

        // Then
        assertThat(before).isEmpty();
        assertThat(replay.onsets()).containsExactly(3_000);
        Finding finding = replay.finding(3_000);
        assertThat(finding.cause()).isEqualTo(Cause.OUTLIER);
        assertThat(finding.expected()).isCloseTo(100, within(1.0));
        assertThat(finding.high()).isBetween(105.0, 150.0);
    }

    @Test
    void changePointFindsAShiftThatNoSingleValueShows() {
        // Given
        Replay replay = replay("change-point", MINUTE);
        replay.values(0, 3_000, i -> 100 + gaussian(i));
        int before = replay.onsets().size();

        // When
        replay.values(3_000, 3_200, i -> 101.5 + gaussian(i));

        // Then
        assertThat(before).isLessThanOrEqualTo(2);
        int onset = replay.onsets().get(before);
        assertThat(onset).isBetween(3_003, 3_060);
        assertThat(replay.finding(onset).cause()).isEqualTo(Cause.LEVEL);
        assertThat(replay.finding(onset).expected()).isCloseTo(100, within(0.5));
    }

    @ParameterizedTest
    @CsvSource({"60000, 480", "60000, 1440", "1000, 137", "300000, 288", "900000, 672"})
    void aPeriodOfAnyLengthIsFoundAtAnyInterval(long interval, int values) {
        Rhythm rhythm = new Rhythm();
        for (int i = 0; i < values * 8; i++) {
            double shape = Math.floorMod(i, values) < values / 3 ? 5 : 0;
            rhythm.learn(Replay.START + i * interval, shape + gaussian(i));
        }

        assertThat((double) rhythm.period()).isCloseTo((double) (interval * values), within(0.03 * interval * values));
    }

    @Test
    void aPeriodIsFoundInValuesThatComeIrregularlyAndInBursts() {
        Rhythm rhythm = new Rhythm();
        Random random = new Random(1);
        long hours = 0;
        while (hours < 24 * 10) {
            hours++;
            for (int i = random.nextInt(8); i > 0; i--) {
                long time = Replay.START + hours * 60 * MINUTE + random.nextInt(3_600_000);
                double value = Math.sin(2 * Math.PI * time / 86_400_000.0) * 3 + random.nextGaussian();
                rhythm.learn(time, value);
            }
        }

        assertThat((double) rhythm.period()).isCloseTo(86_400_000.0, within(0.04 * 86_400_000));
    }

    @Test
    void noiseHasNoPeriod() {
        Rhythm rhythm = new Rhythm();
        for (int i = 0; i < 20_000; i++) {
            rhythm.learn(Replay.START + i * MINUTE, gaussian(i));
        }

        assertThat(rhythm.period()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"seasonal", "adaptive"})
    void aCycleOfSevenHoursThatFailsToComeIsFoundWithinTheOrdinaryRange(String name) {
        // Given
        int cycle = 84;
        Replay replay = replay(name, 5 * MINUTE);
        replay.values(0, 20 * cycle, i -> (i % cycle < cycle / 2 ? 40 : 20) + gaussian(i));
        int before = replay.onsets().size();

        // When
        replay.values(20 * cycle, 21 * cycle, i -> 20 + gaussian(i));

        // Then
        assertThat(replay.onsets()).hasSizeGreaterThan(before);
        int onset = replay.onsets().get(before);
        assertThat(onset).isBetween(20 * cycle, 20 * cycle + cycle / 2);
        assertThat(replay.finding(onset).cause()).isEqualTo(Cause.PHASE);
        assertThat(replay.finding(onset).expected()).isGreaterThan(35);
    }

    @Test
    void whoAlarmsOftenCountsLess() {
        // Given
        Detector quiet = new Crier("quiet", Integer.MAX_VALUE);
        Detector crier = new Crier("crier", 60);
        Replay replay = new Replay(Adaptive.detector(Replay.THRESHOLD, List.of(quiet, crier)), MINUTE);

        // When
        replay.values(0, 4_000, i -> i);

        // Then
        assertThat(replay.onsets()).startsWith(59).hasSizeLessThan(15).allMatch(onset -> onset < 1_500);
    }

    /** Finds every so many-eth value strange, at a score that counts even by a fifth. */
    private record Crier(String name, int every) implements Detector {
        @Override
        public Memory fresh() {
            return read(new byte[Integer.BYTES]);
        }

        @Override
        public Memory read(byte[] stored) {
            return new Memory() {
                private int count;

                @Override
                public Finding observe(long time, double value) {
                    double score = ++count % every == 0 ? 0.9 : 0;
                    return new Finding(score, score, value, 0, 0, 0, Cause.LEVEL);
                }

                @Override
                public byte[] stored() {
                    return stored;
                }
            };
        }
    }
}
