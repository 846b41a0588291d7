package io.headrace.gateway.listen;

import io.headrace.config.ConfigException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslCredential;
import io.netty.handler.ssl.OpenSslCredentialBuilder;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * TLS of one of the gateway's listeners: 1.3, and 1.2 for old devices, with forward secrecy and authenticated encryption
 * only; BoringSSL where it can be loaded, the JDK's otherwise. A client certificate is asked for and not needed, since
 * one port serves devices with keys and devices with certificates; what it proves is for {@link
 * io.headrace.gateway.identity} to say.
 */
final class TlsContext {
    private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");
    private static final List<String> CIPHERS = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");
    private static final String[] GROUPS = {"x25519", "secp256r1", "secp384r1"};
    private static final long SESSION_SECONDS = Duration.ofHours(12).toSeconds();

    static {
        // The JDK reads it once, before its first handshake; a peer that may begin handshakes again and again is a
        // cheap way to keep the server computing.
        System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
        System.setProperty(
                "jdk.tls.server.maxInboundCertificateChainLength", Integer.toString(AnyClientCertificate.MAX_CHAIN));
    }

    private final ListenConfig.Tls config;
    private final List<String> applicationProtocols;
    private final TicketKeys tickets;
    private final Counter completed;
    private final Counter failed;
    private volatile SslContext context;
    private @Nullable SslContext retired;

    /**
     * @param applicationProtocols for ALPN, the first that the client has too is spoken; none where the port has one only
     * @throws ConfigException where the identities can't be used
     */
    TlsContext(
            ListenConfig.Tls config,
            List<String> applicationProtocols,
            List<ServerIdentity> identities,
            TicketKeys tickets,
            MeterRegistry meters) {
        this.config = config;
        this.applicationProtocols = applicationProtocols;
        this.tickets = tickets;
        this.completed = handshakes("completed", meters);
        this.failed = handshakes("failed", meters);
        this.context = built(identities);
    }

    private static Counter handshakes(String result, MeterRegistry meters) {
        return Counter.builder("headrace.tls.handshakes")
                .description("TLS handshakes that have come to an end")
                .tag("result", result)
                .register(meters);
    }

    /** Shows other certificates from now on; connections that are there go on as they are. */
    void use(List<ServerIdentity> identities) {
        SslContext before = context;
        context = built(identities);
        // A thread may be about to take the one before for a new connection, but not the one before that.
        ReferenceCountUtil.release(retired);
        retired = before;
    }

    void useTicketKeys() {
        applyTickets(context);
    }

    private void applyTickets(SslContext to) {
        if (to.sessionContext() instanceof OpenSslSessionContext sessions) {
            tickets.applyTo(sessions);
        }
    }

    private SslContext built(List<ServerIdentity> identities) {
        try {
            SslContext built = config.isNative() && OpenSsl.isAvailable() ? ofBoringSsl(identities) : ofJdk(identities);
            applyTickets(built);
            return built;
        } catch (SSLException | GeneralSecurityException | IllegalArgumentException e) {
            throw new ConfigException("gateway.tls.certificate = "
                    + config.files().certificate() + " can't be used for TLS: " + e.getMessage());
        }
    }

    /** BoringSSL looks at credentials before the builder's own certificate, which so must be the second. */
    private SslContext ofBoringSsl(List<ServerIdentity> identities) throws SSLException {
        ServerIdentity last = identities.getLast();
        SslContextBuilder builder = common(SslContextBuilder.forServer(last.key(), last.chain()))
                .sslProvider(SslProvider.OPENSSL_REFCNT)
                .option(OpenSslContextOption.GROUPS, GROUPS)
                .option(OpenSslContextOption.MAX_CERTIFICATE_LIST_BYTES, AnyClientCertificate.MAX_CHAIN_BYTES);
        if (identities.size() == 1) {
            return builder.build();
        }
        ServerIdentity first = identities.getFirst();
        OpenSslCredential credential = OpenSslCredentialBuilder.forX509(
                        first.key(), first.chain().toArray(X509Certificate[]::new))
                .build();
        try {
            return builder.addCredential(credential).build();
        } finally {
            credential.release();
        }
    }

    private SslContext ofJdk(List<ServerIdentity> identities) throws SSLException, GeneralSecurityException {
        return common(SslContextBuilder.forServer(keys(identities)))
                .sslProvider(SslProvider.JDK)
                .build();
    }

    private SslContextBuilder common(SslContextBuilder builder) {
        return builder.protocols(PROTOCOLS)
                .ciphers(CIPHERS)
                .sessionTimeout(SESSION_SECONDS)
                .clientAuth(ClientAuth.OPTIONAL)
                .trustManager(new AnyClientCertificate())
                .applicationProtocolConfig(negotiation(applicationProtocols));
    }

    /** Chooses by what the client can verify. */
    private static KeyManagerFactory keys(List<ServerIdentity> identities) throws GeneralSecurityException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (ServerIdentity identity : identities) {
                store.setKeyEntry(
                        identity.key().getAlgorithm(),
                        identity.key(),
                        new char[0],
                        identity.chain().toArray(X509Certificate[]::new));
            }
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, new char[0]);
            return keys;
        } catch (IOException e) {
            throw new IllegalStateException("an empty key store in memory can't be made", e);
        }
    }

    /** A client that has none of them is served all the same: what it says next tells what it speaks. */
    private static ApplicationProtocolConfig negotiation(List<String> applicationProtocols) {
        return applicationProtocols.isEmpty()
                ? ApplicationProtocolConfig.DISABLED
                : new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        applicationProtocols);
    }

    SslHandler newHandler(ByteBufAllocator allocator) {
        SslContext current = context;
        SslHandler handler = current.newHandler(allocator);
        if (!(current.sessionContext() instanceof OpenSslSessionContext)) {
            SSLParameters parameters = handler.engine().getSSLParameters();
            parameters.setNamedGroups(GROUPS);
            parameters.setUseCipherSuitesOrder(true);
            handler.engine().setSSLParameters(parameters);
        }
        handler.setHandshakeTimeout(config.handshakeTimeout().toMillis(), TimeUnit.MILLISECONDS);
        handler.setCloseNotifyFlushTimeout(1, TimeUnit.SECONDS);
        handler.handshakeFuture().addListener(handshake -> (handshake.isSuccess() ? completed : failed).increment());
        return handler;
    }
}
