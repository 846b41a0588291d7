package io.headrace.streams.window;

import io.headrace.config.Settings;
import io.headrace.record.Clock;
import io.headrace.record.Origin;
import io.headrace.record.Reading;
import io.headrace.record.WindowAggregate;
import io.headrace.streams.state.OneTask;
import io.headrace.streams.state.WriteBackStore;
import io.headrace.streams.window.WindowOutput.Result;
import io.headrace.streams.window.pace.DevicePace;
import io.headrace.streams.window.pace.GroupPace;
import io.headrace.streams.window.tally.WindowStores;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/** A task whose stores outlive it, so that it can be stopped and started again; its wall clock is driven. */
final class WindowTask {
    private static final Instant WALL = Instant.parse("2026-03-01T00:00:00Z");

    private final WindowConfig config;
    private final boolean isOfGroups;
    private final Path folder;
    private final List<StateStore> stores;
    private final List<WindowAggregate> results = new ArrayList<>();
    private final List<LateRecord> late = new ArrayList<>();
    private MockProcessorContext<String, WindowOutput> context;
    private @Nullable WindowProcessor processor;
    private long now = WALL.toEpochMilli();
    private long offset;

    /** What went to the late topic. */
    record LateRecord(String key, Reading reading, Headers headers) {}

    WindowTask(Map<String, String> settings, boolean isOfGroups, Path folder) {
        this(settings, isOfGroups, folder, WindowStores.MOST_IN_MEMORY);
    }

    /** @param inMemory how many timelines and rows it may have in memory */
    WindowTask(Map<String, String> settings, boolean isOfGroups, Path folder, int inMemory) {
        this(settings, isOfGroups, folder, stores(inMemory));
        stores.forEach(store -> store.init(context.getStateStoreContext(), store));
        this.processor = processor();
    }

    private WindowTask(Map<String, String> settings, boolean isOfGroups, Path folder, List<StateStore> stores) {
        this.config = WindowConfig.from(Settings.of(settings));
        this.isOfGroups = isOfGroups;
        this.folder = folder;
        this.stores = stores;
        this.context = context();
    }

    /** The same stores under another configuration. */
    WindowTask withSettings(Map<String, String> settings) {
        WindowTask other = new WindowTask(settings, isOfGroups, folder, stores);
        other.now = now;
        other.restart();
        return other;
    }

    private static List<StateStore> stores(int inMemory) {
        return List.of(
                WindowStores.devices(Stores.inMemoryKeyValueStore("w-devices"), inMemory)
                        .withLoggingDisabled()
                        .build(),
                WindowStores.accumulators(Stores.inMemoryKeyValueStore("w-accumulators"), inMemory)
                        .withLoggingDisabled()
                        .build(),
                Stores.keyValueStoreBuilder(
                                Stores.inMemoryKeyValueStore("w-members"), Serdes.String(), Serdes.ByteArray())
                        .withLoggingDisabled()
                        .build());
    }

    private MockProcessorContext<String, WindowOutput> context() {
        MockProcessorContext<String, WindowOutput> fresh = OneTask.in(folder);
        fresh.setCurrentSystemTimeMs(now);
        return fresh;
    }

    private WindowProcessor processor() {
        stores.forEach(context::addStateStore);
        var definitions = isOfGroups ? config.ofGroups() : config.ofDevices();
        WindowProcessor fresh = new WindowProcessor(
                config,
                definitions,
                isOfGroups
                        ? new GroupPace(definitions, config.groupLimits(), "w-members")
                        : new DevicePace(definitions),
                new WindowMeters(new SimpleMeterRegistry()),
                "w");
        fresh.init(context);
        return fresh;
    }

    /** As after a crash right behind a commit: what was in memory is gone. */
    void restart() {
        for (StateStore store : stores) {
            if (store instanceof WriteBackStore<?, ?> writeBack) {
                writeBack.flushCache();
                writeBack.clearCache();
            }
        }
        context = context();
        processor = processor();
    }

    Reading send(String subject, String device, Instant observedAt, Clock clock, Map<String, Object> values) {
        return send(subject, device, observedAt, clock, values, Map.of());
    }

    Reading send(
            String subject,
            String device,
            Instant observedAt,
            Clock clock,
            Map<String, Object> values,
            Map<String, String> tags) {
        Reading reading = Reading.newBuilder()
                .setDeviceId(device)
                .setObservedAt(observedAt)
                .setReceivedAt(Instant.ofEpochMilli(now))
                .setClock(clock)
                .setOrigin(new Origin(0, offset++, 0))
                .setValues(new HashMap<>(values))
                .setTags(tags)
                .build();
        Objects.requireNonNull(processor).process(new Record<>(subject, reading, now, new RecordHeaders()));
        collect();
        return reading;
    }

    /** Lets wall-clock time go by in steps of half a second. */
    void pass(Duration time) {
        for (long until = now + time.toMillis(); now < until; ) {
            now = Math.min(until, now + 500);
            context.setCurrentSystemTimeMs(now);
            context.scheduledPunctuators().getFirst().getPunctuator().punctuate(now);
        }
        collect();
    }

    private void collect() {
        context.forwarded().forEach(forward -> {
            Record<? extends String, ? extends WindowOutput> record = forward.record();
            switch (record.value()) {
                case Result result -> results.add(result.aggregate());
                case WindowOutput.Late tooLate ->
                    late.add(new LateRecord(record.key(), tooLate.reading(), record.headers()));
            }
        });
        context.resetForwards();
    }

    Instant now() {
        return Instant.ofEpochMilli(now);
    }

    /** In the order in which they were given. */
    List<WindowAggregate> results() {
        return results;
    }

    List<LateRecord> late() {
        return late;
    }

    /** Rows of whatever kind in the second store. */
    int rows() {
        int count = 0;
        WriteBackStore<?, ?> rows = (WriteBackStore<?, ?>) stores.get(1);
        try (var all = rows.all()) {
            while (all.hasNext()) {
                all.next();
                count++;
            }
        }
        return count;
    }
}
