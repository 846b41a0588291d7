package io.headrace.streams.rules;

import io.headrace.catalogue.Topic;
import io.headrace.record.GatewayHeartbeat;
import io.headrace.streams.rules.check.Sight;
import io.headrace.streams.rules.silence.Gateways;
import io.headrace.wire.AvroDeserializer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hears the heartbeats of {@code control.gateways}; the store beside it stays empty, as for rules. */
final class GatewayChanges extends ContextualProcessor<String, byte[], Void, Void> {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayChanges.class);

    private final String topic;
    private final AvroDeserializer<GatewayHeartbeat> deserializer;
    private final Gateways gateways;

    GatewayChanges(Topic<GatewayHeartbeat> topic, AvroDeserializer<GatewayHeartbeat> deserializer, Gateways gateways) {
        this.topic = topic.name();
        this.deserializer = deserializer;
        this.gateways = gateways;
    }

    @Override
    public void process(Record<String, byte[]> record) {
        try {
            GatewayHeartbeat heartbeat = deserializer.deserialize(topic, record.value());
            if (heartbeat != null) {
                gateways.heard(
                        heartbeat.getGateway(),
                        Sight.micros(heartbeat.getStartedAt()),
                        context().currentSystemTimeMs());
            }
        } catch (SerializationException unreadable) {
            LOG.warn("{} holds an unreadable heartbeat, as if there were none: {}", topic, unreadable.getMessage());
        }
    }
}
