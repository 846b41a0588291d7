package io.headrace.gateway;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.qpid.protonj2.client.Client;
import org.apache.qpid.protonj2.client.Connection;
import org.apache.qpid.protonj2.client.ConnectionOptions;
import org.apache.qpid.protonj2.client.Message;
import org.apache.qpid.protonj2.client.Sender;
import org.apache.qpid.protonj2.client.exceptions.ClientException;

/** Devices over AMQP, one message at a time each: one that isn't accepted is sent again on a new connection until it is. */
final class AmqpLoad implements AutoCloseable {
    private static final Duration AGAIN_AFTER = Duration.ofMillis(500);
    private static final long PATIENCE_SECONDS = 20;

    private final Client client = Client.create();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();
    private final int port;
    private final String key;
    private volatile boolean isClosed;

    AmqpLoad(int port, String key) {
        this.port = port;
        this.key = key;
    }

    void add(String device) {
        acknowledged.put(device, 0L);
        threads.execute(() -> send(device));
    }

    private void send(String device) {
        ConnectionOptions options = new ConnectionOptions().user(device).password(key);
        while (!isClosed) {
            try (Connection connection = client.connect("127.0.0.1", port, options);
                    Sender sender = connection.openSender("telemetry")) {
                while (!isClosed) {
                    long number = acknowledged.getOrDefault(device, 0L) + 1;
                    byte[] payload = ("{\"n\":" + number + "}").getBytes(StandardCharsets.US_ASCII);
                    sender.send(Message.create(payload)).awaitAccepted(PATIENCE_SECONDS, TimeUnit.SECONDS);
                    acknowledged.put(device, number);
                }
            } catch (ClientException notAccepted) {
                pause();
            }
        }
    }

    private void pause() {
        try {
            Thread.sleep(AGAIN_AFTER);
        } catch (InterruptedException e) {
            isClosed = true;
            Thread.currentThread().interrupt();
        }
    }

    /** By device: the first so many are acknowledged, in their order. */
    Map<String, Long> byDevice() {
        return Map.copyOf(acknowledged);
    }

    long acknowledged() {
        return acknowledged.values().stream().mapToLong(Long::longValue).sum();
    }

    void stop() {
        isClosed = true;
        client.closeAsync();
        threads.shutdownNow();
        threads.close();
    }

    @Override
    public void close() {
        stop();
    }
}
