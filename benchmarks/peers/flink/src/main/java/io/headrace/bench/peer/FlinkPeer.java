package io.headrace.bench.peer;

import java.nio.file.Path;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.LocalStreamEnvironment;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.windowing.assigners.TumblingEventTimeWindows;

/**
 * Apache Flink in one JVM, doing the same tumbling window: JSON is decoded, values are aggregated by device, metric and
 * minute of event time in RocksDB, results go to Kafka exactly once. It is spared the readings, the percentiles, the
 * detection, the routes and the ledger, and has one watermark for all devices.
 *
 * <p>Either as cheap as we know to make it, all metrics of a device in one state and objects reused; or, with
 * {@code -Dflink.by-metric=true}, as its guide has it, see {@link ByMetric}, and with its defaults.
 */
public final class FlinkPeer {
    private static final int THREADS = 2;
    private static final boolean BY_METRIC = Boolean.getBoolean("flink.by-metric");

    private FlinkPeer() {}

    /** Arguments: bootstrap servers, topic of raw messages, topic of results (and consumer group), folder. */
    public static void main(String[] args) throws Exception {
        String servers = args[0];
        String target = args[2];
        Path folder = Path.of(args[3]);
        LocalStreamEnvironment flink = StreamExecutionEnvironment.createLocalEnvironment(THREADS, settings(folder));
        flink.enableCheckpointing(Long.getLong("flink.checkpoint.millis", 1_000), CheckpointingMode.EXACTLY_ONCE);
        KafkaSource<Message> source = KafkaSource.<Message>builder()
                .setBootstrapServers(servers)
                .setTopics(args[1])
                .setGroupId(target)
                .setStartingOffsets(OffsetsInitializer.earliest())
                .setDeserializer(new MessageDeserializer())
                .build();
        KafkaSink<Result> sink = KafkaSink.<Result>builder()
                .setBootstrapServers(servers)
                .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                .setTransactionalIdPrefix(target)
                .setProperty("transaction.timeout.ms", "600000")
                .setProperty("compression.type", "lz4")
                .setProperty("linger.ms", "20")
                .setRecordSerializer(new ResultSerializer(target))
                .build();
        DataStream<Message> messages = flink.fromSource(source, watermarks(), "raw");
        TumblingEventTimeWindows windows = TumblingEventTimeWindows.of(Duration.ofMinutes(1));
        DataStream<Result> results = BY_METRIC
                ? ByMetric.results(messages, windows)
                : messages.keyBy(message -> message.device).window(windows).aggregate(new Aggregation(), new Results());
        results.sinkTo(sink);
        flink.executeAsync("windows");
        System.out.println("ready");
        while (System.in.read() >= 0) {
            // runs until whoever started it is gone
        }
        Runtime.getRuntime().halt(0);
    }

    /** Thirty seconds, as the grace of the windows that it is compared with. */
    private static WatermarkStrategy<Message> watermarks() {
        return WatermarkStrategy.<Message>forBoundedOutOfOrderness(Duration.ofSeconds(30))
                .withTimestampAssigner((message, received) -> message.observedAt);
    }

    private static Configuration settings(Path folder) {
        Configuration settings = new Configuration();
        settings.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
        settings.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
        settings.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                folder.resolve("checkpoints").toUri().toString());
        settings.setString("execution.checkpointing.storage", "filesystem");
        settings.setString("io.tmp.dirs", folder.resolve("tmp").toString());
        settings.setString("pipeline.object-reuse", Boolean.toString(!BY_METRIC));
        settings.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(256));
        settings.set(RestOptions.PORT, 0);
        return settings;
    }
}
