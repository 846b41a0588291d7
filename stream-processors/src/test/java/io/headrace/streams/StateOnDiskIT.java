package io.headrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.headrace.config.ConfigException;
import io.headrace.config.Settings;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What befalls the state of an instance: its disk, its topics, its clock. After each of it the windows hold every value once. */
class StateOnDiskIT {
    private static final Duration LONG = Cluster.LONG;
    private static final String SESSION = "processors.streams.main.consumer.session.timeout.ms";

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
    void state_on_disk_is_taken_up_as_it_was_left_and_restored_only_where_it_is_damaged() throws Exception {
        // Given
        Map<String, String> settings =
                settings("damaged.", "damaged", Map.of("processors.fragments", "normalize,window,hot"));
        Fleet fleet = new Fleet(cluster, settings);
        try (Processors first = Cluster.running(settings, new SimpleMeterRegistry())) {
            fleet.send(1_000);
            fleet.awaitTruth();
            assertThat(first.failure()).isEmpty();
        }

        // When
        MeterRegistry intact = new SimpleMeterRegistry();
        try (Processors second = Cluster.running(settings, intact)) {
            fleet.send(1_000);
            fleet.awaitTruth();
            assertThat(second.failure()).isEmpty();
        }
        int damaged = damage(folder.resolve("damaged"));

        // Then
        assertThat(restored(intact)).isZero();
        assertThat(damaged).isPositive();
        MeterRegistry meters = new SimpleMeterRegistry();
        try (Processors again = Processors.start(ProcessorsConfig.from(Settings.of(settings)), meters)) {
            fleet.send(1_000);
            fleet.awaitTruth();
            assertThat(again.failure()).isEmpty();
        }
        assertThat(meters.counter("headrace.processors.state.wiped").count()).isPositive();
        assertThat(restored(meters)).isPositive();
    }

    @Test
    void state_that_is_deleted_from_kafka_stops_the_application_and_isnt_taken_up_from_disk() throws Exception {
        // Given
        Map<String, String> settings =
                settings("deleted.", "deleted", Map.of("processors.fragments", "normalize,window"));
        Fleet fleet = new Fleet(cluster, settings);
        String changelog = "deleted.headrace-processors-window-devices-changelog";
        try (Processors processors = Cluster.running(settings, new SimpleMeterRegistry())) {
            fleet.send(500);
            fleet.awaitTruth();
            // a topic can only be missed that was seen before
            await().pollDelay(Duration.ofSeconds(6)).until(() -> true);

            // When
            try (Admin admin = Admin.create(cluster.clientSettings())) {
                admin.deleteTopics(List.of(changelog)).all().get();
            }

            // Then
            await().atMost(LONG).until(() -> processors.failure().isPresent());
            assertThat(processors.failure())
                    .hasValueSatisfying(reason -> assertThat(reason).contains(changelog));
        }
        assertThatThrownBy(() -> Cluster.running(settings, new SimpleMeterRegistry()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(changelog);
    }

    @Test
    void a_full_disk_is_waited_out() throws Exception {
        // Given
        Path disk = Files.createDirectory(folder.resolve("disk"));
        Assumptions.assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", disk.toString()), "needs to mount a tmpfs");
        try {
            // so small that the disk is written to soon
            Map<String, String> settings = settings(
                    "full.",
                    "disk/state",
                    Map.of("processors.cache-size", "1KiB", "processors.rocksdb-size", "16MiB", SESSION, "6000"));
            Fleet fleet = new Fleet(cluster, settings);
            MeterRegistry meters = new SimpleMeterRegistry();
            try (Processors processors = Cluster.running(settings, meters)) {
                fleet.send(500);
                fleet.awaitTruth();

                // When
                Path ballast = fill(disk);
                for (int i = 0; i < 20 && replaced(meters) == 0; i++) {
                    fleet.send(2_000);
                    await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
                }
                await().atMost(LONG).until(() -> replaced(meters) > 0);
                Files.delete(ballast);

                // Then
                fleet.awaitTruth();
                assertThat(processors.failure()).isEmpty();
            }
        } finally {
            run("umount", "-l", disk.toString());
        }
    }

    @Test
    void after_the_clock_was_set_back_new_threads_go_on() throws Exception {
        // Given
        Map<String, String> settings =
                settings("clock.", "clock", Map.of("processors.fragments", "normalize,window", SESSION, "6000"));
        Fleet fleet = new Fleet(cluster, settings);
        MeterRegistry meters = new SimpleMeterRegistry();
        try (Processors processors = Cluster.running(settings, meters)) {
            fleet.send(500);

            // When
            processors.renewThreads(Duration.ofHours(1).toMillis());
            fleet.send(500);

            // Then
            fleet.awaitTruth();
            assertThat(processors.failure()).isEmpty();
            assertThat(meters.counter("headrace.processors.clock.set.back").count())
                    .isOne();
        }
    }

    private Map<String, String> settings(String prefix, String state, Map<String, String> more) throws Exception {
        Map<String, String> settings = new HashMap<>(cluster.settings(prefix, folder.resolve(state)));
        settings.putAll(Fleet.windows());
        settings.putAll(more);
        return settings;
    }

    private static double restored(MeterRegistry meters) {
        return meters.counter("headrace.processors.restore.records").count();
    }

    private static double replaced(MeterRegistry meters) {
        return meters.counter("headrace.processors.threads.replaced").count();
    }

    /** Flips bytes in the middle of every table, and says how many tables there are. */
    private static int damage(Path state) throws IOException {
        try (Stream<Path> files = Files.walk(state)) {
            List<Path> tables =
                    files.filter(path -> path.toString().endsWith(".sst")).toList();
            for (Path table : tables) {
                byte[] bytes = Files.readAllBytes(table);
                for (int i = bytes.length / 4; i < bytes.length / 2; i++) {
                    bytes[i] ^= 0x55;
                }
                Files.write(table, bytes);
            }
            return tables.size();
        }
    }

    private static Path fill(Path disk) throws IOException {
        Path ballast = disk.resolve("ballast");
        byte[] block = new byte[4_096];
        try {
            while (true) {
                Files.write(ballast, block, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            }
        } catch (IOException full) {
            return ballast;
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    }
}
