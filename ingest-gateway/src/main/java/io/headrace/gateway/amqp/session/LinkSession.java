package io.headrace.gateway.amqp.session;

import io.headrace.gateway.amqp.codec.Condition;
import io.headrace.gateway.amqp.codec.FrameEncoder;
import io.headrace.gateway.amqp.codec.LinkState;
import io.headrace.gateway.amqp.codec.Performative;
import io.headrace.gateway.amqp.codec.Performative.Attach;
import io.headrace.gateway.amqp.codec.Performative.Begin;
import io.headrace.gateway.amqp.codec.Performative.Detach;
import io.headrace.gateway.amqp.codec.Performative.Disposition;
import io.headrace.gateway.amqp.codec.Performative.Flow;
import io.headrace.gateway.amqp.codec.Performative.Terminus;
import io.headrace.gateway.amqp.codec.Performative.Transfer;
import io.headrace.gateway.amqp.codec.SessionState;
import io.headrace.gateway.amqp.codec.Violation;
import io.headrace.gateway.command.Commands;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One session of a connection (section 2.5): its links by handle, and its deliveries. Links have the handles that the peer
 * gives them. The window is as wide as can be: what may be under way is said by the credit of links.
 */
final class LinkSession {
    private static final long WINDOW = Integer.MAX_VALUE;
    private static final long MAX_UINT = 0xFFFF_FFFFL;
    private static final int LONGEST_NAME = 256;

    /** A place for a link. */
    private static final class Place {
        private @Nullable IncomingLink link;
        /** This side has ended the link, and what still comes on it until the peer has too is thrown away. */
        private boolean isEnding;
    }

    private final int channel;
    private final Surroundings around;
    private final FrameEncoder out;
    private final Deliveries deliveries;
    private final SendWindow sending;
    private final @Nullable Place[] places;
    private @Nullable CommandLink commands;
    private long nextIncomingId;
    private boolean isEnding;

    LinkSession(Begin begin, Surroundings around) {
        this.channel = begin.channel();
        this.around = around;
        this.out = around.out();
        this.deliveries = new Deliveries(channel, out);
        this.sending = new SendWindow(begin);
        this.places = new Place[around.limits().maxLinks()];
        this.nextIncomingId = begin.nextOutgoingId();
        out.begin(channel, WINDOW, places.length - 1);
    }

    /** Whether this side has ended it, and waits for the peer to do so. */
    boolean isEnding() {
        return isEnding;
    }

    boolean isIdle() {
        return deliveries.isIdle();
    }

    /**
     * Takes a frame.
     *
     * @throws Violation where the connection is to be closed
     */
    void on(Performative.OnSession frame) throws Violation {
        switch (frame) {
            case Transfer transfer -> transfer(transfer);
            case Disposition disposition -> disposition(disposition);
            case Flow flow -> flow(flow);
            case Attach attach -> attach(attach);
            case Detach detach -> detach(detach);
        }
    }

    private void attach(Attach attach) throws Violation {
        if (attach.handle() >= places.length) {
            throw new Violation(Condition.FRAMING_ERROR, "a handle is above handle-max");
        }
        if (attach.name().length() > LONGEST_NAME) {
            throw new Violation(Condition.INVALID_FIELD, "a link's name is longer than 256 characters");
        }
        int handle = (int) attach.handle();
        if (places[handle] != null) {
            end(Condition.HANDLE_IN_USE, "a link has this handle already");
            return;
        }
        Place place = new Place();
        places[handle] = place;
        switch (attach.ours()) {
            case Terminus.Node(String address) -> {
                if (attach.isSender()) {
                    attach(attach, address, place);
                } else {
                    attachReceiver(attach, address);
                }
            }
            case Terminus.Dynamic dynamic -> refuse(attach, Condition.NOT_IMPLEMENTED, "nodes aren't made up here");
            case Terminus.Other other -> refuse(attach, Condition.NOT_IMPLEMENTED, "no transactions here");
        }
    }

    private void attach(Attach attach, String address, Place place) throws Violation {
        Address asked = Address.target(address);
        if (asked.refusal().isPresent()) {
            refuse(
                    attach,
                    asked.refusal().get(),
                    "messages go to telemetry or telemetry/<channel>, answers to commands/results");
            return;
        }
        out.attach(attach, address, around.limits().maxMessage());
        IncomingLink link = new IncomingLink(attach, asked, deliveries, around);
        place.link = link;
        grant((int) attach.handle(), link);
    }

    /** Sends nothing yet: the device gives no credit before the link is there. */
    private void attachReceiver(Attach attach, String address) throws Violation {
        Optional<Condition> refusal = Address.source(address).refusal();
        if (refusal.isPresent()) {
            refuse(attach, refusal.get(), "a device's commands come from commands, and nothing else can be received");
            return;
        }
        Optional<Commands.Line> line = around.downlink().open();
        if (line.isEmpty()) {
            refuse(attach, Condition.NOT_ALLOWED, "commands come on one link of a connection");
            return;
        }
        commands = new CommandLink(attach, sending, line.get(), around);
        out.attachReceiver(attach, address);
    }

    private void refuse(Attach attach, Condition condition, String detail) throws Violation {
        out.attachNothing(attach);
        endLink((int) attach.handle(), condition, detail);
    }

    private void endLink(int handle, Condition condition, String detail) {
        Place place = places[handle];
        if (place == null) {
            return;
        }
        around.host().refused(condition);
        out.detach(channel, handle, condition, detail);
        forget(place);
        place.isEnding = true;
    }

    private void forget(Place place) {
        IncomingLink link = place.link;
        if (link != null) {
            link.drop();
            deliveries.forget(link);
            place.link = null;
        }
        CommandLink ending = commands;
        if (ending != null && places[ending.handle()] == place) {
            commands = null;
            ending.close();
        }
    }

    private @Nullable Place place(long handle) {
        Place place = handle < places.length ? places[(int) handle] : null;
        if (place == null) {
            end(Condition.UNATTACHED_HANDLE, "no link has this handle");
        }
        return place;
    }

    private void transfer(Transfer transfer) throws Violation {
        nextIncomingId = (nextIncomingId + 1) & MAX_UINT;
        Place place = place(transfer.handle());
        if (commands != null && commands.handle() == transfer.handle()) {
            endLink(commands.handle(), Condition.NOT_ALLOWED, "a transfer on a link for receiving");
        }
        if (place == null || place.link == null) {
            return;
        }
        IncomingLink link = place.link;
        Optional<Violation> refusal = link.transfer(transfer);
        if (refusal.isPresent()) {
            endLink(
                    (int) transfer.handle(),
                    refusal.get().condition(),
                    refusal.get().detail());
        } else if (transfer.isAborted()) {
            grant((int) transfer.handle(), link); // nothing will be settled that would give its credit back
        }
    }

    private void flow(Flow flow) {
        sending.on(flow);
        Place place = flow.handle() < 0 ? null : place(flow.handle());
        CommandLink link = commands;
        boolean isOfCommands = link != null && link.handle() == flow.handle();
        if (link != null && isOfCommands) {
            link.flow(flow);
        }
        offer();
        if (!flow.isEcho() || isEnding) {
            return;
        }
        if (link != null && isOfCommands) {
            out.flow(state(), link.state(false));
        } else if (place != null && place.link != null) {
            tell(flow.handle(), place.link);
        } else if (flow.handle() < 0) {
            out.flow(state());
        }
    }

    /** Sends commands, where there is a link for them. */
    void offer() {
        CommandLink link = commands;
        if (link != null) {
            link.offer();
            if (link.takeDrained()) {
                out.flow(state(), link.state(true));
            }
        }
    }

    /** What was released may be sent again. */
    void offerAgain() {
        if (commands != null) {
            commands.offerAgain();
        }
        offer();
    }

    private SessionState state() {
        return new SessionState(channel, nextIncomingId, sending.nextTransferId(), WINDOW);
    }

    private void disposition(Disposition disposition) {
        if (!disposition.isSender() && commands != null) {
            commands.on(disposition);
            offer();
        }
        if (disposition.isSender() && disposition.isSettled()) {
            deliveries.settledBySender(disposition.first(), disposition.last());
            grant();
        }
    }

    private void detach(Detach detach) {
        Place place = place(detach.handle());
        if (place == null) {
            return;
        }
        if (!place.isEnding) {
            forget(place);
            out.detach(channel, detach.handle(), detach.isClosed());
        }
        places[(int) detach.handle()] = null;
    }

    /** Answers what is decided; whether a message turned out to be lost. */
    boolean answer() {
        return deliveries.answer();
    }

    void releaseAll() {
        deliveries.releaseAll();
    }

    /** Gives credit to the links that have room for it. */
    void grant() {
        for (int handle = 0; handle < places.length; handle++) {
            Place place = places[handle];
            if (place != null && place.link != null) {
                grant(handle, place.link);
            }
        }
    }

    private void grant(int handle, IncomingLink link) {
        if (link.grant()) {
            tell(handle, link);
        }
    }

    private void tell(long handle, IncomingLink link) {
        out.flow(state(), new LinkState(handle, link.deliveryCount(), link.credit(), false));
    }

    /** Ends links whose message has been incomplete for too long; whether others are incomplete. */
    boolean endStuck(long nanos) {
        boolean hasOthers = false;
        for (int handle = 0; handle < places.length; handle++) {
            Place place = places[handle];
            if (place == null || place.link == null) {
                continue;
            }
            if (place.link.isStuckFor(nanos)) {
                endLink(handle, Condition.RESOURCE_LIMIT_EXCEEDED, "a message took too long to come in");
            } else {
                hasOthers |= place.link.isPartial();
            }
        }
        return hasOthers;
    }

    private void end(Condition condition, String detail) {
        around.host().refused(condition);
        out.end(channel, condition, detail);
        isEnding = true;
        drop();
    }

    /** Forgets what is incomplete, and that anybody waits for answers. */
    void drop() {
        for (Place place : places) {
            if (place != null) {
                forget(place);
            }
        }
    }
}
