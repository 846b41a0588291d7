package io.headrace.gateway;

import io.headrace.catalogue.Topic;
import io.headrace.config.KafkaConfig;
import io.headrace.record.GatewayHeartbeat;
import io.headrace.registry.SchemaRegistry;
import io.headrace.wire.AvroSerializer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says every two seconds in {@code control.gateways} that this gateway runs and takes messages: while it doesn't, nobody calls
 * the devices behind it silent. One that can't be written within a few seconds is dropped, for it would say nothing any more.
 */
final class Heartbeats implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Heartbeats.class);
    private static final Duration EVERY = Duration.ofSeconds(2);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(1);

    private final Topic<GatewayHeartbeat> topic;
    private final Map<String, Object> settings;
    private final AvroSerializer<GatewayHeartbeat> serializer;
    private final String gateway;
    private final BooleanSupplier isReady;
    private final Instant startedAt = Instant.now().truncatedTo(ChronoUnit.MICROS);
    private final ScheduledExecutorService heart = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("gateway-heartbeats").factory());
    private @Nullable Producer<String, byte[]> producer;
    private boolean isComplaining;

    private Heartbeats(KafkaConfig kafka, SchemaRegistry schemas, String gateway, BooleanSupplier isReady) {
        this.topic = kafka.catalogue().gateways();
        this.settings = kafka.clientSettings();
        settings.put("client.id", "headrace-gateway-heartbeats");
        settings.put("acks", "all");
        settings.put("linger.ms", 0);
        settings.put("buffer.memory", 1L << 20);
        settings.put("max.block.ms", 2_000);
        settings.put("request.timeout.ms", 3_000);
        settings.put("delivery.timeout.ms", 4_000);
        settings.put("reconnect.backoff.max.ms", 1_000);
        this.serializer = new AvroSerializer<>(topic, schemas);
        this.gateway = gateway;
        this.isReady = isReady;
    }

    /**
     * Begins.
     *
     * @param gateway names this gateway, as in {@code hr-gateway}
     * @param isReady whether it takes messages now
     */
    static Heartbeats start(KafkaConfig kafka, SchemaRegistry schemas, String gateway, BooleanSupplier isReady) {
        Heartbeats heartbeats = new Heartbeats(kafka, schemas, gateway, isReady);
        heartbeats.heart.scheduleAtFixedRate(heartbeats::beat, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
        return heartbeats;
    }

    private void beat() {
        if (!isReady.getAsBoolean()) {
            return;
        }
        try {
            Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
            byte[] value = serializer.serialize(topic.name(), new GatewayHeartbeat(gateway, startedAt, now));
            opened().send(new ProducerRecord<>(topic.name(), gateway, value), (_, problem) -> told(problem));
        } catch (KafkaException e) {
            told(e);
        } catch (RuntimeException bug) {
            LOG.error("a heartbeat failed, and the next is tried in {}", EVERY, bug);
        }
    }

    private Producer<String, byte[]> opened() {
        Producer<String, byte[]> opened = producer;
        if (opened == null) {
            opened = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
            producer = opened;
        }
        return opened;
    }

    private synchronized void told(@Nullable Exception problem) {
        if (problem != null && !isComplaining) {
            LOG.warn(
                    "heartbeats can't be written, devices behind this gateway aren't called silent: {}",
                    problem.getMessage());
        }
        isComplaining = problem != null;
    }

    @Override
    public void close() {
        heart.shutdownNow();
        try {
            if (!heart.awaitTermination(CLOSE_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("the last heartbeat isn't done within {}", CLOSE_WITHIN);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (producer != null) {
            producer.close(CLOSE_WITHIN);
        }
    }
}
