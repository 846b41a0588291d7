package io.headrace.gateway.http;

import io.headrace.config.Settings;
import io.headrace.gateway.admission.TestQuotas;
import io.headrace.gateway.command.InMemoryCommands;
import io.headrace.gateway.edge.Ports;
import io.headrace.gateway.events.InMemoryDeviceEvents;
import io.headrace.gateway.http.request.Limits;
import io.headrace.gateway.http.websocket.WebSocketConfig;
import io.headrace.gateway.identity.InMemoryIdentities;
import io.headrace.gateway.ingest.InMemoryIngest;
import io.headrace.gateway.mqtt.MqttConfig;
import io.headrace.gateway.mqtt.MqttEdge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultChannelId;
import io.netty.channel.ServerChannel;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A client of the HTTP edge that writes and reads plain text, with everything behind the edge in memory. */
final class HttpPeer {
    static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    static final int MAX_BODY = 2048;
    static final int MAX_BATCH = 20;
    static final int MAX_STREAMS = 8;
    static final int MAX_FRAME = 4096;
    static final String KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    static final String BASIC = "Authorization: Basic "
            + Base64.getEncoder().encodeToString(("d-1:" + KEY).getBytes(StandardCharsets.UTF_8)) + "\r\n";

    private static final HttpConfig CONFIG = new HttpConfig(
            Optional.empty(),
            Optional.empty(),
            new Limits(MAX_BODY, 1024, MAX_BATCH, Duration.ofSeconds(5)),
            new HttpConfig.Timeouts(Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(60)),
            MAX_STREAMS,
            new WebSocketConfig(true, Set.of("https://console.example"), MAX_FRAME));

    final InMemoryCommands commands = new InMemoryCommands(NOW);
    final InMemoryIngest ingest = new InMemoryIngest();
    final InMemoryIdentities identities = new InMemoryIdentities().with("d-1", KEY);
    final TestQuotas quotas = new TestQuotas();
    final InMemoryDeviceEvents events = new InMemoryDeviceEvents();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Ports ports =
            new Ports(ingest, commands, identities, quotas, events, meters, InstantSource.fixed(NOW));
    private final MqttEdge mqtt =
            new MqttEdge(ports, MqttConfig.from(Settings.of(Map.of("gateway.mqtt.listen", "off")), false));
    final HttpEdge edge = new HttpEdge(ports, CONFIG, mqtt);
    EmbeddedChannel channel = newChannel();

    /** Netty tells a server's connection by its parent. */
    private static final class Listener extends EmbeddedChannel implements ServerChannel {}

    EmbeddedChannel newChannel() {
        channel = new EmbeddedChannel(new Listener(), DefaultChannelId.newInstance(), true, false, edge);
        channel.freezeTime();
        return channel;
    }

    /** A whole request with credentials and a length. */
    static String post(String path, String headers, String body) {
        return "POST " + path + " HTTP/1.1\r\nHost: gateway\r\n" + BASIC + headers + "Content-Length: "
                + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body;
    }

    static String json(String body) {
        return post("/v1/telemetry", "Content-Type: application/json\r\n", body);
    }

    /** Sends text, UTF-8, and gives what has been answered by then. */
    String send(String text) {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    String send(byte[] bytes) {
        if (channel.isActive()) {
            channel.writeInbound(Unpooled.wrappedBuffer(bytes));
        }
        return received();
    }

    /** What has been answered since the last call. */
    String received() {
        return new String(receivedBytes(), StandardCharsets.UTF_8);
    }

    byte[] receivedBytes() {
        channel.runPendingTasks();
        channel.checkException();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            bytes.writeBytes(ByteBufUtil.getBytes(part));
            part.release();
        }
        return bytes.toByteArray();
    }

    String afterSeconds(long seconds) {
        channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        return received();
    }

    static String status(String response) {
        return response.isEmpty() ? "(nothing)" : response.substring(9, 12);
    }
}
