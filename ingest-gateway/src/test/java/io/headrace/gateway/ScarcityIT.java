package io.headrace.gateway;

import static io.headrace.gateway.identity.TestDevices.KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.headrace.gateway.MqttLoad.Pace;
import io.headrace.gateway.MqttLoad.Publisher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Too little memory, too few file descriptors: the gateway slows down, and lives. */
@Tag("alone")
class ScarcityIT {
    private static final int DEVICES = 30;

    @TempDir
    Path folder;

    private void withDevices(List<String> jvm, Pace pace, Scene scene) throws Exception {
        try (TestHub hub = TestHub.inProcess(folder.resolve("kafka"))) {
            hub.registerAll(
                    IntStream.range(0, DEVICES).mapToObj(i -> "device-" + i).toList());
            try (GatewayProcess gateway = GatewayProcess.start(folder, hub, Map.of(), jvm);
                    MqttLoad load = new MqttLoad(gateway.port("mqtt"), KEY)) {
                for (int i = 0; i < DEVICES; i++) {
                    load.add("device-" + i, "127.0.0.1", pace).connect();
                }
                awaitProgress(load, 2);
                scene.play(hub, gateway, load);
                awaitProgress(load, 2);
                load.stop();
                assertThat(gateway.isAlive()).isTrue();
                assertThat(gateway.output()).noneMatch(line -> line.startsWith("\tat "));
                Map<String, Long> told = load.publishers().stream()
                        .collect(Collectors.toMap(Publisher::device, Publisher::acknowledged));
                assertThat(StoredOrder.of(hub).brokenPromises(told)).isEmpty();
            }
        }
    }

    /** What happens between two moments at which all is well. */
    private interface Scene {
        void play(TestHub hub, GatewayProcess gateway, MqttLoad load) throws Exception;
    }

    private static void awaitProgress(MqttLoad load, int more) {
        Map<String, Long> before =
                load.publishers().stream().collect(Collectors.toMap(Publisher::device, Publisher::acknowledged));
        await().atMost(Duration.ofSeconds(90))
                .until(() -> load.publishers().stream()
                        .allMatch(each -> each.acknowledged() >= before.getOrDefault(each.device(), 0L) + more));
    }

    @Test
    void aSmallHeapUnderLargeMessagesWhileKafkaStandsStill() throws Exception {
        Pace large = new Pace(8, Long.MAX_VALUE, Duration.ZERO, 200_000);
        withDevices(List.of("-Xmx64m"), large, (hub, gateway, _) -> {
            hub.process().pause();
            try {
                long before = gateway.latest().accepted();
                await().during(Duration.ofSeconds(4))
                        .atMost(Duration.ofSeconds(6))
                        .until(() -> gateway.isAlive() && gateway.latest().accepted() >= before);
            } finally {
                hub.process().goOn();
            }
        });
    }

    @Test
    void moreConnectionsThanFileDescriptors() throws Exception {
        assumeThat(Programs.isInstalled("prlimit")).isTrue();
        Pace calm = new Pace(1, Long.MAX_VALUE, Duration.ofMillis(50), 64);
        withDevices(List.of("-Xmx128m"), calm, (_, gateway, load) -> {
            load.publishers().forEach(Publisher::forget);
            String pid = Long.toString(gateway.pid());
            String few = Long.toString(descriptors(pid) + 60);
            assertThat(Programs.run(List.of("/usr/bin/prlimit", "--pid", pid, "--nofile=" + few + ":" + few))
                            .code())
                    .isZero();
            List<Wire> idle = new ArrayList<>();
            try {
                for (int i = 0; i < 300; i++) {
                    idle.add(Wire.open(gateway.port("mqtt")));
                }
                awaitProgress(load, 20);
                assertThat(load.publishers()).allMatch(each -> each.connections() == 1);
            } finally {
                for (Wire each : idle) {
                    each.close();
                }
            }
            await().atMost(Duration.ofSeconds(30)).until(() -> isLetIn(gateway));
        });
    }

    private static long descriptors(String pid) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc", pid, "fd"))) {
            return open.count();
        }
    }

    private static boolean isLetIn(GatewayProcess gateway) {
        try (Wire wire = Wire.open(gateway.port("mqtt")).patience(2_000)) {
            byte[] answer = wire.send(Wire.connect(4, "device-0", "wrong")).read(4);
            return answer.length == 4 && answer[0] == 0x20;
        } catch (IOException notYet) {
            return false;
        }
    }
}
