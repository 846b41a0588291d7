package io.headrace.gateway.identity;

import io.headrace.config.ConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Authorities whose client certificates are believed. Revocation is the registry's: a device is disabled there. */
final class ClientAuthorities {
    private static final int MAX_CHAIN = 4;

    private final Set<TrustAnchor> anchors;
    private final Set<X509Certificate> roots;
    private final InstantSource clock;

    ClientAuthorities(List<X509Certificate> roots, InstantSource clock) {
        this.clock = clock;
        this.roots = Set.copyOf(roots);
        this.anchors = new HashSet<>();
        roots.forEach(root -> anchors.add(new TrustAnchor(root, null)));
    }

    /** @throws ConfigException where the file holds no certificates */
    static ClientAuthorities load(Path pem, InstantSource clock) {
        try (InputStream in = Files.newInputStream(pem)) {
            List<X509Certificate> roots = CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            if (roots.isEmpty()) {
                throw new ConfigException("gateway.tls.client-authorities = " + pem + " holds no certificate");
            }
            return new ClientAuthorities(roots, clock);
        } catch (IOException | GeneralSecurityException e) {
            throw new ConfigException(
                    "gateway.tls.client-authorities = " + pem + " can't be read as certificates: " + e.getMessage());
        }
    }

    /** Whether the chain, leaf first, leads to one of the authorities. */
    boolean vouchFor(List<X509Certificate> chain) {
        List<X509Certificate> below =
                chain.stream().filter(link -> !roots.contains(link)).toList();
        if (anchors.isEmpty() || below.isEmpty() || below.size() > MAX_CHAIN) {
            return false;
        }
        try {
            PKIXParameters parameters = new PKIXParameters(anchors);
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(clock.instant()));
            List<? extends Certificate> links = below;
            CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(links), parameters);
            return true;
        } catch (GeneralSecurityException notVouchedFor) {
            return false;
        }
    }
}
