package io.headrace.gateway.amqp.session;

import io.headrace.gateway.amqp.codec.FrameEncoder;
import io.headrace.gateway.amqp.codec.LinkState;
import io.headrace.gateway.amqp.codec.Outgoing;
import io.headrace.gateway.amqp.codec.Performative.Attach;
import io.headrace.gateway.amqp.codec.Performative.Disposition;
import io.headrace.gateway.amqp.codec.Performative.Flow;
import io.headrace.gateway.amqp.codec.Performative.Reception;
import io.headrace.gateway.amqp.message.CommandMessage;
import io.headrace.gateway.command.Command;
import io.headrace.gateway.command.Commands;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A link on which a device receives its commands: the credit that it gives, and what it hasn't settled. What it releases
 * is sent again after a while, unless it is over by then, since a device must not do late what was to be done in time.
 */
final class CommandLink {
    /** However much more a device would take: what isn't settled is in memory. */
    static final int WINDOW = 32;

    private static final long MAX_UINT = 0xFFFF_FFFFL;
    private static final int PRESETTLED = 1;

    private final Attach attach;
    private final Surroundings around;
    private final FrameEncoder out;
    private final SendWindow window;
    private final Commands.Line line;
    private final boolean isPresettled;
    /** By delivery id, in the order in which they were sent. */
    private final Map<Long, Command> unsettled = new LinkedHashMap<>();

    private final List<Command> released = new ArrayList<>();
    private final Deque<Command> again = new ArrayDeque<>();
    private long deliveryCount;
    private long credit;
    private boolean isDraining;
    private @Nullable Outgoing unsent;
    private int sentUpTo;

    CommandLink(Attach attach, SendWindow window, Commands.Line line, Surroundings around) {
        this.attach = attach;
        this.around = around;
        this.out = around.out();
        this.window = window;
        this.line = line;
        this.isPresettled = attach.senderSettles() == PRESETTLED;
    }

    /** Takes the credit that the device gives (section 2.6.7); the session's window may be wider, too. */
    void flow(Flow flow) {
        if (flow.credit() >= 0) {
            int underWay = (int) (deliveryCount - Math.max(0, flow.deliveryCount()));
            credit = Math.clamp(flow.credit() - underWay, 0, MAX_UINT);
            isDraining = flow.isDrain();
        }
    }

    /** Sends what waits, as much as can be. */
    void offer() {
        sendOn();
        while (unsent == null
                && credit > 0
                && unsettled.size() < WINDOW
                && around.downlink().mayOffer()) {
            Optional<Command> next = next();
            if (next.isEmpty()) {
                break;
            }
            send(next.get());
        }
        if (isDraining && unsent == null) {
            deliveryCount = (deliveryCount + credit) & MAX_UINT;
            credit = 0;
        }
    }

    /** Whether the device waits to hear that its credit is used up. */
    boolean takeDrained() {
        boolean isDrained = isDraining && unsent == null;
        isDraining &= !isDrained;
        return isDrained;
    }

    private Optional<Command> next() {
        for (Command next = again.poll(); next != null; next = again.poll()) {
            if (line.isOpen(next)) {
                return Optional.of(next);
            }
        }
        return line.next();
    }

    private void send(Command command) {
        byte[] message = CommandMessage.of(command, around.host().now());
        if (attach.maxMessageSize() > 0 && message.length > attach.maxMessageSize()) {
            line.unfit(command, "larger than the messages that the device takes");
            return;
        }
        credit--;
        deliveryCount = (deliveryCount + 1) & MAX_UINT;
        Outgoing delivery = new Outgoing(attach.channel(), attach.handle(), window.begin(), isPresettled, message);
        unsettled.put(delivery.id(), command);
        unsent = delivery;
        sentUpTo = 0;
        sendOn();
    }

    private void sendOn() {
        Outgoing sending = unsent;
        while (sending != null && window.isOpen()) {
            int to = Math.min(sentUpTo + out.transferRoom(), sending.message().length);
            out.transfer(sending, sentUpTo, to);
            window.sent();
            sentUpTo = to;
            if (to == sending.message().length) {
                unsent = null;
                sent(sending);
                return;
            }
        }
    }

    private void sent(Outgoing delivery) {
        Command command = delivery.isSettled() ? unsettled.remove(delivery.id()) : null;
        if (command != null) {
            line.delivered(command);
        }
    }

    void on(Disposition disposition) {
        if (disposition.reception() == Reception.Unsaid.YET && !disposition.isSettled()) {
            return;
        }
        Iterator<Map.Entry<Long, Command>> all = unsettled.entrySet().iterator();
        while (all.hasNext()) {
            Map.Entry<Long, Command> each = all.next();
            if (Deliveries.isWithin(each.getKey(), disposition.first(), disposition.last())) {
                all.remove();
                if (!disposition.isSettled()) {
                    out.settle(attach.channel(), each.getKey());
                }
                decided(each.getValue(), disposition.reception());
            }
        }
    }

    private void decided(Command command, Reception reception) {
        switch (reception) {
            case Reception.Accepted accepted -> line.delivered(command);
            case Reception.Rejected(String why) -> line.refused(command, "the device refused it: " + why);
            case Reception.Released(boolean elsewhere) -> {
                if (!elsewhere) {
                    released.add(command);
                    around.downlink().offerAgainLater();
                }
            }
            case Reception.Unsaid nothing -> {} // it is offered to the device's next link
        }
    }

    /** What was released may be sent again. */
    void offerAgain() {
        again.addAll(released);
        released.clear();
    }

    int handle() {
        return (int) attach.handle();
    }

    LinkState state(boolean isDrained) {
        return new LinkState(attach.handle(), deliveryCount, credit, isDrained);
    }

    /** It is over: what was sent on it and isn't answered is offered to the next one. */
    void close() {
        line.close();
        around.downlink().closed();
    }
}
