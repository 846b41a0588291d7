package io.headrace.streams.detect;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.Headers;
import io.headrace.record.Anomaly;
import io.headrace.record.Clock;
import io.headrace.record.Origin;
import io.headrace.streams.detect.detector.Detector;
import io.headrace.streams.detect.detector.Detectors;
import io.headrace.streams.detect.detector.Memory;
import io.headrace.streams.detect.episode.Watch;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DetectFragmentTest {
    @TempDir
    private Path folder;

    private DetectPipeline pipeline;

    @BeforeEach
    void start() {
        pipeline = new DetectPipeline(folder);
    }

    @AfterEach
    void stop() {
        pipeline.close();
    }

    @Test
    void anEpisodeGivesOneAnomalyWithTheOriginAndTimeOfItsOnset() {
        // Given
        pipeline.steady("pump-1", 0, 500);

        // When
        for (int i = 500; i < 560; i++) {
            pipeline.pipe("pump-1", i, Map.of("flow", 80.0, "state", "open", "valve", true), Clock.DEVICE);
        }

        // Then
        List<TestRecord<String, Anomaly>> found = pipeline.anomalies.readRecordsToList();
        assertThat(found).extracting(each -> each.value().getId()).containsOnly("pump-1/flow/3:500#2");
        TestRecord<String, Anomaly> onset = found.getFirst();
        assertThat(onset.key()).isEqualTo("pump-1");
        assertThat(onset.getRecordTime()).isEqualTo(DetectPipeline.RECEIVED.plusSeconds(500));
        assertThat(onset.headers()).hasSize(1);
        assertThat(Headers.find(onset.headers(), Headers.ORIGIN)).hasValue("3:500#2");
        assertThat(onset.value().getMetric()).isEqualTo("flow");
        assertThat(onset.value().getStart()).isEqualTo(DetectPipeline.OBSERVED.plusSeconds(500 * 60));
        assertThat(onset.value().getOrigin()).isEqualTo(new Origin(3, 500L, 2));
        assertThat(onset.value().getValue()).isEqualTo(80.0);
        assertThat(onset.value().getExpected()).isBetween(10.0, 11.0);
        assertThat(onset.value().getScore()).isBetween(DetectConfig.THRESHOLD, 1.0);
        assertThat(onset.value().getReason()).startsWith("higher than anything lately: 80.000, expected about 1");
    }

    @Test
    void readingsThatComeLateAndInDisorderAreTakenAsTheyCome() {
        // Given
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            numbers.add(i);
        }
        Collections.swap(numbers, 100, 400);
        Collections.shuffle(numbers.subList(200, 300), new Random(1));

        // When
        for (int number : numbers) {
            pipeline.pipe("pump-1", number, Map.of("flow", DetectPipeline.flow(number)), Clock.DEVICE);
        }
        pipeline.pipe("pump-1", 5, Map.of("flow", 80.0), Clock.DEVICE);

        // Then
        List<Anomaly> found = pipeline.onsets();
        assertThat(found).hasSizeBetween(1, 2);
        assertThat(found.getLast().getStart()).isEqualTo(DetectPipeline.OBSERVED.plusSeconds(5 * 60));
        assertThat(pipeline.meters.counter("headrace.detect.values").count()).isEqualTo(601);
    }

    @Test
    void aRestartOnTheSameStateFindsWhatAnUnbrokenRunFinds() {
        // Given
        pipeline.steady("pump-1", 0, 500);
        pipeline.disturbed("pump-1", 500, 600);
        List<Anomaly> unbroken = pipeline.anomalies.readValuesToList();
        pipeline.startAnew();
        pipeline.steady("pump-1", 0, 500);
        pipeline.restart();

        // When
        pipeline.disturbed("pump-1", 500, 600);

        // Then
        assertThat(unbroken).isNotEmpty();
        assertThat(pipeline.anomalies.readValuesToList()).isEqualTo(unbroken);
    }

    @Test
    void anotherDevicesReadingsDoNotMatter() {
        // Given
        pipeline.steady("pump-1", 0, 500);

        // When
        for (int i = 500; i < 520; i++) {
            pipeline.pipe("pump-2", i, Map.of("flow", 80.0), Clock.DEVICE);
        }

        // Then
        assertThat(pipeline.anomalies.isEmpty()).isTrue();
    }

    @Test
    void aCorrectedClockTeachesNoHour() {
        // Given
        pipeline.steady("pump-1", 0, 200);
        byte[] before = Watch.memory(pipeline.kept("pump-1", "flow"));

        // When
        pipeline.pipe("pump-1", 200, Map.of("flow", DetectPipeline.flow(200)), Clock.CORRECTED);

        // Then
        Memory expected =
                Detectors.named(Detectors.DEFAULT, DetectConfig.THRESHOLD).read(before);
        expected.observe(Detector.UNKNOWN_TIME, DetectPipeline.flow(200));
        assertThat(Watch.memory(pipeline.kept("pump-1", "flow"))).isEqualTo(expected.stored());
    }

    @Test
    void aMessageOfTenThousandMetricsLeavesTheFirstOnesWatchedAndCountsTheRest() {
        // Given
        Map<String, Object> values = new HashMap<>();
        for (int i = 0; i < 10_000; i++) {
            values.put("metric-%05d".formatted(i), (double) i);
        }

        // When
        pipeline.pipe("pump-1", 0, values, Clock.DEVICE);
        pipeline.pipe("pump-1", 1, values, Clock.DEVICE);

        // Then
        assertThat(pipeline.kept())
                .containsOnlyKeys("pump-1", "pump-1\0metric-00000", "pump-1\0metric-00001", "pump-1\0metric-00002");
        assertThat(pipeline.meters.counter("headrace.detect.values").count()).isEqualTo(6);
        assertThat(pipeline.meters.counter("headrace.detect.unwatched").count()).isEqualTo(2 * 9_997);
    }

    @Test
    void whatIsNoFiniteNumberIsNotWatched() {
        // When
        pipeline.pipe(
                "pump-1",
                0,
                Map.of("flow", Double.NaN, "head", Double.POSITIVE_INFINITY, "state", "open", "count", 3L),
                Clock.GATEWAY);

        // Then
        assertThat(pipeline.kept()).containsOnlyKeys("pump-1", "pump-1\0count");
    }

    @Test
    void theTopologyIsTheOneCheckedIn() throws IOException {
        try (InputStream expected = getClass().getResourceAsStream("detect-topology.txt")) {
            assertThat(pipeline.topology().describe().toString())
                    .isEqualToNormalizingNewlines(new String(expected.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
