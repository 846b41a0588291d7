package io.headrace.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.headrace.config.ConfigException;
import io.headrace.record.Reading;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What befalls instances in operation. After each of it the windows hold every value once. */
class OperationsIT {
    private static final Duration LONG = Cluster.LONG;
    private static final String STANDBYS = "processors.streams.num.standby.replicas";
    private static final String SESSION = "processors.streams.main.consumer.session.timeout.ms";

    /** What is left of the lag of one that has read everything: the marks of the last transactions. */
    private static final long MARKERS = 2;

    @TempDir
    private static Path shared;

    @TempDir
    private Path folder;

    private static Cluster cluster;

    @BeforeAll
    static void start() {
        // threads of the application die here, as they are meant to
        Awaitility.doNotCatchUncaughtExceptionsByDefault();
        cluster = new Cluster(shared);
    }

    @AfterAll
    static void stop() {
        Awaitility.reset();
        cluster.close();
    }

    @Test
    void a_killed_instance_is_followed_by_its_standby_and_what_it_left_on_disk_misleads_nobody() throws Exception {
        // Given two instances, each with copies of the other's state
        Map<String, String> more =
                Map.of("processors.fragments", "normalize,window,hot", STANDBYS, "1", SESSION, "6000");
        Map<String, String> stays = settings("killed.", "stays", more);
        Map<String, String> falls = settings("killed.", "falls", more);
        Fleet fleet = new Fleet(cluster, stays);
        MeterRegistry meters = new SimpleMeterRegistry();
        try (Processors survivor = Cluster.running(stays, meters);
                ProcessorsProcess victim = ProcessorsProcess.start(folder, falls)) {
            fleet.send(3_000);
            fleet.awaitTruth();
            await().atMost(LONG)
                    .untilAsserted(
                            () -> assertThat(standbysAreCurrent(survivor)).isTrue());
            double before = restored(meters);

            // When
            fleet.send(300);
            victim.kill();

            // Then
            for (int i = 0; i < Fleet.DEVICES; i++) {
                var stale = cluster.ask(survivor, "/hot/device-" + i + "/latest?stale=true");
                assertThat(stale.statusCode()).as(stale.body()).isEqualTo(200);
            }
            fleet.send(300);
            fleet.awaitTruth();
            for (int i = 0; i < Fleet.DEVICES; i++) {
                var fresh = cluster.ask(survivor, "/hot/device-" + i + "/latest");
                assertThat(fresh.statusCode()).as(fresh.body()).isEqualTo(200);
                assertThat(fresh.body()).doesNotContain("stale");
            }
            assertThat(restored(meters) - before).isLessThan(changelogs(survivor) / 5.0);
            assertThat(survivor.failure()).isEmpty();
        }

        // When the killed one comes back alone, on what the kill left, and once more on nothing
        fleet.send(300);
        try (ProcessorsProcess again = ProcessorsProcess.start(folder, falls)) {
            fleet.awaitTruth();
            fleet.send(300);
            again.kill();
        }
        delete(folder.resolve("falls"));
        try (Processors anew = Cluster.running(falls, new SimpleMeterRegistry())) {
            // Then
            fleet.awaitTruth();
            assertThat(anew.failure()).isEmpty();
        }
    }

    @Test
    void instances_that_come_and_go_lose_nothing_and_hot_values_are_answered_all_along() throws Exception {
        // Given
        Map<String, String> more = Map.of("processors.fragments", "normalize,window,hot");
        Map<String, String> steady = settings("storm.", "steady", more);
        Fleet fleet = new Fleet(cluster, steady);
        List<Integer> answers = new ArrayList<>();
        AtomicBoolean goesOn = new AtomicBoolean(true);
        try (Processors steadyOne = Cluster.running(steady, new SimpleMeterRegistry())) {
            fleet.send(500);
            fleet.awaitTruth();
            Thread asking = Thread.ofVirtual().start(() -> {
                for (int i = 0; goesOn.get(); i++) {
                    answers.add(status(steadyOne, "/hot/device-" + i % Fleet.DEVICES + "/latest"));
                }
            });

            // When
            for (int i = 0; i < 4; i++) {
                try (Processors extra = Cluster.running(settings("storm.", "extra", more), new SimpleMeterRegistry())) {
                    fleet.send(200);
                    assertThat(status(extra, "/hot/device-1/latest")).isIn(200, 503);
                }
                fleet.send(200);
            }

            // Then
            fleet.awaitTruth();
            goesOn.set(false);
            asking.join(LONG);
            assertThat(steadyOne.failure()).isEmpty();
            for (int i = 0; i < Fleet.DEVICES; i++) {
                assertThat(status(steadyOne, "/hot/device-" + i + "/latest")).isEqualTo(200);
            }
        }
        assertThat(answers).isNotEmpty().allMatch(status -> status == 200 || status == 503);
        assertThat(answers.stream().filter(status -> status == 200).count()).isGreaterThan(answers.size() / 2);
    }

    @Test
    void a_changed_version_runs_beside_the_old_one_where_both_know_the_same_stores_and_waits_else() throws Exception {
        // Given
        Map<String, String> old = settings("upgrade.", "old", Map.of("processors.fragments", "normalize,window"));
        Map<String, String> moreWindows = new HashMap<>(settings("upgrade.", "next", old));
        moreWindows.put("processors.state-dir", folder.resolve("next").toString());
        moreWindows.put("processors.window.sizes", "10s,20s");
        Map<String, String> moreStores = new HashMap<>(moreWindows);
        moreStores.put("processors.fragments", "normalize,route,window,detect,rules,hot");
        Fleet fleet = new Fleet(cluster, old);
        Processors before = Cluster.running(old, new SimpleMeterRegistry());
        fleet.send(1_000);
        fleet.awaitTruth();

        // When
        assertThatThrownBy(() -> Cluster.running(moreStores, new SimpleMeterRegistry()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("upgrade.headrace-processors-detect-memory-changelog");
        try (Processors beside = Cluster.running(moreWindows, new SimpleMeterRegistry())) {
            try (before) {
                fleet.send(500);
                fleet.awaitTruth();
                assertThat(before.failure()).isEmpty();
            }
            fleet.send(500);
            fleet.awaitTruth();
            assertThat(beside.failure()).isEmpty();
        }
        fleet.send(500);

        // Then
        try (Processors after = Cluster.running(moreStores, new SimpleMeterRegistry())) {
            fleet.awaitTruth();
            assertThat(after.failure()).isEmpty();
            assertThat(status(after, "/hot/device-1/latest")).isEqualTo(200);
        }
        fleet.send(500);
        try (Processors back = Cluster.running(old, new SimpleMeterRegistry())) {
            fleet.awaitTruth();
            assertThat(back.failure()).isEmpty();
        }
    }

    @Test
    void a_device_that_floods_its_partition_holds_up_no_device_of_another() throws Exception {
        // Given one thread for both partitions, and commits that come long before the flood is over
        Map<String, String> settings =
                settings("flood.", "flood", Map.of("processors.longest-commit-interval", "100ms"));
        Fleet fleet = new Fleet(cluster, settings);
        var raw = fleet.catalogue().raw();
        int flood = 200_000;
        try (Processors processors = Cluster.running(settings, new SimpleMeterRegistry())) {
            // When
            byte[] value = "{\"v\":1}".getBytes(UTF_8);
            List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
            for (int i = 0; i < flood; i++) {
                records.add(new ProducerRecord<>(raw.name(), 0, "loud".getBytes(UTF_8), value));
            }
            records.add(new ProducerRecord<>(raw.name(), 1, "quiet".getBytes(UTF_8), value));
            cluster.send(raw, records);

            // Then
            var reading = cluster.serdes().of(fleet.catalogue().readings()).deserializer();
            List<ConsumerRecord<String, Reading>> seen = new ArrayList<>();
            await().atMost(LONG).pollInterval(Duration.ofMillis(200)).until(() -> {
                seen.clear();
                seen.addAll(cluster.records(fleet.catalogue().readings(), reading));
                return seen.stream().anyMatch(each -> each.key().equals("quiet"));
            });
            assertThat(seen.size()).isLessThan(flood / 2);
            assertThat(processors.failure()).isEmpty();
        }
    }

    private Map<String, String> settings(String prefix, String state, Map<String, String> more) throws Exception {
        Map<String, String> settings = new HashMap<>(cluster.settings(prefix, folder.resolve(state)));
        settings.putAll(Fleet.windows());
        settings.putAll(more);
        return settings;
    }

    private static int status(Processors processors, String path) {
        try {
            return cluster.ask(processors, path).statusCode();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean standbysAreCurrent(Processors processors) throws Exception {
        JsonNode instances = cluster.topology(processors);
        List<JsonNode> standbys = StreamSupport.stream(instances.spliterator(), false)
                .flatMap(
                        instance -> StreamSupport.stream(instance.path("stores").spliterator(), false))
                .filter(store -> store.path("role").asText().equals("standby"))
                .toList();
        return instances.size() == 2
                && standbys.size() >= 4
                && standbys.stream().allMatch(store -> store.path("lag").asLong(99) <= MARKERS);
    }

    /** Records in all changelogs of what this instance has. */
    private static long changelogs(Processors processors) throws Exception {
        JsonNode own = cluster.topology(processors).path(0).path("stores");
        return StreamSupport.stream(own.spliterator(), false)
                .mapToLong(store -> store.path("end").asLong())
                .sum();
    }

    private static double restored(MeterRegistry meters) {
        return meters.counter("headrace.processors.restore.records").count();
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
