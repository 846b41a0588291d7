package io.headrace.gateway.command;

import io.headrace.catalogue.Topic;
import io.headrace.config.KafkaConfig;
import io.headrace.gateway.ingest.NotStoredException;
import io.headrace.gateway.ingest.NotStoredException.Cause;
import io.headrace.record.CommandResult;
import io.headrace.registry.SchemaRegistry;
import io.headrace.wire.AvroSerializer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link Results} into {@code device.command-results}, on a thread of its own, since the schema registry may have to be
 * asked. A result that Kafka hasn't taken within the delivery timeout fails, and what waits is bounded in bytes.
 */
final class KafkaResults implements Results, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaResults.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);
    private static final int DELIVERY_TIMEOUT_MS = 60_000;
    private static final int OVERHEAD = 512;
    private static final long BUDGET = 16 << 20;

    private final Topic<CommandResult> topic;
    private final Map<String, Object> settings;
    private final AvroSerializer<CommandResult> serializer;
    private final BlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();
    private final AtomicLong held = new AtomicLong();
    private final Thread writer =
            Thread.ofPlatform().name("command-results").daemon().unstarted(this::write);
    private volatile boolean isClosing;
    private @Nullable Producer<String, byte[]> producer;
    private @Nullable TimeoutException notTaken;
    private boolean isComplaining;

    private record Waiting(CommandResult result, CompletableFuture<Void> stored, long since) {
        private int weight() {
            return OVERHEAD + result.getPayload().remaining();
        }
    }

    private KafkaResults(KafkaConfig kafka, SchemaRegistry schemas) {
        this.topic = kafka.catalogue().commandResults();
        this.settings = kafka.clientSettings();
        settings.put("client.id", "headrace-gateway-command-results");
        settings.put("acks", "all");
        settings.put("linger.ms", 0);
        settings.put("buffer.memory", 4 * BUDGET);
        settings.put("max.request.size", Topic.MAX_RECORD_BYTES);
        settings.put("delivery.timeout.ms", DELIVERY_TIMEOUT_MS);
        settings.put("max.block.ms", 1_000);
        settings.put("metadata.max.idle.ms", Duration.ofDays(3650).toMillis()); // results may be far between
        settings.put("reconnect.backoff.max.ms", 1_000);
        this.serializer = new AvroSerializer<>(topic, schemas);
    }

    static KafkaResults start(KafkaConfig kafka, SchemaRegistry schemas) {
        KafkaResults results = new KafkaResults(kafka, schemas);
        results.writer.start();
        return results;
    }

    @Override
    public CompletionStage<Void> store(CommandResult result) {
        Waiting waiting = new Waiting(result, new CompletableFuture<>(), System.nanoTime());
        if (isClosing || !take(waiting.weight())) {
            return CompletableFuture.failedStage(
                    new NotStoredException(Cause.NO_ROOM, "too many results are on their way"));
        }
        waiting.stored().whenComplete((_, _) -> held.addAndGet(-waiting.weight()));
        queue.add(waiting);
        return waiting.stored();
    }

    private boolean take(int bytes) {
        if (held.addAndGet(bytes) <= BUDGET) {
            return true;
        }
        held.addAndGet(-bytes);
        return false;
    }

    private void write() {
        try {
            while (!isClosing || !queue.isEmpty()) {
                Waiting next = queue.poll(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
                if (next != null) {
                    write(next);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (producer != null) {
            producer.close(CLOSE_WITHIN);
        }
        queue.forEach(left -> fail(left, "the gateway stops"));
    }

    /** Goes on trying while Kafka or the schema registry can't be reached, as long as somebody may still wait for it. */
    private void write(Waiting waiting) throws InterruptedException {
        CommandResult result = waiting.result();
        while (true) {
            try {
                byte[] value = serializer.serialize(topic.name(), result);
                send(new ProducerRecord<>(topic.name(), result.getDeviceId(), value), waiting);
                isComplaining = false;
                return;
            } catch (KafkaException e) {
                complain(e);
                if (isClosing || System.nanoTime() - waiting.since() > DELIVERY_TIMEOUT_MS * 1_000_000L) {
                    fail(waiting, "it can't be written: " + e.getMessage());
                    return;
                }
                Thread.sleep(LOOK_EVERY);
            } catch (RuntimeException bug) {
                LOG.error("the result of command {} can't be written", result.getCommandId(), bug);
                fail(waiting, "it can't be written for a bug");
                return;
            }
        }
    }

    private void complain(KafkaException problem) {
        if (!isComplaining) {
            LOG.warn("results of commands wait, since they can't be written: {}", problem.getMessage());
            isComplaining = true;
        }
    }

    /**
     * Hands one over. What the producer says before its call returns, on this thread, it says of a result that it hasn't
     * taken: that it knows no leader yet, or has no room. Later it says it of one that may be stored.
     */
    private void send(ProducerRecord<String, byte[]> message, Waiting waiting) {
        Producer<String, byte[]> opened = opened();
        notTaken = null;
        try {
            opened.send(message, (_, problem) -> {
                if (problem == null) {
                    waiting.stored().complete(null);
                } else if (problem instanceof TimeoutException early && writer.equals(Thread.currentThread())) {
                    notTaken = early;
                } else {
                    fail(waiting, "Kafka didn't take it: " + problem.getClass().getSimpleName());
                }
            });
        } catch (KafkaException e) {
            producer = null;
            opened.close(Duration.ZERO);
            throw e;
        }
        if (notTaken != null) {
            throw notTaken;
        }
    }

    private static void fail(Waiting waiting, String why) {
        waiting.stored().completeExceptionally(new NotStoredException(Cause.UNAVAILABLE, why));
    }

    private Producer<String, byte[]> opened() {
        Producer<String, byte[]> opened = producer;
        if (opened == null) {
            opened = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
            producer = opened;
        }
        return opened;
    }

    /** Writes what waits, as far as that goes within a few seconds. */
    @Override
    public void close() {
        isClosing = true;
        try {
            if (!writer.join(CLOSE_WITHIN.plusSeconds(1))) {
                writer.interrupt();
                LOG.warn("{} results of commands aren't written", queue.size());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
