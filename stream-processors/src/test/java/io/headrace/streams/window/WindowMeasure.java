package io.headrace.streams.window;

import io.headrace.config.Settings;
import io.headrace.record.Clock;
import io.headrace.record.Origin;
import io.headrace.record.Reading;
import io.headrace.streams.state.OneTask;
import io.headrace.streams.window.measure.Accumulator;
import io.headrace.streams.window.measure.Cell;
import io.headrace.streams.window.measure.Provenance;
import io.headrace.streams.window.measure.StateReader;
import io.headrace.streams.window.measure.StateWriter;
import io.headrace.streams.window.pace.DevicePace;
import io.headrace.streams.window.tally.WindowStores;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.Stores;

/**
 * What a value costs: {@code main} prints CPU microseconds of one thread, for the accumulator alone (read, add, write) and
 * for the processor on RocksDB without Streams' cache, changelog and Kafka, with the default two sizes of window.
 */
final class WindowMeasure {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private WindowMeasure() {}

    public static void main(String[] args) throws IOException {
        for (int round = 0; round < 3; round++) {
            System.out.printf(Locale.ROOT, "accumulator: %.2f us a value%n", accumulator());
            for (int metrics : new int[] {1, 10}) {
                System.out.printf(
                        Locale.ROOT,
                        "processor, %d metrics: %.2f us a reading%n",
                        metrics,
                        processor(metrics, 200_000 / metrics));
            }
        }
    }

    private static double accumulator() {
        Random random = new Random(1);
        Cell window = new Cell(START.toEpochMilli() * 1_000, 60_000_000);
        StateWriter out = new StateWriter();
        byte[] stored = {};
        int values = 500_000;
        long before = cpu();
        for (int i = 0; i < values; i++) {
            Accumulator accumulator =
                    i % 3_600 == 0 ? new Accumulator() : Accumulator.read(new StateReader(stored), window);
            Provenance from = Provenance.of(window.start() + i * 1_000_000L, "3:4711");
            accumulator.add(20 + random.nextGaussian(), window.start() + i % 3_600 * 1_000_000L, from, window);
            accumulator.write(out.reset(), window);
            stored = out.toBytes();
        }
        return (cpu() - before) / 1e3 / values;
    }

    private static double processor(int metrics, int readings) throws IOException {
        Path folder = Files.createTempDirectory("window-measure");
        MockProcessorContext<String, WindowOutput> context = OneTask.in(folder);
        context.setCurrentSystemTimeMs(START.toEpochMilli());
        StateStore devices = WindowStores.devices(
                        Stores.persistentKeyValueStore("w-devices"), WindowStores.MOST_IN_MEMORY)
                .withLoggingDisabled()
                .build();
        StateStore accumulators = WindowStores.accumulators(
                        Stores.persistentKeyValueStore("w-accumulators"), WindowStores.MOST_IN_MEMORY)
                .withLoggingDisabled()
                .build();
        for (StateStore store : new StateStore[] {devices, accumulators}) {
            store.init(context.getStateStoreContext(), store);
            context.addStateStore(store);
        }
        WindowConfig config = WindowConfig.from(Settings.of(Map.of()));
        WindowProcessor processor = new WindowProcessor(
                config,
                config.ofDevices(),
                new DevicePace(config.ofDevices()),
                new WindowMeters(new SimpleMeterRegistry()),
                "w");
        processor.init(context);
        double micros = send(processor, metrics, readings);
        devices.close();
        accumulators.close();
        return micros;
    }

    private static double send(WindowProcessor processor, int metrics, int readings) {
        Random random = new Random(1);
        long before = cpu();
        for (int i = 0; i < readings; i++) {
            Map<String, Object> values = new HashMap<>();
            for (int metric = 0; metric < metrics; metric++) {
                values.put("metric-" + metric, 20 + random.nextGaussian());
            }
            String device = "device-" + i % 100;
            Instant at = START.plusSeconds(i / 100);
            Reading reading = new Reading(
                    device, at, at, Clock.DEVICE, null, new Origin(0, (long) i, 0), null, null, null, values, Map.of());
            processor.process(new Record<>(device, reading, at.toEpochMilli(), new RecordHeaders()));
        }
        return (cpu() - before) / 1e3 / readings;
    }

    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
