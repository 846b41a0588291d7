package io.headrace.gateway.identity;

import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/** What is asked of a device's certificate. */
final class ClientCertificate {
    private static final String CLIENT_AUTHENTICATION = "1.3.6.1.5.5.7.3.2";
    private static final String ANY_USE = "2.5.29.37.0";

    private final X509Certificate leaf;

    ClientCertificate(X509Certificate leaf) {
        this.leaf = leaf;
    }

    /** SHA-256, lower-case hex; empty where the certificate has no encoding, and so can't be anybody's. */
    Optional<String> thumbprint() {
        try {
            return Optional.of(HexFormat.of().formatHex(Proof.sha256(leaf.getEncoded())));
        } catch (CertificateEncodingException e) {
            return Optional.empty();
        }
    }

    /** Whether it is meant for clients, and the time is within its own. */
    boolean isUsableAt(Instant now, Duration skew) {
        return isForClients()
                && !now.plus(skew).isBefore(leaf.getNotBefore().toInstant())
                && !now.minus(skew).isAfter(leaf.getNotAfter().toInstant());
    }

    private boolean isForClients() {
        try {
            List<String> uses = leaf.getExtendedKeyUsage();
            return uses == null || uses.contains(CLIENT_AUTHENTICATION) || uses.contains(ANY_USE);
        } catch (CertificateParsingException damaged) {
            return false;
        }
    }

    /** The one common name of the subject; empty where there is none, or several. */
    Optional<String> commonName() {
        try {
            List<String> names = new ArrayList<>();
            for (Rdn part : new LdapName(leaf.getSubjectX500Principal().getName()).getRdns()) {
                Attribute common =
                        part.toAttributes().get("CN"); // a part may have several types, and several values of each
                for (int i = 0; common != null && i < common.size(); i++) {
                    names.add(String.valueOf(common.get(i)));
                }
            }
            return names.size() == 1 ? Optional.of(names.getFirst()) : Optional.empty();
        } catch (NamingException damaged) {
            return Optional.empty();
        }
    }

    /**
     * Alternative names of the subject; none where there are none.
     *
     * @param type as {@link X509Certificate#getSubjectAlternativeNames} numbers them
     */
    List<String> alternativeNames(int type) {
        try {
            Collection<List<?>> names = leaf.getSubjectAlternativeNames();
            return names == null
                    ? List.of()
                    : names.stream()
                            .filter(name -> name.get(0).equals(type))
                            .map(name -> String.valueOf(name.get(1)))
                            .toList();
        } catch (CertificateParsingException damaged) {
            return List.of();
        }
    }

    long expiresAt() {
        return leaf.getNotAfter().toInstant().getEpochSecond();
    }
}
