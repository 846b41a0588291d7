package io.headrace.gateway.coap.dtls;

import io.headrace.gateway.identity.Credentials;
import io.headrace.gateway.identity.Identities;
import io.headrace.gateway.identity.Remote;
import io.headrace.gateway.identity.Verdict;
import java.net.InetSocketAddress;
import java.security.Principal;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.eclipse.californium.elements.auth.AbstractExtensiblePrincipal;
import org.eclipse.californium.scandium.dtls.Connection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One DTLS session, and whose it is. Safe for use by several threads. */
public final class Session {
    static final String KEY = "headrace-session";

    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    private final Credentials proven;
    private final Identities identities;
    private final Remote remote;
    private final Consumer<InetSocketAddress> endSession;
    private volatile @Nullable Connection connection;
    private Verdict.@Nullable Accepted device;
    private Identities.@Nullable Watch watch;
    private boolean isOver;

    /**
     * Begins one.
     *
     * @param proven in the handshake
     * @param endSession ends the DTLS session with an address, soon, on another thread
     */
    Session(Credentials proven, Identities identities, Remote remote, Consumer<InetSocketAddress> endSession) {
        this.proven = proven;
        this.identities = identities;
        this.remote = remote;
        this.endSession = endSession;
    }

    /** Says which connection it is on: with a connection id its address may change. */
    void on(Connection its) {
        connection = its;
    }

    /** The session of a peer; empty where there is none, as without DTLS. */
    public static Optional<Session> of(@Nullable Principal peer) {
        return peer instanceof AbstractExtensiblePrincipal<?> known
                ? Optional.ofNullable(known.getExtendedInfo().get(KEY, Session.class))
                : Optional.empty();
    }

    /**
     * Whose the session is. Asked once while the device may do what it does; a device that may not is looked up again
     * with each request, so that it needn't come back once it may.
     */
    public synchronized Verdict verdict() {
        if (device != null) {
            return device;
        }
        Verdict verdict = identities.authenticate(proven, remote);
        if (verdict instanceof Verdict.Accepted accepted && !isOver) {
            device = accepted;
            watch = identities.watch(accepted, this::revoked);
            if (device == null) {
                // Revoked between the two.
                watch = null;
                return identities.authenticate(proven, remote);
            }
        }
        return verdict;
    }

    private void revoked() {
        synchronized (this) {
            device = null;
            watch = null;
        }
        end();
    }

    /** Ends the DTLS session: the device is told, and begins anew if it will. */
    void end() {
        Connection its = connection;
        InetSocketAddress address = its == null ? null : its.getPeerAddress();
        if (address != null) {
            endSession.accept(address);
        }
    }

    /** Runs something after all that has been begun on the session's connection. */
    void afterwards(Runnable action) {
        Connection its = connection;
        try {
            if (its != null && its.isExecuting()) {
                its.getExecutor().execute(action);
                return;
            }
        } catch (RejectedExecutionException over) {
            LOG.trace("the session's connection is closed", over);
        }
        action.run();
    }

    /** It is over. */
    synchronized void close() {
        isOver = true;
        device = null;
        if (watch != null) {
            watch.close();
            watch = null;
        }
    }
}
