package io.headrace.gateway.listen;

import io.headrace.config.ConfigException;
import io.headrace.gateway.listen.ListenConfig.KeyFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A certificate of the server and the key that belongs to it.
 *
 * @param chain leaf first
 * @param key of the leaf
 */
public record ServerIdentity(List<X509Certificate> chain, PrivateKey key) {
    private static final Pattern PKCS8 =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    public ServerIdentity {
        chain = List.copyOf(chain);
    }

    /** The certificate itself. */
    public X509Certificate leaf() {
        return chain.getFirst();
    }

    /** @throws ConfigException where certificate and key can't be read, or don't belong together */
    static ServerIdentity load(KeyFiles files) {
        try {
            List<X509Certificate> chain = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(files.certificate())))
                    .stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            if (chain.isEmpty()) {
                throw unusable(files, "there is no certificate in it");
            }
            String algorithm = chain.getFirst().getPublicKey().getAlgorithm();
            ServerIdentity identity = new ServerIdentity(chain, key(files, algorithm));
            if (!identity.belongsTogether(algorithm)) {
                throw unusable(files, "the key is another certificate's");
            }
            return identity;
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw unusable(files, String.valueOf(e.getMessage()));
        }
    }

    private static PrivateKey key(KeyFiles files, String algorithm) throws IOException, GeneralSecurityException {
        Matcher pem = PKCS8.matcher(Files.readString(files.privateKey(), StandardCharsets.ISO_8859_1));
        if (!pem.find()) {
            throw unusable(files, "there is no PKCS #8 key without a password in it");
        }
        byte[] encoded = Base64.getMimeDecoder().decode(pem.group(1));
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
    }

    private boolean belongsTogether(String algorithm) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(
                switch (algorithm) {
                    case "EC" -> "SHA256withECDSA";
                    case "RSA" -> "SHA256withRSA";
                    default -> algorithm;
                });
        byte[] text = "headrace".getBytes(StandardCharsets.US_ASCII);
        signature.initSign(key);
        signature.update(text);
        byte[] signed = signature.sign();
        signature.initVerify(leaf().getPublicKey());
        signature.update(text);
        return signature.verify(signed);
    }

    private static ConfigException unusable(KeyFiles files, String why) {
        return new ConfigException(files.certificateKey() + " = " + files.certificate() + ", " + files.keyKey() + " = "
                + files.privateKey() + " must be a certificate and its key in PEM: " + why);
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "ServerIdentity[" + leaf().getSubjectX500Principal() + "]";
    }
}
