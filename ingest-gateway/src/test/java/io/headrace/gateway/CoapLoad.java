package io.headrace.gateway;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Devices over CoAP, one confirmable message at a time each: one that isn't taken is sent again until it is. */
final class CoapLoad implements AutoCloseable {
    private static final Duration AGAIN_AFTER = Duration.ofMillis(300);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();
    private final PlainCoap client;
    private volatile boolean isClosed;

    CoapLoad(int port, String key) {
        this.client = new PlainCoap(port, key);
    }

    void add(String device) {
        acknowledged.put(device, 0L);
        threads.execute(() -> send(device));
    }

    private void send(String device) {
        for (long number = 1; !isClosed; ) {
            if (client.post(device, "{\"n\":" + number + "}").equals("2.04")) {
                acknowledged.put(device, number);
                number++;
                continue;
            }
            try {
                Thread.sleep(AGAIN_AFTER);
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

    void stop() {
        isClosed = true;
        threads.shutdownNow();
        threads.close();
        client.close();
    }

    @Override
    public void close() {
        stop();
    }
}
