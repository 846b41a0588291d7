package io.headrace.gateway.listen;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Lets every client certificate through the handshake, which proves that the peer holds its key and nothing else.
 * Whether it is a device's, by thumbprint or by an authority, is decided where the device is known. Only what is too
 * large to be looked at is refused here. Trusts no server.
 */
final class AnyClientCertificate extends X509ExtendedTrustManager {
    /** Certificates in a chain. */
    static final int MAX_CHAIN = 4;

    /** Bytes of a chain. */
    static final int MAX_CHAIN_BYTES = 16 << 10;

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        int size = 0;
        for (X509Certificate certificate : chain) {
            size += certificate.getEncoded().length;
        }
        if (chain.length > MAX_CHAIN || size > MAX_CHAIN_BYTES) {
            throw new CertificateException("a chain has at most " + MAX_CHAIN + " certificates, and " + MAX_CHAIN_BYTES
                    + " bytes; this one has " + chain.length + ", and " + size);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("this is a server");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    /** None: the client chooses its certificate without a hint. */
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
