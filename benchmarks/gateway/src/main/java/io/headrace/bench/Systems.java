package io.headrace.bench;

import io.headrace.bench.run.BenchException;
import io.headrace.bench.run.Child;
import io.headrace.bench.run.Jvm;
import io.headrace.bench.system.Broker;
import io.headrace.bench.system.HeadraceMain;
import io.headrace.embedded.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Starts what is measured: the gateway, and what else can bring MQTT into Kafka. */
final class Systems {
    /** Of every device. */
    static final String PASSWORD = "aGVhZHJhY2UgYmVuY2htYXJrIGRldmljZSBrZXkhISE=";

    private static final int START_SECONDS = 60;

    private final Jvm jvm;
    private final Broker broker;
    private final Path folder;
    private final Map<String, String> gatewaySettings;

    Systems(Jvm jvm, Broker broker, Path folder, Map<String, String> gatewaySettings) {
        this.jvm = jvm;
        this.broker = broker;
        this.folder = folder;
        this.gatewaySettings = Map.copyOf(gatewaySettings);
    }

    /**
     * A system that runs.
     *
     * @param children its processes; the first is the one to talk to
     * @param pids processes whose time counts
     * @param port MQTT
     * @param httpPort HTTP; 0 for none
     * @param topic where its messages go
     */
    record Running(List<Child> children, List<Long> pids, int port, int httpPort, String topic)
            implements AutoCloseable {
        Running {
            children = List.copyOf(children);
            pids = List.copyOf(pids);
        }

        @Override
        public void close() {
            children.reversed().forEach(Child::close);
        }
    }

    Running headrace(String prefix, int devices) {
        List<String> arguments = new ArrayList<>(List.of(
                Integer.toString(devices),
                PASSWORD,
                "kafka.bootstrap-servers=" + broker.bootstrapServers(),
                "kafka.topic-prefix=" + prefix,
                "kafka.partitions=" + Broker.PARTITIONS,
                "kafka.replication=1",
                "gateway.mqtt.listen=127.0.0.1:0",
                "gateway.http.listen=127.0.0.1:0",
                "gateway.amqp.listen=off",
                "gateway.coap.listen=off",
                "gateway.coaps.listen=off",
                "gateway.id=bench"));
        gatewaySettings.forEach((name, value) -> arguments.add(name + "=" + value));
        Child child = Child.start("the gateway", jvm.own(Jvm.gatewayOptions(), HeadraceMain.class, arguments));
        String ready = child.await(line -> line.startsWith("ready "), START_SECONDS);
        return new Running(
                List.of(child),
                List.of(child.pid()),
                port(ready, "mqtt "),
                port(ready, "http "),
                prefix + "telemetry.raw");
    }

    private static int port(String ready, String protocol) {
        String endpoint = ready.substring(ready.indexOf(protocol) + protocol.length());
        return Integer.parseInt(endpoint.replaceFirst("^[^:]*:(\\d+).*", "$1"));
    }

    /**
     * A peer in Java, with the producer settings that the gateway has.
     *
     * @param name of its folder and, with the options, of its topic
     * @param more settings of the peer's own
     */
    Running javaPeer(String name, String main, String... more) {
        int port = FreePort.next();
        String topic = "bench-" + name
                + (more.length == 0 ? "" : "-" + String.join("-", more).replace('=', '-'));
        broker.make(topic);
        List<String> arguments = new ArrayList<>(List.of(Integer.toString(port), topic));
        arguments.add("bootstrap.servers=" + broker.bootstrapServers());
        arguments.add("acks=all");
        arguments.addAll(PRODUCER);
        arguments.addAll(List.of(more));
        Child child = Child.start(name, jvm.peer(name, Jvm.gatewayOptions(), main, arguments));
        child.await("ready"::equals, START_SECONDS);
        return new Running(List.of(child), List.of(child.pid()), port, 0, topic);
    }

    /** What the gateway's producer has by default. */
    static final List<String> PRODUCER = List.of("linger.ms=2", "batch.size=131072", "compression.type=lz4");

    /** Debian's broker and client tools, in a pipe into librdkafka's. */
    Running mosquitto() {
        int port = FreePort.next();
        String topic = "bench-mosquitto";
        broker.make(topic);
        Path configuration = folder.resolve("mosquitto.conf");
        try {
            Files.writeString(
                    configuration,
                    "listener %d 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\nuser root\n".formatted(port));
        } catch (IOException e) {
            throw new BenchException("can't write " + configuration);
        }
        Child mosquitto = Child.startForeign("mosquitto", List.of("mosquitto", "-c", configuration.toString()));
        awaitPort(port);
        String pipe =
                "mosquitto_sub -h 127.0.0.1 -p %d -q 1 -t 'telemetry/#' -F '%%t %%p' | kcat -P -b %s -t %s -K ' ' -X acks=all"
                        .formatted(port, broker.bootstrapServers(), topic);
        Child bridge = Child.startForeign("mosquitto_sub and kcat", List.of("sh", "-c", pipe));
        pause(1000);
        List<Long> pids = new ArrayList<>(List.of(mosquitto.pid()));
        pids.addAll(bridge.children());
        if (pids.size() < 3) {
            throw new BenchException("mosquitto_sub or kcat isn't there");
        }
        return new Running(List.of(mosquitto, bridge), pids, port, 0, topic);
    }

    private static void awaitPort(int port) {
        for (int i = 0; i < 100; i++) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 100);
                return;
            } catch (IOException notYet) {
                pause(50);
            }
        }
        throw new BenchException("nobody listens on port " + port);
    }

    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted");
        }
    }
}
