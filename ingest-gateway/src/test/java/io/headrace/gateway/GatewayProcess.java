package io.headrace.gateway;

import io.headrace.config.Settings;
import io.headrace.record.Device;
import io.headrace.testing.InMemorySchemaRegistry;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** A whole gateway in a JVM of its own, which prints once a second what it uses. */
final class GatewayProcess implements AutoCloseable {
    private static final long SAMPLE_EVERY_MS = 1_000;

    /**
     * What the process uses at one moment; bytes.
     *
     * @param at seconds since its start
     * @param heap live and garbage, or live only where {@code gateway.sample.gc} is set in its JVM
     * @param direct of Java's direct buffers and Netty's
     * @param inFlight by the gateway's own count
     * @param accepted messages acknowledged since the start
     */
    record Sample(double at, long heap, long direct, long connections, long inFlight, long accepted) {
        private static Sample parse(String line) {
            String[] parts = line.split(" ");
            return new Sample(
                    Double.parseDouble(parts[1]),
                    Long.parseLong(parts[2]),
                    Long.parseLong(parts[3]),
                    Long.parseLong(parts[4]),
                    Long.parseLong(parts[5]),
                    Long.parseLong(parts[6]));
        }
    }

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final List<Sample> samples = new CopyOnWriteArrayList<>();
    private final Process process;

    private GatewayProcess(Process process) {
        this.process = process;
        Thread.ofPlatform().daemon().name("gateway-output").start(this::read);
    }

    private void read() {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith("sample ")) {
                    samples.add(Sample.parse(line));
                } else {
                    lines.add(line);
                }
            }
        } catch (IOException ended) {
            lines.add("(its output broke off)");
        }
    }

    /**
     * Starts and returns when devices can connect.
     *
     * @param settings of the gateway, beside those that say where the hub is
     * @param jvm options, such as {@code -Xmx128m}
     */
    static GatewayProcess start(Path folder, TestHub hub, Map<String, String> settings, List<String> jvm)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of("-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "-XX:+ExitOnOutOfMemoryError"));
        command.addAll(jvm);
        command.addAll(List.of(
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                GatewayProcess.class.getName(),
                settingsFile(folder, hub, settings).toString()));
        GatewayProcess gateway = new GatewayProcess(
                new ProcessBuilder(command).redirectErrorStream(true).start());
        Awaitility.await()
                .atMost(90, TimeUnit.SECONDS)
                .until(() -> gateway.lines.contains("ready") || !gateway.process.isAlive());
        if (!gateway.process.isAlive()) {
            throw new IllegalStateException("the gateway didn't start: " + gateway.lines);
        }
        return gateway;
    }

    private static Path settingsFile(Path folder, TestHub hub, Map<String, String> settings) throws IOException {
        Path key = Files.writeString(folder.resolve("master.key"), "q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k=");
        String common = """
                kafka.bootstrap-servers = %s
                kafka.replication = 1
                kafka.partitions = 4
                registry.url = http://127.0.0.1:1/
                secrets.master-key-file = %s
                gateway.amqp.listen = 127.0.0.1:0
                gateway.coap.listen = 127.0.0.1:0
                gateway.coaps.listen = off
                gateway.mqtt.listen = 127.0.0.1:0
                gateway.http.listen = 127.0.0.1:0
                """.formatted(hub.kafka().bootstrapServers(), key);
        String more = settings.entrySet().stream()
                .map(entry -> entry.getKey() + " = " + entry.getValue())
                .collect(Collectors.joining("\n"));
        return Files.writeString(folder.resolve("gateway.conf"), common + more + "\n");
    }

    /** @param protocol as its endpoint's line begins */
    int port(String protocol) {
        String line = lines.stream()
                .filter(each -> each.startsWith(protocol + " "))
                .findFirst()
                .orElseThrow();
        return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
    }

    List<Sample> samples() {
        return List.copyOf(samples);
    }

    Sample latest() {
        Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> !samples.isEmpty());
        return samples.getLast();
    }

    /** What it printed besides samples. */
    List<String> output() {
        return List.copyOf(lines);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        stop();
    }

    void stop() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** The process itself; its argument is a file of settings. */
    public static void main(String[] args) throws InterruptedException {
        InMemorySchemaRegistry schemas = new InMemorySchemaRegistry();
        schemas.register("device.registry-value", Device.getClassSchema());
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        Gateway gateway = Gateway.start(GatewayConfig.from(Settings.load(Path.of(args[0]))), schemas, meters);
        Runtime.getRuntime().addShutdownHook(new Thread(gateway::close, "stop"));
        gateway.endpoints().forEach(System.out::println);
        System.out.println("ready");
        long start = System.nanoTime();
        while (true) {
            Thread.sleep(SAMPLE_EVERY_MS);
            System.out.println(sample((System.nanoTime() - start) / 1e9, meters));
        }
    }

    private static String sample(double at, SimpleMeterRegistry meters) {
        if (Boolean.getBoolean("gateway.sample.gc")) {
            System.gc();
        }
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        if (ByteBufAllocator.DEFAULT instanceof ByteBufAllocatorMetricProvider netty) {
            direct += netty.metric().usedDirectMemory();
        }
        return "sample %.1f %d %d %d %d %d"
                .formatted(
                        at,
                        heap,
                        direct,
                        value(meters, "headrace.listen.connections"),
                        value(meters, "headrace.ingest.in.flight.bytes"),
                        value(meters, "headrace.ingest.accepted"));
    }

    private static long value(SimpleMeterRegistry meters, String name) {
        double sum = 0;
        for (Meter meter : meters.find(name).meters()) {
            sum += meter.measure().iterator().next().getValue();
        }
        return (long) sum;
    }

    /** Waits for its end by itself; the exit code. */
    int awaitEnd(long seconds) throws InterruptedException {
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            throw new UncheckedIOException(new IOException("the gateway is still there after " + seconds + " s"));
        }
        return process.exitValue();
    }
}
