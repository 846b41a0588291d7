package io.headrace.streams.detect.episode;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.TrustedRecords;
import io.headrace.record.Anomaly;
import io.headrace.record.AnomalyState;
import io.headrace.record.Clock;
import io.headrace.record.Origin;
import io.headrace.record.Reading;
import io.headrace.streams.detect.detector.Detector;
import io.headrace.streams.detect.detector.Detectors;
import io.headrace.streams.detect.detector.Finding;
import io.headrace.streams.detect.detector.Memory;
import io.headrace.streams.detect.episode.AnomalyRecords.Onset;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** For any series: each anomaly opens once and closes at most once, and lies where it says. */
class WatchTest {
    private static final double THRESHOLD = 0.5;

    static {
        TrustedRecords.trust(Anomaly.class);
    }

    private final Detector detector = Detectors.named(Detectors.DEFAULT, THRESHOLD);
    private final AnomalyRecords records = new AnomalyRecords("habit", THRESHOLD, WatchTest::bytes, WatchTest::record);
    private final List<Anomaly> told = new ArrayList<>();
    private final List<Double> strangeValues = new ArrayList<>();
    private Memory memory = detector.fresh();
    private Watch watch = Watch.fresh();
    private long number;

    private static byte[] bytes(Anomaly anomaly) {
        try {
            return anomaly.toByteBuffer().array();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Anomaly record(byte[] bytes) {
        try {
            return Anomaly.fromByteBuffer(java.nio.ByteBuffer.wrap(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void anySeriesGivesAnomaliesThatOpenOnceAndCloseOnce(long seed) {
        // Given
        Random random = new Random(seed);

        // When
        long time = 1_700_000_000_000_000L;
        long received = 1_760_000_000_000L;
        double level = random.nextGaussian() * 100;
        boolean constant = random.nextInt(4) == 0;
        String maintenance = "";
        for (int i = 0; i < 6_000; i++) {
            level = random.nextInt(400) == 0 ? level + random.nextGaussian() * Math.pow(10, random.nextInt(12)) : level;
            double value = constant ? level : level + random.nextGaussian();
            value = random.nextInt(150) == 0 ? value * Math.pow(10, random.nextInt(12)) : value;
            value = random.nextInt(2_000) == 0 ? 1e12 : value;
            value = random.nextInt(3_000) == 0 ? Double.MAX_VALUE : value;
            time += random.nextInt(30) == 0 ? -random.nextInt(600_000_000) : random.nextInt(60_000_000);
            received += random.nextInt(800) == 0 ? 7_200_000 : random.nextInt(2_000);
            maintenance = random.nextInt(300) == 0 ? (maintenance.isEmpty() ? "swap" : "") : maintenance;
            observe(new Moment(time, random.nextInt(50) > 0, received, maintenance), value);
            if (random.nextInt(100) == 0) {
                byte[] stored = watch.stored(memory.stored());
                watch = Watch.read(stored);
                memory = detector.read(Watch.memory(stored));
            }
        }

        // Then
        assertThat(told).isNotEmpty();
        assertSound();
    }

    private void observe(Moment moment, double value) {
        Reading reading = Reading.newBuilder()
                .setDeviceId("d")
                .setClock(Clock.DEVICE)
                .setObservedAt(Moment.instant(moment.at()))
                .setReceivedAt(Instant.ofEpochMilli(moment.receivedAt()))
                .setOrigin(new Origin(0, number, 0))
                .setValues(Map.of())
                .build();
        if (watch.isOver(moment)) {
            told.add(records.closed(watch, reading.getReceivedAt()));
            watch.cutShort();
        }
        Finding finding = memory.observe(Math.floorDiv(moment.at(), 1_000), value);
        Change change = watch.plus(finding, moment, THRESHOLD);
        if (change == Change.RENEWED) {
            told.add(records.closed(watch, reading.getReceivedAt()));
            watch.close();
            change = watch.begin(finding, moment, THRESHOLD);
        }
        if (moment.maintenance().isEmpty() && finding.score() >= THRESHOLD) {
            assertThat(change).isEqualTo(Change.OPENED);
        }
        if (finding.strangeness() >= THRESHOLD) {
            strangeValues.add(value);
        }
        switch (change) {
            case NONE, RENEWED -> {}
            case OPENED ->
                told.add(records.opened(watch, new Onset(reading, "m", "0:" + number, THRESHOLD), finding, "d/e"));
            case WORSENED -> told.add(records.worsened(watch, reading.getReceivedAt()));
            case CLOSED -> {
                told.add(records.closed(watch, reading.getReceivedAt()));
                watch.close();
            }
        }
        number++;
    }

    private void assertSound() {
        Set<String> ids = new HashSet<>();
        @Nullable Anomaly last = null;
        for (Anomaly each : told) {
            if (each.getRevision() == 0) {
                assertThat(last == null || last.getState() == AnomalyState.CLOSED)
                        .isTrue();
                assertThat(ids.add(each.getId())).isTrue();
            } else {
                Objects.requireNonNull(last);
                assertThat(each.getId()).isEqualTo(last.getId());
                assertThat(each.getRevision()).isEqualTo(last.getRevision() + 1).isLessThan(4);
                assertThat(last.getState()).isEqualTo(AnomalyState.OPEN);
                assertThat(each.getSeverity()).isGreaterThanOrEqualTo(last.getSeverity());
                assertThat(each.getPeakScore()).isGreaterThanOrEqualTo(last.getPeakScore());
            }
            assertThat(each.getEnd() == null).isEqualTo(each.getState() == AnomalyState.OPEN);
            if (each.getEnd() != null) {
                assertThat(each.getEnd()).isAfterOrEqualTo(each.getStart());
                assertThat(each.getPeakAt()).isBetween(each.getStart(), each.getEnd());
            }
            assertThat(strangeValues).contains(each.getPeakValue());
            assertThat(each.getEvidence())
                    .hasSizeLessThanOrEqualTo(16)
                    .extracting(point -> point.getValue())
                    .contains(each.getValue());
            assertThat(each.getPeakScore()).isBetween(THRESHOLD, 1.0);
            last = each;
        }
    }
}
