package io.headrace.streams.detect;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.headrace.streams.detect.Remembered.Metric;
import io.headrace.streams.detect.Remembered.Together;
import io.headrace.streams.detect.detector.Detectors;
import io.headrace.streams.detect.detector.JointDetector;
import io.headrace.streams.detect.detector.JointDetector.JointMemory;
import io.headrace.streams.detect.detector.Memory;
import io.headrace.streams.detect.episode.Onsets;
import io.headrace.streams.detect.episode.Watch;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** However large a detector's memory is, a task's stay within the same bytes. */
class DetectStoresTest {
    private static final int TIMES = 200;

    static Stream<String> detectors() {
        return Detectors.names().stream();
    }

    private static DetectConfig config(String detector) {
        return new DetectConfig(detector, DetectConfig.THRESHOLD, DetectConfig.MAX_METRICS, true);
    }

    /** What this thread asks the heap for: other tests don't matter, and a collector neither. */
    private static long bytes(Supplier<Object> made) {
        Object[] kept = new Object[TIMES];
        kept[0] = made.get();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < TIMES; i++) {
            kept[i] = made.get();
        }
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(kept).doesNotContainNull();
        return bytes / TIMES;
    }

    @ParameterizedTest
    @MethodSource("detectors")
    void theObjectsOfATaskStayWithinItsBytes(String detector) {
        // Given
        Judges judges = Judges.of(config(detector));
        Memory memory = judges.single().fresh();
        for (int i = 0; i < 1_000; i++) {
            memory.observe(i * 60_000L, DetectPipeline.flow(i));
        }
        byte[] stored = memory.stored();

        // When
        long each = bytes(() -> new Metric(judges.single().read(stored), Watch.fresh()));

        // Then
        long bytes = 32 << 20;
        assertThat(each * DetectStores.mostInMemory(config(detector), bytes)).isLessThan(bytes);
    }

    @Test
    void allPartitionsTogetherLeaveMostOfTheHeapToOthers() {
        for (int partitions : new int[] {1, 12, 1_000}) {
            assertThat(partitions * DetectStores.inMemory(partitions))
                    .isPositive()
                    .isLessThanOrEqualTo(Runtime.getRuntime().maxMemory() / 4);
        }
    }

    @Test
    void whatIsKnownOfADeviceIsSmallerThanWhatIsKnownOfItsMetrics() {
        Judges judges = Judges.of(config(Detectors.DEFAULT));
        JointDetector joint = Objects.requireNonNull(judges.joint());
        for (int metrics : new int[] {2, 16}) {
            // Given
            JointMemory memory = joint.fresh();
            Map<String, Object> values = new HashMap<>();
            for (int i = 0; i < metrics; i++) {
                values.put("metric-" + i, (double) i);
            }
            memory.observe(values);
            byte[] stored = memory.stored();

            // When
            long device = bytes(() -> new Together(joint.read(stored), Onsets.fresh()));

            // Then
            long metric = bytes(() -> new Metric(judges.single().fresh(), Watch.fresh()));
            assertThat(device).isLessThan(metrics * metric);
        }
    }
}
