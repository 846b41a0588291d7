package io.headrace.gateway.identity;

import java.security.cert.X509Certificate;
import java.util.List;

/** What a connection shows to prove which device it is. */
public sealed interface Credentials {
    /** The id that it claims, unchecked. */
    String claimedId();

    /**
     * A key in Base64, or a SAS token ({@code SharedAccessSignature sr=…&sig=…&se=…}).
     *
     * @param claimedId as sent
     * @param password as sent
     */
    record Password(String claimedId, String password) implements Credentials {
        @Override
        public String toString() {
            return "Password[" + claimedId + "]";
        }
    }

    /**
     * A TLS client certificate whose private key the peer has proven to hold.
     *
     * @param claimedId as sent, or the empty text where the certificate alone must tell
     * @param chain leaf first, at least one
     */
    record Certificate(String claimedId, List<X509Certificate> chain) implements Credentials {
        public Certificate {
            chain = List.copyOf(chain);
        }
    }

    /**
     * No proof asked for: a loopback listener with {@code authentication = none}.
     *
     * @param claimedId as sent
     */
    record Anonymous(String claimedId) implements Credentials {}
}
