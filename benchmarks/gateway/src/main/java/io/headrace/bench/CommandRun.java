package io.headrace.bench;

import io.headrace.bench.load.CommandDevices;
import io.headrace.bench.load.Latencies;
import io.headrace.bench.load.Plan;
import io.headrace.bench.run.BenchException;
import io.headrace.bench.system.Broker;
import io.headrace.bench.system.HeadraceMain;
import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Sizing;
import io.headrace.record.CommandResult;
import io.headrace.record.CommandStatus;
import io.headrace.record.DeviceCommand;
import io.headrace.registry.SchemaRegistry;
import io.headrace.wire.AvroDeserializer;
import io.headrace.wire.AvroSerializer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * How long a command takes to a device that is connected over MQTT, and its answer back: from when it was due to be written
 * into Kafka until a consumer of committed records has its result. In an open loop.
 */
record CommandRun(Broker broker, Systems systems, boolean isQuick) {
    private static final String PREFIX = "bench-commands-";
    private static final int DEVICES = 200;
    private static final int RATE = 200;
    private static final Duration POLL = Duration.ofMillis(1);

    /**
     * What was found; milliseconds.
     *
     * @param answered commands of the measured time with their answer
     * @param lost those without
     */
    record Result(int rate, long answered, long lost, double p50, double p95, double p99, double longest) {}

    Result measure() {
        Catalogue hub = new Catalogue(PREFIX, new Sizing(Broker.PARTITIONS, 1, 1));
        SchemaRegistry schemas = HeadraceMain.schemas(hub);
        try (Systems.Running gateway = systems.headrace(PREFIX, DEVICES);
                CommandDevices devices = CommandDevices.connect(gateway.port(), DEVICES, Systems.PASSWORD);
                KafkaProducer<String, byte[]> producer = producer();
                KafkaConsumer<String, byte[]> results = results(hub)) {
            carryOut(new Loop(hub, schemas, producer, results, 0, isQuick ? 1_500 : 3_000), new Latencies());
            Latencies latencies = new Latencies();
            long lost =
                    carryOut(new Loop(hub, schemas, producer, results, 1_000_000, isQuick ? 2_000 : 5_000), latencies);
            if (!devices.isWell()) {
                throw new BenchException("a device lost its connection");
            }
            return new Result(
                    RATE,
                    latencies.count(),
                    lost,
                    latencies.quantileMillis(0.5),
                    latencies.quantileMillis(0.95),
                    latencies.quantileMillis(0.99),
                    latencies.quantileMillis(1));
        } catch (IOException e) {
            throw new BenchException("the devices can't be connected: " + e.getMessage());
        }
    }

    /** @param first number of the first command */
    private record Loop(
            Catalogue hub,
            SchemaRegistry schemas,
            KafkaProducer<String, byte[]> producer,
            KafkaConsumer<String, byte[]> results,
            int first,
            int commands) {}

    /** Commands without an answer half a minute after the last. */
    private static long carryOut(Loop loop, Latencies latencies) {
        AvroSerializer<DeviceCommand> serializer =
                new AvroSerializer<>(loop.hub().commands(), loop.schemas());
        AvroDeserializer<CommandResult> deserializer =
                new AvroDeserializer<>(loop.hub().commandResults(), loop.schemas());
        String commands = loop.hub().commands().name();
        Map<String, Long> waiting = new HashMap<>();
        long start = System.nanoTime();
        long end = start + Duration.ofSeconds(30 + loop.commands() / RATE).toNanos();
        int made = 0;
        while ((made < loop.commands() || !waiting.isEmpty()) && System.nanoTime() < end) {
            long due = start + made * 1_000_000_000L / RATE;
            if (made < loop.commands() && System.nanoTime() >= due) {
                String device = Plan.device(made % DEVICES);
                String id = Integer.toString(loop.first() + made++);
                waiting.put(id, due);
                byte[] value = serializer.serialize(commands, command(device, id));
                loop.producer().send(new ProducerRecord<>(commands, device, value));
            } else {
                for (ConsumerRecord<String, byte[]> record : loop.results().poll(POLL)) {
                    CommandResult result =
                            Objects.requireNonNull(deserializer.deserialize(record.topic(), record.value()));
                    Long since = result.getStatus() == CommandStatus.SUCCEEDED
                            ? waiting.remove(result.getCommandId())
                            : null;
                    if (since != null) {
                        latencies.record(System.nanoTime() - since);
                    }
                }
                LockSupport.parkNanos(20_000);
            }
        }
        return waiting.size();
    }

    private static DeviceCommand command(String device, String id) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        return DeviceCommand.newBuilder()
                .setId(id)
                .setDeviceId(device)
                .setName("set")
                .setPayload(ByteBuffer.wrap("{\"percent\":40}".getBytes(StandardCharsets.US_ASCII)))
                .setCreatedAt(now)
                .setExpiresAt(now.plusSeconds(60))
                .setBy("bench")
                .build();
    }

    private KafkaProducer<String, byte[]> producer() {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "acks", "all", "linger.ms", 0),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    private KafkaConsumer<String, byte[]> results(Catalogue hub) {
        KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_committed"),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        String topic = hub.commandResults().name();
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
        return consumer;
    }
}
