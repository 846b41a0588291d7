package io.headrace.gateway.identity;

import io.headrace.catalogue.DeviceId;
import io.headrace.catalogue.Topic;
import io.headrace.gateway.follow.Progress;
import io.headrace.gateway.follow.TopicFollower;
import io.headrace.record.Device;
import io.headrace.registry.RegistryUnavailableException;
import io.headrace.registry.SchemaRegistry;
import io.headrace.secret.SecretBox;
import io.headrace.wire.AvroDeserializer;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes records of {@code device.registry} into the directory. A record that is no device, or another's, is skipped,
 * counted, and logged once for its key: what was known of the device before stays. On one thread.
 */
final class RegistryReader implements TopicFollower.Reader {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryReader.class);
    private static final int MAX_LOGGED = 1_000;

    private final AvroDeserializer<Device> deserializer;
    private final DeviceDirectory directory;
    private final SecretBox box;
    private final Runnable eachPoll;
    private final Counter skipped;
    private final Set<String> loggedKeys = new HashSet<>();

    /** @param eachPoll run several times a second on the reading thread */
    RegistryReader(
            Topic<Device> topic,
            SchemaRegistry schemas,
            DeviceDirectory directory,
            SecretBox box,
            Runnable eachPoll,
            MeterRegistry meters) {
        this.deserializer = new AvroDeserializer<>(topic, schemas);
        this.directory = directory;
        this.box = box;
        this.eachPoll = eachPoll;
        this.skipped = Counter.builder("headrace.identity.records.skipped")
                .description("records of device.registry that are no device")
                .register(meters);
    }

    @Override
    public void polled(Progress progress) {
        eachPoll.run();
    }

    @Override
    public void take(ConsumerRecord<String, byte[]> record) {
        String key = record.key();
        if (key == null || !DeviceId.isValid(key)) {
            skip(record, "its key is no device id");
            return;
        }
        Device device;
        try {
            device = deserializer.deserialize(record.topic(), record.value());
        } catch (RegistryUnavailableException e) {
            throw e;
        } catch (RuntimeException e) {
            // Whatever the decoder makes of garbage, it's the record's fault, and one record never stops the view.
            skip(record, String.valueOf(e.getMessage()));
            return;
        }
        if (device == null) {
            directory.remove(key);
        } else if (!key.equals(device.getId())) {
            skip(record, "its key is another device's");
        } else {
            directory.put(new KnownDevice(new DeviceId(key), device, box));
        }
    }

    private void skip(ConsumerRecord<String, byte[]> record, String why) {
        skipped.increment();
        String key = String.valueOf(record.key());
        if (loggedKeys.size() < MAX_LOGGED && loggedKeys.add(key)) {
            LOG.warn(
                    "skipped {} {}:{}, key \"{}\": {}",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    printable(key),
                    printable(why));
        }
    }

    private static String printable(String text) {
        String start = text.substring(0, Math.min(text.length(), 200));
        return start.replaceAll("[^\\x20-\\x7e]", "?");
    }
}
