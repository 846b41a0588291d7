package io.headrace.gateway.coap.command;

import io.headrace.catalogue.DeviceId;
import io.headrace.gateway.edge.Ports;
import io.headrace.gateway.identity.Identities;
import io.headrace.gateway.identity.Verdict;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.eclipse.californium.core.coap.CoAP.ResponseCode;
import org.eclipse.californium.core.network.Exchange;
import org.eclipse.californium.core.network.MessageExchangeStore;

/** The observations of one listener: one of a device, the latest. On the listener's thread. */
public final class Observations {
    private static final int MASK = 0xFF_FFFF;
    private static final long LOOK_EVERY = TimeUnit.MILLISECONDS.toNanos(500);

    final Ports ports;
    final Executor loop;
    final MessageExchangeStore exchanges;
    final Representations representations;
    final long interval;
    final long patience;
    private final int limit;
    private final ObservationMeters meters;
    private final Map<DeviceId, Observation> byDevice = new HashMap<>();
    private long lastLook = System.nanoTime();
    private int number;

    /**
     * Bounds.
     *
     * @param limit most observations
     * @param interval after which a device that has heard nothing is told that nothing waits, and has to say that it is there
     * @param patience how long the next block of a large command may take
     */
    public record Bounds(int limit, Duration interval, Duration patience) {}

    /**
     * For one listener.
     *
     * @param loop the listener's thread
     * @param exchanges of the listener
     */
    public Observations(
            Ports ports,
            Bounds bounds,
            Executor loop,
            MessageExchangeStore exchanges,
            Representations representations,
            ObservationMeters meters) {
        this.ports = ports;
        this.loop = loop;
        this.exchanges = exchanges;
        this.representations = representations;
        this.limit = bounds.limit();
        this.interval = bounds.interval().toNanos();
        this.patience = bounds.patience().toNanos();
        this.meters = meters;
    }

    /** Whether a device may begin one, or begin it anew. */
    public boolean hasRoomFor(DeviceId device) {
        return byDevice.size() < limit || byDevice.containsKey(device);
    }

    /** A device begins one, in place of one that it has, and its request is answered. */
    public void begin(Exchange exchange, Verdict.Accepted device, Format format, int szx) {
        Observation earlier = byDevice.get(device.device());
        if (earlier != null) {
            earlier.end(Ending.REPLACED);
        }
        Observation begun = new Observation(this, device.device(), Observer.of(exchange), format, szx);
        byDevice.put(device.device(), begun);
        meters.open.incrementAndGet();
        Identities.Watch watch = ports.identities()
                .watch(device, () -> loop.execute(() -> begun.end(Ending.REVOKED, ResponseCode.FORBIDDEN)));
        begun.begin(exchange, watch);
    }

    /** A device ends its own. */
    public void cancel(Exchange exchange, DeviceId device) {
        Observation open = byDevice.get(device);
        if (open != null && open.observer().isSame(Observer.of(exchange))) {
            open.end(Ending.CANCELLED);
        }
    }

    /** Whether a device has answered from where a request of its says that it is. */
    public boolean isProven(Exchange exchange, DeviceId device) {
        Observation open = byDevice.get(device);
        return open != null && open.isConfirmed() && open.observer().peer().equals(exchange.getPeersIdentity());
    }

    /** A device was given a block that it has asked for. */
    public void given(Representation shown, boolean isLast) {
        Observation open = byDevice.get(shown.command().device());
        if (open != null) {
            open.given(shown, isLast);
        }
    }

    /** Sees to what has waited. Several times a second. */
    public void look() {
        long now = System.nanoTime();
        if (now - lastLook >= LOOK_EVERY) {
            lastLook = now;
            List.copyOf(byDevice.values()).forEach(each -> each.look(now));
        }
    }

    /** The gateway stops: devices are to begin anew, elsewhere or later. */
    public void drain() {
        List.copyOf(byDevice.values()).forEach(each -> each.end(Ending.SHUTDOWN, ResponseCode.SERVICE_UNAVAILABLE));
    }

    void ended(Observation over, Ending why) {
        if (byDevice.remove(over.device(), over)) {
            meters.open.decrementAndGet();
            meters.ended(why);
        }
    }

    void sent() {
        meters.sent();
    }

    /** Grows from notification to notification (RFC 7641 §4.4). */
    int nextNumber() {
        number = (number + 1) & MASK;
        return number;
    }

    /** Seconds after which a device that has heard nothing knows that it is forgotten, and begins anew. */
    long maxAge() {
        return 2 * Math.max(1, TimeUnit.NANOSECONDS.toSeconds(interval));
    }
}
