package io.headrace.gateway.listen;

import io.headrace.config.ConfigException;
import io.headrace.gateway.listen.ListenConfig.Tls;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/**
 * TLS of the gateway's listeners: 1.3, and 1.2 for old devices, with forward secrecy and authenticated encryption only.
 * A client certificate is asked for and not needed, since one port serves devices with keys and devices with
 * certificates; what it proves is for {@link io.headrace.gateway.identity} to say.
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

    static {
        // The JDK reads it once, before its first handshake; a peer that may begin handshakes again and again is a
        // cheap way to keep the server computing.
        System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
    }

    private final SslContext context;
    private final Duration handshakeTimeout;

    /**
     * @param applicationProtocols for ALPN, the first that the client has too is spoken; none where the port has one only
     * @throws ConfigException where certificate and key can't be read, or don't belong together
     */
    TlsContext(Tls tls, Duration handshakeTimeout, List<String> applicationProtocols) {
        this.handshakeTimeout = handshakeTimeout;
        try {
            context = SslContextBuilder.forServer(
                            tls.certificate().toFile(), tls.privateKey().toFile())
                    .protocols(PROTOCOLS)
                    .ciphers(CIPHERS)
                    .clientAuth(ClientAuth.OPTIONAL)
                    .trustManager(new AnyClientCertificate())
                    .applicationProtocolConfig(negotiation(applicationProtocols))
                    .build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new ConfigException("gateway.tls.certificate = " + tls.certificate() + ", gateway.tls.private-key = "
                    + tls.privateKey() + " must be a certificate and its key in PEM: " + e.getMessage());
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
        SslHandler handler = context.newHandler(allocator);
        SSLParameters parameters = handler.engine().getSSLParameters();
        parameters.setNamedGroups(GROUPS);
        parameters.setUseCipherSuitesOrder(true);
        handler.engine().setSSLParameters(parameters);
        handler.setHandshakeTimeout(handshakeTimeout.toMillis(), TimeUnit.MILLISECONDS);
        handler.setCloseNotifyFlushTimeout(1, TimeUnit.SECONDS);
        return handler;
    }
}
