package io.headrace.streams.detect.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.headrace.streams.detect.detector.Finding.Cause;
import io.headrace.streams.detect.detector.JointDetector.JointMemory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class JointTest {
    private final JointDetector detector = Detectors.joint(Replay.THRESHOLD);

    /** Pressure and current of a pump follow its speed; the temperature of the room follows nobody. */
    private static Map<String, Object> message(int position) {
        Random random = new Random(position * 7919L);
        double speed = 50 + 20 * Math.sin(position / 40.0) + random.nextGaussian();
        Map<String, Object> values = new HashMap<>();
        values.put("speed", speed);
        values.put("pressure", 3 * speed + random.nextGaussian());
        values.put("current", 0.1 * speed + 0.05 * random.nextGaussian());
        values.put("room", 20 + random.nextGaussian());
        values.put("state", "running");
        return values;
    }

    private static List<Finding> observe(JointMemory memory, int from, int to) {
        List<Finding> findings = new ArrayList<>();
        for (int i = from; i < to; i++) {
            findings.add(memory.observe(message(i)));
        }
        return findings;
    }

    private static long onsets(List<Finding> findings) {
        return findings.stream()
                .filter(finding -> finding.score() >= Replay.THRESHOLD)
                .count();
    }

    @Test
    void aMetricThatNoLongerFollowsTheOthersIsFoundWithinItsOrdinaryRange() {
        // Given
        JointMemory memory = detector.fresh();
        List<Finding> before = observe(memory, 0, 3_000);
        Map<String, Object> message = message(3_000);
        double due = (Double) Objects.requireNonNull(message.get("pressure"));
        message.put("pressure", due > 150 ? due - 60 : due + 60);

        // When
        Finding finding = memory.observe(message);

        // Then
        assertThat(onsets(before)).isLessThanOrEqualTo(3);
        assertThat(finding.score()).isGreaterThan(Replay.THRESHOLD);
        assertThat(finding.cause()).isEqualTo(Cause.JOINT);
        assertThat(finding.subject()).isEqualTo("pressure");
        assertThat(finding.expected()).isCloseTo(due, within(10.0));
        assertThat(finding.value() < finding.low() || finding.value() > finding.high())
                .isTrue();
        assertThat(finding.others()).containsExactlyInAnyOrder("speed", "current");
        assertThat(finding.reason()).matches("doesn't fit (speed, current|current, speed): .*, expected about .*");
        assertThat(memory.of("pressure").expected()).isEqualTo(finding.expected());
        assertThat(memory.of("room")).extracting(Finding::strangeness).isEqualTo(0.0);
    }

    @Test
    void anOutlierOfOneMetricIsLeftToThatMetricsOwnDetector() {
        // Given
        JointMemory memory = detector.fresh();
        observe(memory, 0, 3_000);
        Map<String, Object> message = message(3_000);
        message.put("pressure", 5_000.0);

        // When
        Finding finding = memory.observe(message);

        // Then
        assertThat(finding.score()).isZero();
    }

    @Test
    void metricsThatHaveNothingToDoWithEachOtherAreNeverStrange() {
        JointMemory memory = detector.fresh();
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            Finding finding = memory.observe(Map.of("a", random.nextGaussian(), "b", random.nextDouble()));

            assertThat(finding.score()).isZero();
        }
    }

    @Test
    void whatIsStoredFindsTheSame() {
        JointMemory kept = detector.fresh();
        byte[] stored = detector.fresh().stored();
        for (int i = 0; i < 2_000; i++) {
            JointMemory read = detector.read(stored);
            Finding finding = read.observe(message(i));
            stored = read.stored();

            assertThat(finding).isEqualTo(kept.observe(message(i)));
        }
        assertThat(stored).isEqualTo(kept.stored()).hasSizeLessThan(256);
        assertThat(detector.read(new byte[] {1}).stored())
                .isEqualTo(detector.fresh().stored());
    }

    @Test
    void whateverComesTheScoresStayInBounds() {
        double[] nasty = {0, 1e12, -1e300, Double.MAX_VALUE, Double.MIN_VALUE, Double.NaN, Double.NEGATIVE_INFINITY};
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            JointMemory memory = detector.fresh();
            for (int i = 0; i < 1_000; i++) {
                Map<String, Object> values = new HashMap<>();
                for (int metric = random.nextInt(20); metric >= 0; metric--) {
                    double value = random.nextInt(9) == 0 ? nasty[random.nextInt(nasty.length)] : i % 50 + metric;
                    values.put("m" + metric, value);
                }

                Finding finding = memory.observe(values);

                assertThat(finding.score()).isBetween(0.0, 1.0);
                assertThat(finding.strangeness()).isBetween(finding.score(), 1.0);
            }
        }
    }

    @Test
    void theFirstSixteenMetricsInTheOrderOfTheirNamesAreLookedAt() {
        // Given
        Map<String, Object> forwards = new HashMap<>();
        for (int i = 0; i < 200; i++) {
            forwards.put("metric-%03d".formatted(i), (double) i);
        }
        JointMemory memory = detector.fresh();
        JointMemory same = detector.fresh();

        // When
        memory.observe(forwards);
        same.observe(new TreeMap<>(forwards).descendingMap());

        // Then
        assertThat(same.stored()).isEqualTo(memory.stored());
    }
}
