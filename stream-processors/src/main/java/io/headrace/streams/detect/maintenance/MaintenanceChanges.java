package io.headrace.streams.detect.maintenance;

import io.headrace.catalogue.Topic;
import io.headrace.record.Maintenance;
import io.headrace.wire.AvroDeserializer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings changes of {@code config.maintenance} into force; the store beside it stays empty, as for rules. */
public final class MaintenanceChanges extends ContextualProcessor<String, byte[], Void, Void> {
    private static final Logger LOG = LoggerFactory.getLogger(MaintenanceChanges.class);

    private final String topic;
    private final AvroDeserializer<Maintenance> deserializer;
    private final Maintenances maintenances;

    public MaintenanceChanges(
            Topic<Maintenance> topic, AvroDeserializer<Maintenance> deserializer, Maintenances maintenances) {
        this.topic = topic.name();
        this.deserializer = deserializer;
        this.maintenances = maintenances;
    }

    @Override
    public void process(Record<String, byte[]> record) {
        if (record.key() == null) {
            return;
        }
        try {
            maintenances.change(record.key(), deserializer.deserialize(topic, record.value()));
        } catch (SerializationException unreadable) {
            LOG.warn(
                    "{} holds an unreadable maintenance, its last readable state stays: {}",
                    topic,
                    unreadable.getMessage());
        }
    }
}
