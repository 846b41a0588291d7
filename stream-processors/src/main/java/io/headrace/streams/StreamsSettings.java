package io.headrace.streams;

import io.headrace.catalogue.Topic;
import io.headrace.streams.RuntimeConfig.OnFailingReading;
import io.headrace.wire.TopicSerdes;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/** Settings of the Streams application. */
final class StreamsSettings {
    /** Kafka's own 16 KiB is full many times before a commit, and each batch has a compressor and a request of its own. */
    private static final int BATCH_BYTES = 128 * 1024;

    private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(30);

    private static final int COMMITS_PER_TRANSACTION_TIMEOUT = 3;

    private StreamsSettings() {}

    /** @param server {@code host:port} by which other instances ask this one */
    static Properties of(ProcessorsConfig config, TopicSerdes serdes, RocksDbMemory memory, String server) {
        RuntimeConfig runtime = config.runtime();
        Properties settings = new Properties();
        settings.putAll(config.kafka().clientSettings());
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, config.applicationId());
        settings.put(StreamsConfig.APPLICATION_SERVER_CONFIG, server);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, runtime.stateDirectory().toString());
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, runtime.threads());
        settings.put(
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
                runtime.longestCommitInterval().toMillis());
        settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, runtime.cacheBytes());
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, "classic");
        settings.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        settings.put(StreamsConfig.ENABLE_METRICS_PUSH_CONFIG, false);
        putTopics(settings, config);
        putClients(settings);
        settings.put(
                StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG),
                Math.toIntExact(transactionTimeout(runtime).toMillis()));
        settings.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, SharedRocksDb.class);
        settings.put(SharedRocksDb.MEMORY, memory);
        settings.put(StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, UnreadableReadings.class);
        var catalogue = config.catalogue();
        settings.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, FailedProcessing.class);
        // for the stores that every instance has whole, too: as it will be by default; its constant goes with the
        // choice
        settings.put("processing.exception.handler.global.enabled", true);
        if (runtime.onFailingReading() == OnFailingReading.SET_ASIDE) {
            settings.put(FailedProcessing.SET_ASIDE, FailedProcessing.SetAside.of(catalogue, serdes));
        }
        settings.put(
                UnreadableReadings.TOPIC,
                catalogue.deadLetters(catalogue.readings()).name());
        settings.putAll(runtime.streams());
        return settings;
    }

    /**
     * Kafka's own 10 s are for commits each 100 ms. Still less than the 45 s after which the partitions of an instance that
     * was killed go to another one, which must wait for the end of what that one left open.
     */
    private static Duration transactionTimeout(RuntimeConfig runtime) {
        Duration several = runtime.longestCommitInterval().multipliedBy(COMMITS_PER_TRANSACTION_TIMEOUT);
        return several.compareTo(TRANSACTION_TIMEOUT) > 0 ? several : TRANSACTION_TIMEOUT;
    }

    private static void putTopics(Properties settings, ProcessorsConfig config) {
        var sizing = config.kafka().sizing();
        settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, sizing.replication());
        settings.put(
                StreamsConfig.topicPrefix(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG),
                Integer.toString(sizing.minInSyncReplicas()));
        settings.put(
                StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG),
                Integer.toString(Topic.MAX_RECORD_BYTES));
    }

    private static void putClients(Properties settings) {
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 20);
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), BATCH_BYTES);
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), Topic.MAX_RECORD_BYTES);
    }
}
