package io.headrace.streams.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.headrace.catalogue.Headers;
import io.headrace.record.Clock;
import io.headrace.record.Reading;
import io.headrace.record.WindowAggregate;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WindowFragmentTest {
    private static final Instant START = Instant.parse("2014-05-01T10:00:00Z");
    private static final int MINUTE = 60_000;

    @TempDir
    private Path folder;

    private WindowDriver windows;

    @BeforeEach
    void start() {
        windows = new WindowDriver(folder, Map.of("processors.window.sizes", "1min"));
    }

    @AfterEach
    void stop() {
        windows.close();
    }

    private static Instant at(long seconds) {
        return START.plusSeconds(seconds);
    }

    @Test
    void closesAWindowWhenTheDevicesWatermarkPassesItsEndAndGrace() {
        // Given
        windows.send("d1", at(10), 20);
        windows.send("d1", at(40), 22);
        windows.send("d1", at(20), 24);
        windows.send("d1", at(89), 100);
        assertThat(windows.aggregates()).isEmpty();

        // When
        windows.send("d1", at(90), 101);

        // Then
        WindowAggregate closed = windows.aggregates().getFirst();
        assertThat(closed.getDeviceId()).isEqualTo("d1");
        assertThat(closed.getMetric()).isEqualTo("temperature");
        assertThat(closed.getStart()).isEqualTo(START);
        assertThat(closed.getEnd()).isEqualTo(at(60));
        assertThat(closed.getRevision()).isZero();
        assertThat(closed.getProvisional()).isFalse();
        assertThat(closed.getCount()).isEqualTo(3);
        assertThat(closed.getMin()).isEqualTo(20);
        assertThat(closed.getMax()).isEqualTo(24);
        assertThat(closed.getSum()).isEqualTo(66);
        assertThat(closed.getMean()).isEqualTo(22);
        assertThat(closed.getStddev()).isCloseTo(Math.sqrt(8.0 / 3), within(1e-12));
        assertThat(closed.getFirst()).isEqualTo(20);
        assertThat(closed.getLast()).isEqualTo(22);
        assertThat(closed.getP50()).isCloseTo(22, within(0.22));
    }

    @Test
    void stampsAnAggregateWithReceiveTimeAndOriginOfTheReadingReceivedLast() {
        // Given
        windows.send("d1", at(10), 20);
        windows.pass(Duration.ofSeconds(5));
        windows.send("d1", at(5), 20);
        Instant receivedLast = windows.now();
        windows.pass(Duration.ofSeconds(20));

        // When
        windows.send("d1", at(100), 20);

        // Then
        TestRecord<String, WindowAggregate> closed = windows.aggregateRecords().getFirst();
        assertThat(closed.key()).isEqualTo("d1");
        assertThat(closed.getRecordTime()).isEqualTo(receivedLast);
        assertThat(closed.value().getReceivedAt()).isEqualTo(receivedLast);
        assertThat(Headers.find(closed.headers(), Headers.ORIGIN)).contains("0:1");
        assertThat(closed.headers().toArray()).hasSize(1);
    }

    @Test
    void takesASessionBackThatItHasInMemoryWithoutSayingWhatItAdded() {
        Map<String, String> sessions =
                Map.of("processors.windows.run.kind", "session", "processors.windows.run.gap", "20s");
        try (WindowDriver driver = new WindowDriver(folder.resolve("sessions"), sessions)) {
            // Given
            driver.send("d1", at(0), 20);
            driver.send("d1", at(30), 21);
            driver.send("d1", at(600), 22);

            // When
            driver.send("d1", at(15), 23);

            // Then
            assertThat(driver.aggregateRecords())
                    .filteredOn(record -> record.value().getRetracted())
                    .singleElement()
                    .satisfies(record -> {
                        assertThat(record.value().getStart()).isEqualTo(at(30));
                        assertThat(record.value().getRevision()).isEqualTo(1);
                        assertThat(Headers.find(record.headers(), Headers.ADDED))
                                .isEmpty();
                    });
        }
    }

    @Test
    void neverLetsOneDevicesClockCloseAnothersWindow() {
        // Given
        windows.send("d1", at(10), 20);
        windows.send("d10", at(10), 30);

        // When
        windows.send("d10", Instant.parse("2024-01-01T00:00:00Z"), 31);
        windows.send("d2", Instant.parse("2099-01-01T00:00:00Z"), 40);

        // Then
        assertThat(windows.aggregates()).singleElement().satisfies(closed -> {
            assertThat(closed.getDeviceId()).isEqualTo("d10");
            assertThat(closed.getSum()).isEqualTo(30);
        });
    }

    @Test
    void countsACorrectedReadingWithoutMovingTheWatermark() {
        // Given
        windows.send("d1", at(10), 20);

        // When
        windows.send("d1", WindowDriver.RECEIVED, Clock.CORRECTED, Map.of("temperature", 21.0));
        windows.send("d1", at(11), 22);

        // Then
        assertThat(windows.aggregates()).isEmpty();
        windows.pass(Duration.ofMinutes(2));
        assertThat(windows.aggregates())
                .extracting(WindowAggregate::getStart, WindowAggregate::getSum)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(START, 42.0),
                        org.assertj.core.groups.Tuple.tuple(WindowDriver.RECEIVED, 21.0));
    }

    @Test
    void closesTheWindowsOfASilentDeviceByTheWallClock() {
        // Given
        windows.send("d1", at(10), 20);
        windows.send("d2", at(10), 30);
        windows.pass(Duration.ofSeconds(60));
        windows.send("d2", at(20), 31);
        windows.pass(Duration.ofSeconds(59));
        assertThat(windows.aggregates()).isEmpty();

        // When
        windows.pass(Duration.ofSeconds(1));

        // Then
        assertThat(windows.aggregates()).singleElement().satisfies(closed -> {
            assertThat(closed.getDeviceId()).isEqualTo("d1");
            assertThat(closed.getRevision()).isZero();
        });
    }

    @Test
    void goesOnWithAWindowThatSilenceHadClosed() {
        // Given
        windows.send("d1", at(10), 20);
        windows.pass(Duration.ofMinutes(3));
        assertThat(windows.aggregates()).hasSize(1);

        // When
        windows.send("d1", at(50), 22);
        windows.send("d1", at(90), 1);

        // Then
        assertThat(windows.aggregates()).singleElement().satisfies(closed -> {
            assertThat(closed.getRevision()).isEqualTo(1);
            assertThat(closed.getCount()).isEqualTo(2);
            assertThat(closed.getSum()).isEqualTo(42);
        });
    }

    @Test
    void givesOneRevisionForAllLateValuesOfAMoment() {
        // Given
        windows.send("d1", at(10), 20);
        windows.send("d1", at(600), 21);
        assertThat(windows.aggregates()).hasSize(1);

        // When
        windows.send("d1", at(11), 18);
        windows.send("d1", at(5), 19);
        windows.send("d1", at(601), 21);
        assertThat(windows.aggregates()).isEmpty();
        windows.pass(Duration.ofSeconds(1));

        // Then
        assertThat(windows.aggregates()).singleElement().satisfies(closed -> {
            assertThat(closed.getStart()).isEqualTo(START);
            assertThat(closed.getRevision()).isEqualTo(1);
            assertThat(closed.getCount()).isEqualTo(3);
            assertThat(closed.getFirst()).isEqualTo(19);
            assertThat(closed.getLast()).isEqualTo(18);
        });
        windows.pass(Duration.ofMinutes(1));
        assertThat(windows.aggregates()).isEmpty();
    }

    @Test
    void opensAnewOnlyTheMetricsThatLateValuesTouch() {
        // Given
        windows.send("d1", at(10), Clock.DEVICE, Map.of("a", 1.0, "b", 2L));
        windows.send("d1", at(600), Clock.DEVICE, Map.of("a", 1.0));
        assertThat(windows.aggregates()).extracting(WindowAggregate::getMetric).containsExactly("a", "b");

        // When
        windows.send("d1", at(11), Clock.DEVICE, Map.of("b", 3L, "c", 4.0));
        windows.pass(Duration.ofSeconds(2));

        // Then
        assertThat(windows.aggregates())
                .extracting(closed -> closed.getMetric() + closed.getRevision() + ":" + closed.getSum())
                .containsExactly("b1:5.0", "c0:4.0");
    }

    @Test
    void sendsWhatIsTooLateForAWindowToTheLateTopic() {
        // Given
        windows.send("d1", at(10), 20);
        windows.send("d1", at(24 * 3600 + 61), 21);
        Map<String, Object> values = new HashMap<>(Map.of("a", 1.5, "b", 7L, "on", true, "mode", "auto"));

        // When
        Reading sent = windows.send("d1", at(59), Clock.DEVICE, values);

        // Then
        TestRecord<String, Reading> late = windows.late().getFirst();
        assertThat(late.value().getValues()).isEqualTo(Map.of("a", 1.5, "b", 7L));
        assertThat(late.value().getObservedAt()).isEqualTo(sent.getObservedAt());
        assertThat(late.value().getOrigin()).isEqualTo(sent.getOrigin());
        assertThat(late.getRecordTime()).isEqualTo(windows.now());
        assertThat(Headers.find(late.headers(), Headers.ORIGIN)).contains("0:2");
        assertThat(Headers.find(late.headers(), Headers.LATENESS_MS))
                .isEqualTo(Optional.of("" + (24 * 3600 + 2) * 1000L));
        assertThat(Headers.find(late.headers(), Headers.LATE_SIZES)).isEqualTo(Optional.of("" + MINUTE));
        windows.pass(Duration.ofMinutes(5));
        assertThat(windows.aggregates()).hasSize(2).allMatch(closed -> closed.getRevision() == 0);
    }

    @Test
    void keepsAWindowAsLongAsItSaysAndNoLonger() {
        // Given
        windows.send("d1", at(10), 20);

        // When
        windows.send("d1", at(24 * 3600 + 60), 21);
        windows.send("d1", at(59), 22);
        windows.send("d1", at(24 * 3600 + 60).plusNanos(1_000), 21);
        windows.send("d1", at(58), 23);

        // Then
        windows.pass(Duration.ofMinutes(3));
        assertThat(windows.late()).hasSize(1);
        assertThat(windows.aggregates())
                .extracting(closed -> closed.getRevision() + ":" + closed.getCount())
                .containsExactly("0:1", "1:2", "0:2");
        assertThat(windows.accumulators()).isEqualTo(1);
    }

    @Test
    void leavesOutWhatIsNoNumber() {
        // Given
        windows.send("d1", at(10), Clock.DEVICE, Map.of("on", true, "mode", "auto"));

        // When
        windows.pass(Duration.ofMinutes(3));

        // Then
        assertThat(windows.aggregates()).isEmpty();
        assertThat(windows.late()).isEmpty();
    }

    @Test
    void takesTenThousandMetricsInAMessage() {
        // Given
        Map<String, Object> values = new HashMap<>();
        for (int i = 0; i < 10_000; i++) {
            values.put("m" + i, (double) i);
        }
        windows.send("d1", at(10), Clock.DEVICE, values);

        // When
        windows.send("d1", at(100), 1);

        // Then
        List<WindowAggregate> closed = windows.aggregates();
        assertThat(closed).hasSize(10_000);
        assertThat(closed.stream().mapToDouble(WindowAggregate::getSum).sum()).isEqualTo(49_995_000);
    }
}
