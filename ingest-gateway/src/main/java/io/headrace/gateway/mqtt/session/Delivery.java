package io.headrace.gateway.mqtt.session;

import io.headrace.gateway.command.Commands.Answered;
import io.headrace.gateway.ingest.Ingest;
import io.headrace.gateway.ingest.NotStoredException;
import io.headrace.gateway.mqtt.codec.ReasonCode;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * One message on its way into Kafka: a cell that is settled once, on any thread, and then says what to answer. It can
 * outlive its connection, so that a QoS 2 message that is sent again on the next one is not stored again.
 */
public final class Delivery implements Ingest.Answer {
    /** What became of the message. */
    public enum Outcome {
        PENDING,
        STORED,
        /** Never handed to Kafka: the answer is {@link Delivery#refusal}. */
        REFUSED,
        /** Kafka is away or too slow, or the gateway is full. */
        UNAVAILABLE,
        TOO_LARGE
    }

    /** Wants to know of settled deliveries. */
    public interface Listener {
        /** On the thread that settles. */
        void settled(Delivery delivery);
    }

    private static final AtomicReferenceFieldUpdater<Delivery, Listener> LISTENER =
            AtomicReferenceFieldUpdater.newUpdater(Delivery.class, Listener.class, "listener");

    private final int packetId;
    private final int qos;
    private final int bytes;
    /** Of a pending one, set before the outcome. */
    private ReasonCode refusal;

    /** Null while pending, so that making a delivery writes nothing that other processors have to wait for. */
    private volatile @Nullable Outcome outcome;

    private volatile @Nullable Listener listener;

    private Delivery(int packetId, int qos, int bytes, ReasonCode refusal) {
        this.packetId = packetId;
        this.qos = qos;
        this.bytes = bytes;
        this.refusal = refusal;
    }

    /** @param bytes that the message takes on its way, whatever its packet took */
    static Delivery pending(int packetId, int qos, int bytes) {
        return new Delivery(packetId, qos, bytes, ReasonCode.SUCCESS);
    }

    /** An answer that waits only for its turn. */
    static Delivery stored(int packetId, int qos) {
        Delivery delivery = new Delivery(packetId, qos, 0, ReasonCode.SUCCESS);
        delivery.outcome = Outcome.STORED;
        return delivery;
    }

    /** A refusal that waits only for its turn. */
    static Delivery refused(int packetId, int qos, ReasonCode reason) {
        Delivery delivery = new Delivery(packetId, qos, 0, reason);
        delivery.outcome = Outcome.REFUSED;
        return delivery;
    }

    /** Calls back when settled; before anybody can settle it, and cheaper than {@link #onSettled} for that. */
    public void beforeSettled(Listener waiting) {
        LISTENER.lazySet(this, waiting);
    }

    @Override
    public void stored(int partition, long offset) {
        settle(Outcome.STORED);
    }

    @Override
    public void notStored(NotStoredException why) {
        settle(
                switch (why.kind()) {
                    case UNAVAILABLE, NO_ROOM -> Outcome.UNAVAILABLE;
                    case TOO_LARGE -> Outcome.TOO_LARGE;
                });
    }

    /** What became of an answer to a command, on any thread. */
    public void answered(Answered what) {
        switch (what) {
            case STORED, AGAIN -> settle(Outcome.STORED);
            case UNKNOWN -> {
                refusal = ReasonCode.NOT_AUTHORIZED;
                settle(Outcome.REFUSED);
            }
        }
    }

    /** Ends {@link Outcome#PENDING}, on any thread. */
    void settle(Outcome result) {
        outcome = result;
        Listener waiting = listener;
        if (waiting != null) {
            waiting.settled(this);
        }
    }

    /**
     * Calls back when settled, at once where it is; in rare races twice.
     *
     * @param waiting replaces an earlier one
     */
    public void onSettled(Listener waiting) {
        listener = waiting;
        if (outcome != null) {
            waiting.settled(this);
        }
    }

    /**
     * Whether it was to be acknowledged and can't be. At QoS 0 a message is lost without a word, as its sender chose.
     */
    public boolean isLost() {
        Outcome now = outcome;
        return qos > 0 && (now == Outcome.UNAVAILABLE || now == Outcome.TOO_LARGE);
    }

    /** Whether a message of QoS 0 is lost. */
    public boolean isDropped() {
        return qos == 0 && (outcome == Outcome.UNAVAILABLE || outcome == Outcome.TOO_LARGE);
    }

    /** 0 at QoS 0. */
    public int packetId() {
        return packetId;
    }

    public int qos() {
        return qos;
    }

    int bytes() {
        return bytes;
    }

    Outcome outcome() {
        Outcome now = outcome;
        return now == null ? Outcome.PENDING : now;
    }

    ReasonCode refusal() {
        return refusal;
    }
}
