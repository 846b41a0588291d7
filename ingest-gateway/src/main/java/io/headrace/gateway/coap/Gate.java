package io.headrace.gateway.coap;

import io.headrace.gateway.admission.AddressFilter;
import java.util.Collection;
import org.eclipse.californium.elements.RawData;
import org.eclipse.californium.elements.RawDataChannel;

/** Throws datagrams away where too many wait to be looked at, or none may come from there: the senders repeat them. */
final class Gate implements RawDataChannel {
    /** Of the largest they take 32 MiB. */
    private static final int MAX_QUEUED = 2_000;

    private final RawDataChannel next;
    private final Collection<?> queue;
    private final AddressFilter allowed;
    private final CoapMeters meters;

    Gate(RawDataChannel next, Collection<?> queue, AddressFilter allowed, CoapMeters meters) {
        this.next = next;
        this.queue = queue;
        this.allowed = allowed;
        this.meters = meters;
    }

    @Override
    public void receiveData(RawData datagram) {
        if (queue.size() >= MAX_QUEUED) {
            meters.overflow.increment();
            return;
        }
        if (!allowed.allows(datagram.getEndpointContext().getPeerAddress().getAddress())) {
            meters.denied.increment();
            return;
        }
        next.receiveData(datagram);
    }
}
