package io.headrace.gateway.coap.dtls;

import java.net.InetSocketAddress;
import java.security.cert.CertPath;
import java.util.List;
import java.util.function.Function;
import javax.security.auth.x500.X500Principal;
import org.eclipse.californium.scandium.dtls.AlertMessage;
import org.eclipse.californium.scandium.dtls.AlertMessage.AlertDescription;
import org.eclipse.californium.scandium.dtls.AlertMessage.AlertLevel;
import org.eclipse.californium.scandium.dtls.CertificateMessage;
import org.eclipse.californium.scandium.dtls.CertificateType;
import org.eclipse.californium.scandium.dtls.CertificateVerificationResult;
import org.eclipse.californium.scandium.dtls.ConnectionId;
import org.eclipse.californium.scandium.dtls.HandshakeException;
import org.eclipse.californium.scandium.dtls.HandshakeResultHandler;
import org.eclipse.californium.scandium.dtls.x509.NewAdvancedCertificateVerifier;
import org.eclipse.californium.scandium.util.ServerNames;
import org.jspecify.annotations.Nullable;

/**
 * Lets every client certificate through the handshake, which proves that the peer holds its key and nothing else, as
 * with TLS. Whether it is a device's, by thumbprint or by an authority, is decided where devices are known.
 */
final class ClientCertificates implements NewAdvancedCertificateVerifier {
    private static final int MAX_CHAIN = 4;

    private final Function<ConnectionId, Handshake> handshakes;

    ClientCertificates(Function<ConnectionId, Handshake> handshakes) {
        this.handshakes = handshakes;
    }

    @Override
    public List<CertificateType> getSupportedCertificateTypes() {
        return List.of(CertificateType.X_509);
    }

    @Override
    public CertificateVerificationResult verifyCertificate(
            ConnectionId connection,
            @Nullable ServerNames serverName,
            InetSocketAddress remotePeer,
            boolean clientUsage,
            boolean verifySubject,
            boolean truncateCertificatePath,
            CertificateMessage message) {
        CertPath path = message.getCertificateChain();
        Handshake handshake = handshakes.apply(connection);
        int length = path == null ? 0 : path.getCertificates().size();
        if (length == 0 || length > MAX_CHAIN) {
            AlertMessage alert = new AlertMessage(AlertLevel.FATAL, AlertDescription.BAD_CERTIFICATE);
            return new CertificateVerificationResult(
                    connection, new HandshakeException("a chain of 1 to " + MAX_CHAIN + " is taken", alert), handshake);
        }
        return new CertificateVerificationResult(connection, path, handshake);
    }

    /** None: the client chooses its certificate without a hint. */
    @Override
    public List<X500Principal> getAcceptedIssuers() {
        return List.of();
    }

    @Override
    public void setResultHandler(HandshakeResultHandler resultHandler) {}
}
