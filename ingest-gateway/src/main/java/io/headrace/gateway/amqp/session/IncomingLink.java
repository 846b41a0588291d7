package io.headrace.gateway.amqp.session;

import io.headrace.gateway.amqp.codec.Condition;
import io.headrace.gateway.amqp.codec.Outcome;
import io.headrace.gateway.amqp.codec.Performative.Attach;
import io.headrace.gateway.amqp.codec.Performative.Transfer;
import io.headrace.gateway.amqp.codec.Violation;
import io.headrace.gateway.amqp.message.Content;
import io.headrace.gateway.amqp.message.MessageReader;
import io.netty.buffer.ByteBuf;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A link that a device sends on: its credit, and the delivery that is coming in. */
final class IncomingLink {
    private static final long MAX_UINT = 0xFFFF_FFFFL;

    private final Host host;
    private final MessageReader reader;
    private final SessionLimits limits;
    private final Deliveries deliveries;
    private final Address address;
    private final Downlink downlink;
    private final boolean settlesSecond;
    private long deliveryCount;
    private int credit;
    private int underWay;
    private long deliveryId;
    private long format;
    private boolean isPresettled;
    private boolean settlesFirst;
    private @Nullable PartialMessage partial;

    IncomingLink(Attach attach, Address address, Deliveries deliveries, Surroundings around) {
        this.host = around.host();
        this.reader = around.reader();
        this.limits = around.limits();
        this.deliveries = deliveries;
        this.address = address;
        this.downlink = around.downlink();
        this.settlesSecond = attach.receiverSettles() == 1;
        this.deliveryCount = attach.initialDeliveryCount();
    }

    /**
     * Takes a transfer.
     *
     * @return why the link is to be ended; empty where it goes on
     * @throws Violation where the connection is to be closed
     */
    Optional<Violation> transfer(Transfer transfer) throws Violation {
        PartialMessage begun = partial;
        if (begun == null) {
            Optional<Violation> refusal = begin(transfer);
            if (refusal.isPresent()) {
                return refusal;
            }
        } else if (transfer.deliveryId() >= 0 && transfer.deliveryId() != deliveryId) {
            throw new Violation(Condition.INVALID_FIELD, "a delivery begins before the one before is complete");
        }
        isPresettled |= transfer.isSettled();
        settlesFirst |= transfer.settlesFirst();
        if (transfer.isAborted()) {
            drop();
        } else if (transfer.hasMore() || begun != null) {
            gather(transfer);
        } else if (transfer.size() > limits.maxMessage()) {
            refuse(Outcome.TOO_LARGE);
        } else {
            complete(transfer.bytes(), transfer.from(), transfer.to());
        }
        return Optional.empty();
    }

    private Optional<Violation> begin(Transfer transfer) throws Violation {
        if (credit == 0) {
            return Optional.of(new Violation(Condition.TRANSFER_LIMIT_EXCEEDED, "a transfer without credit"));
        }
        if (transfer.resumes()) {
            return Optional.of(new Violation(Condition.NOT_IMPLEMENTED, "deliveries aren't resumed"));
        }
        if (transfer.deliveryId() < 0 || !transfer.hasTag()) {
            throw new Violation(Condition.INVALID_FIELD, "a delivery begins without its id or its tag");
        }
        if (!deliveries.begin(transfer.deliveryId())) {
            throw new Violation(Condition.INVALID_FIELD, "a delivery-id is not after the one before");
        }
        credit--;
        deliveryCount = (deliveryCount + 1) & MAX_UINT;
        deliveryId = transfer.deliveryId();
        format = transfer.format();
        isPresettled = false;
        settlesFirst = false;
        return Optional.empty();
    }

    private void gather(Transfer transfer) {
        PartialMessage gathered = partial;
        if (gathered == null) {
            gathered = new PartialMessage(host, limits.maxMessage());
            partial = gathered;
            host.begun();
        }
        gathered.add(transfer);
        if (transfer.hasMore()) {
            return;
        }
        partial = null;
        ByteBuf all = gathered.bytes();
        Outcome fate = gathered.fate();
        try {
            if (fate != null) {
                refuse(fate);
            } else if (all == null) {
                refuse(Outcome.DAMAGED);
            } else {
                complete(all, 0, all.writerIndex());
            }
        } finally {
            gathered.release();
        }
    }

    private void complete(ByteBuf bytes, int from, int to) {
        if (format > 0) {
            refuse(Outcome.UNSUPPORTED);
            return;
        }
        switch (reader.read(bytes, from, to, address.channel(), host.now())) {
            case Content.Good(var message) -> {
                if (address.isForAnswers()) {
                    downlink.answer(delivery(), message);
                } else {
                    host.store(delivery(), message);
                }
            }
            case Content.Refused(Outcome answer) -> refuse(answer);
        }
    }

    private void refuse(Outcome outcome) {
        host.refuse(delivery(), outcome);
    }

    private Delivery delivery() {
        underWay++;
        Delivery delivery = new Delivery(host, this, deliveryId, isPresettled, settlesSecond && !settlesFirst);
        deliveries.add(delivery);
        return delivery;
    }

    /** A delivery of this link is done with, on both sides. */
    void settled() {
        underWay--;
    }

    /** Takes as much new credit as the window has, where that is worth a frame; whether it did. */
    boolean grant() {
        int open = limits.creditWindow() - underWay - credit - (partial == null ? 0 : 1);
        boolean isWorthIt = open > 0 && (credit == 0 || open >= limits.creditWindow() / 4);
        if (!isWorthIt || !host.mayGrant()) {
            return false;
        }
        credit += open;
        return true;
    }

    int credit() {
        return credit;
    }

    long deliveryCount() {
        return deliveryCount;
    }

    boolean isStuckFor(long nanos) {
        return partial != null && partial.isOlderThan(nanos);
    }

    boolean isPartial() {
        return partial != null;
    }

    /** Forgets what is incomplete. */
    void drop() {
        if (partial != null) {
            partial.release();
            partial = null;
        }
    }
}
