package io.headrace.streams.registered;

import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/** The registered devices whose messages a task gets. For its thread. */
public final class DevicesOfTask implements AutoCloseable {
    private final RegisteredDevices all;
    private final int partition;
    private final ReadOnlyKeyValueStore<String, byte[]> store;
    private final ConcurrentLinkedQueue<String> changed = new ConcurrentLinkedQueue<>();

    DevicesOfTask(RegisteredDevices all, int partition, ReadOnlyKeyValueStore<String, byte[]> store) {
        this.all = all;
        this.partition = partition;
        this.store = store;
    }

    /** What is known of any device, with the tags that its readings have; empty for one that isn't registered. */
    public Optional<DeviceFacts> find(String id) {
        byte[] stored = store.get(id);
        return stored == null
                ? Optional.empty()
                : Optional.of(DeviceFacts.ofStored(stored).shownBy(all.shown()));
    }

    /** Each device of this task that is enabled; none while nobody knows which those are. */
    public void forEachEnabled(Consumer<String> taker) {
        if (all.isElsewhere()) {
            return;
        }
        try (KeyValueIterator<String, byte[]> devices = store.all()) {
            while (devices.hasNext()) {
                KeyValue<String, byte[]> each = devices.next();
                if (DeviceFacts.isEnabledIn(partition, each.value)) {
                    taker.accept(each.key);
                }
            }
        }
    }

    /** Whether it is certain that a device's messages would come to this task. */
    public boolean has(DeviceFacts device) {
        return !all.isElsewhere() && device.partition() == partition;
    }

    /** A message of a device has come to this task. */
    public void met(String id) {
        if (!all.isElsewhere()) {
            find(id).filter(device -> device.partition() != partition)
                    .ifPresent(device -> all.foundElsewhere(id, device.partition(), partition));
        }
    }

    /** Id of the next device of this task that has changed; null where there is none. */
    public @Nullable String poll() {
        return changed.poll();
    }

    void changed(String id) {
        changed.add(id);
    }

    @Override
    public void close() {
        all.closed(partition, this);
    }
}
