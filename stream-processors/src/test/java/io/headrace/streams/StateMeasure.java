package io.headrace.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headrace.config.Settings;
import io.headrace.embedded.EmbeddedRegistry;
import io.headrace.embedded.FreePort;
import io.headrace.embedded.KafkaProcess;
import io.headrace.topics.ClusterTopics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What an instance takes under a fleet: {@code main} starts a broker and a registry as processes, all fragments on 12
 * partitions here, sends a few messages of each device, and prints memory and state when they are processed. Arguments:
 * devices, messages of each, metrics of a message. Run with the heap of the launcher, {@code -Xmx640m -XX:+UseSerialGC}.
 */
final class StateMeasure {
    private static final long MIB = 1L << 20;
    private static final long LIMIT_S = 240;

    private StateMeasure() {}

    public static void main(String[] args) throws Exception {
        int devices = Integer.parseInt(args[0]);
        int each = Integer.parseInt(args[1]);
        int metrics = Integer.parseInt(args[2]);
        Path folder = Files.createTempDirectory("state-measure");
        int port = FreePort.next();
        try (KafkaProcess _ = KafkaProcess.start(folder.resolve("kafka"), port, FreePort.next());
                EmbeddedRegistry registry = EmbeddedRegistry.start(folder.resolve("registry"))) {
            ProcessorsConfig config = ProcessorsConfig.from(Settings.of(Map.of(
                    "kafka.bootstrap-servers", "127.0.0.1:" + port,
                    "kafka.partitions", "12",
                    "kafka.replication", "1",
                    "registry.url", registry.url().toString(),
                    "processors.state-dir", folder.resolve("state").toString(),
                    "processors.query.listen", "127.0.0.1:0",
                    "processors.cache-size", "16MiB",
                    "processors.rocksdb-size", "64MiB")));
            try (Admin admin = Admin.create(config.kafka().clientSettings())) {
                ClusterTopics topics = new ClusterTopics(admin);
                topics.apply(topics.plan(config.kafka().catalogue()));
            }
            measure(config, devices, each, metrics);
        }
    }

    private static void measure(ProcessorsConfig config, int devices, int each, int metrics) throws Exception {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (Processors processors = Processors.start(config, meters)) {
            while (!processors.isReady()) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
            print("idle", meters);
            long start = System.nanoTime();
            long most = send(config, devices, each, metrics, meters);
            while (meters.counter("headrace.normalize.readings").count() < (double) devices * each
                    && System.nanoTime() - start < TimeUnit.SECONDS.toNanos(LIMIT_S)) {
                most = Math.max(most, rocksDb(meters));
                TimeUnit.MILLISECONDS.sleep(20);
            }
            System.out.printf(
                    Locale.ROOT,
                    "%d devices, %d messages of %d metrics each, %.0f s; RocksDB at most %d MiB%n",
                    devices,
                    each,
                    metrics,
                    (System.nanoTime() - start) / 1e9,
                    most / MIB);
            TimeUnit.SECONDS.sleep(2);
            print("worked off", meters);
        }
        try (var files = Files.walk(config.runtime().stateDirectory())) {
            long bytes = files.filter(Files::isRegularFile)
                    .mapToLong(StateMeasure::size)
                    .sum();
            System.out.printf(
                    Locale.ROOT,
                    "state on disk %d MiB, %d bytes a device and metric%n",
                    bytes / MIB,
                    bytes / devices / metrics);
        }
    }

    private static long send(ProcessorsConfig config, int devices, int each, int metrics, SimpleMeterRegistry meters) {
        long most = 0;
        String topic = config.kafka().catalogue().raw().name();
        try (var producer = new KafkaProducer<>(
                config.kafka().clientSettings(), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < devices * each; i++) {
                StringBuilder json = new StringBuilder("{");
                for (int metric = 0; metric < metrics; metric++) {
                    json.append(metric == 0 ? "" : ",")
                            .append("\"metric-")
                            .append(metric)
                            .append("\":")
                            .append((i * 31 + metric) % 1_000 / 10.0);
                }
                byte[] device = ("device-" + i % devices).getBytes(UTF_8);
                var sent = producer.send(new ProducerRecord<>(
                        topic, device, json.append('}').toString().getBytes(UTF_8)));
                most = sent.isCancelled() ? most : Math.max(most, rocksDb(meters));
            }
        }
        return most;
    }

    private static void print(String when, SimpleMeterRegistry meters) throws IOException {
        System.gc();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        String resident = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS"))
                .findFirst()
                .orElse("VmRSS: unknown");
        System.out.printf(
                Locale.ROOT,
                "%s: heap %d MiB, RocksDB %d MiB, %s%n",
                when,
                heap / MIB,
                rocksDb(meters) / MIB,
                resident);
    }

    private static long rocksDb(SimpleMeterRegistry meters) {
        return (long) meters.get("headrace.processors.rocksdb.bytes").gauge().value();
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException gone) {
            return 0;
        }
    }
}
