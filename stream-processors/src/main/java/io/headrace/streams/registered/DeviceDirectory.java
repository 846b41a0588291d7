package io.headrace.streams.registered;

import io.headrace.catalogue.Topic;
import io.headrace.record.Device;
import io.headrace.wire.AvroDeserializer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the facts of every registered device in the store that all partitions share, and says which have changed. */
final class DeviceDirectory extends ContextualProcessor<String, byte[], Void, Void> {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceDirectory.class);

    private final AvroDeserializer<Device> deserializer;
    private final String topic;
    private final RegisteredDevices devices;
    private @Nullable KeyValueStore<String, byte[]> facts;

    DeviceDirectory(Topic<Device> topic, AvroDeserializer<Device> deserializer, RegisteredDevices devices) {
        this.topic = topic.name();
        this.deserializer = deserializer;
        this.devices = devices;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        super.init(context);
        facts = context.getStateStore(RegisteredDevices.STORE);
    }

    @Override
    public void process(Record<String, byte[]> record) {
        KeyValueStore<String, byte[]> store = facts;
        if (store == null || record.key() == null) {
            return;
        }
        try {
            int partition =
                    context().recordMetadata().map(RecordMetadata::partition).orElse(-1);
            Device device = deserializer.deserialize(topic, record.value());
            if (device == null) {
                store.delete(record.key());
            } else {
                store.put(record.key(), DeviceFacts.of(device, partition).stored());
            }
            devices.changed(record.key(), partition);
        } catch (SerializationException unreadable) {
            LOG.warn(
                    "{} holds an unreadable device, its last readable state stays: {}", topic, unreadable.getMessage());
        }
    }
}
