package io.headrace.gateway.amqp.session;

import io.headrace.gateway.amqp.codec.Performative.Begin;
import io.headrace.gateway.amqp.codec.Performative.Flow;

/** What this side may send on a session (section 2.5.6): how many transfers, and with which ids. */
final class SendWindow {
    private static final long MAX_UINT = 0xFFFF_FFFFL;

    private long nextTransferId;
    private long nextDeliveryId;
    private long open;

    SendWindow(Begin begin) {
        this.open = begin.incomingWindow();
    }

    void on(Flow flow) {
        long expected = Math.max(0, flow.nextIncomingId()); // ids begin at 0 here
        int underWay = (int) (nextTransferId - expected);
        open = Math.max(0, flow.incomingWindow() - underWay);
    }

    boolean isOpen() {
        return open > 0;
    }

    /** A transfer is sent. */
    void sent() {
        open--;
        nextTransferId = (nextTransferId + 1) & MAX_UINT;
    }

    long nextTransferId() {
        return nextTransferId;
    }

    /** Id of a delivery that begins. */
    long begin() {
        long id = nextDeliveryId;
        nextDeliveryId = (id + 1) & MAX_UINT;
        return id;
    }
}
