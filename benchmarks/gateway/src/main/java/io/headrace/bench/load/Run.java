package io.headrace.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Carries a plan out on one thread. Closed loop: an acknowledgement makes room for the next message. Open loop: messages
 * are due at fixed times whatever comes back, and latency counts from when one was due, so that a stall isn't hidden by
 * what wasn't sent during it.
 */
final class Run implements AutoCloseable {
    private static final long DRAIN_NANOS = TimeUnit.SECONDS.toNanos(15);
    private static final double NANOS = 1e9;

    final Plan plan;
    private final Payloads payloads;
    private final Acknowledged acknowledged;
    private final List<Peer> peers = new ArrayList<>();
    private final Window window;
    private final long startedAt;
    private final long startedAtMillis;
    private long dueCount;

    private final Selector selector;

    Run(Plan plan, Payloads payloads) {
        this.plan = plan;
        this.payloads = payloads;
        this.acknowledged = Acknowledged.by(plan.devices());
        try {
            this.selector = Selector.open();
            for (int i = 0; i < plan.devices(); i++) {
                peers.add(
                        plan.kind() == Plan.Kind.HTTP
                                ? new HttpDevice(i, this, selector)
                                : new MqttDevice(i, this, selector));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("device " + peers.size() + " can't connect: " + e.getMessage(), e);
        }
        this.startedAt = System.nanoTime();
        this.startedAtMillis = System.currentTimeMillis();
        this.window = new Window(plan, startedAt);
    }

    boolean isClosed() {
        return plan.rate() == 0;
    }

    boolean maySend() {
        return !window.isOver();
    }

    /** Writes a payload. */
    void write(int device, long number, ByteBuffer out) {
        if (plan.kind() == Plan.Kind.MQTT_ALARMING) {
            long due = startedAtMillis + TimeUnit.NANOSECONDS.toMillis(dueAt(device, number) - startedAt);
            payloads.writeAlarming(device, number, due, out);
        } else {
            payloads.write(device, number, out);
        }
    }

    void acknowledged(int device, long number, long nanos) {
        acknowledged.add(device, number);
        window.acknowledged(nanos, 1);
    }

    Outcome carryOut() throws IOException {
        if (isClosed()) {
            for (Peer peer : peers) {
                peer.start(startedAt);
            }
        }
        long drainUntil = Long.MAX_VALUE;
        long now = startedAt;
        while (!window.isOver() || (unanswered() > 0 && now < drainUntil)) {
            selector.select(1);
            now = System.nanoTime();
            window.tick(now);
            if (window.isOver() && drainUntil == Long.MAX_VALUE) {
                drainUntil = now + DRAIN_NANOS;
            }
            serve(selector.selectedKeys(), now);
            if (!isClosed() && maySend()) {
                makeDue(now);
            }
        }
        acknowledged.save(plan.acknowledged());
        int broken = (int) peers.stream().filter(Peer::isBroken).count();
        return window.outcome(unanswered(), broken);
    }

    private void serve(Set<SelectionKey> ready, long now) {
        for (SelectionKey key : ready) {
            Peer peer = (Peer) key.attachment();
            try {
                peer.ready(now);
            } catch (IOException e) {
                lost(peer, e);
            }
        }
        ready.clear();
    }

    private void makeDue(long now) {
        while (dueAt(dueCount) <= now) {
            Peer peer = peers.get((int) (dueCount % peers.size()));
            try {
                if (!peer.isBroken()) {
                    peer.due(now);
                }
            } catch (IOException e) {
                lost(peer, e);
            }
            dueCount++;
        }
    }

    /** When a device's message is due in an open loop: one after the other, evenly. */
    long dueAt(int device, long number) {
        return dueAt(number * peers.size() + device);
    }

    private long dueAt(long count) {
        return startedAt + (long) (count * NANOS / plan.rate());
    }

    private static void lost(Peer peer, IOException why) {
        if (!peer.isBroken()) {
            System.err.println("a connection broke: " + why.getMessage());
            peer.broken();
        }
    }

    /** Ends all connections. */
    @Override
    public void close() throws IOException {
        for (Peer peer : peers) {
            peer.close();
        }
        selector.close();
    }

    private long unanswered() {
        long count = 0;
        for (Peer peer : peers) {
            count += peer.unanswered();
        }
        return count;
    }
}
