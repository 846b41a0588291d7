package io.headrace.gateway.events;

import io.headrace.catalogue.DeviceId;
import io.headrace.catalogue.Topic;
import io.headrace.config.KafkaConfig;
import io.headrace.gateway.identity.Remote;
import io.headrace.record.DeviceEvent;
import io.headrace.record.DeviceEventType;
import io.headrace.registry.SchemaRegistry;
import io.headrace.wire.AvroSerializer;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes events to {@code device.events}, from a bounded queue and on a thread of its own: whoever tells one never
 * waits. While Kafka or the schema registry is away events wait in the queue; what finds it full is lost and counted.
 */
public final class KafkaDeviceEvents implements DeviceEvents, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaDeviceEvents.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);

    private final Topic<DeviceEvent> topic;
    private final Map<String, Object> settings;
    private final AvroSerializer<DeviceEvent> serializer;
    private final String gateway;
    private final BlockingQueue<Pending> queue;
    private final Counter written;
    private final Counter overflown;
    private final Counter failed;
    private final Thread writer =
            Thread.ofPlatform().name("device-events").daemon().unstarted(this::write);
    private volatile boolean isClosing;
    private @Nullable Producer<String, byte[]> producer;
    private boolean isComplaining;

    private record Pending(Event event, Instant at) {}

    private KafkaDeviceEvents(
            KafkaConfig kafka, SchemaRegistry schemas, EventsConfig config, String gateway, MeterRegistry meters) {
        this.topic = kafka.catalogue().deviceEvents();
        this.settings = kafka.clientSettings();
        settings.put("client.id", "headrace-gateway-events");
        settings.put("acks", "all");
        settings.put("linger.ms", 50);
        settings.put("buffer.memory", 8L << 20);
        settings.put("delivery.timeout.ms", 900_000); // outlasts an outage; nobody waits for it
        settings.put("reconnect.backoff.max.ms", 1_000);
        this.serializer = new AvroSerializer<>(topic, schemas);
        this.gateway = gateway;
        this.queue = new ArrayBlockingQueue<>(config.maxQueued());
        this.written = Counter.builder("headrace.events.written")
                .description("events that device.events holds")
                .register(meters);
        this.overflown = lost("queue-full", meters);
        this.failed = lost("not-stored", meters);
        Gauge.builder("headrace.events.queued", queue, BlockingQueue::size)
                .description("events that wait to be written")
                .register(meters);
    }

    private static Counter lost(String why, MeterRegistry meters) {
        return Counter.builder("headrace.events.lost")
                .description("events that device.events doesn't hold")
                .tag("why", why)
                .register(meters);
    }

    /** @param gateway names this gateway in its events */
    public static KafkaDeviceEvents start(
            KafkaConfig kafka, SchemaRegistry schemas, EventsConfig config, String gateway, MeterRegistry meters) {
        KafkaDeviceEvents events = new KafkaDeviceEvents(kafka, schemas, config, gateway, meters);
        events.writer.start();
        return events;
    }

    @Override
    public void connected(DeviceId device, Remote remote) {
        tell(new Event(device, DeviceEventType.CONNECTED, remote, ""));
    }

    @Override
    public void disconnected(DeviceId device, Remote remote, String reason) {
        tell(new Event(device, DeviceEventType.DISCONNECTED, remote, reason));
    }

    void tell(Event event) {
        if (!queue.offer(new Pending(event, Instant.now()))) {
            overflown.increment();
        }
    }

    private void write() {
        try {
            while (!isClosing || !queue.isEmpty()) {
                Pending next = queue.poll(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
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
    }

    /**
     * Goes on trying while its schema can't be registered; Kafka's own outages are the producer's to bridge, and one that
     * throws is beyond use.
     */
    private void write(Pending pending) throws InterruptedException {
        while (true) {
            try {
                DeviceEvent event = event(pending);
                byte[] value = serializer.serialize(topic.name(), event);
                send(new ProducerRecord<>(topic.name(), event.getDeviceId(), value));
                isComplaining = false;
                return;
            } catch (InterruptException e) {
                throw new InterruptedException("closed");
            } catch (KafkaException e) {
                if (!isComplaining) {
                    LOG.warn("events of connections wait, since they can't be written: {}", e.getMessage());
                    isComplaining = true;
                }
                if (isClosing) {
                    failed.increment();
                    return;
                }
                Thread.sleep(LOOK_EVERY);
            } catch (RuntimeException bug) {
                LOG.error("an event of {} can't be written", pending.event.device(), bug);
                failed.increment();
                return;
            }
        }
    }

    private void send(ProducerRecord<String, byte[]> message) {
        Producer<String, byte[]> opened = opened();
        try {
            opened.send(message, (_, problem) -> (problem == null ? written : failed).increment());
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            producer = null;
            opened.close(Duration.ZERO);
            throw e;
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

    private DeviceEvent event(Pending pending) {
        Event event = pending.event;
        return DeviceEvent.newBuilder()
                .setDeviceId(event.device().value())
                .setType(event.type())
                .setAt(pending.at)
                .setGateway(gateway)
                .setProtocol(event.remote().protocol())
                .setRemote(shown(event.remote().address()))
                .setReason(event.reason())
                .build();
    }

    private static String shown(InetSocketAddress address) {
        InetAddress host = address.getAddress();
        String text = host == null ? address.getHostString() : host.getHostAddress();
        return (text.indexOf(':') < 0 ? text : "[" + text + "]") + ":" + address.getPort();
    }

    /** Writes what is queued, as far as that goes within a few seconds. */
    @Override
    public void close() {
        isClosing = true;
        try {
            if (!writer.join(CLOSE_WITHIN.plusSeconds(1))) {
                writer.interrupt();
                LOG.warn("{} events of connections aren't written", queue.size());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
