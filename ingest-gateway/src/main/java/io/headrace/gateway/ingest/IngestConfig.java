package io.headrace.gateway.ingest;

import io.headrace.catalogue.Topic;
import io.headrace.config.KafkaConfig;
import io.headrace.config.Settings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * How messages travel from the gateway to Kafka.
 *
 * @param maxPayload largest payload of one message, bytes
 * @param budget bytes of messages between arrival and Kafka's answer, payload and overhead; at it the gateway stops
 *     reading, a quarter above it messages are refused
 * @param deliveryTimeout from arrival until a message counts as not stored. Long, as Kafka's own default: a message
 *     given up is stored again when the device resends it, so giving up early makes duplicates
 * @param linger how long a batch waits for more
 * @param batchBytes largest batch of one partition
 * @param compression {@code none}, {@code gzip}, {@code snappy}, {@code lz4} or {@code zstd}
 * @param producer settings of Kafka's producer that override the gateway's, as Kafka spells them
 */
public record IngestConfig(
        int maxPayload,
        long budget,
        Duration deliveryTimeout,
        Duration linger,
        int batchBytes,
        String compression,
        Map<String, String> producer) {
    /** What the guarantees stand on: the configuration can't weaken it. */
    private static final Map<String, Object> FIXED = Map.of(
            ProducerConfig.ACKS_CONFIG,
            "all",
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
            true,
            // An event loop calls the producer: it must never wait there, neither for memory nor for metadata.
            ProducerConfig.MAX_BLOCK_MS_CONFIG,
            0,
            // Forgetting an idle topic's metadata would make the next message wait for it.
            ProducerConfig.METADATA_MAX_IDLE_CONFIG,
            Duration.ofDays(3650).toMillis());

    public IngestConfig {
        producer = Map.copyOf(producer);
    }

    /** Reads {@code gateway.max-payload} and everything under {@code gateway.ingest.}. */
    public static IngestConfig from(Settings settings) {
        int maxPayload = Math.toIntExact(settings.bytes("gateway.max-payload", 256 << 10, 1 << 10, 2 << 20));
        Duration linger =
                settings.duration("gateway.ingest.linger", Duration.ofMillis(2), Duration.ZERO, Duration.ofSeconds(1));
        Map<String, String> producer = settings.passThrough("gateway.ingest.producer.");
        for (String key : FIXED.keySet()) {
            if (producer.containsKey(key)) {
                throw Settings.invalid("gateway.ingest.producer." + key, producer.get(key), "left to the gateway");
            }
        }
        return new IngestConfig(
                maxPayload,
                settings.bytes("gateway.ingest.budget", fittingBudget(maxPayload), 2L * maxPayload, 4L << 30),
                settings.duration(
                        "gateway.ingest.delivery-timeout",
                        Duration.ofMinutes(2),
                        Duration.ofSeconds(2),
                        Duration.ofHours(1)),
                linger,
                Math.toIntExact(settings.bytes("gateway.ingest.batch", 128 << 10, 1 << 10, 1 << 20)),
                compression(settings),
                producer);
    }

    /** 32 MiB, or less in a small heap: what is in flight takes three times as much of it at worst. */
    private static long fittingBudget(int maxPayload) {
        long share = Runtime.getRuntime().maxMemory() / 10;
        return Math.max(2L * maxPayload, Math.min(32 << 20, share));
    }

    private static String compression(Settings settings) {
        Set<String> known = Set.of("none", "gzip", "snappy", "lz4", "zstd");
        String value = settings.text("gateway.ingest.compression", "lz4");
        if (!known.contains(value)) {
            throw Settings.invalid(
                    "gateway.ingest.compression",
                    value,
                    "one of " + known.stream().sorted().collect(Collectors.joining(", ")));
        }
        return value;
    }

    /** Settings of the producer; a new, mutable map. */
    Map<String, Object> producerSettings(KafkaConfig kafka) {
        Map<String, Object> settings = new HashMap<>(kafka.clientSettings());
        int requestTimeout = (int) Math.min(30_000, deliveryTimeout.toMillis() - linger.toMillis());
        settings.put(ProducerConfig.CLIENT_ID_CONFIG, "headrace-gateway");
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Math.toIntExact(deliveryTimeout.toMillis()));
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, requestTimeout);
        settings.put(ProducerConfig.LINGER_MS_CONFIG, linger.toMillis());
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, batchBytes);
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, compression);
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topic.MAX_RECORD_BYTES);
        // Twice what may be in flight, since batches are rarely full: the budget fills first, never this memory.
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 2 * budget + 64L * batchBytes + Topic.MAX_RECORD_BYTES);
        settings.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
        settings.putAll(producer);
        settings.putAll(FIXED);
        return settings;
    }
}
