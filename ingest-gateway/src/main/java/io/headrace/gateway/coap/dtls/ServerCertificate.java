package io.headrace.gateway.coap.dtls;

import io.headrace.gateway.listen.ServerIdentity;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.security.auth.x500.X500Principal;
import org.eclipse.californium.scandium.dtls.CertificateIdentityResult;
import org.eclipse.californium.scandium.dtls.CertificateType;
import org.eclipse.californium.scandium.dtls.ConnectionId;
import org.eclipse.californium.scandium.dtls.HandshakeResultHandler;
import org.eclipse.californium.scandium.dtls.SignatureAndHashAlgorithm;
import org.eclipse.californium.scandium.dtls.cipher.CipherSuite.CertificateKeyAlgorithm;
import org.eclipse.californium.scandium.dtls.cipher.XECDHECryptography.SupportedGroup;
import org.eclipse.californium.scandium.dtls.x509.CertificateProvider;
import org.eclipse.californium.scandium.util.ServerNames;
import org.jspecify.annotations.Nullable;

/**
 * The server's certificate: the one of the TLS listeners with an elliptic key, for CoAP's cipher suites are made for
 * these. Asked for with each handshake, so that one that is read again is used at once.
 */
final class ServerCertificate implements CertificateProvider {
    private final Supplier<List<ServerIdentity>> identities;

    ServerCertificate(Supplier<List<ServerIdentity>> identities) {
        this.identities = identities;
    }

    boolean isThere() {
        return find().isPresent();
    }

    private Optional<ServerIdentity> find() {
        return identities.get().stream()
                .filter(identity -> identity.key().getAlgorithm().equals("EC"))
                .findFirst();
    }

    @Override
    public CertificateIdentityResult requestCertificateIdentity(
            ConnectionId connection,
            boolean client,
            @Nullable List<X500Principal> issuers,
            @Nullable ServerNames serverNames,
            List<CertificateKeyAlgorithm> keyAlgorithms,
            List<SignatureAndHashAlgorithm> signatureAlgorithms,
            List<SupportedGroup> curves) {
        return find().map(identity -> new CertificateIdentityResult(connection, identity.key(), identity.chain()))
                .orElseGet(() -> new CertificateIdentityResult(connection));
    }

    @Override
    public List<CertificateKeyAlgorithm> getSupportedCertificateKeyAlgorithms() {
        return List.of(CertificateKeyAlgorithm.EC);
    }

    @Override
    public List<CertificateType> getSupportedCertificateTypes() {
        return List.of(CertificateType.X_509);
    }

    @Override
    public void setResultHandler(HandshakeResultHandler resultHandler) {}
}
