package io.headrace.streams.detect.episode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class ToleranceTest {
    private static final long DAY = 86_400_000_000L;
    private static final double BASE = 0.5;

    private final Tolerance tolerance = new Tolerance();

    private double threshold(long at) {
        return tolerance.threshold(BASE, at);
    }

    @Test
    void aFalseAlarmDoublesTheOddsAndARealOneHalvesThemAgain() {
        tolerance.falseAlarm(0.51, BASE, 0);
        assertThat(threshold(0)).isCloseTo(2.0 / 3, within(1e-9));

        tolerance.falseAlarm(0.51, BASE, 0);
        assertThat(threshold(0)).isCloseTo(4.0 / 5, within(1e-9));

        tolerance.real(0);
        assertThat(threshold(0)).isCloseTo(2.0 / 3, within(1e-9));

        tolerance.real(0);
        tolerance.real(0);
        assertThat(threshold(0)).isEqualTo(BASE);
    }

    @Test
    void theNextOfTheSameScoreStaysSilent() {
        for (double score = 0.5; score < 0.87; score += 0.01) {
            Tolerance fresh = new Tolerance();
            fresh.falseAlarm(score, BASE, 0);
            assertThat(fresh.threshold(BASE, 0)).isGreaterThan(score);
        }
    }

    @Test
    void whateverPeopleSayEightTimesTheOddsAreTold() {
        for (int i = 0; i < 20; i++) {
            tolerance.falseAlarm(1, BASE, 0);
        }
        assertThat(threshold(0)).isCloseTo(8.0 / 9, within(1e-9));
    }

    @Test
    void halfOfItGoesInFourteenDaysOfEventTimeAndAllOfItInTheEnd() {
        tolerance.falseAlarm(0.8, BASE, 0);
        tolerance.falseAlarm(1, BASE, 0);

        assertThat(threshold(14 * DAY)).isCloseTo(Math.pow(2, 1.5) / (1 + Math.pow(2, 1.5)), within(1e-9));
        assertThat(threshold(200 * DAY)).isEqualTo(BASE);
        assertThat(threshold(-DAY)).isCloseTo(8.0 / 9, within(1e-9));
    }

    @Test
    void whatIsSavedIsWhatIsLoaded() {
        tolerance.falseAlarm(0.7, BASE, 5 * DAY);
        ByteBuffer bytes = ByteBuffer.allocate(Tolerance.BYTES);

        tolerance.save(bytes);

        assertThat(Tolerance.load(bytes.flip()).threshold(BASE, 6 * DAY)).isEqualTo(threshold(6 * DAY));
    }
}
