package io.headrace.bench.windows;

import io.headrace.catalogue.Headers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What a fleet has sent while nobody processed it: each device every two seconds, two metrics a message, as the gateway
 * writes what comes over MQTT with QoS 1. One message of fifty comes up to 20 s late, behind later ones of its device. In
 * the end each device sends once more, five minutes on, so that all windows before can close.
 *
 * @param devices that send
 * @param rounds messages of each device, without its last
 * @param from observation time of the first, epoch milliseconds
 */
record Backlog(int devices, int rounds, long from) {
    static final List<String> METRICS = List.of("temperature", "humidity");

    /** Width of the windows, milliseconds. */
    static final int WINDOW = 60_000;

    private static final int INTERVAL = 2_000;
    private static final int LATEST_ROUNDS = 10;
    private static final int LATE_OF = 50;
    private static final long LAST_AFTER = 300_000;
    private static final int PACKET_IDS = 65_535;
    private static final Header PROTOCOL = header(Headers.PROTOCOL, "mqtt/3.1.1");
    private static final Header GATEWAY = header(Headers.GATEWAY, "bench");

    /** Ends a little before now, so that retention spares all of it. */
    static Backlog endingAt(int devices, int rounds, long now) {
        long from = now - rounds * (long) INTERVAL - 2 * LAST_AFTER;
        return new Backlog(devices, rounds, from - from % WINDOW);
    }

    /** Messages, all told. */
    long messages() {
        return (long) devices * (rounds + 1);
    }

    static String device(int number) {
        return "device-%05d".formatted(number);
    }

    /** Number of a device by its id. */
    static int number(byte[] id) {
        int number = 0;
        for (int i = id.length - 5; i < id.length; i++) {
            number = number * 10 + id[i] - '0';
        }
        return number;
    }

    /** When a device observed one of its messages, epoch milliseconds. */
    long observedAt(int device, int round) {
        long phase = device * 7919L % INTERVAL;
        return from + round * (long) INTERVAL + phase + (round == rounds ? LAST_AFTER : 0);
    }

    /** Windows that close, from the first on. */
    int windows() {
        return (int) ((observedAt(0, rounds) - from) / WINDOW);
    }

    int window(long observedAt) {
        return (int) ((observedAt - from) / WINDOW);
    }

    /** Values that each metric of a device has in each window. */
    int[] expected(int device) {
        int[] counts = new int[windows()];
        for (int round = 0; round < rounds; round++) {
            counts[window(observedAt(device, round))]++;
        }
        return counts;
    }

    /** Sends it all, in the order in which it came to the gateway. */
    void produce(String bootstrapServers, String topic) {
        byte[][] keys = new byte[devices][];
        for (int i = 0; i < devices; i++) {
            keys[i] = device(i).getBytes(StandardCharsets.US_ASCII);
        }
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers", bootstrapServers,
                        "acks", "all",
                        "linger.ms", "5",
                        "batch.size", "131072",
                        "compression.type", "lz4"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int now = 0; now < rounds + LATEST_ROUNDS; now++) {
                for (int device = 0; device < devices; device++) {
                    for (int round = Math.max(0, now - LATEST_ROUNDS); round <= Math.min(now, rounds - 1); round++) {
                        if (round + delay(device, round) == now) {
                            producer.send(message(topic, keys[device], device, round, now));
                        }
                    }
                }
            }
            for (int device = 0; device < devices; device++) {
                producer.send(message(topic, keys[device], device, rounds, rounds + LATEST_ROUNDS));
            }
        }
    }

    /** Rounds by which a message is late. */
    private static int delay(int device, int round) {
        long mixed = mix(device * 1_000_003L + round);
        return mixed % LATE_OF == 0 ? 1 + (int) (mixed / LATE_OF % (LATEST_ROUNDS - 1)) : 0;
    }

    private ProducerRecord<byte[], byte[]> message(String topic, byte[] key, int device, int round, int now) {
        long observedAt = observedAt(device, round);
        long receivedAt = Math.max(observedAt, observedAt(device, Math.min(now, rounds - 1))) + 20;
        Header packet = header(Headers.PACKET_ID, Integer.toString(round % PACKET_IDS + 1));
        return new ProducerRecord<>(
                topic, null, receivedAt, key, payload(device, round, observedAt), List.of(PROTOCOL, packet, GATEWAY));
    }

    /** A level of the device's own, a slow swing, and noise. */
    private static byte[] payload(int device, int round, long observedAt) {
        double swing = Math.sin(observedAt / 600_000.0 + device);
        long noise = mix(device * 31L + round * 1_000_003L);
        long temperature = 1_500 + device % 1_000 + Math.round(200 * swing) + noise % 50;
        long humidity = 4_000 + device % 2_000 - Math.round(500 * swing) + noise / 50 % 100;
        String text = "{\"ts\":" + observedAt + ",\"temperature\":" + hundredths(temperature) + ",\"humidity\":"
                + hundredths(humidity) + "}";
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String hundredths(long value) {
        long rest = value % 100;
        return value / 100 + (rest < 10 ? ".0" : ".") + rest;
    }

    /** Never negative (the finalizer of SplittableRandom). */
    private static long mix(long seed) {
        long mixed = (seed ^ (seed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return (mixed ^ (mixed >>> 31)) & Long.MAX_VALUE;
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, value.getBytes(StandardCharsets.US_ASCII));
    }
}
