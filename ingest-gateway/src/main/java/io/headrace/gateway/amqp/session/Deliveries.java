package io.headrace.gateway.amqp.session;

import io.headrace.gateway.amqp.codec.FrameEncoder;
import io.headrace.gateway.amqp.codec.Outcome;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Deliveries of one session in their order, which is also the order of the answers: so those that are stored together are
 * answered by one frame, and none is answered before all that came earlier on its session.
 */
final class Deliveries {
    private static final long NONE = -1;

    private final int channel;
    private final FrameEncoder out;
    private final Deque<Delivery> undecided = new ArrayDeque<>();
    /** Answered, and kept until the sender has settled. */
    private final Deque<Delivery> unsettled = new ArrayDeque<>();

    private long newest = NONE;
    private long first;
    private long last;
    private boolean runSettles;
    private @Nullable Outcome run;

    Deliveries(int channel, FrameEncoder out) {
        this.channel = channel;
        this.out = out;
    }

    /** Takes the id of a delivery that begins; whether it comes after all before it (serial numbers, RFC 1982). */
    boolean begin(long id) {
        boolean isNewer = newest == NONE || (int) (id - newest) > 0;
        newest = id;
        return isNewer;
    }

    void add(Delivery delivery) {
        undecided.add(delivery);
    }

    boolean isIdle() {
        return undecided.isEmpty();
    }

    /** Answers what is decided, up to the first that isn't, or that is lost or behind a lost one; whether it came to that. */
    boolean answer() {
        Delivery next = undecided.peek();
        while (next != null && next.outcome() != null) {
            if (!next.isToBeAnswered()) {
                flushRun();
                return true;
            }
            undecided.remove();
            answer(next, next.outcome());
            next = undecided.peek();
        }
        flushRun();
        return false;
    }

    private void answer(Delivery delivery, @Nullable Outcome outcome) {
        if (delivery.isSilent() || outcome == null) {
            delivery.link().settled();
            return;
        }
        boolean settles = !delivery.settlesSecond();
        boolean continues = outcome == run && settles == runSettles && (int) (delivery.id() - last) == 1;
        if (!continues) {
            flushRun();
            first = delivery.id();
            run = outcome;
            runSettles = settles;
        }
        last = delivery.id();
        if (settles) {
            delivery.link().settled();
        } else {
            unsettled.add(delivery);
        }
    }

    private void flushRun() {
        if (run != null) {
            out.disposition(channel, first, last, runSettles, run);
            run = null;
        }
    }

    /** Tells the sender of everything undecided that it has to send it again. */
    void releaseAll() {
        for (Delivery delivery : undecided) {
            answer(delivery, Outcome.RELEASED);
        }
        undecided.clear();
        flushRun();
    }

    /** The sender has settled deliveries by itself, from one to another. */
    void settledBySender(long from, long to) {
        for (Delivery delivery : undecided) {
            if (isWithin(delivery.id(), from, to)) {
                delivery.forget();
            }
        }
        for (Iterator<Delivery> each = unsettled.iterator(); each.hasNext(); ) {
            Delivery delivery = each.next();
            if (isWithin(delivery.id(), from, to)) {
                each.remove();
                delivery.link().settled();
            }
        }
    }

    /** A link is over: nobody waits for its answers. */
    void forget(IncomingLink link) {
        for (Delivery delivery : undecided) {
            if (delivery.link() == link) {
                delivery.forget();
            }
        }
        unsettled.removeIf(delivery -> delivery.link() == link);
    }

    /** Whether an id is one of a run of them (serial numbers, RFC 1982). */
    static boolean isWithin(long id, long from, long to) {
        return Integer.compareUnsigned((int) (id - from), (int) (to - from)) <= 0;
    }
}
