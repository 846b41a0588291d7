package io.headrace.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Sends what devices have to send, each over its own connection, in its order, with a bounded number in flight. */
final class Replay {
    private static final Duration ACK_LIMIT = Duration.ofSeconds(60);

    private final Connections connections;
    private final Map<String, String> keys;
    private final double speed;
    private final Tally tally = new Tally();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();

    /**
     * @param keys device to one of its keys
     * @param speed times faster than the series' own time; 0 for as fast as acknowledgements come
     */
    Replay(Connections connections, Map<String, String> keys, double speed) {
        this.connections = connections;
        this.keys = keys;
        this.speed = speed;
    }

    /** Sends everything and returns when all is acknowledged or has failed. */
    void run(List<DemoDevice> devices) {
        Instant first = devices.stream()
                .flatMap(device -> device.sends().stream())
                .map(Outgoing::at)
                .min(Instant::compareTo)
                .orElse(Instant.EPOCH);
        long started = System.nanoTime();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (DemoDevice device : devices) {
                threads.execute(() -> runOne(device, first, started));
            }
        }
    }

    private void runOne(DemoDevice device, Instant first, long started) {
        String key = keys.getOrDefault(device.id(), "");
        try (Connection connection = connections.open(device.wire(), device.id(), key)) {
            Semaphore window = new Semaphore(connection.window());
            for (Outgoing message : device.sends()) {
                awaitDue(Duration.between(first, message.at()), started);
                window.acquire();
                connection.send(message).whenComplete((nothing, failure) -> {
                    settle(device, message, failure);
                    window.release();
                });
            }
            if (!window.tryAcquire(connection.window(), ACK_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                failures.add(device.id() + ": not everything was acknowledged within " + ACK_LIMIT.toSeconds() + " s");
            }
        } catch (NotAcceptedException refused) {
            failures.add(device.id() + ": " + refused.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failures.add(device.id() + ": interrupted");
        }
    }

    private void settle(DemoDevice device, Outgoing message, @org.jspecify.annotations.Nullable Throwable failure) {
        if (failure == null) {
            tally.acknowledged(message.expected());
        } else {
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            failures.add(device.id() + ": " + cause.getMessage());
        }
    }

    private void awaitDue(Duration since, long started) throws InterruptedException {
        if (speed > 0) {
            long due = started + (long) (since.toNanos() / speed);
            long wait = due - System.nanoTime();
            if (wait > 0) {
                TimeUnit.NANOSECONDS.sleep(wait);
            }
        }
    }

    Tally tally() {
        return tally;
    }

    /** One line for each thing that wasn't acknowledged; empty where everything was. */
    List<String> failures() {
        return List.copyOf(failures);
    }
}
