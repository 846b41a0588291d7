package io.headrace.bench.system;

import io.headrace.bench.load.Payloads;
import io.headrace.bench.load.Plan;
import io.headrace.catalogue.Headers;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Kafka's producer alone, in a loop, with the records that the gateway makes of the MQTT load: the device as key, a payload
 * of the load, and the headers of protocol, packet identifier and gateway; a window of messages of one device, then of
 * the next. What can be made before is, as Kafka's tool has its payloads; what the producer is given it is given
 * in the usual way. Arguments: topic, number of devices, settings of the producer as {@code name=value}. Prints how many were
 * acknowledged since the last time as {@code N records sent}, until it is killed.
 */
public final class SameRecordMain {
    private static final long REPORT_NANOS = 250_000_000L;
    private static final int WINDOW = 16;
    private static final int IDS = 65_535;

    private final String topic;
    private final String[] keys;
    private final byte[][] payloads;
    private final Header protocol = header(Headers.PROTOCOL, "mqtt/3.1.1");
    private final Header gateway = header(Headers.GATEWAY, "bench");
    private final byte[][] packetIds = new byte[IDS][];

    private SameRecordMain(String topic, int devices) {
        this.topic = topic;
        this.keys = new String[devices];
        for (int i = 0; i < devices; i++) {
            keys[i] = Plan.device(i);
        }
        List<String> samples = new Payloads().samples();
        this.payloads = new byte[samples.size()][];
        for (int i = 0; i < payloads.length; i++) {
            payloads[i] = samples.get(i).getBytes(StandardCharsets.UTF_8);
        }
        for (int i = 0; i < IDS; i++) {
            packetIds[i] = Integer.toString(i + 1).getBytes(StandardCharsets.US_ASCII);
        }
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
    }

    public static void main(String[] args) {
        Map<String, Object> settings = new HashMap<>();
        for (String each : List.of(args).subList(2, args.length)) {
            settings.put(each.substring(0, each.indexOf('=')), each.substring(each.indexOf('=') + 1));
        }
        SameRecordMain records = new SameRecordMain(args[0], Integer.parseInt(args[1]));
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
            records.send(producer);
        }
    }

    private void send(KafkaProducer<String, byte[]> producer) {
        Answers answers = new Answers();
        long reported = 0;
        long nextReport = System.nanoTime() + REPORT_NANOS;
        for (long burst = 0; answers.problem == null; burst++) {
            int device = (int) (burst % keys.length);
            long first = burst / keys.length * WINDOW;
            long now = System.currentTimeMillis();
            for (long number = first; number < first + WINDOW; number++) {
                producer.send(record(device, number, now), answers);
            }
            if (System.nanoTime() > nextReport) {
                nextReport = System.nanoTime() + REPORT_NANOS;
                long count = answers.count.get();
                System.out.println(count - reported + " records sent");
                reported = count;
            }
        }
        throw new IllegalStateException("a record wasn't stored", answers.problem);
    }

    private ProducerRecord<String, byte[]> record(int device, long number, long now) {
        Header packetId = new RecordHeader(Headers.PACKET_ID, packetIds[(int) (number % IDS)]);
        byte[] payload = payloads[(int) ((number * keys.length + device) % payloads.length)];
        return new ProducerRecord<>(topic, null, now, keys[device], payload, List.of(protocol, packetId, gateway));
    }

    /** Written by the producer's thread alone. */
    private static final class Answers implements Callback {
        private final AtomicLong count = new AtomicLong();
        private volatile @Nullable Exception problem;

        @Override
        public void onCompletion(@Nullable RecordMetadata where, @Nullable Exception failure) {
            if (failure != null) {
                problem = failure;
            }
            count.lazySet(count.getPlain() + 1);
        }
    }
}
