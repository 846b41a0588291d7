package io.headrace.gateway.coap;

import java.net.InetAddress;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.eclipse.californium.elements.RawData;
import org.eclipse.californium.elements.RawDataChannel;

/** Throws datagrams away where too many wait to be looked at, or none may come from there: the senders repeat them. */
final class Gate implements RawDataChannel {
    /** Of the largest they take 32 MiB. */
    private static final int MAX_QUEUED = 2_000;

    private final RawDataChannel next;
    private final Executor loop;
    private final Predicate<InetAddress> allowed;
    private final CoapMeters meters;
    private final AtomicInteger queued = new AtomicInteger();

    /**
     * For one listener.
     *
     * @param loop where {@code next} has each datagram looked at; runs in order
     * @param allowed addresses that may send
     */
    Gate(RawDataChannel next, Executor loop, Predicate<InetAddress> allowed, CoapMeters meters) {
        this.next = next;
        this.loop = loop;
        this.allowed = allowed;
        this.meters = meters;
    }

    @Override
    public void receiveData(RawData datagram) {
        if (queued.get() >= MAX_QUEUED) {
            meters.overflow.increment();
            return;
        }
        if (!allowed.test(datagram.getEndpointContext().getPeerAddress().getAddress())) {
            return;
        }
        queued.incrementAndGet();
        next.receiveData(datagram);
        // Behind it. The loop's own queue tells nothing: it holds the timers of answers that aren't acknowledged, too.
        loop.execute(queued::decrementAndGet);
    }
}
