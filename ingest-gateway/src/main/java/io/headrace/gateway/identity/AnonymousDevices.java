package io.headrace.gateway.identity;

import io.headrace.catalogue.DeviceId;
import io.headrace.catalogue.Topic;
import io.headrace.config.KafkaConfig;
import io.headrace.record.Device;
import io.headrace.registry.SchemaRegistry;
import io.headrace.secret.SecretBox;
import io.headrace.wire.AvroSerializer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers devices that come to a listener without authentication. The device counts at once here; its record follows
 * on a thread of its own, and what can't be queued for it isn't let in. Costs nothing until the first such device.
 */
final class AnonymousDevices implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AnonymousDevices.class);
    private static final int MAX_QUEUED = 10_000;

    private final Topic<Device> topic;
    private final Map<String, Object> settings;
    private final SchemaRegistry schemas;
    private final DeviceDirectory directory;
    private final SecretBox box;
    private final ThreadPoolExecutor writer = new ThreadPoolExecutor(
            0,
            1,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_QUEUED),
            Thread.ofPlatform().name("anonymous-devices").daemon().factory());
    private @Nullable Producer<String, Device> producer;

    AnonymousDevices(KafkaConfig kafka, SchemaRegistry schemas, DeviceDirectory directory, SecretBox box) {
        this.topic = kafka.catalogue().registry();
        this.settings = kafka.clientSettings();
        settings.put("client.id", "headrace-gateway-anonymous");
        settings.put("acks", "all");
        this.schemas = schemas;
        this.directory = directory;
        this.box = box;
    }

    /** Empty where too many are being registered. */
    Optional<KnownDevice> register(DeviceId id) {
        Device device = KnownDevice.anonymous(id);
        try {
            writer.execute(() -> write(device));
        } catch (RejectedExecutionException full) {
            return Optional.empty();
        }
        directory.putIfUnknown(new KnownDevice(id, device, box));
        return directory.find(id.value());
    }

    /** On the writer's one thread. */
    private void write(Device device) {
        try {
            Producer<String, Device> opened = producer;
            if (opened == null) {
                opened = new KafkaProducer<>(settings, new StringSerializer(), new AvroSerializer<>(topic, schemas));
                producer = opened;
            }
            opened.send(new ProducerRecord<>(topic.name(), device.getId(), device), (_, problem) -> {
                if (problem != null) {
                    LOG.warn("the anonymous device {} isn't registered: {}", device.getId(), problem.getMessage());
                }
            });
        } catch (KafkaException e) {
            LOG.warn("the anonymous device {} isn't registered: {}", device.getId(), e.getMessage());
        }
    }

    @Override
    public void close() {
        if (writer.isShutdown()) {
            return;
        }
        writer.execute(this::closeProducer);
        writer.shutdown();
        try {
            if (!writer.awaitTermination(10, TimeUnit.SECONDS)) {
                LOG.warn(
                        "{} anonymous devices aren't registered",
                        writer.getQueue().size());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void closeProducer() {
        if (producer != null) {
            producer.close();
        }
    }
}
