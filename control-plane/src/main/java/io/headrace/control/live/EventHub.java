package io.headrace.control.live;

import io.headrace.control.http.Answer.EventSink;
import io.headrace.control.http.Problem;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Hands events to all clients that listen. Each client has a queue of {@value #QUEUE} events and is sent them on the
 * thread of its request; a client whose queue is full doesn't read, and is dropped. Safe for use by several threads.
 */
final class EventHub {
    private static final int QUEUE = 256;
    /** Less than any proxy's patience. */
    private static final long HEARTBEAT_SECONDS = 15;

    private final int limit;
    private final Map<Client, Boolean> clients = new ConcurrentHashMap<>();
    private final AtomicLong dropped = new AtomicLong();
    private volatile boolean stopping;

    /**
     * One event.
     *
     * @param data one line of JSON
     */
    record Event(String name, String data) {}

    private static final class Client {
        private final ArrayBlockingQueue<Event> queue = new ArrayBlockingQueue<>(QUEUE);
        private final Thread thread = Thread.currentThread();
        private final AtomicBoolean dropped = new AtomicBoolean();
    }

    EventHub(int limit) {
        this.limit = limit;
    }

    void publish(Event event) {
        for (Client client : clients.keySet()) {
            if (!client.queue.offer(event) && client.dropped.compareAndSet(false, true)) {
                dropped.incrementAndGet();
                client.thread.interrupt();
            }
        }
    }

    /**
     * Sends one client its events until it leaves, is dropped, or the hub stops.
     *
     * @param first sent at once, so that the client needn't wait for the next event
     */
    void feed(EventSink sink, Event first) throws IOException, InterruptedException {
        Client client = new Client();
        clients.put(client, true);
        try {
            sink.send(first.name(), first.data());
            while (!stopping) {
                Event event = client.queue.poll(HEARTBEAT_SECONDS, TimeUnit.SECONDS);
                if (event == null) {
                    sink.send("", "still here");
                } else {
                    sink.send(event.name(), event.data());
                }
            }
        } finally {
            clients.remove(client);
        }
    }

    /** @throws Problem (503) where there are too many clients already */
    void requireRoom() {
        if (clients.size() >= limit) {
            throw Problem.unavailable("there are " + limit + " streams already: control-plane.live.max-streams");
        }
    }

    int size() {
        return clients.size();
    }

    /** Clients that didn't read. */
    long dropped() {
        return dropped.get();
    }

    void stop() {
        stopping = true;
        clients.keySet().forEach(client -> client.thread.interrupt());
    }
}
