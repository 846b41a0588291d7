package io.headrace.gateway;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Devices over HTTP, one request at a time each: a message that isn't taken is sent again until it is. */
final class HttpLoad implements AutoCloseable {
    private static final Duration AGAIN_AFTER = Duration.ofMillis(300);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();
    private final Map<Integer, Long> answers = new ConcurrentHashMap<>();
    private final URI target;
    private final String key;
    private volatile boolean isClosed;

    HttpLoad(int port, String key) {
        this.target = URI.create("http://127.0.0.1:" + port + "/v1/telemetry");
        this.key = key;
    }

    void add(String device) {
        acknowledged.put(device, 0L);
        threads.execute(() -> send(device));
    }

    private void send(String device) {
        String token = Base64.getEncoder().encodeToString((device + ":" + key).getBytes(StandardCharsets.US_ASCII));
        for (long number = 1; !isClosed; ) {
            HttpRequest request = HttpRequest.newBuilder(target)
                    .timeout(Duration.ofSeconds(30))
                    .header("Authorization", "Basic " + token)
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString("{\"n\":" + number + "}"))
                    .build();
            try {
                int status = client.send(request, BodyHandlers.discarding()).statusCode();
                answers.merge(status, 1L, Long::sum);
                if (status == 202) {
                    acknowledged.put(device, number);
                    number++;
                } else {
                    Thread.sleep(AGAIN_AFTER);
                }
            } catch (IOException brokenOff) {
                answers.merge(0, 1L, Long::sum);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** By device: the first so many are acknowledged, in their order. */
    Map<String, Long> byDevice() {
        return Map.copyOf(acknowledged);
    }

    long acknowledged() {
        return acknowledged.values().stream().mapToLong(Long::longValue).sum();
    }

    /** How often each status came; 0 for none. */
    Map<Integer, Long> answers() {
        return Map.copyOf(answers);
    }

    @Override
    public void close() {
        stop();
    }

    void stop() {
        isClosed = true;
        threads.shutdownNow();
        client.shutdownNow();
        threads.close();
    }
}
