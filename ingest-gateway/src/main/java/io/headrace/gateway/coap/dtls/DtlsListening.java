package io.headrace.gateway.coap.dtls;

import io.headrace.gateway.edge.Ports;
import io.headrace.gateway.identity.PreSharedKeys;
import io.headrace.gateway.listen.ServerIdentity;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.eclipse.californium.elements.Connector;
import org.eclipse.californium.elements.RawDataChannel;
import org.eclipse.californium.elements.config.CertificateAuthenticationMode;
import org.eclipse.californium.elements.config.Configuration;
import org.eclipse.californium.scandium.DTLSConnector;
import org.eclipse.californium.scandium.DtlsDatagramFilter;
import org.eclipse.californium.scandium.config.DtlsConfig;
import org.eclipse.californium.scandium.config.DtlsConfig.DtlsRole;
import org.eclipse.californium.scandium.config.DtlsConnectorConfig;
import org.eclipse.californium.scandium.dtls.ExtendedMasterSecretMode;
import org.eclipse.californium.scandium.dtls.cipher.CipherSuite;
import org.eclipse.californium.scandium.dtls.cipher.XECDHECryptography.SupportedGroup;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** DTLS of one listener: its rules, its handshakes and its sessions. */
public final class DtlsListening implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DtlsListening.class);

    /** Those of RFC 7252 §9.1.3 without authenticated encryption's longer tag are for devices that have no other. */
    private static final List<CipherSuite> WITH_KEY = List.of(
            CipherSuite.TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256,
            CipherSuite.TLS_ECDHE_PSK_WITH_AES_128_CCM_SHA256,
            CipherSuite.TLS_ECDHE_PSK_WITH_AES_128_CCM_8_SHA256,
            CipherSuite.TLS_PSK_WITH_AES_128_CCM_8);

    private static final List<CipherSuite> WITH_CERTIFICATE = List.of(
            CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
            CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
            CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CCM,
            CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8);

    private static final int CONNECTION_ID_BYTES = 6;
    private static final int MAX_HANDSHAKE_MESSAGE = 16 << 10;
    private static final int MAX_JOBS = 10_000;
    private static final long FIRST_REPEAT_MILLIS = 1_000;
    private static final int MAX_REPEATS = 3;
    private static final long STALE_MINUTES = 10;
    private static final Duration TELLING = Duration.ofSeconds(2);

    private final Bounds bounds;
    private final Handshakes handshakes;
    private final ServerCertificate certificate;
    private volatile @Nullable DTLSConnector connector;

    /**
     * Bounds of a listener.
     *
     * @param sessions that are open; where none of them has been silent for ten minutes, one more is refused
     * @param handshakes under way
     * @param allowed addresses that may send
     */
    public record Bounds(int sessions, int handshakes, Predicate<InetAddress> allowed) {}

    /**
     * For one listener.
     *
     * @param keys for handshakes with a pre-shared key
     * @param identities the server's certificates, as they are now
     */
    public DtlsListening(Ports ports, PreSharedKeys keys, Bounds bounds, Supplier<List<ServerIdentity>> identities) {
        this.bounds = bounds;
        this.handshakes = new Handshakes(ports, keys, bounds.handshakes(), this::end);
        this.certificate = new ServerCertificate(identities);
    }

    /**
     * The listener's socket, not yet open.
     *
     * @param gate is put before the receiver of what comes in
     */
    public Connector connector(
            InetSocketAddress address, Configuration configuration, UnaryOperator<RawDataChannel> gate) {
        DTLSConnector made = new Gated(rules(address, configuration), gate);
        connector = made;
        return made;
    }

    private DtlsConnectorConfig rules(InetSocketAddress address, Configuration configuration) {
        DtlsConfig.register();
        List<CipherSuite> suites = new ArrayList<>();
        if (certificate.isThere()) {
            suites.addAll(WITH_CERTIFICATE);
        } else {
            LOG.info("no server certificate with an elliptic key: CoAP takes pre-shared keys only");
        }
        suites.addAll(WITH_KEY);
        DtlsConnectorConfig.Builder builder = DtlsConnectorConfig.builder(configuration)
                .setAddress(address)
                .set(DtlsConfig.DTLS_ROLE, DtlsRole.SERVER_ONLY)
                .set(DtlsConfig.DTLS_CIPHER_SUITES, suites)
                .set(
                        DtlsConfig.DTLS_CURVES,
                        List.of(SupportedGroup.X25519, SupportedGroup.secp256r1, SupportedGroup.secp384r1))
                .set(DtlsConfig.DTLS_EXTENDED_MASTER_SECRET_MODE, ExtendedMasterSecretMode.REQUIRED)
                .set(DtlsConfig.DTLS_USE_HELLO_VERIFY_REQUEST, true)
                // A session that is taken up again would skip the question whose it is.
                .set(DtlsConfig.DTLS_SERVER_USE_SESSION_ID, false)
                .set(DtlsConfig.DTLS_CLIENT_AUTHENTICATION_MODE, CertificateAuthenticationMode.NEEDED)
                .set(DtlsConfig.DTLS_CONNECTION_ID_LENGTH, CONNECTION_ID_BYTES)
                .set(DtlsConfig.DTLS_MAX_CONNECTIONS, bounds.sessions())
                .set(DtlsConfig.DTLS_STALE_CONNECTION_THRESHOLD, STALE_MINUTES, TimeUnit.MINUTES)
                .set(DtlsConfig.DTLS_MAX_FRAGMENTED_HANDSHAKE_MESSAGE_LENGTH, MAX_HANDSHAKE_MESSAGE)
                .set(DtlsConfig.DTLS_RETRANSMISSION_TIMEOUT, FIRST_REPEAT_MILLIS, TimeUnit.MILLISECONDS)
                .set(DtlsConfig.DTLS_MAX_RETRANSMISSIONS, MAX_REPEATS)
                .set(DtlsConfig.DTLS_MAX_PENDING_INBOUND_JOBS, MAX_JOBS)
                .set(DtlsConfig.DTLS_MAX_PENDING_OUTBOUND_JOBS, MAX_JOBS)
                .set(DtlsConfig.DTLS_MAX_PENDING_HANDSHAKE_RESULT_JOBS, MAX_JOBS)
                // One: datagrams of a device must stay in order.
                .set(DtlsConfig.DTLS_RECEIVER_THREAD_COUNT, 1)
                .setDatagramFilter(new FromAllowed(bounds.allowed()))
                .setAdvancedPskStore(handshakes.keys())
                .setApplicationLevelInfoSupplier(handshakes)
                .setSessionListener(handshakes)
                .setConnectionListener(handshakes);
        if (certificate.isThere()) {
            builder.setCertificateIdentityProvider(certificate)
                    .setAdvancedCertificateVerifier(new ClientCertificates(handshakes::of));
        }
        return builder.build();
    }

    private void end(InetSocketAddress address) {
        DTLSConnector open = connector;
        if (open != null && open.isRunning()) {
            open.close(address);
        }
    }

    /** Tells all devices that their sessions are over, as far as that goes in two seconds. */
    public void endAll() {
        handshakes.endAll(TELLING);
    }

    @Override
    public void close() {
        handshakes.close();
    }

    /** Drops what comes from elsewhere, before anything is made of it. */
    private static final class FromAllowed extends DtlsDatagramFilter {
        private final Predicate<InetAddress> allowed;

        private FromAllowed(Predicate<InetAddress> allowed) {
            this.allowed = allowed;
        }

        @Override
        public boolean onReceiving(DatagramPacket packet) {
            return allowed.test(packet.getAddress()) && super.onReceiving(packet);
        }
    }

    private static final class Gated extends DTLSConnector {
        private final UnaryOperator<RawDataChannel> gate;

        private Gated(DtlsConnectorConfig configuration, UnaryOperator<RawDataChannel> gate) {
            super(configuration);
            this.gate = gate;
        }

        @Override
        public void setRawDataReceiver(RawDataChannel receiver) {
            super.setRawDataReceiver(gate.apply(receiver));
        }
    }
}
