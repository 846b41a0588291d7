package io.headrace.streams.registered;

import io.headrace.catalogue.Topic;
import io.headrace.record.Device;
import io.headrace.registry.SchemaRegistry;
import io.headrace.streams.enrich.EnrichConfig;
import io.headrace.wire.AvroDeserializer;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registered devices of a hub, in a store that all tasks of an instance share: a topic can be read whole but once by an
 * application, and several fragments ask for this one. Safe for use by several threads.
 */
public final class RegisteredDevices {
    /** {@link DeviceFacts} by device id. */
    public static final String STORE = "registered-devices";

    private static final Logger LOG = LoggerFactory.getLogger(RegisteredDevices.class);

    private final Topic<Device> topic;
    private final AvroDeserializer<Device> deserializer;
    private final EnrichConfig shown;
    private final List<Consumer<String>> followers = new CopyOnWriteArrayList<>();
    private final ConcurrentHashMap<Integer, DevicesOfTask> tasks = new ConcurrentHashMap<>();
    private final AtomicBoolean isElsewhere = new AtomicBoolean();

    /** @param shown which tags readings have */
    public RegisteredDevices(Topic<Device> topic, SchemaRegistry registry, EnrichConfig shown) {
        this.topic = topic;
        this.deserializer = new AvroDeserializer<>(topic, registry);
        this.shown = shown;
    }

    /** Adds the store, and what fills it. */
    public void addTo(StreamsBuilder builder) {
        builder.addGlobalStore(
                Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(STORE), Serdes.String(), Serdes.ByteArray())
                        .withLoggingDisabled(),
                topic.name(),
                Consumed.with(Serdes.String(), Serdes.ByteArray()).withName(STORE + "-in"),
                () -> new DeviceDirectory(topic, deserializer, this));
    }

    /** @param follower learns the id of each device that changes, from the thread that brings changes */
    public void follow(Consumer<String> follower) {
        followers.add(follower);
    }

    /** Those whose messages a task gets, from now on until it is closed. */
    public DevicesOfTask ofTask(int partition, ReadOnlyKeyValueStore<String, byte[]> store) {
        DevicesOfTask devices = new DevicesOfTask(this, partition, store);
        tasks.put(partition, devices);
        return devices;
    }

    void changed(String id, int partition) {
        followers.forEach(follower -> follower.accept(id));
        DevicesOfTask task = tasks.get(partition);
        if (task != null) {
            task.changed(id);
        }
    }

    void closed(int partition, DevicesOfTask task) {
        tasks.remove(partition, task);
    }

    EnrichConfig shown() {
        return shown;
    }

    /**
     * Whether a device's entry in the registry was found in another partition than its messages, as where the topics have
     * different numbers of partitions: then nobody knows whose messages a task gets, and it must not say that there are none.
     */
    boolean isElsewhere() {
        return isElsewhere.get();
    }

    void foundElsewhere(String id, int partition, int ofMessages) {
        if (isElsewhere.compareAndSet(false, true)) {
            LOG.warn(
                    "{} has device {} in partition {}, and its messages are in {}: devices that never spoke aren't watched",
                    topic.name(),
                    id,
                    partition,
                    ofMessages);
        }
    }
}
