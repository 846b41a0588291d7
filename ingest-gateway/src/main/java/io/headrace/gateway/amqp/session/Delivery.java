package io.headrace.gateway.amqp.session;

import io.headrace.gateway.amqp.codec.Outcome;
import org.jspecify.annotations.Nullable;

/** One message on its way into Kafka: a cell that is settled once, on any thread, and then says what to answer. */
public final class Delivery {
    private final Host host;
    private final IncomingLink link;
    private final long id;
    private final long place;
    private final boolean isPresettled;
    private final boolean settlesSecond;
    private boolean isForgotten;
    private volatile @Nullable Outcome outcome;

    Delivery(Host host, IncomingLink link, long id, boolean isPresettled, boolean settlesSecond) {
        this.host = host;
        this.link = link;
        this.id = id;
        this.place = host.nextPlace();
        this.isPresettled = isPresettled;
        this.settlesSecond = settlesSecond;
    }

    /**
     * Decides it, on any thread.
     *
     * @param result {@link Outcome#RELEASED} for a message that isn't stored and is to be sent again
     */
    public void settle(Outcome result) {
        outcome = result;
        host.settled(this);
    }

    /** Whether the sender wants no answer. */
    public boolean isPresettled() {
        return isPresettled;
    }

    /** Whether it was to be answered, and has to be sent again. */
    public boolean isLost() {
        return !isPresettled && outcome == Outcome.RELEASED;
    }

    /** Its place among all deliveries of the connection. */
    public long place() {
        return place;
    }

    /**
     * Whether the sender may be told what became of it: not where it, or one before it on any session of the connection,
     * has to be sent again. For one that is decided.
     */
    boolean isToBeAnswered() {
        return !isLost() && place < host.firstLost();
    }

    /** Null until it is decided. */
    @Nullable
    Outcome outcome() {
        return outcome;
    }

    IncomingLink link() {
        return link;
    }

    long id() {
        return id;
    }

    /** Whether nobody waits for the answer: it was sent settled, its link is over, or the sender has settled it. */
    boolean isSilent() {
        return isPresettled || isForgotten;
    }

    void forget() {
        isForgotten = true;
    }

    /** Whether the sender settles after it has seen the answer, and only then are we done with it. */
    boolean settlesSecond() {
        return settlesSecond;
    }
}
