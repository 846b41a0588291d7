package io.headrace.gateway.amqp.session;

import io.headrace.gateway.amqp.codec.Condition;
import io.headrace.gateway.amqp.codec.Outcome;
import io.headrace.gateway.identity.Credentials;
import io.headrace.gateway.identity.Verdict;
import io.headrace.gateway.ingest.Message;
import io.netty.buffer.ByteBuf;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** What a {@link Dialogue} needs of its connection. Called on the connection's event loop. */
public interface Host {
    /** What the peer has shown in the TLS handshake, leaf first; empty for nothing. */
    List<X509Certificate> certificates();

    /** Empty while devices can't be told apart yet. */
    Optional<Verdict> authenticate(Credentials credentials);

    /**
     * The connection is open, and a device's.
     *
     * @param heartbeat milliseconds within which the peer wants to hear something, at the latest; 0 for never
     */
    void opened(Verdict.Accepted device, long heartbeat);

    /** Hands a message over to be stored, and settles the delivery when that is decided, on any thread. */
    void store(Delivery delivery, Message message);

    /** A delivery was decided; on any thread. */
    void settled(Delivery delivery);

    /** Place of a delivery that begins, among all of the connection. */
    long nextPlace();

    /**
     * Place of the first delivery that was lost, perhaps of a session that the peer has ended since; {@link
     * Long#MAX_VALUE} where none was. Known before any delivery that was handed over later is decided.
     */
    long firstLost();

    /** Whether a delivery was lost. */
    default boolean hasLost() {
        return firstLost() != Long.MAX_VALUE;
    }

    /** Whether more may be under way now. */
    boolean mayGrant();

    /** A place for a part of a message, in the budget of all that is under way; whether there was one. */
    boolean reserve(int bytes);

    void release(int bytes);

    /** A buffer to gather a message in; the caller's from then on. */
    ByteBuf buffer(int bytes);

    /** A message began whose rest is to follow. */
    void begun();

    /** Settles a delivery that isn't handed over: for what it is, or because there was no place for it. */
    void refuse(Delivery delivery, Outcome outcome);

    /** A link is refused, or ended for what came on it. */
    void refused(Condition condition);

    /** Wall clock, epoch milliseconds. */
    long now();

    /** Clock of the event loop. */
    long nanos();

    /** The last that happens. */
    void close(Ending ending);
}
