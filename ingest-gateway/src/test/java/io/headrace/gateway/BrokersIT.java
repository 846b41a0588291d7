package io.headrace.gateway;

import static io.headrace.gateway.identity.TestDevices.KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headrace.embedded.KafkaCluster;
import io.headrace.embedded.KafkaProcess;
import io.headrace.gateway.MqttLoad.Pace;
import io.headrace.gateway.MqttLoad.Publisher;
import io.headrace.gateway.identity.TestDevices;
import io.headrace.record.DeviceStatus;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three brokers, three copies of everything, of which two must be there: what the gateway's devices notice when brokers
 * are lost. They are lost by their disks, and where a disk can't be spoilt (only root may mount a small one) by kill -9,
 * which a line says. Each test leaves all three in sync.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrokersIT {
    private static final int BROKERS = 3;
    private static final int DEVICES = 8;
    /** Bytes. */
    private static final int CUT_OFF = 100;

    private static final int DISK_MIB = 64;
    private static final String REBOOTSTRAP = "metadata.recovery.rebootstrap.trigger.ms";

    private final Traces traces = new Traces();
    private final List<SmallDisk> disks = new ArrayList<>();
    private KafkaCluster cluster;
    private TestHub hub;
    private Admin admin;
    private WholeGateway gateway;
    private MqttLoad load;
    private HttpLoad http;
    private Resources before;

    @BeforeAll
    void startAll(@TempDir Path folder) throws Exception {
        Map<String, String> copies =
                Map.of("offsets.topic.replication.factor", "3", "leader.imbalance.check.interval.seconds", "3600");
        SmallDisk.on(folder.resolve("broker-1"), DISK_MIB).ifPresent(disks::add);
        SmallDisk.on(folder.resolve("broker-2"), DISK_MIB).ifPresent(disks::add);
        cluster = KafkaCluster.start(folder, copies, List.of(Map.of(), Map.of(), Map.of()));
        hub = TestHub.on(cluster, Map.of(REBOOTSTRAP, "3000"));
        admin = Admin.create(hub.kafka().clientSettings());
        hub.registerAll(IntStream.range(0, DEVICES).mapToObj(i -> "device-" + i).toList());
        hub.registerAll(List.of("web"));
        // Short, so that messages are given up within the fault.
        Map<String, String> settings =
                Map.of("gateway.ingest.delivery-timeout", "12s", "kafka.client." + REBOOTSTRAP, "3000");
        gateway = new WholeGateway(folder, hub, new TestCertificates(), settings);
        load = new MqttLoad(gateway.port("mqtt"), KEY);
        for (int i = 0; i < DEVICES; i++) {
            load.add("device-" + i, "127.0.0.1", new Pace(4, Long.MAX_VALUE, Duration.ofMillis(20), 128))
                    .connect();
        }
        http = new HttpLoad(gateway.port("http"), KEY);
        http.add("web");
        awaitProgress();
        before = Resources.now();
    }

    @AfterAll
    void stopAll() {
        Stream.of(http, load, gateway, admin, hub, cluster, traces).forEach(BrokersIT::close);
        disks.forEach(BrokersIT::close);
    }

    private static void close(@Nullable AutoCloseable part) {
        try {
            if (part != null) {
                part.close();
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private Map<String, Long> told() {
        Map<String, Long> told =
                load.publishers().stream().collect(Collectors.toMap(Publisher::device, Publisher::acknowledged));
        told.putAll(http.byDevice());
        return told;
    }

    private void awaitProgress() {
        Map<String, Long> from = told();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> told().entrySet().stream()
                        .allMatch(each -> each.getValue() > from.getOrDefault(each.getKey(), 0L) + 10));
    }

    private long total() {
        return told().values().stream().mapToLong(Long::longValue).sum();
    }

    private Map<TopicPartition, TopicPartitionInfo> raw() {
        String topic = hub.kafka().catalogue().raw().name();
        try {
            return admin
                    .describeTopics(List.of(topic))
                    .topicNameValues()
                    .values()
                    .iterator()
                    .next()
                    .get()
                    .partitions()
                    .stream()
                    .collect(Collectors.toMap(each -> new TopicPartition(topic, each.partition()), each -> each));
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void awaitAllInSync() {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> raw().values().stream().allMatch(each -> each.isr().size() == BROKERS));
    }

    /** Cuts the ends of a dead broker's logs off, as a machine does that dies with its disk's cache. */
    private static void cutOffTails(Path log) throws IOException {
        int cut = 0;
        try (DirectoryStream<Path> partitions = Files.newDirectoryStream(log, "telemetry.raw-*")) {
            for (Path partition : partitions) {
                try (RandomAccessFile segment = new RandomAccessFile(lastSegment(partition), "rw")) {
                    if (segment.length() > CUT_OFF) {
                        segment.setLength(segment.length() - CUT_OFF);
                        cut++;
                    }
                }
            }
        }
        assertThat(cut).isPositive();
    }

    private static File lastSegment(Path partition) throws IOException {
        try (Stream<Path> files = Files.list(partition)) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .max(Comparator.naturalOrder())
                    .orElseThrow()
                    .toFile();
        }
    }

    /** What is acknowledged is stored, in order, and nothing is left behind in this process. */
    private void assertAllIsWell() {
        Map<String, Long> told = told();
        assertThat(StoredOrder.of(hub).brokenPromises(told)).isEmpty();
        assertThat(gateway.isReady()).isTrue();
        assertThat(traces.complaints()).isEmpty();
        await().atMost(Duration.ofSeconds(30)).until(() -> Resources.now().isAbout(before));
    }

    @Test
    void oneOfThreeIsLostByItsDiskUnnoticedAndGetsBackWhatTheEndOfItsLogLacks() throws Exception {
        // Given
        int victim = raw().values().iterator().next().leader().id();
        Map<String, Integer> connections = connections();

        // When
        writesNoMore(cluster.broker(victim));
        awaitProgress();

        // Then
        assertThat(gateway.isReady()).isTrue();
        assertThat(connections()).isEqualTo(connections);
        assertThat(raw().values()).noneMatch(each -> each.leader().id() == victim);

        // And when it comes back with its logs cut short, and leads what it led before
        cutOffTails(cluster.folder(victim));
        cluster.broker(victim).restart();
        awaitAllInSync();
        admin.electLeaders(ElectionType.PREFERRED, ledAtFirst(victim)).all().get();
        awaitProgress();
        assertThat(raw().values()).anyMatch(each -> each.leader().id() == victim);
        assertAllIsWell();
    }

    /** No file of the broker takes another byte, as on a disk that has become read-only; Kafka then gives up. */
    private static void writesNoMore(KafkaProcess broker) throws Exception {
        if (Programs.isInstalled("prlimit")) {
            String pid = Long.toString(broker.pid());
            assertThat(Programs.run(List.of("/usr/bin/prlimit", "--pid", pid, "--fsize=1"))
                            .code())
                    .isZero();
            awaitEnd(broker);
        } else {
            System.out.println("prlimit isn't installed: the broker is killed instead");
            broker.kill();
        }
    }

    private static void awaitEnd(KafkaProcess broker) {
        await().atMost(Duration.ofSeconds(30)).until(() -> !broker.isAlive());
    }

    private void fillTwo() throws IOException {
        if (disks.isEmpty()) {
            System.out.println("only root may mount small disks: two brokers are killed instead");
            cluster.broker(1).kill();
            cluster.broker(2).kill();
        }
        for (SmallDisk each : disks) {
            each.fill();
        }
        awaitEnd(cluster.broker(1));
        awaitEnd(cluster.broker(2));
    }

    private Set<TopicPartition> ledAtFirst(int broker) {
        return raw().entrySet().stream()
                .filter(each -> each.getValue().replicas().getFirst().id() == broker)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private Map<String, Integer> connections() {
        Map<String, Integer> all = new HashMap<>();
        load.publishers().forEach(each -> all.put(each.device(), each.connections()));
        return all;
    }

    @Test
    void withTheDisksOfTwoFullNothingIsAcknowledgedAndAllMayComeBackElsewhere() throws Exception {
        // Given
        double refused = gateway.meter("headrace.ingest.refused", "UNAVAILABLE");
        long unavailable = unavailable();

        // When
        fillTwo();

        // Then
        awaitSilence(this::total, Duration.ofSeconds(4));
        long silent = total();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> gateway.meter("headrace.ingest.refused", "UNAVAILABLE") > refused
                        && unavailable() > unavailable
                        && !gateway.isReady());
        assertThat(total()).isEqualTo(silent);

        // And when the last one is lost too, and all come back under addresses that only the bootstrap list has
        cluster.broker(3).kill();
        for (SmallDisk each : disks) {
            each.free();
        }
        cluster.restartElsewhere();
        awaitProgress();
        awaitAllInSync();
        // The view of devices has found Kafka again, too.
        hub.register(
                "device-0",
                TestDevices.withKey("device-0", KEY)
                        .setStatus(DeviceStatus.DISABLED)
                        .build());
        awaitSilence(() -> told().get("device-0"), Duration.ofSeconds(1));
        hub.registerAll(List.of("device-0"));
        awaitProgress();
        assertAllIsWell();
    }

    private static void awaitSilence(LongSupplier acknowledged, Duration time) {
        AtomicLong last = new AtomicLong(-1);
        await().during(time).atMost(Duration.ofSeconds(30)).until(() -> {
            long now = acknowledged.getAsLong();
            return last.getAndSet(now) == now;
        });
    }

    private long unavailable() {
        return http.answers().getOrDefault(503, 0L);
    }
}
