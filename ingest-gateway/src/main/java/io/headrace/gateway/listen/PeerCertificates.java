package io.headrace.gateway.listen;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;

/** What the peer of a TLS connection has shown in the handshake. */
public final class PeerCertificates {
    private PeerCertificates() {}

    /** Leaf first; empty without TLS, before the end of the handshake, and where the peer has shown none. */
    public static List<X509Certificate> of(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            return List.of();
        }
        try {
            return Arrays.stream(tls.engine().getSession().getPeerCertificates())
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (SSLPeerUnverifiedException shownNone) {
            return List.of();
        }
    }
}
