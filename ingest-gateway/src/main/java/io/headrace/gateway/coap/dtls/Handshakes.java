package io.headrace.gateway.coap.dtls;

import io.headrace.gateway.edge.Ports;
import io.headrace.gateway.identity.Credentials;
import io.headrace.gateway.identity.PreSharedKeys;
import io.headrace.gateway.identity.Remote;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.Principal;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.californium.elements.auth.AdditionalInfo;
import org.eclipse.californium.elements.auth.X509CertPath;
import org.eclipse.californium.scandium.ConnectionListener;
import org.eclipse.californium.scandium.auth.ApplicationLevelInfoSupplier;
import org.eclipse.californium.scandium.dtls.AlertMessage;
import org.eclipse.californium.scandium.dtls.AlertMessage.AlertDescription;
import org.eclipse.californium.scandium.dtls.AlertMessage.AlertLevel;
import org.eclipse.californium.scandium.dtls.Connection;
import org.eclipse.californium.scandium.dtls.ConnectionId;
import org.eclipse.californium.scandium.dtls.DTLSContext;
import org.eclipse.californium.scandium.dtls.HandshakeException;
import org.eclipse.californium.scandium.dtls.Handshaker;
import org.eclipse.californium.scandium.dtls.SessionListener;
import org.jspecify.annotations.Nullable;

/**
 * Follows handshakes from their cookie to their end, and sessions from there to theirs. Scandium calls it for one
 * connection on one thread at a time, for several on several.
 */
final class Handshakes implements SessionListener, ConnectionListener, ApplicationLevelInfoSupplier {
    private static final InetSocketAddress NOWHERE = new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 0);

    private final Ports ports;
    private final int limit;
    private final Consumer<InetSocketAddress> endSession;
    private final DeviceKeys keys;
    private final Map<ConnectionId, Handshake> pending = new ConcurrentHashMap<>();
    private final Map<InetAddress, Integer> pendingFrom = new ConcurrentHashMap<>();
    private final Map<ConnectionId, Session> sessions = new ConcurrentHashMap<>();
    private final DtlsMeters meters;

    /**
     * For one listener.
     *
     * @param limit handshakes under way, a quarter of them from one address
     * @param endSession ends the session with an address; must not block
     */
    Handshakes(Ports ports, PreSharedKeys keys, int limit, Consumer<InetSocketAddress> endSession) {
        this.ports = ports;
        this.limit = limit;
        this.endSession = endSession;
        this.keys = new DeviceKeys(keys, this::of);
        this.meters = new DtlsMeters(ports.meters(), pending.keySet(), sessions.keySet());
    }

    DeviceKeys keys() {
        return keys;
    }

    /** The handshake of a connection. */
    Handshake of(ConnectionId connection) {
        Handshake known = pending.get(connection);
        return known == null ? new Handshake(NOWHERE) : known;
    }

    @Override
    public void handshakeStarted(Handshaker handshaker) throws HandshakeException {
        InetSocketAddress address = handshaker.getPeerAddress();
        int own = pendingFrom.merge(address.getAddress(), 1, Integer::sum);
        left(pending.put(id(handshaker), new Handshake(address)));
        if (own > Math.max(1, limit / 4) || pending.size() > limit) {
            meters.refused.increment();
            throw new HandshakeException(
                    "too many handshakes", new AlertMessage(AlertLevel.FATAL, AlertDescription.INTERNAL_ERROR));
        }
    }

    private static ConnectionId id(Handshaker handshaker) {
        return handshaker.getConnection().getConnectionId();
    }

    private @Nullable Handshake ended(Handshaker handshaker) {
        return left(pending.remove(id(handshaker)));
    }

    private @Nullable Handshake left(@Nullable Handshake handshake) {
        if (handshake != null) {
            pendingFrom.computeIfPresent(handshake.address.getAddress(), (_, own) -> own == 1 ? null : own - 1);
        }
        return handshake;
    }

    /** Asked when the peer has proven what it claims, before the session begins. */
    @Override
    public @Nullable AdditionalInfo getInfo(Principal peer, @Nullable Object customArgument) {
        if (!(customArgument instanceof Handshake handshake)) {
            return null;
        }
        Optional<Credentials> proven = proven(peer, handshake);
        return proven.map(credentials -> AdditionalInfo.from(Map.of(
                        Session.KEY,
                        new Session(
                                credentials, ports.identities(), Remote.of("coap", handshake.address), endSession))))
                .orElse(null);
    }

    private static Optional<Credentials> proven(Principal peer, Handshake handshake) {
        if (peer instanceof X509CertPath path) {
            return Optional.of(new Credentials.Certificate(
                    "",
                    path.getPath().getCertificates().stream()
                            .map(X509Certificate.class::cast)
                            .toList()));
        }
        return handshake.isTryingKey() ? Optional.of(handshake.provenKey()) : Optional.empty();
    }

    @Override
    public void contextEstablished(Handshaker handshaker, DTLSContext established) {
        ended(handshaker);
        meters.completed.increment();
        Session.of(established.getSession().getPeerIdentity()).ifPresent(session -> {
            session.on(handshaker.getConnection());
            Session before = sessions.put(id(handshaker), session);
            if (before != null) {
                before.close();
            }
            session.verdict();
        });
    }

    @Override
    public void handshakeCompleted(Handshaker handshaker) {}

    @Override
    public void handshakeFailed(Handshaker handshaker, Throwable error) {
        if (ended(handshaker) != null) {
            meters.failed.increment();
        }
    }

    @Override
    public void handshakeFlightRetransmitted(Handshaker handshaker, int flight) {}

    /**
     * A record can't be read. In a handshake with a key, that is how a wrong key shows: nothing is answered, as to an
     * unknown device, and the handshake runs into its time-out.
     */
    @Override
    public boolean onConnectionMacError(Connection connection) {
        Handshake handshake = pending.get(connection.getConnectionId());
        if (handshake != null && handshake.isTryingKey()) {
            meters.wrongKey.increment();
            keys.failed(handshake);
            ports.identities().authenticate(handshake.wrongKey(), Remote.of("coap", handshake.address));
            handshake.forgetKey();
        }
        return false;
    }

    @Override
    public void onConnectionRemoved(Connection connection) {
        left(pending.remove(connection.getConnectionId()));
        Session session = sessions.remove(connection.getConnectionId());
        if (session != null) {
            session.close();
        }
    }

    @Override
    public void onConnectionEstablished(Connection connection) {}

    @Override
    public boolean onConnectionUpdatesSequenceNumbers(Connection connection, boolean writeSequenceNumber) {
        return false;
    }

    @Override
    public void beforeExecution(Connection connection) {}

    @Override
    public void updateExecution(Connection connection) {}

    @Override
    public void afterExecution(Connection connection) {}

    /** Tells all devices that their sessions are over; returns when that is sent, or the time is. */
    void endAll(Duration limit) {
        List<Session> open = List.copyOf(sessions.values());
        CountDownLatch told = new CountDownLatch(open.size());
        for (Session session : open) {
            session.end();
            session.afterwards(told::countDown);
        }
        try {
            told.await(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The end of the listener. */
    void close() {
        sessions.values().forEach(Session::close);
        sessions.clear();
    }
}
