package io.headrace.bench.windows;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Sizing;
import io.headrace.record.Reading;
import io.headrace.testing.InMemorySchemaRegistry;
import io.headrace.wire.AvroSerializer;
import java.io.IOException;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Kafka Streams as a process, with the least that can be in it: what the bare loop does, in one processor between a source
 * and a sink. Arguments: bootstrap servers, topic of raw messages, topic of readings (and application), folder for state,
 * milliseconds between commits.
 */
final class StreamsMain {
    private StreamsMain() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Topology topology = new Topology();
        topology.addSource("raw", new ByteArrayDeserializer(), new ByteArrayDeserializer(), args[1]);
        topology.addProcessor("decode", Decode::new, "raw");
        topology.addSink(
                "readings",
                args[2],
                new ByteArraySerializer(),
                new AvroSerializer<>(new Catalogue("", Sizing.STANDALONE).readings(), new InMemorySchemaRegistry()),
                "decode");
        try (KafkaStreams streams = new KafkaStreams(topology, settings(args))) {
            streams.start();
            while (streams.state() != State.RUNNING) {
                Thread.sleep(50);
            }
            System.out.println("ready");
            while (System.in.read() >= 0) {
                // until whoever started it is done
            }
        }
    }

    private static Properties settings(String[] args) {
        Properties settings = new Properties();
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, args[0]);
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, args[2]);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, args[3]);
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, args[4]);
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 2);
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
        settings.put(StreamsConfig.producerPrefix("linger.ms"), 20);
        settings.put(StreamsConfig.producerPrefix("batch.size"), 131_072);
        settings.put(StreamsConfig.producerPrefix("compression.type"), "lz4");
        return settings;
    }

    private static final class Decode extends ContextualProcessor<byte[], byte[], byte[], Reading> {
        private final Decoding decoding = new Decoding();

        @Override
        public void process(Record<byte[], byte[]> record) {
            RecordMetadata at = context().recordMetadata().orElseThrow();
            Reading reading =
                    decoding.reading(at.partition(), at.offset(), record.timestamp(), record.key(), record.value());
            RecordHeaders headers = new RecordHeaders(List.of(Decoding.origin(reading)));
            context().forward(new Record<>(record.key(), reading, record.timestamp(), headers));
        }
    }
}
