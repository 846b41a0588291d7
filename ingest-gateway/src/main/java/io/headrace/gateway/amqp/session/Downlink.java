package io.headrace.gateway.amqp.session;

import io.headrace.gateway.command.Commands;
import io.headrace.gateway.ingest.Message;
import java.util.Optional;

/** What a {@link Dialogue} needs of its connection for commands. Called on the connection's event loop. */
public interface Downlink {
    /** The way to the device; empty where the connection has a link for commands already. */
    Optional<Commands.Line> open();

    /** The link for commands is over, and its line closed. */
    void closed();

    /** Whether more may be sent now; all that is gathered goes out first. */
    boolean mayOffer();

    /** Calls {@link Dialogue#offerAgain} after a while. */
    void offerAgainLater();

    /** Hands the answer to a command over to be stored, and settles the delivery when that is decided, on any thread. */
    void answer(Delivery delivery, Message message);
}
