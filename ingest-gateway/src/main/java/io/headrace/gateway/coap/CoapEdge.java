package io.headrace.gateway.coap;

import io.headrace.gateway.coap.dtls.DtlsListening;
import io.headrace.gateway.edge.Ports;
import io.headrace.gateway.identity.PreSharedKeys;
import io.headrace.gateway.listen.ListenConfig;
import io.headrace.gateway.listen.ServerIdentity;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.eclipse.californium.elements.RawDataChannel;
import org.eclipse.californium.elements.UDPConnector;
import org.eclipse.californium.elements.config.Configuration;

/** CoAP of the gateway: its listeners, which are datagram sockets of their own. */
public final class CoapEdge implements AutoCloseable {
    private final Ports ports;
    private final CoapConfig config;
    private final ListenConfig listen;
    private final CoapMeters meters;
    private final List<CoapListener> listeners = new ArrayList<>();
    private final List<DtlsListening> secured = new ArrayList<>();

    private CoapEdge(Ports ports, CoapConfig config, ListenConfig listen) {
        this.ports = ports;
        this.config = config;
        this.listen = listen;
        this.meters = new CoapMeters(ports.meters());
    }

    /**
     * Listens wherever the configuration says.
     *
     * @param keys for handshakes with a pre-shared key
     * @param identities the server's certificates, as they are now
     * @throws io.headrace.config.ConfigException where an address can't be had
     */
    public static CoapEdge start(
            Ports ports,
            PreSharedKeys keys,
            CoapConfig config,
            ListenConfig listen,
            Supplier<List<ServerIdentity>> identities) {
        CoapEdge edge = new CoapEdge(ports, config, listen);
        try {
            config.listen().ifPresent(edge::listen);
            config.securedListen().ifPresent(address -> edge.listenSecured(address, keys, identities));
            return edge;
        } catch (RuntimeException e) {
            edge.close();
            throw e;
        }
    }

    private void listen(InetSocketAddress address) {
        InetSocketAddress resolved = listen.plaintext("gateway.coap.listen", address);
        Caller caller = new PlaintextCaller(ports.identities(), config.authenticated());
        start("coap", caller, (configuration, gate) -> new GatedUdp(resolved, configuration, gate));
    }

    private void listenSecured(
            InetSocketAddress address, PreSharedKeys keys, Supplier<List<ServerIdentity>> identities) {
        InetSocketAddress resolved = ListenConfig.resolved("gateway.coaps.listen", address);
        DtlsListening.Bounds bounds = new DtlsListening.Bounds(
                config.limits().maxSessions(), config.limits().maxHandshakes(), this::isAllowed);
        DtlsListening dtls = new DtlsListening(ports, keys, bounds, identities);
        secured.add(dtls);
        start("coaps", new SessionCaller(), (configuration, gate) -> dtls.connector(resolved, configuration, gate));
    }

    private void start(String scheme, Caller caller, CoapListener.Opening opening) {
        CoapListener.Surroundings around = new CoapListener.Surroundings(ports, config, meters, this::isAllowed);
        listeners.add(CoapListener.start(scheme, caller, around, opening));
    }

    /** Whether datagrams from there are taken; on several threads. */
    private boolean isAllowed(InetAddress address) {
        boolean is = listen.door().filter().allows(address);
        if (!is) {
            meters.denied.increment();
        }
        return is;
    }

    /** A line for each listener, such as {@code coap 127.0.0.1:5683}. */
    public List<String> endpoints() {
        return listeners.stream().map(CoapListener::endpointLine).toList();
    }

    /** Takes nothing new from here on, and doesn't wait. */
    public void stopTaking() {
        listeners.forEach(CoapListener::stopTaking);
    }

    /**
     * Takes nothing new, and answers what was taken; then tells the devices that their sessions are over.
     *
     * @param limit after which what isn't answered yet stays so
     */
    public void drain(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        for (CoapListener listener : listeners) {
            listener.drain(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
        }
        secured.forEach(DtlsListening::endAll);
    }

    @Override
    public void close() {
        listeners.forEach(CoapListener::close);
        secured.forEach(DtlsListening::close);
    }

    private static final class GatedUdp extends UDPConnector {
        private final UnaryOperator<RawDataChannel> gate;

        private GatedUdp(InetSocketAddress address, Configuration configuration, UnaryOperator<RawDataChannel> gate) {
            super(address, configuration);
            this.gate = gate;
        }

        @Override
        public void setRawDataReceiver(RawDataChannel receiver) {
            super.setRawDataReceiver(gate.apply(receiver));
        }
    }
}
