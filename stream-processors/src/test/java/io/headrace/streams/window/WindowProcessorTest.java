package io.headrace.streams.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.config.Settings;
import io.headrace.record.Clock;
import io.headrace.record.Origin;
import io.headrace.record.Reading;
import io.headrace.record.WindowAggregate;
import io.headrace.streams.state.OneTask;
import io.headrace.streams.state.WriteBackStore;
import io.headrace.streams.window.WindowOutput.Result;
import io.headrace.streams.window.pace.DevicePace;
import io.headrace.streams.window.tally.WindowStores;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A task that stops and starts again on the same disk, which the test driver can't do. */
class WindowProcessorTest {
    private static final Instant START = Instant.parse("2014-05-01T10:00:00Z");
    private static final long WALL = 1_772_323_200_000L;

    @TempDir
    private Path folder;

    private MockProcessorContext<String, WindowOutput> context;
    private WindowProcessor processor;
    private List<StateStore> stores;
    private long offset;

    @BeforeEach
    void start() {
        start(WALL);
    }

    @AfterEach
    void stop() {
        stores.forEach(StateStore::close);
    }

    private void start(long now) {
        context = OneTask.in(folder);
        context.setCurrentSystemTimeMs(now);
        stores = List.of(
                WindowStores.devices(Stores.persistentKeyValueStore("w-devices"), WindowStores.MOST_IN_MEMORY)
                        .withLoggingDisabled()
                        .build(),
                WindowStores.accumulators(Stores.persistentKeyValueStore("w-accumulators"), WindowStores.MOST_IN_MEMORY)
                        .withLoggingDisabled()
                        .build());
        for (StateStore store : stores) {
            store.init(context.getStateStoreContext(), store);
            context.addStateStore(store);
        }
        WindowConfig config = WindowConfig.from(Settings.of(Map.of("processors.window.sizes", "1min")));
        processor = new WindowProcessor(
                config,
                config.ofDevices(),
                new DevicePace(config.ofDevices()),
                new WindowMeters(new SimpleMeterRegistry()),
                "w");
        processor.init(context);
    }

    private void restart(long now) {
        stores.forEach(store -> ((WriteBackStore<?, ?>) store).flushCache());
        stop();
        start(now);
    }

    private void send(String device, long second, double value) {
        Reading reading = Reading.newBuilder()
                .setDeviceId(device)
                .setObservedAt(START.plusSeconds(second))
                .setReceivedAt(Instant.ofEpochMilli(WALL))
                .setClock(Clock.DEVICE)
                .setOrigin(new Origin(0, offset++, 0))
                .setValues(Map.of("m", value))
                .build();
        processor.process(new Record<>(device, reading, WALL, new RecordHeaders()));
    }

    private void tick(long now) {
        context.setCurrentSystemTimeMs(now);
        context.scheduledPunctuators().getFirst().getPunctuator().punctuate(now);
    }

    private List<WindowAggregate> closed() {
        List<WindowAggregate> closed = context.forwarded().stream()
                .map(forward -> ((Result) forward.record().value()).aggregate())
                .toList();
        context.resetForwards();
        return closed;
    }

    @Test
    void goesOnWithItsWindowsAfterARestart() {
        // Given
        send("d1", 10, 1);
        send("d1", 20, 2);

        // When
        restart(WALL + 1_000);
        send("d1", 30, 3);
        send("d1", 90, 4);

        // Then
        assertThat(closed()).singleElement().satisfies(window -> {
            assertThat(window.getRevision()).isZero();
            assertThat(window.getCount()).isEqualTo(3);
            assertThat(window.getFirst()).isEqualTo(1);
            assertThat(window.getLast()).isEqualTo(3);
        });
    }

    @Test
    void remembersWatermarkAndRevisionsAcrossARestart() {
        // Given
        send("d1", 10, 1);
        send("d1", 3_600 * 30, 2);
        send("d1", 3_600 * 29, 3);
        send("d1", 3_600 * 31, 3);
        assertThat(closed()).hasSize(2);

        // When
        restart(WALL + 1_000);
        send("d1", 3_600 * 30, 5);
        send("d1", 10, 6);

        // Then
        assertThat(context.forwarded())
                .singleElement()
                .satisfies(forward -> assertThat(forward.record().value()).isInstanceOf(WindowOutput.Late.class));
        context.resetForwards();
        tick(WALL + 300_000);
        assertThat(closed())
                .extracting(window -> window.getRevision() + ":" + window.getSum())
                .containsExactly("0:3.0", "1:7.0", "0:3.0");
    }

    @Test
    void closesTheWindowsOfDevicesThatStaySilentAfterARestart() {
        // Given
        send("d1", 10, 1);
        send("d2", 10, 2);
        restart(WALL + 3_600_000);
        assertThat(closed()).isEmpty();

        // When
        send("d2", 20, 3);
        tick(WALL + 3_600_000 + 119_999);
        assertThat(closed()).isEmpty();
        tick(WALL + 3_600_000 + 120_000);

        // Then
        assertThat(closed()).extracting(WindowAggregate::getDeviceId).containsExactlyInAnyOrder("d1", "d2");
    }

    @Test
    void noticesSilenceThoughTheWallClockIsSetBack() {
        // Given
        send("d1", 10, 1);

        // When
        tick(WALL - 3_600_000);
        tick(WALL - 3_600_000 + 119_000);
        assertThat(closed()).isEmpty();
        tick(WALL - 3_600_000 + 121_000);

        // Then
        assertThat(closed()).hasSize(1);
    }

    @Test
    void letsReadingsThroughWhileAFleetFallsSilent() {
        // Given
        for (int i = 0; i < 2_500; i++) {
            send("d" + i, 10, i);
        }

        // When
        tick(WALL + 120_000);
        int first = closed().size();
        tick(WALL + 120_100);
        int second = closed().size();
        tick(WALL + 120_200);

        // Then
        assertThat(List.of(first, second, closed().size())).containsExactly(1_000, 1_000, 500);
    }
}
